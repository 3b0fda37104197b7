"""Taking the extracts of an inbox one by one: who the residents are after them, and what was noticed on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import CHANGE
from linkage.days import day_of
from linkage.errors import (
    ConfigurationError,
    InputDataError,
    InputMissingError,
    LinkageError,
    ServiceUnavailableError,
    SpecError,
    UsageError,
)
from linkage.intake import InputFile, Intake, read_inputs
from linkage.nightly.arrivals import CHANGED, UNREADABLE, Arrival
from linkage.nightly.closing import Closing, check_size, decide_closing
from linkage.nightly.erased_rows import Barred, keep_out
from linkage.nightly.extract import REGION_UNKNOWN, Extract, identify, under_todays_code
from linkage.nightly.intake_settings import IntakeSettings
from linkage.nightly.ledger import FileEntry, Ledger
from linkage.nightly.notices import Notice, counts_by_code, notice_of, notices_table
from linkage.nightly.people import People
from linkage.nightly.read_ahead import Progress, ReadAhead
from linkage.nightly.rejected_rows import look_at_rejected, spared
from linkage.nightly.residents import Recognised, apply_extract, of_one_night, recognise
from linkage.nightly.returns import Sent
from linkage.nightly.standing import standing_regions
from linkage.nightly.succession import Fact, RegionState, check_newer, days_late, follow
from linkage.progress import Stages
from linkage.schema import ACCEPTED, QUALITY, REJECTS
from linkage.spec import LinkageSpec
from linkage.standing.rows import OPEN

UNAVAILABLE: Final = "SOURCE_UNAVAILABLE"
_DIGESTS: Final = re.compile(r"( [0-9a-f]{64}){1,2}$")
_RECORDS: Final = ("records_before", "records_added", "records_kept", "records_reopened", "records_closed")
_COUNTS: Final = ("files_read", "files_refused", "files_left", *_RECORDS)
"""Records open before the night; of its rows, those that were new and those found again, closed ones among these; and
records that were closed."""
_LEFT: Final = {
    CHANGED: "it changed while it was read; the next run takes it",
    UNREADABLE: "it cannot be opened; the next run tries again",
}


@dataclass(repr=False)
class Inbox:
    """The residents while extracts are applied one by one, and what happened on the way.

    ``schema``: of the residents. ``files``, ``regions``: as in the ledger. ``last_number``: the last record number
    issued. ``barred``: who was erased and may not come back. ``rows``: what the extracts changed, and ``fresh`` the
    content that is new (:class:`Applied`). ``sent``: what became of every file decided upon.
    """

    people: People
    schema: pa.Schema
    run_id: str
    settings: IntakeSettings
    files: dict[str, FileEntry]
    regions: dict[str, RegionState]
    last_number: int
    barred: Barred = field(default_factory=Barred)
    rows: list[pa.Table] = field(default_factory=list)
    fresh: list[pa.Table] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    rejects: list[pa.Table] = field(default_factory=list)
    quality: list[pa.Table] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTS, 0))

    @classmethod
    def of(
        cls,
        people: People,
        schema: pa.Schema,
        ledger: Ledger,
        spec: LinkageSpec,
        settings: IntakeSettings,
        run_id: str,
    ) -> Inbox:
        """Return an inbox of which nothing was taken yet."""
        return cls(
            people=people,
            schema=schema,
            run_id=run_id,
            settings=settings,
            files=dict(ledger.files),
            regions=standing_regions(ledger.regions, spec),
            last_number=ledger.counters.get("record", 0),
            counts={**dict.fromkeys(_COUNTS, 0), "records_before": int(np.count_nonzero(people.alive == OPEN))},
        )

    def take(
        self, arrival: Arrival, extract: Extract, spec: LinkageSpec, stages: Stages, reading: Callable[[], Intake]
    ) -> None:
        """Read one extract, by calling ``reading``, and apply it.

        Raises:
            LinkageError: the file cannot be used; nothing has changed then.
        """
        if not arrival.is_query:
            self._check_content(arrival.digest, extract)
        check_newer(self.regions.get(extract.region), extract)
        read = reading()
        rows = sum(item.rows for item in read.inputs)
        content = "" if not rows else read.inputs[0].sha256 if arrival.is_query else arrival.digest
        if arrival.is_query:
            self._check_content(content, extract)
        found = recognise(self.people, read.accepted, extract, self.schema)
        found, closing = self._closing(arrival, extract, read, found)
        closed_by = extract.path.name if closing.close else ""
        read, found = keep_out(read, found, spec, extract.cut_off // 10_000, self.barred)
        accepted = sum(item.accepted for item in read.inputs)
        applied = apply_extract(self.people, found, self.last_number, closed_by=closed_by)
        state, facts = follow(self.regions.get(extract.region), extract)
        if not rows:
            facts = (*facts, Fact("EXTRACT_EMPTY", "it has a header and no rows; nothing changes"))
        self.rows.append(applied.rows)
        self.fresh.append(applied.fresh)
        self.last_number = applied.last_number
        self.regions[extract.region] = state
        self.files[arrival.mark] = FileEntry(self.run_id, content=content)
        self.inputs.extend(read.inputs)
        self.rejects.append(read.rejects)
        self.sent.append(Sent(extract.region, arrival.name, "taken", rows, accepted, read.rejects))
        self.quality.append(_under_sender(read.quality, extract))
        self.counts["records_added"] += applied.added
        self.counts["records_kept"] += applied.kept
        self.counts["records_reopened"] += applied.reopened
        self.counts["records_closed"] += applied.closed
        self.counts["files_read"] += 1
        for warning in read.warnings:
            stages.warn(warning)
        for fact in (*facts, *closing.facts):
            self._notice(notice_of(arrival.name, extract, "taken", fact), stages)

    def refuse(self, arrival: Arrival, extract: Extract | None, error: LinkageError, stages: Stages) -> None:
        """Take note of a file that cannot be used; it is not tried again under this name, content and sidecar."""
        code = error.code if isinstance(error, InputDataError) else UNREADABLE
        hint = f"{error.problem}. {error.remedy}" if error.remedy else error.problem
        region = extract.region if extract is not None and code != REGION_UNKNOWN else ""
        self.files[arrival.mark] = FileEntry(self.run_id, code=code, region=region)
        self.counts["files_refused"] += 1
        row = {"source": [arrival.name], "line": [0], "column": [""], "code": [code], "hint": [hint]}
        self.rejects.append(pa.table(row, schema=REJECTS))
        self.sent.append(Sent(region, arrival.name, "refused", 0, 0, self.rejects[-1]))
        self._notice(notice_of(arrival.name, extract, "refused", Fact(code, hint)), stages)

    def leave(self, arrival: Arrival, extract: Extract | None, stages: Stages, error: LinkageError | None) -> None:
        """Take note of a file that must wait for the next run: it is changing, or ``error`` may be gone by then."""
        self.counts["files_left"] += 1
        if error is None:
            self._notice(left_notice(arrival, extract), stages)
        else:
            problem = error.problem if error.where in ("", arrival.name) else f"{error.where}: {error.problem}"
            fact = Fact(
                UNAVAILABLE, f"{problem}; the next run tries again, unless a later extract of its region was taken"
            )
            self._notice(notice_of(arrival.name, extract, "left", fact), stages)

    def look_for_late(self, stages: Stages) -> None:
        """Take note of the regions whose newest cut-off lies far behind the newest of all."""
        newest = max((state.last[0] for state in self.regions.values()), default=0)
        late = {code: days_late(state, newest) for code, state in sorted(self.regions.items())}
        late = {code: days for code, days in late.items() if days > self.settings.late_after_days}
        for code, days in late.items():
            hint = f"its newest cut-off lies {days} days behind the newest of all; ask for an extract"
            self.notices.append(Notice("", code, "", *self.regions[code].last, "late", "EXTRACT_LATE", days, hint))
        if late:
            told = ", ".join(f"{code} ({days} days)" for code, days in late.items())
            stages.warn(f"regions whose newest cut-off lies far behind: {told} [EXTRACT_LATE]")

    def changed_rows(self) -> pa.Table:
        """Return what the night changes of the residents, with a column ``change``."""
        return of_one_night(self.rows, self.schema.append(pa.field(CHANGE, pa.string())))

    def let_rows_go(self) -> None:
        """Forget the rows that the extracts brought, to make room: whoever asked for them has them."""
        self.rows.clear()
        self.fresh.clear()

    def fresh_rows(self) -> pa.Table:
        """Return residents whose content is new, one for each row added to ``people``."""
        return pa.concat_tables([self.schema.empty_table(), *self.fresh]).combine_chunks()

    def all_rejects(self) -> pa.Table:
        """Return REJECTS of all files, sorted."""
        order = [(name, "ascending") for name in ("source", "line", "column", "code")]
        return pa.concat_tables([REJECTS.empty_table(), *self.rejects]).sort_by(order)

    def all_quality(self) -> pa.Table:
        """Return QUALITY of all files taken, sorted."""
        order = [(name, "ascending") for name in ("region", "source", "field", "column", "code")]
        return pa.concat_tables([QUALITY.empty_table(), *self.quality]).sort_by(order)

    def all_notices(self) -> pa.Table:
        """Return NOTICES of the run."""
        return notices_table(self.notices)

    def notice_counts(self) -> dict[str, int]:
        """Return how often each thing was noticed, by code."""
        return counts_by_code(self.notices)

    def _closing(
        self, arrival: Arrival, extract: Extract, read: Intake, found: Recognised
    ) -> tuple[Recognised, Closing]:
        """Return the absent records without those to be spared, and whether to close them.

        Raises:
            InputDataError: EXTRACT_SHRUNK.
        """
        rules, absent = self.settings.closing, int(found.absent.sum())
        rows, rejected = (
            sum(counts) for counts in zip(*((item.rows, item.rejected) for item in read.inputs), strict=True)
        )
        check_size(extract, standing=found.open_before, absent=absent, rows=rows, rules=rules)
        unrecognised, stay = rejected, np.zeros_like(found.absent)
        if rejected and absent and extract.kind == "full" and "nik" in found.fields:
            seen = look_at_rejected(
                arrival.path, read.rejects, rejected, limits=self.settings.limits, options=self.settings.reading
            )
            unrecognised = seen.unrecognised
            stay = spared(found.held.nik, found.absent, seen)
        closing = decide_closing(
            extract,
            absent=absent,
            spared=int(stay.sum()),
            unrecognised=unrecognised,
            codes=set(read.rejects.column("code").to_pylist()),
            rules=rules,
        )
        return replace(found, absent=found.absent & ~stay), closing

    def _notice(self, notice: Notice, stages: Stages) -> None:
        self.notices.append(notice)
        stages.warn(str(notice))

    def _check_content(self, content: str, extract: Extract) -> None:
        """Raise EXTRACT_TWICE when these rows were taken before, whatever the file was called, unless confirmed."""
        if extract.confirmed:
            return
        before = next((mark for mark, entry in self.files.items() if content and entry.content == content), None)
        if before is not None:
            raise InputDataError(
                "EXTRACT_TWICE",
                f"the same rows were taken before, as {_DIGESTS.sub('', before)}",
                where=extract.path.name,
                remedy="Export it again; if they are right, put confirmed = true into its sidecar",
            )


def latest_year(regions: Mapping[str, RegionState], now: datetime) -> int:
    """Return the year of the newest cut-off, by which two-digit years find their century; without any, this year."""
    return max((state.last[0] // 10_000 for state in regions.values()), default=day_of(now).year)


def left_notice(arrival: Arrival, extract: Extract | None = None) -> Notice:
    """Return the notice of a file that must wait for the next run, for it cannot be opened or is changing."""
    code = arrival.unready or CHANGED
    return notice_of(arrival.name, extract, "left", Fact(code, _LEFT[code]))


def take_inbox(inbox: Inbox, arrivals: Sequence[Arrival], spec: LinkageSpec, stages: Stages, threads: int = 1) -> None:
    """Apply every new file to the standing residents, by region, cut-off and sequence; a bad file stops no other.

    ``threads``: so many small files are read at once; the result is the same for any number.
    """
    identified: list[tuple[Extract, Arrival]] = []
    for arrival in arrivals:
        if arrival.unready:
            inbox.leave(arrival, None, stages, None)
            continue
        extract: Extract | None = None
        try:
            extract = identify(arrival.path)
            identified.append((under_todays_code(extract, spec), arrival))
        except InputDataError as error:
            inbox.refuse(arrival, extract, error, stages)
    ordered = sorted(identified, key=lambda item: item[0])
    with ReadAhead(ordered, partial(_read, spec=spec, settings=inbox.settings), stages, threads) as ahead:
        for extract, arrival in ordered:
            try:
                inbox.take(arrival, extract, spec, stages, ahead.reading(arrival, extract))
            except SpecError:
                raise  # the project's own fault, not the file's
            except (InputMissingError, ServiceUnavailableError, ConfigurationError) as error:
                inbox.leave(arrival, extract, stages, None if arrival.has_changed() else error)
            except (InputDataError, UsageError) as error:
                if arrival.has_changed() or (isinstance(error, InputDataError) and error.code == CHANGED):
                    inbox.leave(arrival, extract, stages, None)
                else:
                    inbox.refuse(arrival, extract, error, stages)
    inbox.look_for_late(stages)


def _read(
    arrival: Arrival, extract: Extract, progress: Progress, threads: int, *, spec: LinkageSpec, settings: IntakeSettings
) -> Intake:
    """Read one extract; one with a header and no rows has none.

    Raises:
        LinkageError: it cannot be read, or FILE_CHANGED.
    """
    try:
        read = read_inputs(
            [arrival.path],
            spec,
            limits=settings.limits,
            options=settings.reading,
            progress=progress,
            latest_year=extract.cut_off // 10_000,
            threads=threads,
        )
    except InputDataError as error:
        if error.code != "HEADER_ONLY":
            raise
        read = _no_rows(arrival)
    if arrival.has_changed():
        raise InputDataError(CHANGED, "the file changed while it was read", where=extract.path.name)
    return read


def _no_rows(arrival: Arrival) -> Intake:
    name = arrival.name
    file = InputFile(str(arrival.path), name, name, arrival.digest, arrival.bytes, 0, 0, 0, {}, {}, (), ())
    return Intake(ACCEPTED.empty_table(), REJECTS.empty_table(), (file,), -1, QUALITY.empty_table())


def _under_sender(quality: pa.Table, extract: Extract) -> pa.Table:
    """Return the quality return under the sender's region when no row of the file names an office."""
    if pc.any(pc.not_equal(quality.column("region"), "")).as_py():
        return quality
    region = pa.array([extract.region] * quality.num_rows, pa.string())
    return quality.set_column(QUALITY.get_field_index("region"), QUALITY.field("region"), region)
