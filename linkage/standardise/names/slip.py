"""A slip of the keyboard, told from a second name: SUPARNO and SUPARNP are one name, RINA and RINI are two.

Both pairs differ by one letter. But people bear RINA and RINI, while SUPARNP stands in the register once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.packed import pack_texts
from linkage.similarity.strings import edit_distance
from linkage.standardise.column import Int32, Int64, NameForms

MOST_RECORDS: Final = 2
"""A form that more records hold is a name."""

LEAST_RATIO: Final = 20
"""The other form must be held by at least so many times more records; else neither is known to be the right one."""

MOST_SLIPS: Final = 3
LONG_TOKEN: Final = 5


def token_counts(forms: NameForms, records_per_value: Int64) -> Int64:
    """Return int64 (n_tokens,): how often records hold each token; ``records_per_value`` int64 (n_values,)."""
    return np.bincount(
        forms.token_ids,
        weights=np.repeat(records_per_value, np.diff(forms.token_offsets)),
        minlength=len(forms.tokens),
    ).astype(np.int64)


def name_slips(left: Int32, right: Int32, forms: NameForms, records_per_token: Int64) -> npt.NDArray[np.bool_]:
    """Return for pairs of name codes (n_pairs,), none missing, whether they differ by slips alone.

    After the tokens they share, as many are left on each side, at most :data:`MOST_SLIPS`, and the k-th on one side
    belongs to the k-th on the other: one edit apart, two from five letters on (substitution, insertion, deletion, swap
    of neighbours). Of one such couple at least, one form is held by at most :data:`MOST_RECORDS` records, the other by
    at least :data:`LEAST_RATIO` times as many. ``records_per_token`` int64 (n_tokens,): :func:`token_counts`.
    """
    packed = pack_texts(forms.tokens)
    return _slips(left, right, forms.token_offsets, forms.token_ids, records_per_token, packed.chars, packed.offsets)


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
    ours = np.empty(MOST_SLIPS + 1, np.int64)
    theirs = np.empty(MOST_SLIPS + 1, np.int64)
    for pair in range(left.shape[0]):
        a, a_end = token_offsets[left[pair]], token_offsets[left[pair] + 1]
        b, b_end = token_offsets[right[pair]], token_offsets[right[pair] + 1]
        count = _only_here(token_ids, a, a_end, b, b_end, ours)
        if a_end - a != b_end - b or not 1 <= count <= MOST_SLIPS:
            continue
        if _only_here(token_ids, b, b_end, a, a_end, theirs) != count:
            continue
        close = True
        for place in range(count):
            close = close and _is_close(ours[place], theirs[place], chars, char_offsets)
            rare, common = per_token[ours[place]], per_token[theirs[place]]
            rare, common = min(rare, common), max(rare, common)
            slips[pair] |= rare <= MOST_RECORDS and common >= LEAST_RATIO * rare
        slips[pair] &= close
    return slips


@borrowing
def _only_here(
    token_ids: Int32, start: int, end: int, other_start: int, other_end: int, found: npt.NDArray[np.int64]
) -> int:
    """Put the tokens of a run that the other run does not have into ``found`` and return their number.

    Stops at one more than ``MOST_SLIPS``.
    """
    count = 0
    for position in range(start, end):
        token = token_ids[position]
        shared = False
        for other in range(other_start, other_end):
            if token_ids[other] == token:
                shared = True
                break
        if not shared:
            found[count] = token
            count += 1
            if count > MOST_SLIPS:
                break
    return count


@borrowing
def _is_close(one: int, other: int, chars: npt.NDArray[np.uint16], char_offsets: Int64) -> bool:
    start, end = char_offsets[one], char_offsets[one + 1]
    other_start, other_end = char_offsets[other], char_offsets[other + 1]
    allowed = 2 if min(end - start, other_end - other_start) >= LONG_TOKEN else 1
    return bool(edit_distance(chars, start, end, other_start, other_end, True, allowed) <= allowed)
