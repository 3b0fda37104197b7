"""Whether a semester of the DKB may be closed: did every region send what belongs to it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linkage.days import day_of
from linkage.errors import InputMissingError
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.nightly.succession import NEVER, RegionState, as_day
from linkage.publishing.inputs import began_at
from linkage.reports.closing import check_closing
from linkage.reports.semesters import Semester, closed_semesters, over

LATE: Final = "late"
GAP: Final = "gap"
NO_FULL: Final = "no full extract"
NOTHING: Final = "nothing at all"


@dataclass(frozen=True)
class Missing:
    """What a region still owes: ``newest`` is the ISO day of its newest extract, "" for none; ``what`` LATE, GAP,
    NO_FULL or NOTHING."""

    region: str
    newest: str
    what: tuple[str, ...]

    def __str__(self) -> str:
        newest = f"; newest {self.newest}" if self.newest else ""
        return f"{self.region} ({', '.join(self.what)}{newest})"


def missing_of(
    regions: Mapping[str, RegionState], semester: Semester, late_after_days: int, expected: Iterable[str] = ()
) -> tuple[Missing, ...]:
    """Return the regions that owe something of a semester, by code.

    A region is late when its newest extract is of more than ``late_after_days`` before the cut-off. One that never sent
    anything is known only as one of those ``expected``.
    """
    found = [Missing(code, "", (NOTHING,)) for code in expected if code not in regions]
    for code, state in regions.items():
        late = (semester.cut_off - as_day(state.last[0])).days > late_after_days
        what = [name for name, holds in ((LATE, late), (GAP, state.gaps), (NO_FULL, state.full == NEVER)) if holds]
        if what:
            found.append(Missing(code, as_day(state.last[0]).isoformat(), tuple(what)))
    return tuple(sorted(found, key=lambda one: one.region))


def refuse_missing(missing: Iterable[Missing], semester: Semester) -> None:
    """Raise :class:`InputMissingError` that names the regions, when there are any."""
    told = [str(one) for one in missing]
    if told:
        raise InputMissingError(
            f"{len(told)} regions have not sent all of it: {', '.join(told)}",
            where=f"semester {semester}",
            remedy="Ask them and start again, or close it without: --anyway",
        )


def check_ready(project: Project, semester: Semester, *, now: datetime, anyway: bool = False) -> None:
    """Raise what :func:`check_closing` raises, and :class:`InputMissingError` when regions owe something of a semester.

    ``anyway``: see there; and without what regions owe.
    """
    check_closing(project, semester, now=now, anyway=anyway)
    if not anyway:
        regions, intake = Store(project.workspace).ledger.regions, project.intake
        refuse_missing(missing_of(regions, semester, intake.late_after_days, intake.regions), semester)


def semester_to_close(now: datetime) -> Semester:
    """Return the last semester that is over: on 1 July that is the first of the year."""
    this = Semester.of(day_of(now))
    return Semester(this.year, 1) if this.half == 2 else Semester(this.year - 1, 2)


def linked_whole(project: Project, semester: Semester) -> bool:
    """Return whether a full run has begun since the semester was over."""
    run = Store(project.workspace).ledger.derived.snapshot
    return bool(run) and began_at(run) >= over(semester)


def is_closed(project: Project, semester: Semester) -> bool:
    """Return whether the figures of a semester were frozen."""
    return semester in closed_semesters(project.workspace)
