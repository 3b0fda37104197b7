"""How the tokens of a couple relate: one sound, a slip, one the beginning of the other, or two names."""

from __future__ import annotations

from typing import Final

from linkage.features.names.spelled import SpelledNames
from linkage.similarity.jit import borrowing
from linkage.similarity.strings import edit_distance, jaro_winkler
from linkage.standardise.names.level import sound_alike

NO_COUPLE: Final = -1
UNLIKE: Final = 0
SHORTENED: Final = 1
"""One begins the other: an initial, an abbreviation, a name cut at the width of a column."""
SLIPPED: Final = 2
"""One edit apart, or two from :data:`LONG_TOKEN` letters on."""
SOUNDS: Final = 3
JOINED: Final = 4
"""Two tokens, written together on the other side."""
SAME: Final = 5

LONG_TOKEN: Final = 7
SHORT_TOKEN: Final = 3
LEAST_LIKENESS: Final = 0.01
"""Of a couple with no letter in common: two leftovers are still a couple."""


@borrowing
def relate_tokens(names: SpelledNames, here: int, there: int) -> int:
    """Return how the tokens at two places relate, :data:`NO_COUPLE` for a soft and a hard one that are unlike.

    A soft token may be missing, so it never stands in the place of another name.
    """
    first, second = names.ids[here], names.ids[there]
    if first == second:
        return SAME
    if sound_alike(first, second, names.alone, names.alone_ids, names.key_offsets, names.keys):
        return SOUNDS
    length = names.bounds[here + 1] - names.bounds[here]
    other_length = names.bounds[there + 1] - names.bounds[there]
    shorter = min(length, other_length)
    if shorter >= SHORT_TOKEN:
        allowed = 2 if shorter >= LONG_TOKEN else 1
        if edits(names, here, there, allowed) <= allowed:
            return SLIPPED
    if length != other_length and _common_start(names, here, there) == shorter:
        return SHORTENED
    return UNLIKE if names.soft[here] == names.soft[there] else NO_COUPLE


@borrowing
def edits(names: SpelledNames, here: int, there: int, bound: int) -> int:
    """Return the edits between the tokens at two places, a swap of neighbours counting as one; over ``bound`` one more.

    A negative bound is none.
    """
    return edit_distance(
        names.chars,
        names.bounds[here],
        names.bounds[here + 1],
        names.bounds[there],
        names.bounds[there + 1],
        True,
        bound,
    )


@borrowing
def likeness(names: SpelledNames, here: int, there: int) -> float:
    """Return the Jaro-Winkler similarity of the tokens at two places, 0 to 1."""
    return jaro_winkler(
        names.chars, names.bounds[here], names.bounds[here + 1], names.bounds[there], names.bounds[there + 1]
    )


@borrowing
def _common_start(names: SpelledNames, here: int, there: int) -> int:
    """Return how many letters the tokens at two places begin with in common."""
    start, other = names.bounds[here], names.bounds[there]
    most = min(names.bounds[here + 1] - start, names.bounds[there + 1] - other)
    step = 0
    while step < most and names.chars[start + step] == names.chars[other + step]:
        step += 1
    return step


@borrowing
def makes_together(names: SpelledNames, here: int, there: int) -> bool:
    """Return whether the token at a place and the next, written together, make the token at another place."""
    start, end = names.bounds[here], names.bounds[here + 2]
    other, other_end = names.bounds[there], names.bounds[there + 1]
    if end - start != other_end - other:
        return False
    return bool(edit_distance(names.chars, start, end, other, other_end, False, 0) == 0)
