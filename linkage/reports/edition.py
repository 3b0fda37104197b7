"""One edition: the figures of all regions on one day, what of them is hidden, and those of the semester before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pyarrow as pa

from linkage.errors import UsageError
from linkage.nightly.extract import todays_code
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.publishing.publish import open_reference
from linkage.reports.cases import count_cases
from linkage.reports.closing import check_closing, lost_nights
from linkage.reports.days import check_day, newest_extracts
from linkage.reports.definitions import definitions
from linkage.reports.figures import NATION, Figures, Told, tell
from linkage.reports.published import count_published
from linkage.reports.quality import Night, ToMend, count_quality, nights, recall_of, rows_to_mend
from linkage.reports.residents import USED, count_residents
from linkage.reports.semesters import Semester, Stand, begins, closed_semesters, freeze, frozen, instant
from linkage.review.regions import region_name
from linkage.review.sql import open_queue
from linkage.run.one_off import read_spec_file
from linkage.spec import LinkageSpec
from linkage.words.levels import Language

_REGENCY = 4


@dataclass(frozen=True, repr=False)
class Edition:
    """What all reports of one day say. ``before``: the last semester that was closed earlier, None for none.

    ``runs``: the nightly runs of the period, for the rows to mend; none for a closed semester.
    """

    stand: Stand
    told: Told
    before_stand: Stand | None
    before: Told | None
    runs: tuple[Night, ...]
    store: Store
    todays: Callable[[str], str]

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region that has a report: the nation (""), provinces, regencies."""
        return tuple(
            sorted((code for code in self.told.places if not code.endswith("+")), key=lambda one: (len(one), one))
        )

    def to_mend(self, region: str) -> tuple[ToMend, ...]:
        """Return the rows of a regency that are to be mended."""
        state = self.store.ledger.regions.get(region)
        return rows_to_mend(self.runs, region, self.todays, state.full if state else (0, 0))


def count(project: Project, day: date, until: datetime) -> tuple[Stand, Figures, tuple[Night, ...]]:
    """Return the figures of a project, and what happened before an instant and since the last semester was closed, or
    its day's began.

    Residents, cases and the reference are told as they stand now, people's ages as of the day. The stand says that it
    was counted at that instant, as it is when a semester is closed. The quality of the extracts is counted of the
    folders of nightly runs, all of the period or none: a part of them would read as a whole.

    Raises:
        UsageError: there was no run yet.
    """
    store = Store(project.workspace)
    ledger = store.ledger
    if not ledger.run_id:
        raise UsageError("no run yet, so there is nothing to report", where=str(project.file), remedy="linkage run")
    spec = read_spec_file(project.spec, project.region_codes)
    todays = _todays(spec)
    since = begins(project.workspace, Semester.of(day))
    queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
    try:
        tallies = queue.tally(since, until)
        open_records = pa.array(queue.open_records(), pa.string())
    finally:
        queue.close()
    runs, lost = nights(project.out, since, until), lost_nights(project.out, ledger, since, until)
    fields = _compared(spec)
    residents = store.read_columns("residents", {*USED, *fields})
    assert residents is not None, "a committed run has residents"
    reference = open_reference(project)
    counts = {
        **count_residents(residents, open_records, fields, day),
        **count_cases(tallies, todays),
        **count_published(reference, residents, day, USED),
        **({} if lost else count_quality(runs, todays)),
    }
    hashes = {**ledger.state_hash, **({"reference": reference.rows()[-1].state_hash} if reference.number else {})}
    recall = {} if ledger.derived.snapshot in lost else recall_of(runs)
    stand = Stand(day, since, until, ledger.run_id, reference.number, hashes, recall)
    stand = replace(stand, counted=until, extracts=newest_extracts(ledger, todays), lost=lost)
    known = {code for code in ledger.regions if len(code) == _REGENCY}
    return stand, Figures.of(counts, known), runs


def edition(project: Project, day: date, semester: Semester | None = None, *, now: datetime | None = None) -> Edition:
    """Return the edition of a day, or of a closed semester. ``now``: when it is counted; default: now.

    Raises:
        UsageError: there was no run yet or none by that day, the day is still to come, or the semester was not closed.
    """
    runs: tuple[Night, ...] = ()
    now = now or datetime.now(UTC)
    if semester is not None:
        stand, figures = frozen(project.workspace, semester)
    else:
        check_day(Store(project.workspace).ledger, day, now)
        stand, figures, runs = count(project, day, instant(day + timedelta(days=1)))
        stand = replace(stand, counted=now)
    earlier = [one for one in closed_semesters(project.workspace) if one.cut_off < stand.day and one != semester]
    before = frozen(project.workspace, earlier[-1]) if earlier else None
    rules = definitions()
    return Edition(
        stand=stand,
        told=tell(figures, rules),
        before_stand=before[0] if before else None,
        before=tell(before[1], rules) if before else None,
        runs=runs,
        store=Store(project.workspace),
        todays=_todays(read_spec_file(project.spec, project.region_codes)),
    )


def close_semester(project: Project, name: str, *, now: datetime, anyway: bool = False) -> Path:
    """Freeze the figures of a semester such as ``2026-1`` and return the file; they are never written again.

    What has happened until now belongs to it: the extracts of its cut-off come after it. The next one begins here.
    ``anyway``: see :func:`linkage.reports.closing.check_closing`.

    Raises:
        UsageError: it is no semester, or there was no run yet. And what :func:`check_closing` raises.
    """
    semester = Semester.named(name)
    check_closing(project, semester, now=now, anyway=anyway)
    stand, figures, _ = count(project, semester.cut_off, now)
    return freeze(project.workspace, semester, stand, figures)


def title_of(region: str, language: Language) -> str:
    """Return the name of a region in headings."""
    return "Indonesia" if region == NATION else region_name(region, language)


def _compared(spec: LinkageSpec) -> tuple[str, ...]:
    """Return the fields by which records are compared or found."""
    found = {item.field for item in spec.comparisons if item.field}
    return tuple(field.name for field in spec.fields if field.name in found)


def _todays(spec: LinkageSpec) -> Callable[[str], str]:
    """Return what tells the code of today of a regency; other codes, and unknown ones, stay as they are."""

    @cache
    def todays(code: str) -> str:
        return (todays_code(code, spec) or code) if len(code) == _REGENCY else code

    return todays
