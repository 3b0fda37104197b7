"""Where the day begins: what is told of a day's work, of pauses, and of agreement."""

from datetime import UTC, datetime

import pytest

from linkage.accounts.preferences import Preferences
from linkage.review.cases import Action, Count, State
from linkage.review.people import Scope
from linkage.review.readings import Agreement
from linkage.review.work import AgeCount, Desk, Worked
from linkage.web.figures import Counted
from linkage.web.views.work_page import midnight, work_page
from tests.oracles.queue_cases import NOON, later

COUNTED = Counted(
    (Count("DUPLICATE", State.BARU, "3273", False, 5), Count("DUPLICATE", State.DISETUJUI, "3273", False, 7)),
    (AgeCount(0, 7, 5), AgeCount(7, 30, 0)),
    NOON,
)


def shown(worked=None, agreement=None):
    return work_page(
        Desk(),
        worked or Worked((), None, None),
        COUNTED,
        agreement,
        asked=0,
        reader="ani",
        scope=Scope("3273"),
        preferences=Preferences(),
        now=later(50),
    )


@pytest.mark.parametrize(
    ("zone", "began"),
    [
        ("Asia/Jakarta", datetime(2026, 11, 20, 17, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2026, 11, 20, 16, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2026, 11, 21, 15, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_where_the_reader_is(zone, began):
    assert midnight(datetime(2026, 11, 21, 15, 30, tzinfo=UTC), zone) == began


@pytest.mark.parametrize(("since", "minutes"), [(None, None), (later(0.1), None), (NOON, 50), (later(-11), 61)])
def test_a_pause_is_asked_for_after_fifty_minutes_without_one(since, minutes):
    assert shown(Worked((), None, since)).today.minutes == minutes


def test_a_days_work_is_summed_and_its_median_rounded():
    today = shown(Worked(((Action.PROPOSE, 3), (Action.DIFFERENT, 2)), 31.6, None)).today
    assert (today.total, today.seconds) == (5, 32)


def test_only_open_cases_are_counted_among_those_that_lie_before_an_office():
    page = shown()
    assert page.open == 5
    assert [(facet.code, facet.cases) for facet in page.states] == [("BARU", 5)]
    assert [facet.days for facet in page.ages] == [0]
    assert page.empty_handed


def test_agreement_is_told_for_what_was_read_and_as_a_share_only_where_there_is_one():
    agreement = Agreement("ani", 0, 0, None, None, 3, None, None, None, None)
    (one,) = shown(agreement=agreement).shares
    assert (one.purpose, one.readings, one.share) == ("second", 3, None)
    agreement = Agreement("ani", 0, 20, 0.9, (0.7, 0.97), 3, None, None, None, None)
    assert [(one.purpose, one.low, one.high) for one in shown(agreement=agreement).shares] == [
        ("known", 0.7, 0.97),
        ("second", None, None),
    ]
