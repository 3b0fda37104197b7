"""Delta Lake tables at their newest version: the log says which files count, each is read like any Parquet file.

Rows stand in the order of the files' paths and of the rows in them. Source: the Delta transaction log protocol.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.readers.base import RawBatch
from linkage.intake.readers.long_cells import part_long_cells
from linkage.intake.readers.parquet import ParquetFile
from linkage.intake.sources.source import Source, readable

_LOG: Final = "_delta_log"
_FEATURES: Final = frozenset({"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck", "deletionVectors"})
_WRITE_AGAIN: Final = "Write the table again, or export it as Parquet"


@dataclass(frozen=True, repr=False)
class _Part:
    """A data file: its path in the table's folder, where it lies, and the values of the partition it stands for."""

    name: str
    path: Path
    values: Mapping[str, pa.Scalar]


@dataclass(frozen=True)
class _Snapshot:
    """A table at one version: its columns (name -> type, as the log writes it), and its files by path."""

    version: int
    columns: Mapping[str, str]
    parts: tuple[_Part, ...]

    def bytes(self) -> int:
        return sum(part.path.stat().st_size for part in self.parts)


def delta_digest(path: Path, limits: Limits) -> tuple[str, int]:
    """Return a SHA-256 over the schema and the content of every file that counts, and the bytes of these files.

    The same files under the same paths give the same digest, whatever versions led to them.

    Raises:
        InputDataError: UNREADABLE, FILE_TOO_LARGE.
    """
    with readable(path.name):
        snapshot = _snapshot(path, limits, path.name)
        lines = [json.dumps(dict(snapshot.columns))]
        for part in snapshot.parts:
            with part.path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            values = {name: value.as_py() for name, value in sorted(part.values.items())}
            lines.append(json.dumps([part.name, content, values], default=str))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest(), snapshot.bytes()


class DeltaReader:
    """Reads a Delta table file by file; satisfies :class:`linkage.intake.readers.base.Reader`.

    Rows are counted from 1. A column that a file does not have is null there. Deletion vectors and column mapping are
    refused.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        """Read the log.

        Raises:
            InputDataError: UNREADABLE, FILE_TOO_LARGE, FILE_CHANGED (not the files whose digest was taken).
        """
        self._source = source
        self._limits = limits
        with readable(source.name):
            self._snapshot = _snapshot(Path(source.path), limits, source.name)
            changed = self._snapshot.bytes() != source.bytes
        if changed:
            problem = "the table changed while it was read"
            raise InputDataError("FILE_CHANGED", problem, where=source.name, remedy="Run again")

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns, those of partitions among them."""
        return tuple(self._snapshot.columns)

    @property
    def form(self) -> Mapping[str, str]:
        """The format and the version of the table."""
        return {"format": "delta", "version": str(self._snapshot.version)}

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield at most ``limits.batch_rows`` rows at a time; a row with a cell over the limit is rejected."""
        names = [self.header[column] for column in columns]
        done = read = 0
        for part in self._snapshot.parts:
            file = ParquetFile(str(part.path), self._limits, where=self._source.name)
            here = [name for name in dict.fromkeys(names) if name not in part.values and name in file.names]
            for rows, read_arrays in file.batches([file.names.index(name) for name in here]):
                lines = np.arange(done + 1, done + 1 + rows, dtype=np.int64)
                done += rows
                if done > self._limits.rows:
                    raise _too_large(self._source.name, f"the table has more than {self._limits.rows} rows")
                found = dict(zip(here, read_arrays, strict=True))
                arrays = tuple(
                    found[name] if name in found else _constant(part.values.get(name), len(lines)) for name in names
                )
                yield part_long_cells(RawBatch(lines, arrays, bytes_done=read), names, self._limits)
            read += part.path.stat().st_size


def _constant(value: pa.Scalar | None, count: int) -> pa.Array:
    if value is None or not value.is_valid:
        return pa.nulls(count, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value.as_py()], value.type))


def _snapshot(path: Path, limits: Limits, where: str) -> _Snapshot:
    folder = path.resolve()
    _check_log(folder, limits, where)
    try:
        table = DeltaTable(str(folder))
        _check_protocol(table, where)
        columns = {field.name: field.type.to_json() for field in table.schema().fields}
        actions = pa.table(table.get_add_actions())
    except (DeltaError, ValueError, KeyError):
        # Their messages quote the log, which holds smallest and largest values.
        problem = "the log of the table is missing or damaged"
    else:
        return _Snapshot(table.version(), columns, _parts(folder, actions, limits, where))
    raise _unreadable(where, problem)


def _check_log(folder: Path, limits: Limits, where: str) -> None:
    """Refuse a log that is too large, leads out of the folder, or has checkpoints that are no sound Parquet."""
    total = 0
    entries = sorted((folder / _LOG).iterdir()) if (folder / _LOG).is_dir() else []
    for count, entry in enumerate(entries):
        if not _is_inside(entry, folder):
            raise _unreadable(where, "the log has a link that leads out of the table")
        if entry.is_file():
            total += entry.stat().st_size
            if entry.suffix == ".parquet":
                ParquetFile(str(entry), limits, where=where).check_all()
        if total > limits.page_bytes or count > limits.members * 10:
            raise _too_large(where, f"the log has more than {limits.page_bytes} bytes or too many files")


def _check_protocol(table: DeltaTable, where: str) -> None:
    protocol = table.protocol()
    unknown = sorted(set(protocol.reader_features or ()) - _FEATURES)
    if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
        raise _unreadable(where, "the table uses column mapping, which is not read")
    if protocol.min_reader_version > 3 or unknown:
        raise _unreadable(where, f"the table asks for more than is read: {', '.join(unknown) or 'a newer reader'}")
    # Asked whatever the protocol says: a row that was deleted must not come back.
    if any(batch.num_rows for batch in pa.RecordBatchReader.from_stream(table.deletion_vectors())):
        raise _unreadable(where, "the table has deletion vectors, which are not read; purge them")


def _parts(folder: Path, actions: pa.Table, limits: Limits, where: str) -> tuple[_Part, ...]:
    if actions.num_rows > limits.members:
        raise _too_large(where, f"the table has more than {limits.members} files")
    found: list[_Part] = []
    for action in actions.select(["path"]).to_pylist():
        name = unquote(action["path"])
        path = folder / name
        if "://" in name or "\0" in name or Path(name).is_absolute() or not _is_inside(path, folder):
            raise _unreadable(where, "the log names a file outside the folder of the table")
        if not path.is_file():
            raise _unreadable(where, "the log names a file that is not there")
        row = len(found)
        values: dict[str, pa.Scalar] = {}
        if "partition" in actions.column_names:
            partition = actions.column("partition")[row]
            values = {key: partition[key] for key in partition}
        found.append(_Part(name, path, values))
    return tuple(sorted(found, key=lambda part: part.name.encode()))


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except RuntimeError:
        # Links that lead round in a circle.
        return False


def _unreadable(where: str, problem: str) -> InputDataError:
    return InputDataError("UNREADABLE", problem, where=where, remedy=_WRITE_AGAIN)


def _too_large(where: str, problem: str) -> InputDataError:
    return InputDataError("FILE_TOO_LARGE", problem, where=where, remedy="Compact it, or raise the limit")
