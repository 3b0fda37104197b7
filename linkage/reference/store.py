"""The reference on disk: Delta tables as logs, and a ledger whose newest row says which of their rows count.

A publication appends to several tables and then one row to the ledger. That row is the commit: until it stands nobody
sees the others, and whatever a publication left that was killed before it is taken back by the next one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from linkage.change_log import UInt64, lanes, latest, local_files, open_to_us, replaced, row_digests
from linkage.errors import InvariantError, OutputError
from linkage.reference.tables import CHANGE, ERASED, KEYS, LEDGER_SCHEMA, LOG, PUBLICATION, SEAL, STATE, bare

_SEAL_BYTES: Final = 16
_KEY_BYTES: Final = 64
_LEDGER: Final = "ledger"
_LOG_NAMES: Final = tuple(LOG.names)


@dataclass(frozen=True)
class LedgerRow:
    """One publication: what it makes visible; see :data:`linkage.reference.tables.LEDGER_SCHEMA`."""

    publication: int
    kind: str
    published_at: datetime
    run_id: str
    night: int
    last_person: int
    versions: Mapping[str, int]
    state_hash: str
    counts: Mapping[str, int]
    rules: str | None = None


class Reference:
    """The tables below a folder as the ledger shows them. Whoever writes holds the workspace's lock."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """``key``: the project's secret, under which rows are sealed."""
        self.folder = folder
        self._key = key[:_KEY_BYTES]
        self._rows = _read_ledger(folder / _LEDGER)

    @property
    def number(self) -> int:
        """The last publication, 0 for none."""
        return self._rows[-1].publication if self._rows else 0

    def rows(self) -> tuple[LedgerRow, ...]:
        """Return the ledger, oldest first."""
        return self._rows

    def last(self) -> LedgerRow | None:
        """Return the newest row of the ledger, None before the first publication."""
        return self._rows[-1] if self._rows else None

    def at(self, moment: datetime) -> int:
        """Return the publication that counted at an instant, 0 for none."""
        return max((row.publication for row in self._rows if row.published_at <= moment), default=0)

    def read(self, name: str, publication: int | None = None, keys: pa.StringArray | None = None) -> pa.Table | None:
        """Return the rows of a table that counted at a publication (None: the last), in no certain order.

        ``keys``: only rows whose first key column holds one of these. None when the table has never had a row.

        Raises:
            InvariantError: its files cannot be read.
        """
        log = self._current(name, publication, keys)
        return None if log is None else log.drop_columns(list(_LOG_NAMES))

    def log(self, name: str, keys: pa.StringArray | None = None) -> pa.Table | None:
        """Return every committed row of a table with the columns of the log, None when there never was one."""
        return self._log(name, None if keys is None else pc.field(KEYS[name][0]).isin(keys))

    def appended(self, name: str, publication: int) -> pa.Table | None:
        """Return the rows that one publication appended, with the columns of the log; None when there is no table."""
        return self._log(name, pc.field(PUBLICATION) == publication)

    def state_hash(self, publication: int | None = None) -> str:
        """Return the hash of the tables of the state as they counted at a publication, from their rows' seals."""
        total = np.zeros(_SEAL_BYTES // 8, np.uint64)
        for name in STATE:
            log = self._current(name, publication, None)
            total += _sealed(log)
        return total.tobytes().hex()

    def broken_seals(self, name: str) -> int:
        """Return how many rows of a table are not what their seals say; of an erased one, not what was left of it."""
        log = self._log(name, None, erased=True)
        if log is None:
            return 0
        whole = pc.equal(self._seals(name, log), log.column(SEAL))
        left = pc.fill_null(pc.equal(self._seals(name, log, left=True), log.column(ERASED)), False)
        sound = int(pc.sum(pc.or_(whole, left).cast(pa.int64())).as_py() or 0)
        return int(log.num_rows) - sound

    def erased(self, name: str, keys: pa.StringArray | None = None) -> pa.Table | None:
        """Return the committed rows of a table whose values were erased, with the columns of the log; None for none."""
        log = self._log(name, None if keys is None else pc.field(KEYS[name][0]).isin(keys), erased=True)
        if log is None:
            return None
        found = log.filter(pc.is_valid(log.column(ERASED)))
        return found.drop_columns([ERASED]) if found.num_rows else None

    def roll_back(self) -> int:
        """Take back what a publication left that was killed before its commit; return from how many tables."""
        versions = self._rows[-1].versions if self._rows else {}
        if not self._rows:
            self._check_new()
        undone = 0
        for name in KEYS:
            folder = self.folder / name
            if name not in versions:
                undone += folder.is_dir()
                shutil.rmtree(folder, ignore_errors=True)
                continue
            newest, known = DeltaTable(str(folder)), DeltaTable(str(folder), version=versions[name])
            if set(newest.file_uris()) != set(known.file_uris()):
                undone += 1
                newest.restore(versions[name])
        return undone

    def _check_new(self) -> None:
        """Raise :class:`InvariantError` when tables were written more than once, and no ledger says what counts."""
        for name in KEYS:
            folder = self.folder / name
            if folder.is_dir() and DeltaTable.is_deltatable(str(folder)) and DeltaTable(str(folder)).version() > 0:
                raise InvariantError(
                    "the ledger of the reference is gone, but its tables are not",
                    where=str(self.folder),
                    remedy="Restore the workspace from a backup",
                )

    def commit(
        self,
        number: int,
        kind: str,
        changed: Mapping[str, pa.Table],
        *,
        now: datetime,
        run_id: str,
        night: int,
        last_person: int,
        counts: Mapping[str, int],
        left: Mapping[str, pa.Table] | None = None,
        rules: str | None = None,
    ) -> LedgerRow:
        """Append the rows of a publication, each with a column ``change``, and make them count, in one step.

        ``left``: what an erasure leaves of committed rows, by table, with the columns of the log. They take the place
        of the rows with the same seal, publication and change; so former states keep their hashes. ``rules``: digest of
        the rules by which all values stay now, None for those of the last row.

        Raises:
            InvariantError: the number is not a new one. OutputError: the disk is full, or not to be written.
        """
        if number <= self.number:
            raise InvariantError(f"publication {number} is not newer than {self.number}", where=str(self.folder))
        self.roll_back()
        before = self._rows[-1] if self._rows else None
        versions = dict(before.versions) if before else {}
        total = np.frombuffer(bytes.fromhex(before.state_hash), "<u8").copy() if before else np.zeros(2, np.uint64)
        versions |= {name: self._replace(name, rows) for name, rows in (left or {}).items() if rows.num_rows}
        for name, rows in changed.items():
            if not rows.num_rows:
                continue
            sealed = self._as_log(name, rows, number)
            if name in STATE:
                total += self._moved(name, sealed)
            versions[name] = self._append(name, sealed)
        rules = rules or (before.rules if before else None)
        state = total.tobytes().hex()
        row = LedgerRow(number, kind, now, run_id, night, last_person, versions, state, dict(counts), rules)
        self._append(_LEDGER, _ledger_table(row))
        self._rows = (*self._rows, row)
        return row

    def _moved(self, name: str, sealed: pa.Table) -> UInt64:
        """Return by how much rows change the hash of the state: theirs come in, those they take the place of go out."""
        standing = self._current(name, None, sealed.column(KEYS[name][0]).combine_chunks().unique())
        known = [*KEYS[name], *_LOG_NAMES]
        told = pa.concat_tables([table.select(known) for table in (standing, sealed) if table is not None])
        content, closing = latest(told.combine_chunks(), KEYS[name], PUBLICATION)
        return _sealed(told.take(pa.array(content[closing < 0]))) - _sealed(standing)

    def _as_log(self, name: str, rows: pa.Table, number: int) -> pa.Table:
        content = _plain(rows)
        table = content.drop_columns([CHANGE]).append_column(CHANGE, rows.column(CHANGE))
        table = table.append_column(PUBLICATION, pa.array(np.full(rows.num_rows, number, np.int64)))
        return table.append_column(SEAL, self._seals(name, table)).combine_chunks()

    def _seals(self, name: str, table: pa.Table, *, left: bool = False) -> pa.StringArray:
        names = tuple(sorted(set(table.column_names) - {*_LOG_NAMES, ERASED}))
        label = f"{name} left" if left else name
        digests = row_digests(table, names, size=_SEAL_BYTES, key=self._key, label=label.encode())
        return pa.array([digest.hex() for some in digests for digest in some], pa.string())

    def _current(self, name: str, publication: int | None, keys: pa.StringArray | None) -> pa.Table | None:
        limit = pc.field(PUBLICATION) <= (self.number if publication is None else publication)
        log = self._log(name, limit if keys is None else limit & pc.field(KEYS[name][0]).isin(keys))
        if log is None:
            return None
        log = log.combine_chunks()
        content, closing = latest(log, KEYS[name], PUBLICATION)
        return log.take(pa.array(np.sort(content[closing < 0])))

    def _log(self, name: str, wanted: pc.Expression | None, *, erased: bool = False) -> pa.Table | None:
        version = self._rows[-1].versions.get(name) if self._rows else None
        if version is None:
            return None
        try:
            table = DeltaTable(str(self.folder / name), version=version)
            rows = table.to_pyarrow_dataset(filesystem=local_files(self.folder / name))
            log = _plain(rows.to_table(filter=wanted))
        except (DeltaError, OSError, pa.ArrowInvalid) as error:
            raise InvariantError(
                f"version {version} of the reference's {name} cannot be read",
                where=str(self.folder),
                remedy="Restore the workspace from a backup",
            ) from error
        if ERASED in log.column_names:
            return log if erased else log.drop_columns([ERASED])
        return log.append_column(ERASED, pa.nulls(log.num_rows, pa.string())) if erased else log

    def _replace(self, name: str, rows: pa.Table) -> int:
        """Write a table anew with rows in the place of those they are what was left of, and return the version."""
        folder = self.folder / name
        left = rows.append_column(ERASED, self._seals(name, rows, left=True))
        try:
            log = DeltaTable(str(folder), version=self._rows[-1].versions[name])
            batches = log.to_pyarrow_dataset(filesystem=local_files(folder)).to_batches()
            whole = pa.RecordBatchReader.from_batches(left.schema, replaced(batches, left, _LOG_NAMES))
            write_deltalake(str(folder), whole, mode="overwrite", schema_mode="overwrite")
            return int(DeltaTable(str(folder)).version())
        except (OSError, DeltaError) as error:
            raise OutputError(
                f"the reference's {name} cannot be rewritten",
                where=str(folder),
                remedy="Check permissions and free space",
            ) from error

    def _append(self, name: str, rows: pa.Table) -> int:
        folder = self.folder / name
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what residents are known by
            folder.mkdir(exist_ok=True)
            write_deltalake(str(folder), rows, mode="append", schema_mode="merge")
            return int(DeltaTable(str(folder)).version())
        except (OSError, DeltaError) as error:
            raise OutputError(
                f"the reference's {name} cannot be written",
                where=str(folder),
                remedy="Check permissions and free space",
            ) from error


def _sealed(log: pa.Table | None) -> UInt64:
    if log is None or not log.num_rows:
        return np.zeros(_SEAL_BYTES // 8, np.uint64)
    return lanes(bytes.fromhex("".join(log.column(SEAL).to_pylist())), _SEAL_BYTES)


def _plain(table: pa.Table) -> pa.Table:
    """Return the table with view strings as plain ones, and every list as one of strings."""
    kinds = {pa.string_view(): pa.string(), pa.large_string(): pa.string()}
    fields = []
    for item in table.schema:
        kind = kinds.get(item.type, item.type)
        if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_list_view(kind):
            kind = pa.list_(pa.string())
        fields.append(pa.field(item.name, kind))
    return table.cast(pa.schema(fields))


def _read_ledger(folder: Path) -> tuple[LedgerRow, ...]:
    place = open_to_us(folder)
    try:
        table = _plain(DeltaTable(place).to_pyarrow_table(filesystem=local_files(folder)))
    except TableNotFoundError:
        return ()
    except (DeltaError, OSError, pa.ArrowInvalid) as error:
        raise InvariantError(
            "the ledger of the reference is damaged", where=str(folder), remedy="Restore the workspace from a backup"
        ) from error
    rows = (
        LedgerRow(
            **{
                **row,
                "published_at": datetime.fromisoformat(row["published_at"]),
                "versions": json.loads(row["versions"]),
                "counts": json.loads(row["counts"]),
            }
        )
        for row in table.to_pylist()
    )
    return tuple(sorted(rows, key=lambda row: row.publication))


def _ledger_table(row: LedgerRow) -> pa.Table:
    told = {
        "publication": row.publication,
        "kind": row.kind,
        "published_at": row.published_at.astimezone(UTC).isoformat(),
        "run_id": row.run_id,
        "night": row.night,
        "last_person": row.last_person,
        "versions": json.dumps(row.versions, sort_keys=True),
        "state_hash": row.state_hash,
        "counts": json.dumps(row.counts, sort_keys=True),
        "rules": row.rules,
    }
    return pa.Table.from_pylist([told], schema=bare(LEDGER_SCHEMA))
