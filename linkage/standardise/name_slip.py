"""A slip of the keyboard, told from a second name: SUPARNO and SUPARNP are one name, RINA and RINI are two.

Both pairs differ by one letter. But people bear RINA and RINI, while SUPARNP stands in the register once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel
from linkage.similarity.packed import pack_texts
from linkage.similarity.strings import edit_distance
from linkage.standardise.column import Int32, Int64, NameForms

MOST_RECORDS: Final = 2
"""A form that more records hold is a name."""

LEAST_RATIO: Final = 20
"""The other form must be held by at least so many times more records; else neither is known to be the right one."""


def name_slips(left: Int32, right: Int32, forms: NameForms, records_per_value: Int64) -> npt.NDArray[np.bool_]:
    """Return for pairs of name codes (n_pairs,), none missing, whether they differ by a slip.

    They have the same tokens but one on each side; these two are one edit apart (a substitution, insertion, deletion or
    swap of neighbours); and one of them is held by at most :data:`MOST_RECORDS` records, the other by at least
    :data:`LEAST_RATIO` times as many. ``records_per_value`` int64 (n_values,).
    """
    per_token = np.bincount(
        forms.token_ids,
        weights=np.repeat(records_per_value, np.diff(forms.token_offsets)),
        minlength=len(forms.tokens),
    ).astype(np.int64)
    packed = pack_texts(forms.tokens)
    return _slips(left, right, forms.token_offsets, forms.token_ids, per_token, packed.chars, packed.offsets)


@kernel
def _slips(
    left: Int32,
    right: Int32,
    token_offsets: Int64,
    token_ids: Int32,
    per_token: Int64,
    chars: npt.NDArray[np.uint16],
    char_offsets: Int64,
) -> npt.NDArray[np.bool_]:
    slips = np.zeros(left.shape[0], np.bool_)
    for pair in range(left.shape[0]):
        a, a_end = token_offsets[left[pair]], token_offsets[left[pair] + 1]
        b, b_end = token_offsets[right[pair]], token_offsets[right[pair] + 1]
        if a_end - a != b_end - b or left[pair] == right[pair]:
            continue
        one = _only_here(token_ids, a, a_end, b, b_end)
        other = _only_here(token_ids, b, b_end, a, a_end)
        if one < 0 or other < 0:
            continue
        rare, common = min(per_token[one], per_token[other]), max(per_token[one], per_token[other])
        if rare > MOST_RECORDS or common < LEAST_RATIO * rare:
            continue
        slips[pair] = (
            edit_distance(
                chars, char_offsets[one], char_offsets[one + 1], char_offsets[other], char_offsets[other + 1], True
            )
            == 1
        )
    return slips


@kernel
def _only_here(token_ids: Int32, start: int, end: int, other_start: int, other_end: int) -> int:
    """Return the one token of a run that the other run does not have, -1 when there is none or more than one."""
    found = -1
    for position in range(start, end):
        token = token_ids[position]
        shared = False
        for other in range(other_start, other_end):
            if token_ids[other] == token:
                shared = True
                break
        if not shared:
            if found >= 0:
                return -1
            found = token
    return found
