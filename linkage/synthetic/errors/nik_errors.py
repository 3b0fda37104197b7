"""What happens to NIKs: one digit wrong, or two exchanged, where offices err most."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.errors.text_columns import scatter
from linkage.synthetic.fixed_text import characters_text
from linkage.synthetic.streams import Int64, pick

_DIGITS: Final = 16
_DAY: Final = 6
_ZERO: Final = ord("0")
_SERIAL_END, _DAY_OF_OTHER_SEX, _ANYWHERE = 0.35, 0.15, 0.5
_EXCHANGED: Final = np.array([1.0] * 6 + [2.0] * 5 + [1.0] + [2.0] * 3)
"""How often the digit at each place is exchanged with the next: more in the date and in the serial."""


def change_digit(niks: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace one digit: one of the last two of the serial, the 40 that a woman's day has (or has not), or any.

    Null and texts that are not 16 characters long stay.
    """
    rows, signs = _matrix(niks)
    manner = pick(rng, (_SERIAL_END, _DAY_OF_OTHER_SEX, _ANYWHERE), rows.size)
    place = np.select(
        [manner == 0, manner == 1], [rng.integers(14, 16, rows.size), _DAY], rng.integers(0, _DIGITS, rows.size)
    )
    line = np.arange(rows.size)
    digit = signs[line, place] - _ZERO
    of_other_sex = np.where(digit >= 4, digit - 4, digit + 4) % 10
    signs[line, place] = _ZERO + np.where(manner == 1, of_other_sex, (digit + rng.integers(1, 10, rows.size)) % 10)
    return scatter(niks, [rows], [characters_text(signs.astype(np.uint8))])


def transpose(niks: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Exchange two neighbouring digits that differ; null and texts that are not 16 characters long stay."""
    rows, signs = _matrix(niks)
    weights = np.where(signs[:, :-1] != signs[:, 1:], _EXCHANGED, 0.0)
    able = np.flatnonzero(weights.any(axis=1))
    running = weights[able].cumsum(axis=1)
    place = (rng.random(able.size)[:, None] * running[:, -1:] >= running).sum(axis=1)
    signs[able, place], signs[able, place + 1] = signs[able, place + 1], signs[able, place]
    return scatter(niks, [rows], [characters_text(signs.astype(np.uint8))])


def change_last_digit(numbers: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Replace the last character, a digit, by another digit. Null is not allowed."""
    head = pc.utf8_slice_codeunits(numbers, 0, -1)
    last = pc.cast(pc.utf8_slice_codeunits(numbers, -1), pa.int64()).to_numpy(zero_copy_only=False)
    other = pa.array((last + rng.integers(1, 10, last.size)) % 10)
    return pc.binary_join_element_wise(head, pc.cast(other, pa.string()), "")


def _matrix(niks: pa.StringArray) -> tuple[Int64, npt.NDArray[np.int64]]:
    """Return the rows of whole numbers, and their characters (n, 16)."""
    whole = pc.fill_null(pc.match_substring_regex(niks, rf"^[0-9]{{{_DIGITS}}}$"), False)
    rows = np.flatnonzero(whole.to_numpy(zero_copy_only=False))
    text = pc.binary_join(pa.ListArray.from_arrays([0, rows.size], niks.take(pa.array(rows))), "")[0].as_py()
    return rows, np.frombuffer(text.encode(), np.uint8).reshape(-1, _DIGITS).astype(np.int64)
