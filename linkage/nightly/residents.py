"""Applying a regional extract to the standing residents: what it adds, changes and closes, as rows for the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import SpecError
from linkage.nightly.extract import Extract
from linkage.nightly.people import People
from linkage.nightly.recognition import marks_of, recognise_rows
from linkage.nightly.store import plain_strings
from linkage.spec import LinkageSpec
from linkage.standardise.column import Int64
from linkage.standing.people import Marks
from linkage.standing.rows import CLOSED, DEAD, OPEN, record_ids, record_numbers

HEAD: Final = ("record_id", "region", "province", "source_file", "line", "given_id", "closed_by")
"""Columns before the spec's fields. ``closed_by``: the extract that no longer had the record, or ""."""


@dataclass(frozen=True, repr=False)
class Recognised:
    """The rows of an extract beside the standing records of its region.

    ``standing`` int64: rows of :class:`People`, by record number, and ``held`` their marks; of an extract that closes
    nothing, only those that a row may be. ``rows``: the extract's, and ``marks`` theirs. ``match``: for each row the
    place among ``standing`` that it is, int64 (n_rows,), -1 for a new one. ``absent``: which of ``standing`` are open
    and no row is, bool (n_standing,). ``open_before``: how many of the region were open.
    """

    standing: Int64
    held: Marks
    rows: pa.Table
    marks: Marks
    match: npt.NDArray[np.int64]
    absent: npt.NDArray[np.bool_]
    open_before: int
    fields: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Applied:
    """What an extract changes. ``rows``: residents as the store keeps them, with a column ``change``.

    ``fresh``: those of them whose content is new, in the order in which they were added to :class:`People`. ``added``,
    ``kept``, ``closed``: how many rows were new, found again, and closed; ``reopened``: of those found again, how many
    had been closed. ``last_number``: the last number issued.
    """

    rows: pa.Table
    fresh: pa.Table
    added: int
    kept: int
    closed: int
    reopened: int
    last_number: int


def check_fields(spec: LinkageSpec) -> None:
    """Raise :class:`SpecError` when a field of the spec has the name of a column the store keeps for itself."""
    for field in spec.fields:
        if field.name in (*HEAD, "change", "night"):
            raise SpecError(
                f"the store has a column {field.name!r} of its own",
                where=f"field {field.name}",
                remedy="Give the field another name and list the column under 'columns'",
            )


def empty_residents(spec: LinkageSpec) -> pa.Table:
    """Return standing residents with no rows."""
    kinds = {"line": pa.int64()}
    names = (*HEAD, *(field.name for field in spec.fields if field.name not in HEAD))
    return pa.table({name: pa.array([], kinds.get(name, pa.string())) for name in names})


def recognise(people: People, accepted: pa.Table, extract: Extract, schema: pa.Schema) -> Recognised:
    """Return who of an extract is who of the standing residents of its region.

    Args:
        people: the standing records.
        accepted: accepted rows of this extract alone.
        extract: its identity.
        schema: of the standing residents.
    """
    fields = tuple(name for name in schema.names if name not in HEAD)
    rows = _as_residents(accepted, extract, schema)
    marks = marks_of(rows, list(fields))
    standing = people.of_region(int(extract.region))
    open_before = int(np.count_nonzero(people.alive[standing] == OPEN))
    if extract.kind != "full":
        standing = people.alike(standing, marks)
    held = people.take(standing)
    match = recognise_rows(held, marks, replaces_all=extract.kind == "full")
    absent = people.alive[standing] == OPEN
    absent[match[match >= 0]] = False
    return Recognised(standing, held, rows, marks, match, absent, open_before, fields)


def apply_extract(people: People, found: Recognised, last_number: int, *, closed_by: str) -> Applied:
    """Change the standing records by an extract and return the rows that say so.

    Args:
        people: the standing records.
        found: what :func:`recognise` returned.
        last_number: the last record number issued; new rows are numbered on in the order of their content.
        closed_by: the extract that closes the absent records; "" closes none.
    """
    known = found.match >= 0
    new = np.flatnonzero(~known)
    order = np.lexsort((np.arange(new.size), found.marks.content[new]))
    numbers = np.zeros(found.match.size, np.int64)
    numbers[new[order]] = np.arange(last_number + 1, last_number + 1 + new.size)
    before = found.standing[found.match[known]]
    numbers[known] = people.numbers[before]
    other = np.zeros(found.match.size, np.bool_)
    reopened = people.alive[before] == CLOSED
    other[known] = (found.held.content[found.match[known]] != found.marks.content[known]) | reopened
    people.end(before[other[known]], DEAD)
    fresh = np.flatnonzero(other | ~known)
    people.add(found.marks.take(fresh), numbers[fresh])
    rows = found.rows.set_column(HEAD.index("record_id"), "record_id", record_ids(numbers))
    written = rows.append_column("change", pc.if_else(pa.array(known), "changed", "added"))
    closed = found.standing[found.absent] if closed_by else np.zeros(0, np.int64)
    people.end(closed, CLOSED)
    written = pa.concat_tables([written, _closed(people.numbers[closed], found, closed_by, written.schema)])
    added = int(new.size)
    return Applied(
        rows=written,
        fresh=rows.take(pa.array(fresh)),
        added=added,
        kept=found.match.size - added,
        closed=closed.size,
        reopened=int(np.count_nonzero(reopened)),
        last_number=last_number + added,
    )


def of_one_night(parts: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """Return the rows of a night's extracts, in their order, without those that a later one made void."""
    rows = pa.concat_tables([schema.empty_table(), *parts]).combine_chunks()
    if not rows.num_rows:
        return rows
    numbers = record_numbers(rows.column("record_id"))
    record = numbers - numbers.min()
    closes = pc.equal(rows.column("change"), "closed").to_numpy()
    last = np.full(int(record.max()) + 1, -1, np.int64)
    last[record[~closes]] = np.flatnonzero(~closes)  # of several assignments the last one counts
    place = np.arange(rows.num_rows)
    counts = np.flatnonzero(np.where(closes, place > last[record], place == last[record]))
    return rows.take(pa.array(counts[np.lexsort((closes[counts], numbers[counts]))]))


def _closed(numbers: Int64, found: Recognised, closed_by: str, schema: pa.Schema) -> pa.Table:
    """Return rows that close records; what else is known of them stands in earlier rows."""
    n = int(numbers.size)
    region = f"{found.held.regions[0]:04d}" if n else ""
    made = {
        "record_id": record_ids(numbers),
        "region": pa.repeat(region, n),
        "province": pa.repeat(region[:2], n),
        "closed_by": pa.repeat(closed_by, n),
        "change": pa.repeat("closed", n),
    }
    columns = [made[item.name] if item.name in made else pa.nulls(n, item.type) for item in schema]
    return pa.table(columns, schema=schema)


def _as_residents(accepted: pa.Table, extract: Extract, schema: pa.Schema) -> pa.Table:
    accepted = plain_strings(accepted)
    n = accepted.num_rows
    made = {
        "record_id": pa.repeat("", n),
        "region": pa.repeat(extract.region, n),
        "province": pa.repeat(extract.region[:2], n),
        "given_id": accepted.column("record_id"),
        "closed_by": pa.repeat("", n),
    }
    columns = []
    for item in schema:
        if item.name in made:
            columns.append(made[item.name])
        elif item.name == "source" and item.name not in accepted.column_names:
            columns.append(made["region"])  # a row that names no office came from the one that sent the file
        elif item.name in accepted.column_names:
            columns.append(accepted.column(item.name))
        else:
            columns.append(pa.nulls(n, item.type))
    return pa.table(columns, schema=schema).combine_chunks()
