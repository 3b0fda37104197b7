"""The file a team takes along: digests of keys per record, and a header that says whose they are and for how long.

It begins with a mark, the SHA-256 of what follows and its HMAC under the passphrase; then comes Parquet. Nothing is
parsed before both are right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.encode import EncodedRecords
from linkage.errors import InputDataError, InputMissingError, NotPermittedError
from linkage.precheck.keys import KINDS, NIK, WITHOUT, IndexKeys, key_entries
from linkage.run.outputs import writing
from linkage.spec import LinkageSpec
from linkage.spec.stored import spec_from_dict
from linkage.version import VERSION

FORMAT: Final = 1
_MARK: Final = b"tunggal precheck"
_DIGEST_BYTES: Final = 32
_BODY: Final = len(_MARK) + 2 * _DIGEST_BYTES
_METADATA: Final = b"linkage.precheck"
_SPEC_BYTES: Final = 1 << 22
DAMAGED: Final = "INDEX_DAMAGED"


@dataclass(frozen=True)
class Header:
    """What an index says of itself; no resident's value.

    ``regions``: codes of regencies, or of two digits for a province. ``as_of``: newest cut-off per regency (yyyymmdd).
    ``expires``: the last day on which it may be used, ISO. ``spec``: by which values are standardised, packed.
    """

    export_id: str
    regions: tuple[str, ...]
    run_id: str
    as_of: Mapping[str, int]
    made: str
    expires: str
    records: int
    latest_year: int
    spec: str
    kinds: tuple[str, ...] = tuple(kind.name for kind in KINDS)
    version: str = VERSION
    format: int = FORMAT

    def read_spec(self) -> LinkageSpec:
        """Return the spec by which the digests were made.

        Raises:
            SpecError: it is none of this version.
        """
        unpacked = zlib.decompressobj().decompress(base64.b64decode(self.spec), _SPEC_BYTES)
        return spec_from_dict(json.loads(unpacked))


@dataclass(frozen=True, repr=False)
class Index:
    """An index in memory. ``columns``: digest per record and kind, uint64 (n,); ``present``: where there is one."""

    header: Header
    columns: Mapping[str, npt.NDArray[np.uint64]]
    present: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)


def packed_spec(spec: LinkageSpec) -> str:
    """Return a spec as a short text for the header."""
    return base64.b64encode(zlib.compress(json.dumps(spec.to_dict()).encode(), 9)).decode()


def build_index(records: EncodedRecords, header: Header, keys: IndexKeys) -> Index:
    """Return the index of records, in an order that tells nothing: by digest.

    Of several keys of one kind, a record has the smallest; who asks, asks with all of theirs.
    """
    n = records.n_records
    columns: dict[str, npt.NDArray[np.uint64]] = {}
    present: dict[str, npt.NDArray[np.bool_]] = {}
    for name, (rows, digests) in key_entries(records, keys.digests).items():
        smallest = np.full(n, np.iinfo(np.uint64).max, np.uint64)
        np.minimum.at(smallest, rows, digests)
        there = np.zeros(n, np.bool_)
        there[rows] = True
        columns[name], present[name] = smallest, there
    for name, other in WITHOUT.items():
        present[name] = present[name] & ~present[other]
    some = np.logical_or.reduce([present[name] for name in columns])
    by_digest = [np.where(present[name], columns[name].view(np.int64), 0) for name in reversed(columns)]
    order = np.lexsort((*by_digest, ~present[NIK]))
    order = order[some[order]]
    columns = {name: np.where(present[name], values, np.uint64(0))[order] for name, values in columns.items()}
    present = {name: there[order] for name, there in present.items()}
    return Index(replace(header, records=int(order.size)), columns, present)


def write_index(index: Index, path: Path, keys: IndexKeys) -> str:
    """Write an index and return the SHA-256 of its body: a column of digests per kind, the header as metadata."""
    fields = [pa.field(name, pa.int64()) for name in index.columns]
    schema = pa.schema(fields, metadata={_METADATA: json.dumps(asdict(index.header)).encode()})
    arrays = [pa.array(values.view(np.int64), mask=~index.present[name]) for name, values in index.columns.items()]
    stream = BytesIO()
    pq.write_table(
        pa.table(arrays, schema=schema),
        stream,
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        # The first is sorted, so differences are shorter; the others are as random as they look.
        column_encoding={name: "DELTA_BINARY_PACKED" if name == NIK else "PLAIN" for name in index.columns},
    )
    body = stream.getvalue()
    digest = hashlib.sha256(body).digest()
    temporary = path.with_name(f".{path.name}.partial")
    with writing(path):
        temporary.write_bytes(_MARK + digest + _seal(digest, keys) + body)
        temporary.replace(path)
    return digest.hex()


def read_index(path: Path, keys: IndexKeys, *, today: date) -> Index:
    """Return the index in a file, checked.

    Raises:
        InputMissingError: no such file. InputDataError: no index, damaged, or made by another version of the program.
        NotPermittedError: another key, or expired.
    """
    if not path.is_file():
        raise InputMissingError("no such index", where=str(path))
    raw = path.read_bytes()
    mark, digest, seal, body = (
        raw[start:end] for start, end in pairwise((0, len(_MARK), len(_MARK) + _DIGEST_BYTES, _BODY, len(raw)))
    )
    if mark != _MARK or hashlib.sha256(body).digest() != digest:
        raise InputDataError(
            DAMAGED, "it is no index, or damaged", where=path.name, remedy="Copy it again from the office"
        )
    if not hmac.compare_digest(_seal(digest, keys), seal):
        raise NotPermittedError(
            "the key is not that of this index", where=path.name, remedy="Ask the office for the key of this export"
        )
    index = _parsed(body, path.name)
    if today > date.fromisoformat(index.header.expires):
        raise NotPermittedError(
            f"the index expired on {index.header.expires}", where=path.name, remedy="Ask the office for a new one"
        )
    return index


def _seal(digest: bytes, keys: IndexKeys) -> bytes:
    return hmac.digest(keys.seal, digest, hashlib.sha256)


def _parsed(body: bytes, where: str) -> Index:
    table = pq.read_table(pa.BufferReader(body))
    told = json.loads(table.schema.metadata[_METADATA])
    if told["format"] != FORMAT or told["version"] != VERSION:
        raise InputDataError(
            "INDEX_VERSION",
            f"it was made by version {told['version']}, and this is {VERSION}",
            where=where,
            remedy="Use the same version as the office, or ask for a new index",
        )
    header = Header(**{**told, "regions": tuple(told["regions"]), "kinds": tuple(told["kinds"])})
    columns, present = {}, {}
    for name in header.kinds:
        column = table.column(name).combine_chunks()
        present[name] = np.asarray(column.is_valid().to_numpy(zero_copy_only=False))
        columns[name] = column.fill_null(0).to_numpy().view(np.uint64)
    return Index(header, columns, present)
