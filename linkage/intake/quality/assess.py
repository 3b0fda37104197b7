"""The quality return: every rule looked at, file by file, counted by region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.quality.columns import UNREADABLE, Column, Mask, judge_column
from linkage.intake.quality.dates import DatesRead, read_dates
from linkage.intake.quality.families import judge_families
from linkage.intake.quality.households import judge_households
from linkage.intake.quality.mass import judge_file
from linkage.intake.quality.persons import SHIFTED_CELLS, judge_persons, shifted_rows
from linkage.intake.quality.records import RecordFinding, judge_records
from linkage.intake.quality.tally import Tally, field_of
from linkage.intake.quality.values import judge_values, missing_code
from linkage.intake.read_file import FileRows
from linkage.intake.readers.base import Int64
from linkage.schema import QUALITY
from linkage.side_by_side import side_by_side
from linkage.spec import LinkageSpec

_ORDER = ("region", "source", "field", "column", "code")


@dataclass(frozen=True)
class Finding:
    """A rule ``code`` that holds for the accepted rows on ``lines`` int64, ascending.

    Told of ``field``; empty when the whole row is meant.
    """

    field: str
    code: str
    lines: Int64


def assess(files: Sequence[FileRows], spec: LinkageSpec, *, latest_year: int = 0, threads: int = 1) -> pa.Table:
    """Return the quality return of these files, :data:`linkage.schema.QUALITY`, sorted.

    Accepted rows are judged by every rule; rejected rows count under their reject codes, so that the counts of severity
    ``reject`` are the rows of the rejects table. ``latest_year``: the year of the extract; 0 when unknown, and then no
    date is called future, no age too high, and dates are not put in order. ``threads``: rules looked at at once; the
    result is the same for any number.
    """
    tables = [_assess_file(file, spec, latest_year, threads) for file in files]
    table = pa.concat_tables([QUALITY.empty_table(), *tables])
    return table.take(pc.sort_indices(table, sort_keys=[(name, "ascending") for name in _ORDER])).combine_chunks()


def findings(file: FileRows, spec: LinkageSpec, *, latest_year: int = 0, threads: int = 1) -> Iterator[Finding]:
    """Yield what the rules find among the accepted rows of a file; a rule that holds for no row is left out."""
    columns = _columns(file, spec)
    dates: dict[str, DatesRead] = {}
    unreadable: list[Mask] = []
    alone = [partial(_judge_alone, file, column, spec, latest_year) for column in columns.values()]
    for judged in side_by_side(alone, threads):
        if judged.dates is not None:
            dates[judged.field] = judged.dates
        unreadable += judged.unreadable
        yield from judged.findings
    if len(unreadable) >= SHIFTED_CELLS:
        yield from _found(file, "", "BARIS_BERGESER", shifted_rows(unreadable))
    del unreadable
    regions = _regions_of_accepted(file)
    together: list[Callable[[], Iterator[RecordFinding]]] = [
        # The longest first, so that no thread begins with it at the end.
        partial(judge_families, columns, dates),
        partial(judge_file, columns, dates, regions),
        partial(judge_persons, columns, dates, latest_year=latest_year),
        partial(judge_records, columns, dates, regions, ordered=latest_year > 0, older=spec.older_regions),
        partial(judge_households, columns),
    ]
    for found in side_by_side([partial(_judge_together, file, rules) for rules in together], threads):
        yield from found


@dataclass(frozen=True, repr=False)
class _Judged:
    """What the rules on one column found; ``unreadable``: rows (n,) whose cell cannot be what the column says."""

    field: str
    dates: DatesRead | None
    findings: list[Finding]
    unreadable: list[Mask]


def _judge_alone(file: FileRows, column: Column, spec: LinkageSpec, latest_year: int) -> _Judged:
    dates = read_dates(column.values, latest_year) if column.kind == "date" else None
    by_value = judge_values(column, dates, latest_year=latest_year, older=spec.older_regions)
    used = {code: marked for code, marked in by_value.items() if marked.any()}
    found = [*_found(file, column.field, missing_code(column.field), column.codes < 0)]
    for code, marked in used.items():
        found += _found(file, column.field, code, column.rows_with(marked))
    for code, rows in judge_column(column, used).items():
        found += _found(file, column.field, code, rows)
    return _Judged(column.field, dates, found, [column.rows_with(used[code]) for code in UNREADABLE if code in used])


def _judge_together(file: FileRows, rules: Callable[[], Iterator[RecordFinding]]) -> list[Finding]:
    return [finding for item in rules() for finding in _found(file, item.field, item.code, item.rows)]


def _assess_file(file: FileRows, spec: LinkageSpec, latest_year: int, threads: int) -> pa.Table:
    rejected = np.unique(np.concatenate([file.lines[:0], *(reject.lines for reject in file.rejects)]))
    unread = np.setdiff1d(rejected, file.read_lines, assume_unique=True)
    tally = Tally(file.source.name, file.read_lines, file.regions, unread)
    for column, code in sorted({(reject.column, reject.code) for reject in file.rejects}):
        same = [reject.lines for reject in file.rejects if (reject.column, reject.code) == (column, code)]
        tally.add(field_of(file.names, column), column, code, np.unique(np.concatenate(same)))
    for finding in findings(file, spec, latest_year=latest_year, threads=threads):
        tally.add(finding.field, file.names.get(finding.field, ""), finding.code, finding.lines)
    return tally.table()


def _columns(file: FileRows, spec: LinkageSpec) -> dict[str, Column]:
    return {
        field.name: Column(field.name, field.kind, file.names[field.name], *file.columns[field.name])
        for field in spec.fields
        if field.name in file.columns and field.name in file.names
    }


def _regions_of_accepted(file: FileRows) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    if len(file.lines) == len(file.read_lines):
        return file.regions
    return file.regions[np.searchsorted(file.read_lines, file.lines)]


def _found(file: FileRows, field: str, code: str, rows: Mask) -> Iterator[Finding]:
    lines = file.lines[rows]
    if lines.size:
        yield Finding(field, code, lines)
