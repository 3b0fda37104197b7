"""Extracts of one region follow each other: what is missing between two, what comes twice, and what heals a gap."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InputDataError
from linkage.nightly.extract import Extract
from linkage.nightly.succession import NEVER, Gap, RegionState, check_newer, follow


def extract(kind: str, day: int, number: int, since: int = 0) -> Extract:
    return Extract("3374", day, number, kind, Path(f"3374_{kind}_{day}_{number}.csv"), since)


def state(day: int, number: int, *gaps: Gap, full: bool = True) -> RegionState:
    return RegionState((day, number), "delta", "before.csv", (20260501, 1) if full else NEVER, gaps)


def noticed(last: RegionState | None, now: Extract) -> dict[str, int]:
    return {fact.code: fact.count for fact in follow(last, now)[1]}


@pytest.mark.parametrize(
    ("last", "now", "gap"),
    [
        # numbered anew each day
        ((20260601, 1), (20260602, 1), 0),
        ((20260601, 3), (20260602, 1), 0),
        ((20260601, 1), (20260601, 2), 0),
        ((20260601, 1), (20260601, 4), 2),
        ((20260601, 5), (20260602, 2), 1),
        ((20260601, 5), (20260602, 5), 4),
        ((20260601, 0), (20260602, 0), 0),
        # numbered on and on
        ((20260601, 1), (20260602, 2), 0),
        ((20260601, 7), (20260630, 8), 0),
        ((20260601, 7), (20260602, 9), 1),
        ((20260601, 1), (20260602, 3), 1),
        ((20260601, 7), (20260608, 12), 4),
    ],
)
def test_a_number_follows_the_last_one_or_is_the_first_of_a_later_day_else_numbers_are_missing(last, now, gap):
    assert noticed(state(*last), extract("delta", *now)) == ({"EXTRACT_GAP": gap} if gap else {})
    assert noticed(state(*last), extract("full", *now)) == {}, "a full extract holds everything"


@pytest.mark.parametrize(
    ("since", "code", "days"),
    [
        (20260610, None, 0),
        (20260611, None, 0),
        (20260612, "EXTRACT_GAP", 1),
        (20260620, "EXTRACT_GAP", 9),
        (20260609, "EXTRACT_OVERLAP", 1),
        (20260510, "EXTRACT_OVERLAP", 31),
    ],
)
def test_where_a_delta_says_since_when_it_covers_the_days_decide_and_not_the_numbers(since, code, days):
    now = extract("delta", 20260630, 9, since)
    assert noticed(state(20260610, 1), now) == ({code: days} if code else {})


@pytest.mark.parametrize("last", [None, state(20260601, 1, full=False)])
def test_a_delta_of_a_region_that_never_sent_a_full_extract_is_noticed_until_one_comes(last):
    assert noticed(last, extract("delta", 20260602, 2)) == {"EXTRACT_NO_FULL": 0}
    after, _ = follow(last, extract("full", 20260602, 2))
    assert noticed(after, extract("delta", 20260603, 3)) == {}


def test_a_gap_stays_open_until_a_full_extract_or_a_delta_that_reaches_back_before_it():
    gap = Gap((20260601, 1), (20260603, 3))
    after, _ = follow(state(20260601, 1), extract("delta", 20260603, 3))
    assert after.gaps == (gap,)
    later, _ = follow(after, extract("delta", 20260604, 4))
    assert later.gaps == (gap,)
    assert follow(later, extract("delta", 20260605, 5, 20260603))[0].gaps == (gap,)
    assert follow(later, extract("delta", 20260605, 5, 20260602))[0].gaps == ()
    healed, facts = follow(later, extract("full", 20260605, 9))
    assert (healed.gaps, healed.full, facts) == ((), (20260605, 9), ())


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        ((20260602, 1), True),
        ((20260601, 3), True),
        ((20260601, 2), False),
        ((20260601, 1), False),
        ((20260531, 9), False),
    ],
)
def test_an_extract_is_newer_by_its_cut_off_then_by_its_number(now, taken):
    check_newer(None, extract("delta", *now))
    if taken:
        check_newer(state(20260601, 2), extract("full", *now))
    else:
        with pytest.raises(InputDataError) as caught:
            check_newer(state(20260601, 2), extract("full", *now))
        assert caught.value.code == "EXTRACT_NOT_NEWER"


@given(st.integers(1, 9), st.lists(st.integers(20260601, 20260630), min_size=2, max_size=9).map(sorted), st.booleans())
def test_whoever_numbers_on_and_on_or_anew_each_day_has_no_gap(first, days, anew):
    last, number = None, first
    for place, day in enumerate(days):
        now = extract("delta" if place else "full", day, number)
        last, facts = follow(last, now)
        assert facts == ()
        new_day = place + 1 < len(days) and days[place + 1] > day
        number = 1 if anew and new_day else number + 1
