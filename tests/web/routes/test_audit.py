"""The auditor's page: the chain, who saw a record, and the latest acts; never a resident's value."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests.oracles.queue_cases import make_case, nik_digest

POSTS = {"/pengelola/audit/periksa": {}, "/pengelola/audit/siapa": {"record": "a"}}


@pytest.fixture
def worked(load, web_queue):
    """Values opened and searched in two regions."""
    numbers = load(make_case("a", "b"), make_case("c", "d", scope="3374"))
    web_queue.open_fields(numbers[0], "a", ["nik", "nama_ibu"], "cocokkan dengan KK", by="budi")
    web_queue.open_fields(numbers[1], "c", ["nik"], "lihat akta", by="oka")
    web_queue.find(nik_digest("a"), by="ani")
    return numbers


def test_auditors_and_keepers_see_the_acts_and_nobody_else_does(sign_in, anonymous, worked):
    for name, status in (("nanda", 200), ("made", 200), ("kepala", 200), ("ani", 403), ("fitri", 403)):
        assert sign_in(name).get("/pengelola/audit").status_code == status
    assert anonymous.get("/pengelola/audit").status_code == 401


def test_only_an_auditor_checks_the_chain_or_asks_who_saw_a_record(sign_in, worked):
    for name in ("kepala", "ani", "fitri"):
        other = sign_in(name)
        assert {other.post(path, fields).status_code for path, fields in POSTS.items()} == {403}
    made = sign_in("made")
    assert {made.client.post(path, data=fields).status_code for path, fields in POSTS.items()} == {403}, "no token"


def test_acts_are_told_in_words_for_the_own_region_and_hold_no_value(sign_in, worked):
    text = sign_in("made").get("/pengelola/audit").text
    for said in ("nilai tersamar dibuka", "Ibu kandung, NIK", "pencarian", f"kasus {worked[0]}", "budi"):
        assert said in text
    assert not re.search(r"\boka\b|\b[0-9]{16}\b|SARI WULAN|cocokkan", text)
    assert "oka" in sign_in("nanda").get("/pengelola/audit").text


def test_older_acts_are_on_the_next_page(sign_in, web_queue, worked):
    for _ in range(55):
        web_queue.find(nik_digest("zz"), by="ani")
    nanda = sign_in("nanda")
    onward = re.search(r'href="(/pengelola/audit\?sebelum=[0-9]+)"', nanda.get("/pengelola/audit").text).group(1)
    assert "nilai tersamar dibuka" in nanda.get(onward).text
    assert nanda.get("/pengelola/audit?sebelum=0").status_code == 422


def test_a_sound_chain_is_told_and_a_broken_one_names_the_row(sign_in, web_queue, worked):
    made = sign_in("made")
    assert "Utuh:" in made.post("/pengelola/audit/periksa").text
    with web_queue.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("UPDATE audit SET body = '{}' WHERE seq = 5"))
    assert "mulai baris 5 " in made.post("/pengelola/audit/periksa").text


def test_who_saw_a_record_is_told_with_the_reason(sign_in, worked):
    answer = sign_in("made").post("/pengelola/audit/siapa", {"record": "a"})
    for said in ("budi", "cocokkan dengan KK", "Ibu kandung, NIK"):
        assert said in answer.text
    assert "SARI WULAN" not in answer.text


def test_a_record_of_another_region_is_as_unknown_as_none(sign_in, worked):
    made = sign_in("made")
    answers = [made.post("/pengelola/audit/siapa", {"record": record}) for record in ("c", "zz")]
    assert [answer.status_code for answer in answers] == [403, 403]
    problem = re.compile(r'<div class="problem".*?</div>', re.DOTALL)
    assert len({problem.search(answer.text).group() for answer in answers}) == 1
