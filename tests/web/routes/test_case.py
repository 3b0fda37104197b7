"""The case page over a real queue: shown, taken up, opened further, kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from linkage.review.sql import SqlQueue, open_queue
from linkage.review.tables import audit, case_record, decision, review_case, sighting
from tests.oracles.queue_cases import PLAIN, different, make_case
from tests.web.conftest import SignIn

Load = Callable[..., Sequence[int]]


def _rows(queue: SqlQueue, table: sa.Table) -> int:
    with queue.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize(
    ("kind", "records", "question"),
    [
        ("DUPLICATE", ("a", "b"), "Apakah kedua data ini milik satu orang?"),
        ("DUPLICATE", ("a", "b", "c"), "Apakah 3 data ini milik satu orang?"),
        ("SHARED_NIK", ("a", "b"), "Siapa pemilik NIK ini?"),
        ("OPEN_MOVE", ("a", "b"), "Di mana orang ini tinggal sekarang?"),
        ("CONFLICT", ("a", "b"), "Nilai mana yang benar untuk orang ini?"),
        ("BOTH_ENROLLED", ("a", "b"), "Keduanya sudah rekam KTP-el: apakah kedua data ini milik satu orang?"),
    ],
)
def test_each_kind_of_case_asks_its_question_as_a_sentence(
    sign_in: SignIn, load: Load, kind: str, records: Sequence[str], question: str
) -> None:
    (number,) = load(make_case(*records, kind=kind))
    answer = sign_in("ani").get(f"/kasus/{number}")
    assert answer.status_code == 200
    assert f"<h1>{question}" in answer.text


def test_a_case_in_hand_shows_records_evidence_families_and_every_answer(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    assert ani.post(f"/kasus/{number}/ambil").headers["location"] == f"/kasus/{number}"
    text = ani.get(f"/kasus/{number}").text
    for told in (
        '<th scope="row">NIK</th>', "≠", "beda", "sama", "Nama sama; hanya 900 dari 9.000 data bernama demikian.",
        "juga di data 2", "Gabung: satu orang", "Bukan orang yang sama", "Kesampingkan", "Perlu informasi",
        "NIK yang dipertahankan", "Anda memegang kasus ini sampai", "diambil",
    ):  # fmt: skip
        assert told in text
    assert "<details open" not in text
    assert len(text.encode()) < 40_000


def test_no_title_or_address_holds_a_value_of_a_resident(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    text = sign_in("ani").get(f"/kasus/{number}").text
    assert re.findall(r"<title>(.*?)</title>", text) == [f"Kasus {number} · tunggal"]
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', text) if "RATNA" in link or "3273" in link]


def test_the_score_is_shown_only_when_asked_for(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    assert "Peluang satu orang" not in ani.get(f"/kasus/{number}").text
    text = ani.get(f"/kasus/{number}?bobot=1").text
    assert "Peluang satu orang 0,9000; bobot 3,5 bit." in text
    assert text.count("<rect") == 3


def test_looking_adds_nothing_but_that_it_was_seen(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    tables = (decision, review_case, case_record)
    before = [_rows(web_queue, table) for table in tables]
    seen, chain = _rows(web_queue, sighting), _rows(web_queue, audit)
    ani.get(f"/kasus/{number}")
    assert [_rows(web_queue, table) for table in tables] == before
    assert (_rows(web_queue, sighting) - seen, _rows(web_queue, audit) - chain) == (2, 1)


def test_a_case_of_another_region_is_not_there(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    assert sign_in("gilang").get(f"/kasus/{number}").status_code == 404


@pytest.mark.parametrize("address", ["/kasus/0", "/kasus/x", f"/kasus/{2**63}", "/kasus/1?selesai=x"])
def test_an_address_that_can_be_none_is_refused(sign_in: SignIn, address: str) -> None:
    assert sign_in("ani").get(address).status_code == 422


def test_another_who_holds_the_case_is_named_and_nothing_is_offered(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    sign_in("budi").post(f"/kasus/{number}/ambil")
    ani = sign_in("ani")
    text = ani.get(f"/kasus/{number}").text
    assert "Dipegang budi sampai" in text
    assert 'class="verdict"' not in text
    refused = ani.post(f"/kasus/{number}/ambil")
    assert refused.status_code == 409
    assert "budi" in refused.text


def test_a_second_window_holds_nothing_until_it_takes_the_case_over(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    first = sign_in("ani")
    first.post(f"/kasus/{number}/ambil")
    second = sign_in("ani")
    assert "jendela atau komputer lain" in second.get(f"/kasus/{number}").text
    second.post(f"/kasus/{number}/ambil")
    assert "Gabung: satu orang" in second.get(f"/kasus/{number}").text
    assert "Gabung: satu orang" not in first.get(f"/kasus/{number}").text


def test_opened_values_are_in_one_answer_only_and_the_reason_is_noted(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    opened = ani.post(
        f"/kasus/{number}/buka-data", {"field": ["nama_ibu", "tanggal_lahir"], "reason": "akta ditunjukkan"}
    )
    assert opened.status_code == 200
    assert opened.text.count(">SARI WULAN <") == 2
    assert opened.text.count("1980-01-01 <") == 2
    assert "SARI WULAN <" not in ani.get(f"/kasus/{number}").text
    noted = [(one.what, one.reason) for one in web_queue.seen("a", by="made") if one.reason]
    assert noted == [("nama_ibu,tanggal_lahir", "akta ditunjukkan")]


def test_one_record_can_be_opened_alone(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    given = {"field": ["nama_ibu"], "reason": "akta", "record": 2}
    assert sign_in("ani").post(f"/kasus/{number}/buka-data", given).text.count(">SARI WULAN <") == 1
    assert [one.what for one in web_queue.seen("a", by="made") if one.reason] == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"field": ["nama_ibu"], "reason": ""}, 422),
        ({"reason": "akta"}, 422),
        ({"field": ["hobi"], "reason": "akta"}, 422),
        ({"field": ["nama_ibu"], "reason": "akta", "record": 3}, 422),
        ({"field": ["nama_ibu"], "reason": "akta", "scope": "32"}, 422),
    ],
)
def test_opening_needs_a_field_that_is_there_and_a_reason(
    sign_in: SignIn, load: Load, given: dict[str, object], status: int
) -> None:
    (number,) = load(make_case("a", "b"))
    assert sign_in("ani").post(f"/kasus/{number}/buka-data", given).status_code == status


def test_an_auditor_opens_nothing(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    made = sign_in("made")
    assert "Buka data tersamar" not in made.get(f"/kasus/{number}").text
    assert made.post(f"/kasus/{number}/buka-data", {"field": ["nik"], "reason": "ingin tahu"}).status_code == 403


def test_a_lease_is_prolonged_and_a_lost_one_says_whose_it_is_and_what_to_do(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani, fitri = sign_in("ani"), sign_in("fitri")
    ani.post(f"/kasus/{number}/ambil")
    kept = ani.post(f"/kasus/{number}/perpanjang")
    assert kept.status_code == 200
    assert datetime.fromisoformat(kept.json()["until"]).tzinfo is not None
    assert kept.json()["clock"].endswith("WIB")
    fitri.step(number, "langkah/lepas")
    sign_in("budi").post(f"/kasus/{number}/ambil")
    lost = ani.post(f"/kasus/{number}/perpanjang")
    assert lost.status_code == 409
    assert "budi" in lost.json()["problem"]
    assert lost.json()["remedy"]


def test_an_asked_office_sees_its_own_record_the_others_brief_and_the_question(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    (number,) = load(make_case("a", "b", kind="OPEN_MOVE", scope="32"))
    hana = sign_in("hana")
    hana.post(f"/kasus/{number}/ambil")
    hana.step(number, "tanya", {"region": "3204", "reason": "Masih tinggal di sana?"})
    gilang = sign_in("gilang")
    text = gilang.get(f"/kasus/{number}").text
    assert "Masih tinggal di sana?" in text
    assert "ringkasan saja" in text
    assert text.count("tidak ditampilkan") == 3
    assert "Bukti" not in text
    assert gilang.step(number, "jawab", {"reason": "Sudah pindah."}).status_code == 303
    assert "Sudah pindah." in hana.get(f"/kasus/{number}").text


def test_a_blind_reading_looks_like_any_other_case(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    all_read_again = open_queue(str(web_queue.engine.url), settings=replace(PLAIN, second_reading_share=1.0))
    different(all_read_again, number, "ani", "twins", at=datetime.now(UTC))
    all_read_again.close()
    budi = sign_in("budi")
    assert budi.post("/kasus/berikut").headers["location"] == f"/kasus/{number}"
    text = budi.get(f"/kasus/{number}").text
    assert "dalam verifikasi" in text
    assert "Gabung: satu orang" in text
    assert "<b>ani</b>" not in text
    done = budi.step(number, "bukan-ganda", {"why": "twins"})
    assert done.headers["location"] == f"/kasus/{number}?selesai={number}&tadi=different"
