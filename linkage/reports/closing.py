"""Whether a semester of the DKB may be frozen with what stands now: it is asked before anything is run or counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median_low
from typing import Final

from linkage.errors import InputMissingError, UsageError
from linkage.nightly.ledger import Ledger
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.nightly.succession import RegionState, as_day
from linkage.publishing.inputs import began_at
from linkage.reports.quality import is_night
from linkage.reports.semesters import FOLDER, Semester, begins, closed_semesters, frozen, over

_NEAR: Final = timedelta(days=92)
"""So long after a cut-off offices still send what belongs to it, and the changes of each night beside it."""

_THEN: Final = "residents are counted as they stand now: restore a backup of that time elsewhere and close it there"


def check_closing(project: Project, semester: Semester, *, now: datetime, anyway: bool = False) -> None:
    """Raise unless a semester may be closed now, as far as that can be told before anything is counted.

    ``anyway``: though some regions have sent extracts of long after it, and without the quality of extracts where the
    folders of nightly runs are gone. Never a second time, before its end, or with the data of a later semester.

    Raises:
        UsageError: it is closed already, not over, one after it is closed, or the data are of a later one.
        InputMissingError: folders of nightly runs are gone. InvariantError: what was frozen is damaged.
    """
    closed = closed_semesters(project.workspace)
    if semester in closed:
        frozen(project.workspace, semester)
        raise UsageError(f"semester {semester} is closed", remedy="Its figures stay as they are; report them")
    if now < over(semester):
        raise UsageError(f"semester {semester} is not over", remedy=f"Close it after {semester.cut_off.isoformat()}")
    if closed and closed[-1] > semester:
        raise UsageError(
            f"semester {closed[-1]} is closed, so {semester} before it cannot be closed any more",
            where=str(project.workspace / FOLDER),
            remedy=_THEN[0].upper() + _THEN[1:],
        )
    ledger = Store(project.workspace).ledger
    refuse_later_data(ledger.regions, semester, anyway=anyway)
    lost = lost_nights(project.out, ledger, begins(project.workspace, semester), now)
    if lost and not anyway:
        raise InputMissingError(
            f"folders of nightly runs are gone, and the quality of the extracts is counted of them: {', '.join(lost)}",
            where=str(project.out),
            remedy="Bring them back, or close it without these figures: --anyway",
        )


def refuse_later_data(regions: Mapping[str, RegionState], semester: Semester, *, anyway: bool = False) -> None:
    """Raise :class:`UsageError` when extracts of long after a semester are in, by the newest one of each region.

    ``anyway``: refuse only when most regions have sent those of the next semester's cut-off.
    """
    days = {code: as_day(state.last[0]) for code, state in sorted(regions.items())}
    far = {code: day for code, day in days.items() if day > semester.cut_off + _NEAR}
    if far and median_low(days.values()) >= semester.after.cut_off:
        found = Semester.of(median_low(days.values()))
        raise UsageError(
            f"the data are of semester {found}, not of {semester}",
            remedy=f"Close {found} when it is over; of {semester}, {_THEN}",
        )
    if far and not anyway:
        told = ", ".join(f"{code} ({day.isoformat()})" for code, day in far.items())
        raise UsageError(
            f"{len(far)} regions have sent extracts of long after semester {semester}: {told}",
            remedy=f"Freeze it with them: --anyway. Or else, {_THEN}",
        )


def lost_nights(out: Path, ledger: Ledger, since: datetime, until: datetime) -> tuple[str, ...]:
    """Return the runs of a span that decided upon extracts, or fixed the model, and whose folder is gone; by their ids.

    What they found out about the extracts stands nowhere else.
    """
    known = {entry.run for entry in ledger.files.values()} | ({ledger.derived.snapshot} - {""})
    return tuple(sorted(run for run in known if since <= began_at(run) < until and not is_night(out / run)))
