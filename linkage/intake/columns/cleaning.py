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

from linkage.intake.columns.dictionary import Int32, codes_of, follow, recode, recode_changed, without_values
from linkage.standardise.codes import settle_numbers

UInt8 = npt.NDArray[np.uint8]

_IDENTIFIERS: Final = ("nik", "identifier")


def clean_values(values: pa.StringArray, *, name: str, kind: str) -> tuple[Int32, pa.StringArray]:
    """Return int32 (n_values,), the clean value of each raw one (-1 for missing), and the distinct clean values.

    ``values``: distinct, no nulls.

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
    if text is values:
        # Still distinct: what is left need not be looked up again.
        return without_values(values, missing)
    return recode_changed(values, text, missing)


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


def settle_codes(codes: Int32, values: pa.StringArray, kind: str) -> tuple[Int32, pa.StringArray, int]:
    """Return a file's column with the numbers of a code list that its copy leaves open made missing, and their rows.

    See :func:`linkage.standardise.codes.settle_numbers`.
    """
    settled = settle_numbers(kind, values)
    if settled is values:
        return codes, values, 0
    mapping, distinct = recode(settled)
    changed = follow(codes, mapping)
    return changed, distinct, int(((changed < 0) & (codes >= 0)).sum())


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
    path = resources.files("linkage.intake.columns") / "data" / "missing.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def join_region_parts(parts: list[tuple[Int32, pa.StringArray, int]]) -> tuple[Int32, pa.StringArray]:
    """Join the numbers of province, regency, sub-district and village into region codes (2, 4, 6 or 10 digits).

    Each part is (codes, distinct raw values, width); a code ends before its first part that is no positive number of
    that width, or the whole code up to there. The work is per distinct combination.
    """
    joined = np.zeros(len(parts[0][0]), np.int64)
    texts = [""]
    for number, (codes, values, width) in enumerate(parts):
        numbers = [*(_digits(value) for value in values.to_pylist()), ""]
        pairs = joined * len(numbers) + codes % len(numbers)
        distinct, joined = np.unique(pairs, return_inverse=True)
        before = [texts[pair // len(numbers)] for pair in distinct.tolist()]
        texts = [
            _continued(head, numbers[pair % len(numbers)], width) if len(head) == 2 * number else head
            for head, pair in zip(before, distinct.tolist(), strict=True)
        ]
    clean = pa.array([text or None for text in texts], pa.string()).dictionary_encode()
    return codes_of(clean)[joined], clean.dictionary


def _digits(value: str) -> str:
    digits = value.strip().lstrip("'").removesuffix(".0").replace(".", "").lstrip("0")
    return digits if digits.isascii() and digits.isdigit() else ""


def _continued(head: str, digits: str, width: int) -> str:
    if head and len(digits) == len(head) + width and digits.startswith(head):
        return digits
    return head + digits.zfill(width) if 0 < len(digits) <= width else head
