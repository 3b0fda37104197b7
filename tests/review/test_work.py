"""What is worked out from a history alone: a day's work, a pause, the questions of a round, the bands of age."""

from datetime import timedelta

import pytest

from linkage.review.cases import Action, CaseSummary, Decision, State
from linkage.review.work import Step, age_bands, requests_in, worked
from tests.oracles.queue_cases import NOON, later


def steps(*told):
    return [Step(case, Action(action), later(minute)) for case, action, minute in told]


@pytest.mark.parametrize(
    ("told", "median_seconds"),
    [
        ([], None),
        ([(1, "claim", 0), (1, "need", 1)], None),
        ([(1, "claim", 0), (1, "propose", 1)], 60),
        ([(1, "claim", 0), (1, "different", 25)], 600),
        ([(1, "claim", 0), (1, "propose", 1), (2, "examine", 1), (2, "approve", 4)], 120),
        ([(1, "claim", 0), (1, "claim", 2), (1, "set_aside", 3)], 60),
        ([(1, "propose", 3)], None),
    ],
)
def test_the_time_of_an_answer_runs_from_the_last_taking_up_and_counts_ten_minutes_at_most(told, median_seconds):
    assert worked(steps(*told), now=later(30)).median_seconds == median_seconds


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ([(1, "claim", 0), (1, "release", 1)], {}),
        ([(1, "propose", 1), (1, "take_back", 2)], {}),
        ([(1, "different", 1), (1, "reopen", 2), (1, "different", 3)], {"different": 1}),
        ([(1, "reopen", 2)], {"reopen": 1}),
        ([(1, "propose", 1), (2, "reopen", 2)], {"propose": 1, "reopen": 1}),
        ([(1, "approve", 1), (2, "reject", 2), (3, "return", 3), (4, "ask", 4)],
         {"approve": 1, "reject": 1, "return": 1, "ask": 1}),
    ],
)  # fmt: skip
def test_what_a_person_took_back_themselves_is_no_result(told, counted):
    assert dict(worked(steps(*told), now=later(9)).steps) == counted


@pytest.mark.parametrize(
    ("minutes", "now", "since"),
    [
        ((), 5, None),
        ((0,), 10, 0),
        ((0,), 10.1, None),
        ((0, 9, 18, 27), 30, 0),
        ((0, 11, 20, 29), 30, 11),
        ((0, 5), 30, None),
    ],
)
def test_work_is_unbroken_while_no_two_steps_lie_more_than_ten_minutes_apart(minutes, now, since):
    told = steps(*((1, "claim", minute) for minute in minutes))
    assert worked(told, now=later(now)).unbroken_since == (None if since is None else later(since))


LINE = CaseSummary(
    *(1, "c", "OPEN_MOVE", "32", "32", 0.5, State.MENUNGGU_DOKUMEN, 5, (), 2),
    *(None, None, None, None, NOON, NOON, False),
)  # fmt: skip


def entry(seq, action, to, *, region=None, reason=""):
    wait = State.MENUNGGU_DOKUMEN
    return Decision(1, seq, Action(action), "hana", wait, State(to), later(seq), reason, region=region)


def test_questions_of_an_earlier_round_are_over_and_an_answer_is_told_beside_its_question():
    history = [
        entry(1, "ask", "MENUNGGU_DOKUMEN", region="3273", reason="dulu"),
        entry(2, "claim", "DALAM_VERIFIKASI"),
        entry(3, "ask", "MENUNGGU_DOKUMEN", region="3273", reason="masih di sana?"),
        entry(4, "ask", "MENUNGGU_DOKUMEN", region="3204", reason="sudah pindah?"),
        entry(5, "answer", "MENUNGGU_DOKUMEN", region="3273", reason="ya"),
    ]
    told = [(one.region, one.question, one.answer, one.answered_at) for one in requests_in(LINE, history)]
    assert told == [("3273", "masih di sana?", "ya", later(5)), ("3204", "sudah pindah?", "", None)]


def test_the_bands_of_age_share_their_bounds_and_leave_none_out():
    bands = age_bands(NOON)
    assert [(days, below) for days, below, _, _ in bands] == [(0, 7), (7, 30), (30, 90), (90, None)]
    assert [until for *_, until in bands[1:]] == [after for _, _, after, _ in bands[:-1]]
    assert bands[0][2] == NOON - timedelta(days=7)
    assert (bands[0][3], bands[-1][2]) == (None, None)
