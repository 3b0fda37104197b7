"""The case page as a value: who may do what, who holds it, why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from linkage.accounts.preferences import Preferences
from linkage.errors import CaseConflictError, NotPermittedError
from linkage.review.cases import Action, Case, Decision, State
from linkage.review.people import User
from linkage.web.views.case_page import CasePage, case_page
from tests.oracles.queue_cases import NOON, later
from tests.web.views.posed import ANI, FITRI, GILANG, TOKEN, posed

_CLOSING = Decision(7, 1, Action.DIFFERENT, "budi", State.DALAM_VERIFIKASI, State.BUKAN_GANDA, NOON, "other")


def _page(case: Case, by: User = ANI, *, at: datetime = NOON, zone: str = "Asia/Jakarta", **more: Any) -> CasePage:
    return case_page(case, by, Preferences(time_zone=zone), language="id", now=at, **more)


def test_who_holds_the_case_here_may_answer() -> None:
    shown = _page(posed(held_by="ani"), token=TOKEN)
    assert {"propose", "different", "set_aside", "need", "escalate", "release"} <= shown.steps
    assert [outcome.verdict for outcome in shown.outcomes] == ["duplicate"]
    assert shown.taking == ""
    assert shown.holding is not None
    assert (shown.holding.here, shown.holding.clock) == (True, "19.10 WIB")


@pytest.mark.parametrize(
    ("case", "token", "taking"),
    [
        (posed(), None, "claim"),
        (posed(held_by="ani"), None, "claim"),
        (posed(held_by="ani"), "another token", "claim"),
        (posed(held_by="ani", until=later(-1)), TOKEN, "claim"),
        (posed(held_by="budi"), None, ""),
        (posed(state=State.BUKAN_GANDA, history=(_CLOSING,)), None, ""),
    ],
    ids=["free", "other window", "old token", "lapsed", "another's", "closed"],
)
def test_who_does_not_hold_the_case_here_answers_nothing(case: Case, token: str | None, taking: str) -> None:
    shown = _page(case, token=token)
    assert not shown.steps & {"propose", "different", "set_aside", "need"}
    assert shown.outcomes == ()
    assert shown.taking == taking


def test_a_proposal_is_taken_up_by_an_approver_to_answer_it() -> None:
    proposed = Decision(7, 1, Action.PROPOSE, "budi", State.DALAM_VERIFIKASI, State.DIUSULKAN, NOON)
    case = posed(state=State.DIUSULKAN, history=(proposed,))
    assert _page(case).taking == "examine"
    held = posed(state=State.DIUSULKAN, history=(proposed,), held_by="ani")
    assert {"approve", "return", "reject"} <= _page(held, token=TOKEN).steps


def test_who_proposed_may_take_it_back_and_is_told_why_they_may_not_approve() -> None:
    proposed = Decision(7, 1, Action.PROPOSE, "ani", State.DALAM_VERIFIKASI, State.DIUSULKAN, NOON)
    shown = _page(posed(state=State.DIUSULKAN, history=(proposed,)))
    assert shown.steps == {"take_back"}
    assert shown.taking == ""


@pytest.mark.parametrize(
    ("case", "by", "error"),
    [
        (posed(held_by="budi"), ANI, CaseConflictError),
        (posed({}, {}, by=GILANG, office="32", regions=("3273", "3204")), GILANG, NotPermittedError),
    ],
)
def test_what_cannot_be_done_says_why(case: Case, by: User, error: type[Exception]) -> None:
    assert isinstance(_page(case, by).blocked, error)


def test_a_closed_case_asks_nothing_of_anybody() -> None:
    shown = _page(posed(state=State.TERKONFIRMASI, history=(_CLOSING,)))
    assert (shown.closed, shown.blocked) == (True, None)


def test_a_supervisor_hands_out_and_takes_back_without_holding() -> None:
    assert {"assign", "release", "escalate"} <= _page(posed(held_by="ani", by=FITRI), FITRI).steps


def _asked(**more: Any) -> Case:
    asked = Decision(
        7, 1, Action.ASK, "hana", State.DALAM_VERIFIKASI, State.MENUNGGU_DOKUMEN, NOON, "Masih di sana?", region="3204"
    )
    waiting = {"state": State.MENUNGGU_DOKUMEN, "history": (asked,)} | more
    return posed({}, {}, by=GILANG, office="32", regions=("3273", "3204"), **waiting)


def test_an_office_that_was_asked_sees_the_question_and_answers_and_decides_nothing() -> None:
    shown = _page(_asked(), GILANG)
    assert shown.asked is not None
    assert (shown.asked.text, shown.decides, list(shown.steps)) == ("Masih di sana?", False, ["answer"])
    assert shown.pairs == ()
    assert {row.agreement for row in shown.rows} == {""}


def test_a_question_that_is_no_longer_open_is_not_put() -> None:
    assert _page(_asked(state=State.DALAM_VERIFIKASI, history=()), GILANG).asked is None


@pytest.mark.parametrize(
    ("zone", "days"), [("Asia/Jakarta", 0), ("Asia/Makassar", 1), ("Asia/Jayapura", 1)]
)  # fmt: skip
def test_days_until_due_are_counted_where_the_visitor_is(zone: str, days: int) -> None:
    # Noon in UTC is 19.00 in Jakarta; five hours less a minute later the next day has begun further east only.
    case = posed(due_at=NOON + timedelta(hours=4, minutes=59))
    assert _page(case, zone=zone).due_in == days


def test_reasons_are_sentences() -> None:
    shown = _page(posed(reasons=("GANDA_ORANG", "nama:equal")))
    assert shown.reasons == ("Satu orang tampak memiliki lebih dari satu NIK.", "Nama lengkap: sama")


def test_a_form_is_taken_once_under_a_key_of_its_own() -> None:
    shown = _page(posed())
    assert shown.fresh() != shown.fresh()
