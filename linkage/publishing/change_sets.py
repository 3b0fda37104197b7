"""The files of a publication: what each office is asked to do, what institutions are told of NIKs, and a manifest.

They follow from the committed rows of the reference alone: a publication that was killed before they were written gets
the same bytes at the next start. Only their owner can read them, for they hold NIKs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.days import day_of
from linkage.errors import InvariantError
from linkage.publishing.usulan_sheet import sheet
from linkage.reference.alias_feed import BEGUN_AFTER, alias_events, alias_feed, alias_list
from linkage.reference.store import LedgerRow, Reference
from linkage.reference.tables import NIK_ALIAS, PUBLICATION, SEAL, USULAN
from linkage.reference.usulan import usulan_of_table
from linkage.review.spreadsheets import csv_bytes, kept_digits
from linkage.run.manifest import MANIFEST_NAME
from linkage.run.outputs import write_text, writing

CONFIRMATIONS: Final = "confirmations"
"""The kind of a publication by which the reference takes what offices answered."""

CENTRE: Final = "pusat"
ALIAS_SEQUENCE: Final = "alias_sequence"
"""What a manifest tells: the last ``sequence`` in the feeds of closed NIKs up to this publication, 0 for none."""
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def write_publication(reference: Reference, number: int, folder: Path) -> None:
    """Write the files of a committed publication into ``folder``, which appears whole or not at all.

    ``usulan/<region>.csv`` and ``.parquet``: what each office is asked anew, or no longer asked; the centre's are
    called ``pusat``. ``alias/alias.csv`` and ``.parquet``: what changed in the list of closed NIKs. ``manifest.json``,
    written last, tells digest, rows and bytes of each. A folder that has its manifest is left alone.

    Raises:
        InvariantError: no such publication. OutputError: the folder cannot be written.
    """
    row = next((row for row in reference.rows() if row.publication == number), None)
    if row is None:
        raise InvariantError(f"publication {number} is not in the ledger", where=str(folder))
    if (folder / MANIFEST_NAME).is_file():
        return
    staging = folder.with_name(f".{folder.name}.partial")
    with writing(folder):
        for stale in (staging, folder):
            shutil.rmtree(stale, ignore_errors=True)
        staging.mkdir(parents=True, mode=_PRIVATE_FOLDER)
        tables = dict(_usulan_tables(reference, row))
        events = _events(reference)
        feed = alias_feed(events, number)
        files = [_write(staging, f"usulan/{name}", content, rows) for name, content, rows in _usulan_files(tables)]
        files += [_write(staging, f"alias/{name}", content, rows) for name, content, rows in _both("alias", feed)]
        manifest = _manifest(row, files, tables, feed, _last_sequence(events, number))
        write_text(staging / MANIFEST_NAME, json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        (staging / MANIFEST_NAME).chmod(_PRIVATE_FILE)
        staging.rename(folder)


def whole_alias_list(reference: Reference, publication: int | None = None) -> pa.Table:
    """Return all NIKs that are closed at a publication (None: the last), as :data:`ALIAS_FEED`."""
    return alias_list(_events(reference), reference.number if publication is None else publication)


def last_sequence(reference: Reference) -> int:
    """Return the last ``sequence`` of the feeds of all publications, 0 for none."""
    return _last_sequence(_events(reference), reference.number)


def _last_sequence(events: pa.Table, publication: int) -> int:
    until = events.filter(pc.less_equal(events.column(PUBLICATION), publication))
    return int(pc.max(until.column("sequence")).as_py() or 0)


def _events(reference: Reference) -> pa.Table:
    days = {row.publication: day_of(row.published_at).isoformat() for row in reference.rows()}
    anew = {row.publication: row.counts[BEGUN_AFTER] for row in reference.rows() if BEGUN_AFTER in row.counts}
    return alias_events(reference.log(NIK_ALIAS), days, anew)


def _usulan_tables(reference: Reference, row: LedgerRow) -> Iterator[tuple[str, pa.Table]]:
    """Yield the name and the rows of each office that a publication has news for, the centre first.

    What offices have answered themselves is no news to them.
    """
    moved = reference.appended(USULAN, row.publication) if row.kind != CONFIRMATIONS else None
    if moved is None:
        return
    moved = moved.drop_columns([PUBLICATION, SEAL])
    for region in sorted(set(moved.column("region").to_pylist())):
        rows = moved.filter(pc.equal(moved.column("region"), region))
        number = pc.split_pattern(rows.column("usulan_id"), "-")
        rows = rows.append_column("number", pc.list_element(number, 1).cast(pa.int64()))
        rows = rows.sort_by([("effect", "ascending"), ("number", "ascending")]).drop_columns(["number"])
        yield region or CENTRE, rows.combine_chunks()


def _usulan_files(tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, bytes, int]]:
    for name, rows in tables.items():
        yield f"{name}.csv", sheet(usulan_of_table(rows)), rows.num_rows
        yield f"{name}.parquet", _parquet(rows), rows.num_rows


def _both(name: str, table: pa.Table) -> Iterator[tuple[str, bytes, int]]:
    rows = [[kept_digits("" if cell is None else str(cell)) for cell in row.values()] for row in table.to_pylist()]
    yield f"{name}.csv", csv_bytes([table.column_names, *rows]), table.num_rows
    yield f"{name}.parquet", _parquet(table), table.num_rows


def _parquet(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def _write(staging: Path, name: str, content: bytes, rows: int) -> dict[str, Any]:
    """Write a file that only its owner can read, and return what the manifest tells of it."""
    path = staging / name
    path.parent.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "rows": rows}


def _manifest(
    row: LedgerRow,
    files: Sequence[Mapping[str, Any]],
    tables: Mapping[str, pa.Table],
    feed: pa.Table,
    sequence: int,
) -> dict[str, Any]:
    usulan = Counter(status for rows in tables.values() for status in rows.column("status").to_pylist())
    return {
        "publication": row.publication,
        "kind": row.kind,
        "published_at": row.published_at.isoformat(),
        "run_id": row.run_id,
        "night": row.night,
        "state_hash": row.state_hash,
        "counts": dict(row.counts),
        "usulan": dict(usulan),
        "aliases": dict(Counter(feed.column("status").to_pylist())),
        ALIAS_SEQUENCE: sequence,
        "files": sorted(files, key=lambda told: str(told["name"])),
    }
