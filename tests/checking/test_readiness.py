"""Whether a semester may be closed, and who is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linkage.checking.readiness import missing_of, refuse_missing, semester_to_close
from linkage.errors import InputMissingError
from linkage.nightly.succession import NEVER, Gap, RegionState
from linkage.reports.semesters import Semester, over

FIRST = Semester(2026, 1)


def standing(last: int, *, full: int = 20260601, gaps: tuple[Gap, ...] = ()) -> RegionState:
    return RegionState((last, 1), "full", "", (full, 1) if full else NEVER, gaps)


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (standing(20260630), None),
        (standing(20260623), None),
        (standing(20260622), "late"),
        (standing(20260702), None),
        (standing(20260630, full=0), "no full extract"),
        (standing(20260630, gaps=(Gap((20260601, 1), (20260630, 1)),)), "gap"),
        (standing(20260101, full=0), "late, no full extract"),
    ],
)
def test_a_region_owes_what_is_late_missing_or_was_never_sent(state, what):
    missing = missing_of({"3374": state}, FIRST, 7)
    assert [", ".join(one.what) for one in missing] == ([] if what is None else [what])


def test_a_region_of_the_project_that_never_sent_anything_owes_everything():
    missing = missing_of({"3374": standing(20260630), "5171": standing(20260101)}, FIRST, 7, {"1101", "3374", "5171"})
    assert [str(one) for one in missing] == ["1101 (nothing at all)", "5171 (late; newest 2026-01-01)"]


def test_the_refusal_names_every_region_and_what_it_owes():
    regions = {"5171": standing(20260101), "3374": standing(20260630), "1101": standing(20260630, full=0)}
    with pytest.raises(InputMissingError) as caught:
        refuse_missing(missing_of(regions, FIRST, 7), FIRST)
    told = (
        "2 regions have not sent all of it: 1101 (no full extract; newest 2026-06-30), 5171 (late; newest 2026-01-01)"
    )
    assert caught.value.problem == told
    assert "--anyway" in caught.value.remedy
    refuse_missing((), FIRST)


@pytest.mark.parametrize(
    ("now", "semester"),
    [
        (datetime(2026, 6, 30, 16, 59, tzinfo=UTC), Semester(2025, 2)),
        (datetime(2026, 6, 30, 17, 0, tzinfo=UTC), FIRST),  # midnight in Jakarta
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), Semester(2026, 2)),
    ],
)
def test_the_semester_to_close_is_the_last_one_that_is_over(now, semester):
    assert semester_to_close(now) == semester
    assert over(semester) <= now
