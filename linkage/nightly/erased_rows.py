"""Keeping erased residents out: rows of an extract that bear the mark of a tombstone are rejected, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from linkage.encode import encode
from linkage.errors import LockHeldError
from linkage.intake import Intake
from linkage.intake.quality import severity_of
from linkage.intake.quality.tally import EXAMPLES
from linkage.nightly.residents import HEAD, Recognised
from linkage.nightly.standard_values import standard_array
from linkage.reference.tombstones import Tombstone, barring, marks_of, met, tombstones_of_text, tombstones_text
from linkage.run.outputs import write_text, writing
from linkage.schema import QUALITY, REJECTS
from linkage.spec import LinkageSpec
from linkage.standardise.column import Int64
from linkage.standardise.distinct import distinct_values
from linkage.standardise.regions.resolve import Texts, record_regions

RECORD_ERASED: Final = "RECORD_ERASED"
TOMBSTONES_NAME: Final = "tombstones.json"
ERASED_BY: Final = "erased"
"""What stands in ``closed_by`` of a resident whose values were erased."""

_HINT: Final = "the resident was erased by law and is not taken again; if that is wrong, ask who runs the queue"
_BIRTH: Final = "tanggal_lahir"
_OFFICE: Final = ("source", "kode_wilayah", "kab_kota", "provinsi")
"""What tells the office of a row."""
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, repr=False)
class Barred:
    """Who may not come back: marks of :mod:`linkage.reference.tombstones`, and the secret they were made under."""

    marks: frozenset[str] = frozenset()
    key: bytes = b""


def read_tombstones(workspace: Path) -> tuple[Tombstone, ...]:
    """Return the tombstones of a workspace, oldest first.

    Raises:
        InvariantError: the file is damaged.
    """
    path = workspace / TOMBSTONES_NAME
    return tombstones_of_text(path.read_text(encoding="utf-8"), where=str(path)) if path.is_file() else ()


def refuse_unfinished(workspace: Path) -> None:
    """Raise :class:`LockHeldError` while an erasure that was killed is not finished: nothing is built on half of it."""
    if any(not one.done for one in read_tombstones(workspace)):
        raise LockHeldError("an erasure is not finished", where=str(workspace), remedy="Finish it: linkage erase")


def write_tombstones(workspace: Path, tombstones: tuple[Tombstone, ...]) -> None:
    """Write the tombstones of a workspace, whole or not at all; only their owner can read them."""
    path = workspace / TOMBSTONES_NAME
    with writing(path):
        write_text(path, tombstones_text(tombstones))
        path.chmod(_OWNER_ONLY)


def barred(workspace: Path, key: bytes) -> Barred:
    """Return who may not come back into a workspace."""
    return Barred(barring(read_tombstones(workspace)), key)


def marks_of_residents(residents: pa.Table, spec: LinkageSpec, latest_year: int, key: bytes) -> tuple[str, ...]:
    """Return the marks of standing residents, sorted; ``latest_year``: for two-digit years."""
    rows, fields = _comparable(residents, spec, latest_year)
    found = {mark for marks in marks_of(rows, fields, key) for mark in marks.to_pylist() if mark}
    return tuple(sorted(found))


def keep_out(
    read: Intake, found: Recognised, spec: LinkageSpec, latest_year: int, barred: Barred
) -> tuple[Intake, Recognised]:
    """Return an extract and what was recognised of it without the new rows of erased residents, which are rejected.

    A row that is a standing resident's is nobody else's, whatever mark it bears: it stays.
    """
    new = np.flatnonzero(found.match < 0)
    if not barred.marks or not new.size:
        return read, found
    rows, fields = _comparable(found.rows.take(pa.array(new)), spec, latest_year)
    out = new[met(rows, fields, barred.key, barred.marks)]
    if not out.size:
        return read, found
    stays = np.ones(found.match.size, np.bool_)
    stays[out] = False
    kept = np.flatnonzero(stays)
    still = replace(found, rows=found.rows.take(pa.array(kept)), marks=found.marks.take(kept), match=found.match[kept])
    return _rejected(read, found.rows.column("line").take(pa.array(out)), _offices(read, out, spec)), still


def _comparable(residents: pa.Table, spec: LinkageSpec, latest_year: int) -> tuple[pa.Table, list[str]]:
    """Return residents with birth dates in one form, and the names of their content."""
    fields = [name for name in residents.column_names if name not in (*HEAD, "change", "night")]
    if _BIRTH in fields and residents.num_rows:
        encoded = encode(residents, spec, latest_year=latest_year, threads=1, fields={_BIRTH})
        births = standard_array(encoded, _BIRTH, np.arange(residents.num_rows))
        residents = residents.set_column(residents.column_names.index(_BIRTH), _BIRTH, births)
    return residents, fields


def _offices(read: Intake, rows: Int64, spec: LinkageSpec) -> list[str]:
    """Return the region of accepted rows as the quality return counts them: of the office they name, "" for none."""
    accepted = read.accepted.take(pa.array(rows))
    names = [name for name in _OFFICE if name in spec.field_names and name in accepted.column_names]
    texts: dict[str, Texts] = {}
    for name in names:
        values, codes = distinct_values(pa.chunked_array(accepted.column(name).cast(pa.string())).combine_chunks())
        texts[name] = codes, values
    regions = record_regions(texts, rows.size, spec.older_regions)
    return [f"{region:04d}" if region else "" for region in regions.tolist()]


def _rejected(read: Intake, lines: pa.ChunkedArray, offices: Sequence[str]) -> Intake:
    """Return an intake whose rows on these lines are rejected. ``offices``: their regions."""
    n = len(lines)
    (one,) = read.inputs
    told = {
        "source": pa.repeat(one.name, n),
        "line": lines,
        "column": pa.repeat("", n),
        "code": pa.repeat(RECORD_ERASED, n),
        "hint": pa.repeat(_HINT, n),
    }
    rejects = pa.concat_tables([read.rejects, pa.table(told).cast(REJECTS)])
    counted = replace(one, accepted=one.accepted - n, rejected=one.rejected + n)
    order = [(name, "ascending") for name in ("source", "line", "column", "code")]
    quality = _counted(read.quality, one.name, lines.to_pylist(), offices)
    return replace(read, rejects=rejects.sort_by(order), inputs=(counted,), quality=quality)


def _counted(quality: pa.Table, name: str, lines: Sequence[int], offices: Sequence[str]) -> pa.Table:
    """Return the quality return of a file with its rows of erased residents counted under their code.

    They are rows with a finding too. Which of them had another one nobody kept, so they count beside those that have
    one, up to all rows.
    """
    told = {(row["region"], row["field"], row["column"], row["code"]): row for row in quality.to_pylist()}
    for region in sorted(set(offices)):
        own = [line for line, office in zip(lines, offices, strict=True) if office == region]
        whole = told[region, "", "", "ROWS_READ"]["rows"]
        for code in (RECORD_ERASED, "ROWS_HIT"):
            new: dict[str, Any] = {"region": region, "source": name, "field": "", "column": "", "code": code}
            new |= {"severity": severity_of(code), "count": 0, "rows": whole, "example_lines": []}
            row = told.setdefault((region, "", "", code), new)
            row["count"] = min(whole, row["count"] + len(own))
            row["example_lines"] = sorted({*row["example_lines"], *own})[:EXAMPLES]
    return pa.Table.from_pylist([told[key] for key in sorted(told)], schema=QUALITY)
