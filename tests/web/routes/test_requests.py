"""Requests between offices: what one's own office is asked, and what it asked."""

from datetime import UTC, datetime, timedelta

import pytest

from linkage.review.cases import Action
from tests.oracles.queue_cases import make_case, step

NOW = datetime.now(UTC)


@pytest.fixture
def asked(load, web_queue):
    """A move of West Java: Bandung is asked until the day after tomorrow, the regency beside it for two weeks."""
    (number,) = load(make_case("a", "b", kind="OPEN_MOVE", scope="32"))
    due = NOW + timedelta(days=2)
    step(
        web_queue,
        number,
        "hana",
        Action.ASK,
        at=NOW,
        hold=True,
        region="3273",
        due_at=due,
        reason="Masih <b>di sana</b>?",
    )
    step(web_queue, number, "hana", Action.ASK, at=NOW, region="3204", reason="Sudah pindah?")
    return number


def test_an_office_that_is_asked_sees_the_question_until_when_and_where_to_answer(sign_in, asked):
    text = sign_in("ani").get("/permintaan").text
    assert f'<a href="/kasus/{asked}">Kasus {asked}</a>' in text
    assert "Masih &lt;b&gt;di sana&lt;/b&gt;?" in text
    assert "Provinsi Jawa Barat bertanya melalui hana" in text
    assert "2 hari lagi" in text
    assert "Sudah pindah?" not in text
    assert "1 permintaan daerah lain menunggu jawaban kantor Anda" in sign_in("dewi").get("/").text


def test_who_asked_sees_what_is_open_and_what_was_answered(sign_in, asked, web_queue):
    step(web_queue, asked, "ani", Action.ANSWER, at=NOW, region="3273", reason="Sudah dicek ke RT")
    text = sign_in("hana").get("/permintaan").text
    assert text.index("Belum dijawab") < text.index("Sudah dijawab") < text.index("Sudah dicek ke RT")
    assert "Semua permintaan sudah dijawab" in sign_in("ani").get("/permintaan").text
    step(web_queue, asked, "gilang", Action.ANSWER, at=NOW, region="3204", reason="Sudah pindah")
    assert "Belum dijawab" not in sign_in("hana").get("/permintaan").text


@pytest.mark.parametrize(("name", "said"), [("oka", "Semua permintaan sudah dijawab"), ("joko", "pusat tidak ditanya")])
def test_who_was_not_asked_sees_nothing_of_it(sign_in, asked, name, said):
    text = sign_in(name).get("/permintaan").text
    assert said in text
    assert f"/kasus/{asked}" not in text


def test_what_is_overdue_is_said_in_words(sign_in, load, web_queue):
    (number,) = load(make_case("a", "b", scope="32"))
    day = NOW - timedelta(days=10)
    step(
        web_queue,
        number,
        "hana",
        Action.ASK,
        at=day,
        hold=True,
        region="3273",
        due_at=day + timedelta(days=1),
        reason="?",
    )
    assert "lewat 9 hari" in sign_in("ani").get("/permintaan").text
