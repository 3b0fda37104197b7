"""The steps of a case, as forms that are posted once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linkage.accounts.preferences import Preferences
from linkage.review.cases import Action, State, Verdict
from linkage.review.sql import SqlQueue
from linkage.web.services import Services
from tests.oracles.queue_cases import make_case
from tests.web.conftest import Browser, SignIn

Load = Callable[..., Sequence[int]]


def _take(browser: Browser, number: int, *, examine: bool = False) -> None:
    assert browser.post(f"/kasus/{number}/ambil", {"examine": examine}).status_code == 303


def test_a_form_that_comes_twice_hands_out_one_next_case(sign_in: SignIn, load: Load, services: Services) -> None:
    first, second, _ = load(*(make_case(*pair, priority=0.9 - 0.1 * n) for n, pair in enumerate(("ab", "cd", "ef"))))
    ani = sign_in("ani")
    _take(ani, first)
    form = {
        "version": services.queue.get(first, by="ani").version,
        "idem": "sekali",
        "why": "namesakes",
        "onward": "next",
    }
    there, again = (ani.post(f"/kasus/{first}/bukan-ganda", form).headers["location"] for _ in range(2))
    assert there.startswith(f"/kasus/{second}?")
    assert again.startswith("/?")
    assert [case.id for case in services.queue.desk(by="ani").held] == [second]


def test_two_forms_at_a_time_hand_out_one_next_case(
    sign_in: SignIn, load: Load, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = load(*(make_case(*pair, priority=0.9 - 0.1 * n) for n, pair in enumerate(("ab", "cd", "ef"))))
    ani = sign_in("ani")
    _take(ani, first)
    case, held = services.queue.get(first, by="ani"), services.accounts.held
    visitor = services.accounts.visitor(ani.token)
    assert visitor is not None
    tokens = [held(visitor.session_key, first)] * 2
    # Both looked for the token before either let it go.
    monkeypatch.setattr(services.accounts, "held", lambda *_: tokens.pop())
    form = {"version": case.version, "idem": "sekali", "why": "namesakes", "onward": "next"}
    there, again = (ani.post(f"/kasus/{first}/bukan-ganda", form).headers["location"] for _ in range(2))
    assert there.startswith(f"/kasus/{second}?")
    assert again.startswith("/?")
    assert [case.id for case in services.queue.desk(by="ani").held] == [second]


def test_a_day_goes_from_the_next_case_to_a_proposal_to_the_next_and_back(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    first, second = load(make_case("a", "b", priority=0.9), make_case("c", "d", priority=0.1))
    ani = sign_in("ani")
    assert ani.post("/kasus/berikut").headers["location"] == f"/kasus/{first}"
    done = ani.step(first, "usulkan", {"verdict": "duplicate", "keeps": 1, "onward": "next"})
    assert done.headers["location"] == f"/kasus/{second}?selesai={first}&tadi=propose"
    text = ani.get(done.headers["location"]).text
    assert f"Kasus {first} tersimpan." in text
    assert f'action="/kasus/{first}/urungkan"' in text
    assert web_queue.get(first, by="ani").state is State.DIUSULKAN
    back = ani.post(f"/kasus/{first}/urungkan").headers["location"]
    assert back == f"/kasus/{first}?selesai={first}&tadi=take_back"
    assert f"Keputusan kasus {first} ditarik kembali." in ani.get(back).text
    again = web_queue.get(first, by="ani")
    assert again.state is State.DALAM_VERIFIKASI
    assert again.lease is not None
    assert again.lease.owner == "ani"
    assert "Gabung: satu orang" in ani.get(f"/kasus/{first}").text


def test_an_approver_sees_the_proposal_answers_it_and_gets_the_next(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    (number,) = load(make_case("a", "b"))
    ani, budi = sign_in("ani"), sign_in("budi")
    _take(ani, number)
    ani.step(number, "usulkan", {"verdict": "duplicate", "keeps": 1, "reason": "KTP-el ditunjukkan"})
    assert budi.post("/kasus/berikut", {"examine": True}).headers["location"] == f"/kasus/{number}"
    text = budi.get(f"/kasus/{number}").text
    for told in ("Usulan ani", "KTP-el ditunjukkan", "NIK data 1 dipertahankan", "Setujui", "Kembalikan", "Tolak"):
        assert told in text
    done = budi.step(number, "langkah/setujui", {"onward": "next"})
    assert done.headers["location"] == f"/?selesai={number}&tadi=approve"
    assert web_queue.get(number, by="budi").state is State.DISETUJUI


@pytest.mark.parametrize(
    ("path", "given", "state"),
    [
        ("bukan-ganda", {"why": "twins"}, State.KEMBAR),
        ("bukan-ganda", {"why": "namesakes"}, State.BUKAN_GANDA),
        ("kesampingkan", {"why": "WAFAT"}, State.WAFAT),
        ("langkah/teruskan", {"reason": "dua provinsi"}, State.BARU),
        ("langkah/lepas", {}, State.DALAM_VERIFIKASI),
    ],
)
def test_each_answer_leads_where_the_table_of_states_says(
    sign_in: SignIn, load: Load, web_queue: SqlQueue, path: str, given: Mapping[str, str], state: State
) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    assert ani.step(number, path, given).status_code == 303
    assert web_queue.get(number, by="hana").state is state


def test_a_day_that_is_waited_for_ends_where_the_visitor_is(
    sign_in: SignIn, load: Load, web_queue: SqlQueue, services: Services
) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    services.accounts.set_preferences("ani", Preferences(time_zone="Asia/Jayapura"))
    _take(ani, number)
    day = datetime.now(UTC).date() + timedelta(days=9)
    assert ani.step(number, "tunggu", {"due": day.isoformat(), "reason": "akta"}).status_code == 303
    due = web_queue.get(number, by="ani").due_at
    assert due is not None
    assert due.astimezone(ZoneInfo("Asia/Jayapura")).date() == day
    assert due.astimezone(UTC).hour == 14


def test_another_choice_than_the_rules_is_stored_with_its_reason(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    given = {"verdict": "duplicate", "keeps": 2, "value": ["nama:2"]}
    refused = ani.step(number, "usulkan", given)
    assert refused.status_code == 422
    assert "Tuliskan alasannya." in refused.text
    assert ani.step(number, "usulkan", given | {"reason": "pilihan tertulis warga"}).status_code == 303
    taken = web_queue.get(number, by="ani").history[-1]
    (person,) = taken.persons
    assert (taken.verdict, person.keeps, dict(person.fields), taken.reason) == (
        Verdict.DUPLICATE, "b", {"nama": "b"}, "pilihan tertulis warga",
    )  # fmt: skip


def test_a_record_without_a_nik_is_refused_with_what_was_typed_kept(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    case = make_case("a", "b")
    bare = replace(case.records[0], values=tuple(pair for pair in case.records[0].values if pair[0] != "nik"))
    (number,) = load(replace(case, records=(bare, case.records[1])))
    ani = sign_in("ani")
    _take(ani, number)
    refused = ani.step(number, "usulkan", {"verdict": "duplicate", "keeps": 1, "reason": "pilihan warga"})
    assert refused.status_code == 422
    assert "Pilih data yang NIK-nya dapat dipakai." in refused.text
    assert "pilihan warga" in refused.text
    assert web_queue.get(number, by="ani").state is State.DALAM_VERIFIKASI


def test_a_larger_case_is_parted_into_persons(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b", "c"))
    ani = sign_in("ani")
    _take(ani, number)
    given = {"verdict": "duplicate", "part": [1, 2, 1], "keeps": [1]}
    assert ani.step(number, "usulkan", given).status_code == 303
    persons = web_queue.get(number, by="ani").history[-1].persons
    assert [person.record_ids for person in persons] == [("a", "c"), ("b",)]


def test_a_shared_nik_is_split_and_its_owner_named(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b", kind="SHARED_NIK"))
    ani = sign_in("ani")
    _take(ani, number)
    assert "bukan-ganda" not in ani.get(f"/kasus/{number}").text
    assert ani.step(number, "usulkan", {"verdict": "split", "keeps": 1}).status_code == 303
    assert [person.keeps for person in web_queue.get(number, by="ani").history[-1].persons] == ["a", None]


def test_the_same_form_sent_twice_is_taken_once(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    version = web_queue.get(number, by="ani").version
    form = {"version": version, "idem": "one-key", "why": "other"}
    assert [ani.post(f"/kasus/{number}/bukan-ganda", form).status_code for _ in range(2)] == [303, 303]
    actions = [entry.action for entry in web_queue.get(number, by="ani").history]
    assert actions.count(Action.DIFFERENT) == 1


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("usulkan", {"verdict": "duplicate", "scope": "32"}),
        ("bukan-ganda", {"why": "other", "actor": "budi"}),
        ("bukan-ganda", {"why": "because"}),
        ("kesampingkan", {"why": "SELESAI"}),
        ("tunggu", {"due": "besok", "reason": "akta"}),
        ("langkah/setujui", {"approved_by": "eko"}),
        ("langkah/terbang", {}),
    ],
)
def test_a_form_with_more_or_other_than_is_asked_for_is_refused(
    sign_in: SignIn, load: Load, path: str, given: Mapping[str, str]
) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    assert ani.step(number, path, given).status_code == 422


def test_a_conflict_says_who_holds_the_case_and_gives_back_what_was_typed(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani, budi = sign_in("ani"), sign_in("budi")
    _take(ani, number)
    sign_in("fitri").step(number, "langkah/lepas")
    _take(budi, number)
    typed = "Dua saksi dan surat pernyataan <ada>"
    refused = ani.step(number, "langkah/teruskan", {"reason": typed})
    assert refused.status_code == 422  # no form of hers stands on the page any more
    form = {"version": 99, "idem": "k", "reason": typed}
    refused = ani.post(f"/kasus/{number}/langkah/teruskan", form)
    assert refused.status_code == 409
    assert "Dua saksi dan surat pernyataan &lt;ada&gt;" in refused.text
    assert f'href="/kasus/{number}"' in refused.text


def test_what_was_typed_comes_back_when_a_rule_forbids_the_step(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    refused = ani.step(number, "usulkan", {"verdict": "split", "part": [1, 2], "keeps": 1, "reason": "dua orang"})
    assert refused.status_code == 403
    assert "dua orang</textarea>" in refused.text


def test_who_only_supervises_stays_with_the_case_when_the_step_was_taken(
    sign_in: SignIn, load: Load, web_queue: SqlQueue
) -> None:
    (number,) = load(make_case("a", "b"))
    ani, fitri = sign_in("ani"), sign_in("fitri")
    _take(ani, number)
    ani.step(number, "bukan-ganda", {"why": "other"})
    done = fitri.step(number, "langkah/buka-kembali", {"reason": "periksa lagi", "onward": "next"})
    assert done.headers["location"] == f"/kasus/{number}?selesai={number}&tadi=reopen"
    assert web_queue.get(number, by="fitri").state is State.DIKEMBALIKAN


def test_a_lost_lease_says_whose_the_case_is(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    ani, budi = sign_in("ani"), sign_in("budi")
    _take(ani, number)
    sign_in("fitri").step(number, "langkah/lepas")
    _take(budi, number)
    version = web_queue.get(number, by="ani").version
    refused = ani.post(f"/kasus/{number}/bukan-ganda", {"version": version, "idem": "k", "why": "other"})
    assert refused.status_code == 409
    assert "budi" in refused.text
    assert web_queue.get(number, by="ani").state is State.DALAM_VERIFIKASI


def test_what_another_examines_cannot_be_undone(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    ani, budi = sign_in("ani"), sign_in("budi")
    _take(ani, number)
    ani.step(number, "usulkan", {"verdict": "duplicate", "keeps": 1})
    _take(budi, number, examine=True)
    assert ani.post(f"/kasus/{number}/urungkan").status_code == 409
    assert web_queue.get(number, by="ani").state is State.DIUSULKAN


def test_an_answer_that_was_taken_alone_can_be_undone(sign_in: SignIn, load: Load, web_queue: SqlQueue) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    ani.step(number, "bukan-ganda", {"why": "siblings"})
    assert ani.post(f"/kasus/{number}/urungkan").status_code == 303
    assert web_queue.get(number, by="ani").state is State.DALAM_VERIFIKASI


def test_what_is_anothers_or_undecided_is_nothing_to_undo(sign_in: SignIn, load: Load) -> None:
    (number,) = load(make_case("a", "b"))
    ani, budi = sign_in("ani"), sign_in("budi")
    _take(ani, number)
    assert ani.post(f"/kasus/{number}/urungkan").status_code == 409
    ani.step(number, "bukan-ganda", {"why": "siblings"})
    assert budi.post(f"/kasus/{number}/urungkan").status_code == 409


@pytest.mark.parametrize(
    ("path", "given", "told"),
    [
        ("tunggu", {"due": "TOMORROW", "reason": "akta"}, "menunggu dokumen"),
        ("langkah/teruskan", {"reason": "dua provinsi"}, "diteruskan ke tingkat atas"),
    ],
)
def test_the_page_says_what_was_done_and_offers_no_undoing_where_there_is_none(
    sign_in: SignIn, load: Load, path: str, given: dict[str, str], told: str
) -> None:
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    _take(ani, number)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    form = {name: value.replace("TOMORROW", tomorrow) for name, value in given.items()}
    text = ani.get(ani.step(number, path, {**form, "onward": "next"}).headers["location"]).text
    assert f"Kasus {number} tersimpan. Langkah Anda: {told}." in text
    assert f'action="/kasus/{number}/urungkan"' not in text or "Batalkan</button>" not in text
