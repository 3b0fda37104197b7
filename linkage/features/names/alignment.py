"""Which token of one name stands for which of the other: equal ones, joined ones, the best assignment of the rest."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.features.names.couples import (
    JOINED,
    LEAST_LIKENESS,
    NO_COUPLE,
    SAME,
    likeness,
    makes_together,
    relate_tokens,
)
from linkage.features.names.spelled import Float64, SpelledNames
from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.column import Int64

MOST_TOKENS: Final = 32
"""Tokens of a name beyond these are not looked at; no name has so many."""
MOST_OPEN: Final = 8
"""Tokens of a side that take part in the assignment, so that their subsets are counted by a byte."""
SUBSETS: Final = 1 << MOST_OPEN

OPEN: Final = -1
_IMPOSSIBLE = -1.0


class Alignment(NamedTuple):
    """The room one alignment takes, used again for each pair.

    ``partner``, ``other_partner`` int64: for each token of the left, and of the right name, the place of its partner in
    the other name, counted from its first token, or :data:`OPEN`. ``relation``, ``other_relation`` int64: how it
    relates to its partner (:mod:`linkage.features.names.couples`). The rest is scratch.
    """

    partner: Int64
    other_partner: Int64
    relation: Int64
    other_relation: Int64
    open_here: Int64
    open_there: Int64
    related: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    best: npt.NDArray[np.float64]


@kernel
def room_for_alignment() -> Alignment:
    """Return room for names of any number of tokens."""
    return Alignment(
        np.empty(MOST_TOKENS, np.int64),
        np.empty(MOST_TOKENS, np.int64),
        np.empty(MOST_TOKENS, np.int64),
        np.empty(MOST_TOKENS, np.int64),
        np.empty(MOST_OPEN, np.int64),
        np.empty(MOST_OPEN, np.int64),
        np.empty((MOST_OPEN, MOST_OPEN), np.int64),
        np.empty((MOST_OPEN, MOST_OPEN), np.float64),
        np.empty((MOST_OPEN + 1, SUBSETS), np.float64),
    )


@borrowing
def align(names: SpelledNames, left: int, right: int, room: Alignment) -> None:
    """Find partners for the tokens of two values, into ``room``.

    Equal tokens are partners, first come first served; then two neighbours and the token they make together. The others
    are assigned so that the sum over all couples of relation and likeness is greatest.
    """
    here, count = names.offsets[left], min(names.offsets[left + 1] - names.offsets[left], MOST_TOKENS)
    there, other_count = names.offsets[right], min(names.offsets[right + 1] - names.offsets[right], MOST_TOKENS)
    for j in range(other_count):
        room.other_partner[j] = OPEN
    for i in range(count):
        room.partner[i] = OPEN
        for j in range(other_count):
            if names.ids[here + i] == names.ids[there + j] and room.other_partner[j] == OPEN:
                _couple(room, i, j, SAME)
                break
    if count != other_count:
        _couple_joined(names, here, count, there, other_count, room)
    n_open = _gather_open(room.partner, count, room.open_here)
    n_other = _gather_open(room.other_partner, other_count, room.open_there)
    if n_open and n_other:
        _assign(names, here, there, n_open, n_other, room)


@borrowing
def _couple(room: Alignment, i: int, j: int, relation: int) -> None:
    room.partner[i], room.other_partner[j] = j, i
    room.relation[i] = room.other_relation[j] = relation


@borrowing
def _couple_joined(names: SpelledNames, here: int, count: int, there: int, other_count: int, room: Alignment) -> None:
    """Couple two open neighbours of the name with more tokens with an open token of the other."""
    for i in range(count):
        for j in range(other_count):
            if room.partner[i] != OPEN or room.other_partner[j] != OPEN:
                continue
            if count > other_count:
                if i + 1 < count and room.partner[i + 1] == OPEN and makes_together(names, here + i, there + j):
                    _couple(room, i + 1, j, JOINED)
                    _couple(room, i, j, JOINED)
            elif (
                j + 1 < other_count and room.other_partner[j + 1] == OPEN and makes_together(names, there + j, here + i)
            ):
                _couple(room, i, j + 1, JOINED)
                _couple(room, i, j, JOINED)


@borrowing
def _gather_open(partner: Int64, count: int, found: Int64) -> int:
    n_open = 0
    for place in range(count):
        if partner[place] == OPEN and n_open < MOST_OPEN:
            found[n_open] = place
            n_open += 1
    return n_open


@borrowing
def _assign(names: SpelledNames, here: int, there: int, n_open: int, n_other: int, room: Alignment) -> None:
    """Couple open tokens so that the sum of scores is greatest: by dynamic programming over subsets of one side."""
    if n_open == 1 and n_other == 1:
        relation = relate_tokens(names, here + room.open_here[0], there + room.open_there[0])
        if relation != NO_COUPLE:
            _couple(room, room.open_here[0], room.open_there[0], relation)
        return
    for row in range(n_open):
        for column in range(n_other):
            place, other_place = here + room.open_here[row], there + room.open_there[column]
            relation = relate_tokens(names, place, other_place)
            room.related[row, column] = relation
            room.score[row, column] = _IMPOSSIBLE
            if relation != NO_COUPLE:
                room.score[row, column] = relation + max(likeness(names, place, other_place), LEAST_LIKENESS)
    subset = _best_subset(n_open, n_other, room.score, room.best)
    for row in range(n_open - 1, -1, -1):
        if room.best[row, subset] == room.best[row + 1, subset]:
            continue
        for column in range(n_other):
            bit = 1 << column
            if not subset & bit or room.score[row, column] < 0.0:
                continue
            if room.best[row, subset ^ bit] + room.score[row, column] == room.best[row + 1, subset]:
                _couple(room, room.open_here[row], room.open_there[column], room.related[row, column])
                subset ^= bit
                break


@borrowing
def _best_subset(n_rows: int, n_columns: int, score: Float64, best: Float64) -> int:
    """Fill ``best[r, s]``, the greatest sum of the first r rows over exactly the columns s, and return the best s.

    A subset that so few rows cannot fill has a negative sum.
    """
    subsets = 1 << n_columns
    for subset in range(subsets):
        best[0, subset] = _IMPOSSIBLE if subset else 0.0
    for row in range(n_rows):
        for subset in range(subsets):
            most = best[row, subset]
            for column in range(n_columns):
                bit = 1 << column
                if subset & bit and score[row, column] >= 0.0 and best[row, subset ^ bit] >= 0.0:
                    most = max(most, best[row, subset ^ bit] + score[row, column])
            best[row + 1, subset] = most
    chosen = 0
    for subset in range(subsets):
        if best[n_rows, subset] > best[n_rows, chosen]:
            chosen = subset
    return chosen
