"""What standardising hands on: distinct values, and codes that point to them.

Work is done once per *distinct* raw value. A standardiser takes distinct raw texts and returns
:class:`StandardValues`; :func:`apply` turns a record column into a :class:`StandardColumn`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]
UInt64 = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class KeySets:
    """A set of 64-bit blocking keys for each distinct value.

    ``offsets`` int64 (n_values + 1,), ``keys`` uint64; value v has ``keys[offsets[v]:offsets[v + 1]]``,
    sorted and distinct. An empty set means that the value gives no key.
    """

    offsets: Int64
    keys: UInt64


@dataclass(frozen=True)
class NameForms:
    """Names taken apart into tokens, for the name levels of :mod:`linkage.standardise.names.level`.

    Value v has the tokens ``token_ids[token_offsets[v]:token_offsets[v + 1]]`` in their order;
    ``token_soft`` (same shape) is 1 where the token may be missing on one side (title-like, noble,
    birth-order tokens). ``tokens`` (n_tokens,) are the distinct canonical tokens. Token t has the
    phonetic keys ``keys[key_offsets[t]:key_offsets[t + 1]]``: int32 codes, sorted and distinct, meaningful
    only within this column.
    """

    token_offsets: Int64
    token_ids: Int32
    token_soft: UInt8
    tokens: pa.StringArray
    key_offsets: Int64
    keys: Int32


@dataclass(frozen=True)
class StandardValues:
    """Distinct standard values of one field, and where each distinct raw value went.

    ``mapping`` int32 (n_raw,): index into ``values``, -1 for missing. ``values`` (n_values,) distinct
    texts sorted by UTF-8 bytes, so that codes do not depend on the order of the input.
    ``integers`` int64 (n_values,) for kinds with a numeric content: dates as yyyymmdd, numbers
    scaled by 1,000. ``flags`` uint8 (n_values,), meaning stated by each kind. ``key_sets`` by key
    form (``linkage.spec.FIELD_KINDS``).
    """

    mapping: Int32
    values: pa.StringArray
    integers: Int64 | None = None
    flags: UInt8 | None = None
    names: NameForms | None = None
    key_sets: Mapping[str, KeySets] = field(default_factory=dict)


@dataclass(frozen=True)
class StandardColumn:
    """One field of all records: ``codes`` int32 (n_records,), -1 for missing, into ``content.values``."""

    name: str
    kind: str
    codes: Int32
    content: StandardValues


def apply(name: str, kind: str, raw_codes: Int32, content: StandardValues) -> StandardColumn:
    """Return the record column for raw dictionary codes (-1 for a null) and standardised distinct values."""
    # A code of -1 takes the last entry.
    codes = np.append(content.mapping, np.int32(-1))[raw_codes]
    return StandardColumn(name, kind, codes, content)
