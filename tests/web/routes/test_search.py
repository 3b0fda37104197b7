"""Searching: posted, within one's region, noted, and not too often."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from linkage.accounts.accounts import Accounts
from linkage.review.cases import CaseIn
from linkage.review.nik_digest import nik_digest
from linkage.web.app import create_app
from linkage.web.services import Services
from linkage.web.settings import WebSettings
from linkage.web.visiting import COOKIE, form_token
from tests.accounts.people import QUICK, SECRET
from tests.oracles.queue_cases import PLAIN, make_case

NIK = "3273014101800017"
ROWS = re.compile(r'<th scope="row"><a href="/kasus/(\d+)">')


def with_nik(case: CaseIn, nik: str = NIK) -> CaseIn:
    """The case, its first record of this NIK."""
    first, *others = case.records
    return replace(case, records=(replace(first, nik_digest=nik_digest(SECRET, nik)), *others))


def found(answered):
    return [int(number) for number in ROWS.findall(answered.text)]


def test_a_nik_is_found_however_it_is_written_and_stands_nowhere_on_the_page(sign_in, load):
    number, _ = load(with_nik(make_case("a", "b")), make_case("c", "d"))
    ani = sign_in("ani")
    for typed in (NIK, "3273 0141 0180 0017", " 3273.014101.800017 "):
        answered = ani.post("/cari", {"by": "nik", "wanted": typed})
        assert (answered.status_code, found(answered)) == (200, [number])
        assert typed.strip() not in answered.text


def test_another_regions_nik_is_not_found_and_the_page_says_what_that_means(sign_in, load):
    load(with_nik(make_case("a", "b")))
    answered = sign_in("oka").post("/cari", {"by": "nik", "wanted": NIK})
    assert (answered.status_code, found(answered)) == (200, [])
    assert "Tidak ada kasus di wilayah Anda" in answered.text
    assert "tanyakan kepada kantornya" in answered.text


def test_each_search_is_noted_without_what_was_typed(sign_in, load, web_queue):
    load(with_nik(make_case("a", "b")))
    ani, before = sign_in("ani"), web_queue.head().seq
    ani.post("/cari", {"by": "nik", "wanted": NIK})
    ani.post("/cari", {"by": "data", "wanted": "a"})
    assert web_queue.head().seq == before + 2
    assert web_queue.verify().sound


UNFIT = (
    ("nik", "12345", "Ini bukan NIK yang sah"),
    ("nik", "3273019941800017", "Ini bukan NIK yang sah"),
    ("nik", "", "Ini bukan NIK yang sah"),
    ("kasus", "dua", "hanya terdiri dari angka"),
    ("kasus", "0", "hanya terdiri dari angka"),
    ("kasus", "9" * 40, "hanya terdiri dari angka"),
    ("kasus", "²", "hanya terdiri dari angka"),
    ("data", "  ", "Ketik nomor data"),
    ("nama", "RATNA", "Isian tidak sesuai"),
    ("nik", "1" * 201, "Isian tidak sesuai"),
)


def test_what_cannot_be_searched_is_said_and_not_noted(sign_in, web_queue):
    ani, before = sign_in("ani"), web_queue.head()
    for by, wanted, told in UNFIT:
        answered = ani.post("/cari", {"by": by, "wanted": wanted})
        assert (answered.status_code, told in answered.text) == (422, True)
    assert ani.post("/cari", {"by": "nik", "wanted": NIK, "within": ""}).status_code == 422
    assert web_queue.head() == before


def test_the_number_of_a_case_leads_to_it(sign_in, load):
    (number,) = load(make_case("a", "b"))
    assert (
        sign_in("ani").post("/cari", {"by": "kasus", "wanted": f" #{number} "}).headers["location"]
        == f"/kasus/{number}"
    )


@pytest.mark.parametrize(("name", "seen"), [("ani", True), ("gilang", True), ("oka", False)])
def test_a_record_leads_to_the_cases_one_may_see(sign_in, load, name, seen):
    (number,) = load(make_case("a", "b", scope="32"))
    answered = sign_in(name).post("/cari", {"by": "data", "wanted": "a"})
    assert found(answered) == ([number] if seen else [])


def test_who_may_search_nothing_gets_no_form(sign_in):
    kepala = sign_in("kepala")
    assert kepala.get("/cari").status_code == 403
    assert kepala.post("/cari", {"by": "nik", "wanted": NIK}).status_code == 403


def test_who_searches_too_often_is_asked_to_wait_and_others_are_not(web_queue):
    services = Services(
        web_queue, Accounts(web_queue.sessions, QUICK, SECRET), PLAIN, WebSettings(searches_per_hour=2), SECRET
    )
    app = create_app(services)

    def search(name):
        services.accounts.link_oidc(name, f"tests:{name}", by="kepala")
        token = services.accounts.sign_in_trusted(f"tests:{name}").token
        client = TestClient(app, base_url="https://localhost", cookies={COOKIE: token})
        csrf = form_token(services.accounts.visitor(token))
        return client.post("/cari", data={"csrf": csrf, "by": "nik", "wanted": NIK}).status_code

    assert [search("ani") for _ in range(3)] == [200, 200, 429]
    assert search("budi") == 200
