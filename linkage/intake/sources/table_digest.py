"""A digest of a table in memory."""

from __future__ import annotations

import hashlib
import io
from typing import cast

import pyarrow as pa


def table_digest(table: pa.Table) -> tuple[str, int]:
    """Return a SHA-256 that does not depend on how the columns are cut into chunks, and the bytes it covers."""
    sink = _DigestSink()
    for field, column in zip(table.schema.remove_metadata(), table.columns, strict=True):
        bare = pa.schema([pa.field(field.name, field.type)])
        with pa.ipc.new_stream(pa.PythonFile(sink, "w"), bare) as stream:
            stream.write_table(pa.table([column.combine_chunks()], schema=bare))
    return sink.digest.hexdigest(), sink.size


class _DigestSink(io.RawIOBase):
    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(cast(bytes, data))
        self.digest.update(view)
        self.size += view.nbytes
        return view.nbytes
