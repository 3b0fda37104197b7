"""Looking at the reference: what was published when, who a person is and was, and the whole of it as of a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.days import ZONE, ending
from linkage.errors import UsageError
from linkage.reference.store import LedgerRow, Reference
from linkage.reference.tables import MEMBERSHIP, NIK_ALIAS, PERSONS, PERSONS_HEAD
from linkage.review.masking import masked_values
from linkage.run.outputs import writing

TABLES: Final = (PERSONS, MEMBERSHIP, NIK_ALIAS)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Seen:
    """A person as of a publication. ``head``: the columns of the table's head; ``values``: masked, by plain column
    name; ``members``: (record, its own person, whether an office still has it, the case that put it there)."""

    publication: int
    head: Mapping[str, Any]
    values: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str, bool, int | None], ...]


def as_of(reference: Reference, text: str | None) -> int:
    """Return the publication that a number, a day (its end, Western Indonesian time) or an instant (UTC where it
    names no zone) means; the last one for None.

    Raises:
        UsageError: nothing was published by then, or the text is none of these.
    """
    if not reference.number:
        raise UsageError("nothing has been published yet", remedy="Publish: linkage publish")
    if text is None:
        return reference.number
    number = int(text) if _NUMBER.fullmatch(text) else reference.at(_instant(text))
    known = [row.publication for row in reference.rows() if row.publication <= number]
    if not known or (_NUMBER.fullmatch(text) and known[-1] != number):
        raise UsageError("no publication counted then", where="--as-of", remedy="See: linkage reference log")
    return known[-1]


def person(reference: Reference, name: str, publication: int) -> Seen:
    """Return the person that an id of a person or a record meant at a publication, values masked.

    Raises:
        UsageError: it meant nobody.
    """
    wanted = pa.array([name], pa.string())
    of_record = reference.read(MEMBERSHIP, publication, wanted)
    if of_record is not None and of_record.num_rows:
        name = of_record.column("person_id")[0].as_py()
    rows = reference.read(PERSONS, publication, pa.array([name], pa.string()))
    if rows is None or not rows.num_rows:
        raise UsageError("the reference has no such person or record", where=f"publication {publication}")
    row = rows.to_pylist()[0]
    values = {field: value for field, value in row.items() if field not in PERSONS_HEAD.names and value}
    members = reference.read(MEMBERSHIP, publication)
    inside = [] if members is None else members.filter(pc.equal(members.column("person_id"), name)).to_pylist()
    return Seen(
        publication,
        {field: row[field] for field in PERSONS_HEAD.names},
        masked_values(values),
        tuple(sorted((one["record_id"], one["own_id"], one["active"], one["case"]) for one in inside)),
    )


def changes_of(reference: Reference, name: str) -> tuple[tuple[int, str], ...]:
    """Return (publication, change) of every change of a person's row, oldest first."""
    log = reference.log(PERSONS, pa.array([name], pa.string()))
    if log is None:
        return ()
    return tuple(sorted(zip(log.column("publication").to_pylist(), log.column("change").to_pylist(), strict=True)))


def export(reference: Reference, table: str, publication: int, out: Path) -> int:
    """Write a table of the state as of a publication, sorted by its first column, and return its rows.

    The file can be read by its owner alone: it holds what the table holds.
    """
    rows = reference.read(table, publication)
    told = pa.table({}) if rows is None else rows.sort_by(rows.column_names[0])
    with writing(out):
        out.touch(mode=0o600)
        out.chmod(0o600)  # a file that was there keeps its own otherwise
        pq.write_table(told, out)
    return int(told.num_rows)


def log_lines(rows: tuple[LedgerRow, ...]) -> list[str]:
    """Return the ledger in words, newest first."""
    lines = ["publication  when (WIB)            persons +added ~changed -closed  decisions  state"]
    for row in reversed(rows):
        told = [row.counts.get(f"persons_{change}", 0) for change in ("added", "changed", "closed")]
        moved = f"+{told[0]:,} ~{told[1]:,} -{told[2]:,}"
        when = row.published_at.astimezone(ZONE)
        lines.append(
            f"{row.publication:>11}  {when:%Y-%m-%d %H:%M:%S}   {moved:<32} {row.counts.get('effects', 0):>9,}  "
            f"{row.state_hash}{'' if row.kind == 'publication' else f'  ({row.kind})'}"
        )
    return lines


def _instant(text: str) -> datetime:
    try:
        if len(text) == len("2026-11-02"):
            return ending(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "neither a number, a day nor an instant",
            where="--as-of",
            remedy="Write 12, 2026-11-02 or 2026-11-02T05:00Z",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
