"""A digest of columns of text that does not depend on how they are cut into batches or stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class ColumnsDigest:
    """SHA-256 over names, types and texts; each column's lengths and bytes go into digests of their own.

    ``size``: bytes of all texts so far.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._fields = [f"{len(field.name)} {field.name} {field.type}" for field in schema]
        self._lengths = [hashlib.sha256() for _ in schema]
        self._bytes = [hashlib.sha256() for _ in schema]
        self.size = 0

    def add(self, texts: Sequence[pa.StringArray]) -> None:
        """Append rows: one string array (n,) per column; null differs from empty."""
        for array, lengths, content in zip(texts, self._lengths, self._bytes, strict=True):
            sizes = pc.fill_null(pc.binary_length(array), -1).cast(pa.int32())
            lengths.update(np.asarray(sizes.to_numpy(zero_copy_only=False), "<i4").tobytes())
            data = pa.concat_arrays([pc.fill_null(array, "")])
            offsets = np.frombuffer(data.buffers()[1], np.int32, len(data) + 1, data.offset * 4)
            if offsets[-1] > offsets[0]:
                content.update(memoryview(data.buffers()[2])[offsets[0] : offsets[-1]])
            self.size += int(offsets[-1] - offsets[0])

    def hexdigest(self) -> str:
        """Return the digest of all rows so far."""
        whole = hashlib.sha256()
        for field, lengths, content in zip(self._fields, self._lengths, self._bytes, strict=True):
            whole.update(field.encode())
            whole.update(lengths.digest())
            whole.update(content.digest())
        return whole.hexdigest()
