"""What stands for nothing becomes null, and outer blanks and spreadsheet marks go; all on distinct values."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.dictionary import Int32, codes_of

UInt8 = npt.NDArray[np.uint8]

_IDENTIFIERS: Final = ("nik", "identifier")


def clean_values(values: pa.StringArray, *, name: str, kind: str) -> tuple[Int32, pa.StringArray]:
    """Return int32 (n_values,), the clean value of each raw one (-1 for missing), and the distinct clean values.

    Kinds ``nik`` and ``identifier`` also lose a leading apostrophe and the ``="..."`` with which spreadsheets are made
    to keep digits. Kind ``id`` (a record's own id) loses outer blanks only: any text may be an id.
    """
    first, last = edge_bytes(values)
    text = values
    if (_NEEDS_TRIM[first] | _NEEDS_TRIM[last]).any():
        text = pc.utf8_trim_whitespace(text)
        first, _ = edge_bytes(text)
    if kind in _IDENTIFIERS and _MARK[first].any():
        text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r'^(?:="(.*)"|[\'’`´]+(.*))$', r"\1\2"))
        first, _ = edge_bytes(text)
    if kind == "id":
        missing = first == 0
    else:
        missing = np.zeros(len(text), np.bool_)
        # A value that begins with 1 to 9 says something; most identifiers, dates and numbers are done here.
        doubtful = np.flatnonzero(~_DIGIT[first])
        missing[doubtful] = _missing(text.take(pa.array(doubtful)), name, kind)
    if missing.any():
        text = pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), text)
    clean = text.dictionary_encode()
    return codes_of(clean), clean.dictionary


def edge_bytes(texts: pa.StringArray) -> tuple[UInt8, UInt8]:
    """Return the first and the last UTF-8 byte of each text (no nulls), 0 for an empty one."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None or not data.size:
        return np.zeros(len(texts), np.uint8), np.zeros(len(texts), np.uint8)
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    raw = np.frombuffer(data, np.uint8)
    filled = bounds[1:] > bounds[:-1]
    first = raw[np.minimum(bounds[:-1], len(raw) - 1)] * filled
    return first, raw[np.maximum(bounds[1:] - 1, 0)] * filled


def _missing(text: pa.StringArray, name: str, kind: str) -> npt.NDArray[np.bool_]:
    data = _data()
    silent = pc.invert(pc.match_substring_regex(text, r"[\pL\pN]"))
    missing = pc.or_(silent, pc.is_in(pc.utf8_upper(text), value_set=pa.array(data["tokens"], pa.string())))
    if kind in data["zero_kinds"] or name in data["zero_fields"]:
        missing = pc.or_(missing, pc.match_substring_regex(text, r"^0[0 .,]*$"))
    return np.asarray(missing.to_numpy(zero_copy_only=False), np.bool_)


def _bytes_table(chosen: bytes) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, np.bool_)
    table[list(chosen)] = True
    return table


_NEEDS_TRIM: Final = _bytes_table(bytes([*range(1, 33), 127, *range(128, 256)]))
_MARK: Final = _bytes_table("='`’´".encode())
_DIGIT: Final = _bytes_table(b"123456789")


@cache
def _data() -> dict[str, Any]:
    path = resources.files("linkage.intake") / "data" / "missing.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def join_region_parts(parts: list[tuple[Int32, pa.StringArray, int]]) -> tuple[Int32, pa.StringArray]:
    """Join the numbers of province, regency, sub-district and village into region codes (2, 4, 6 or 10 digits).

    Each part is (codes, distinct raw values, width); a code ends before its first part that is no positive number of
    that width. The work is per distinct combination.
    """
    joined = np.zeros(len(parts[0][0]), np.int64)
    texts = [""]
    for number, (codes, values, width) in enumerate(parts):
        padded = [*(_padded(value, width) for value in values.to_pylist()), ""]
        pairs = joined * len(padded) + codes % len(padded)
        distinct, joined = np.unique(pairs, return_inverse=True)
        before = [texts[pair // len(padded)] for pair in distinct.tolist()]
        full = 2 * number
        texts = [
            head + padded[pair % len(padded)] if len(head) == full else head
            for head, pair in zip(before, distinct.tolist(), strict=True)
        ]
    clean = pa.array([text or None for text in texts], pa.string()).dictionary_encode()
    return codes_of(clean)[joined], clean.dictionary


def _padded(value: str, width: int) -> str:
    digits = value.strip().lstrip("'").removesuffix(".0").lstrip("0")
    return digits.zfill(width) if digits.isascii() and digits.isdigit() and len(digits) <= width else ""
