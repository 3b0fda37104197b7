"""The checker of histories finds nothing in a true one, and what is wrong with each false one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.review.cases import Action, Decision, State
from tests.oracles.history import DENIED, LOST, OK, REFUSED, RENEW, Operation, violations
from tests.oracles.queue_cases import later

LEASE = timedelta(minutes=10)
HELD, PROPOSED = State.DALAM_VERIFIKASI, State.DIUSULKAN

STEPS = [
    Decision(1, 1, Action.CLAIM, "ani", State.BARU, HELD, later(0)),
    Decision(1, 2, Action.CLAIM, "budi", HELD, HELD, later(20)),
    Decision(1, 3, Action.PROPOSE, "budi", HELD, PROPOSED, later(29), idem="key"),
    Decision(1, 4, Action.EXAMINE, "citra", PROPOSED, PROPOSED, later(31)),
]
"""Ani takes the case up and lets her time run out; Budi takes it up and proposes; Citra examines."""

ANI = Operation("ani", Action.CLAIM, 0.0, 0.5, OK, later(0), case=1, token="first", seq=1)
LATE = Operation("budi", Action.CLAIM, 1.0, 1.5, REFUSED, later(5), case=1)
BUDI = Operation("budi", Action.CLAIM, 20.0, 20.5, OK, later(20), case=1, token="second", seq=2)
ANI_AGAIN = Operation("ani", Action.PROPOSE, 21.0, 21.5, REFUSED, later(21), case=1, token="first", idem="lost")
PROPOSE = Operation("budi", Action.PROPOSE, 29.0, 29.5, OK, later(29), case=1, token="second", idem="key", seq=3)
CITRA = Operation("citra", Action.EXAMINE, 31.0, 31.5, OK, later(31), case=1, token="third", seq=4)
TRUE = [ANI, LATE, BUDI, ANI_AGAIN, PROPOSE, CITRA]


def told(*calls, without=(), steps=STEPS):
    """What the checker says of the true history with other calls, by what they replace or beside it."""
    places = {(call.user, call.action, call.began): call for call in TRUE if call not in without}
    places |= {(call.user, call.action, call.began): call for call in calls}
    return violations(places.values(), {1: steps}, lease=LEASE)


def test_a_true_history_is_true():
    assert told() == []


@pytest.mark.parametrize(
    "call",
    [
        replace(PROPOSE, outcome=LOST, ended=None, seq=None),
        replace(BUDI, outcome=LOST, ended=None, seq=None, token=None, case=None),
        replace(ANI, ended=25.0),
        Operation("eko", Action.CLAIM, 50.0, None, LOST, later(50)),
        Operation("budi", Action.PROPOSE, 32.0, 33.0, REFUSED, later(32), case=1, token="second", idem="again"),
        Operation("budi", RENEW, 22.0, 22.5, OK, later(22), case=1, token="second"),
    ],
)
def test_a_history_stays_true_when_answers_are_lost_or_late(call):
    assert told(call) == []


@pytest.mark.parametrize(
    ("calls", "steps", "wrong"),
    [
        ([], STEPS[:3], "step 4 was told to citra and is lost"),
        ([], [*STEPS[:3], replace(STEPS[3], actor="eko")], "nobody asked"),
        ([], [STEPS[0], replace(STEPS[1], at=later(19)), *STEPS[2:]], "nobody asked"),
        ([replace(PROPOSE, outcome=REFUSED)], STEPS, "was refused, yet it is stored"),
        ([replace(PROPOSE, outcome=DENIED)], STEPS, "was denied, yet it is stored"),
        ([replace(PROPOSE, seq=2)], STEPS, "nobody asked"),
        ([replace(PROPOSE, token="first")], STEPS, "step 3 (propose by budi) was not allowed there"),
        ([replace(LATE, outcome=OK, token="x", seq=2)],
         [STEPS[0], replace(STEPS[1], at=later(5)), *STEPS[2:]], "step 2 (claim by budi) was not allowed there"),
        ([Operation("ani", RENEW, 5.0, 5.5, OK, later(15), case=1, token="first")], STEPS, "step 2"),
        ([replace(PROPOSE, now=later(31))], [*STEPS[:2], replace(STEPS[2], at=later(31)), STEPS[3]], "step 3"),
        ([replace(CITRA, began=31.0, ended=31.5), replace(PROPOSE, began=29.0, ended=29.5)],
         [*STEPS[:2], replace(STEPS[3], seq=3), replace(STEPS[2], seq=4)], "nobody asked"),
        ([replace(ANI, began=0.0, ended=0.5, seq=2), replace(BUDI, seq=1)],
         [replace(STEPS[1], seq=1), replace(STEPS[0], seq=2), *STEPS[2:]], "answered before a step it follows"),
        ([replace(LATE, now=later(15))], STEPS, "claim by budi was refused and was allowed all the time"),
        ([replace(PROPOSE, outcome="told otherwise when asked again")], STEPS, "told otherwise when asked again"),
    ],
)  # fmt: skip
def test_a_false_history_is_found_out(calls, steps, wrong):
    found = told(*calls, steps=steps)
    assert any(wrong in sentence for sentence in found), found


def test_a_lost_renewal_may_be_why_somebody_was_refused():
    refused = replace(LATE, began=15.0, ended=15.5, now=later(15))
    assert told(refused) == ["case 1: claim by budi was refused and was allowed all the time"]
    assert told(refused, Operation("ani", RENEW, 6.0, None, LOST, later(6), case=1, token="first")) == []
