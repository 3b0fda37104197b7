"""The texts of shapes, as kernels: names in which a stand-in takes the place of every word that no rule looks at.

Which words these are is the business of :mod:`.shapes`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.column import Int32, Int64, UInt8

Mask = npt.NDArray[np.bool_]

LITERAL: Final = 0
"""Sort of word: a rule may look at it, so it stays."""
BARRED: Final = 1
"""Sort of word: a name with it has no shape."""
NEUTRAL: Final = 2
"""Sort of word: no rule looks at it."""
OLD: Final = 3
"""Sort of word: shows the old spelling, and nothing else."""
RESPELLED: Final = 4
"""Sort of word: its J is written Y in a name of the old spelling."""
COMPOUND: Final = 5
"""The first sort of words that N12 and N13 take apart: that many, one for each entry of :data:`HEADS`."""
HEADS: Final = ("ABDUL", "NUR", "NURUL")

STAND_IN_LENGTH: Final = 6
"""The rules tell words of up to five letters by their length, behind a comma; all longer ones are as one of six."""
SHORTEST_STAND_IN: Final = 3
PLACES: Final = "ABDFGHILMNPQRTUVWZ"
"""The last letter of a stand-in says which word of its name it stands for. No letter means anything to a rule: no C, E,
J, K, O, S, X, Y."""

_COMMA, _BLANK, _DOT = 44, 32, 46
_LETTERS = np.frombuffer(PLACES.encode(), np.uint8).copy()
_HEAD_LETTERS = np.frombuffer("".join(HEADS).encode(), np.uint8).copy()
_HEAD_BOUNDS = np.cumsum([0, *map(len, HEADS)])


def stand_in(sort: int, place: int, length: int = STAND_IN_LENGTH) -> str:
    """Return the stand-in for the word of a sort that is number ``place`` of its name's."""
    head = {OLD: "OE", RESPELLED: "J"}.get(sort, "")
    word = head.ljust(length - 1, "Q") + PLACES[place]
    return HEADS[sort - COMPOUND] + word if sort >= COMPOUND else word


@kernel
def write_shapes(
    texts: UInt8, bounds: Int64, offsets: Int64, ids: Int32, rows: Int64, barred: Mask, sorts: UInt8
) -> tuple[UInt8, Int64, Int64, Int32]:
    """Return the shapes of some names: their bytes and bounds, then the offsets and ids of the words taken out.

    Names and words as in :class:`.letter_runs.LetterRuns`; ``rows`` (n,) picks names, ``barred`` bool (n,) says which
    of them have no shape, ``sorts`` uint8 (n_words,) is the sort of each word. A name without a shape has an empty one.
    """
    room = words = 0
    for row in rows:
        room += bounds[row + 1] - bounds[row] + 2 * STAND_IN_LENGTH * (offsets[row + 1] - offsets[row])
        words += offsets[row + 1] - offsets[row]
    shapes = np.empty(room, np.uint8)
    shape_bounds = np.zeros(rows.shape[0] + 1, np.int64)
    taken_offsets = np.zeros(rows.shape[0] + 1, np.int64)
    taken = np.empty(words, np.int32)
    filled = n_taken = 0
    for name in range(rows.shape[0]):
        row = rows[name]
        begin, first = filled, n_taken
        shaped = not barred[name]
        run = offsets[row]
        place = bounds[row]
        behind_comma = False
        while shaped and place < bounds[row + 1]:
            byte = texts[place]
            end = place
            while end < bounds[row + 1] and 65 <= texts[end] <= 90:
                end += 1
            if end == place:
                behind_comma |= byte == _COMMA
                shapes[filled] = byte
                filled += 1
                place += 1
                continue
            sort = sorts[ids[run]]
            if sort == BARRED or n_taken - first == _LETTERS.shape[0]:
                shaped = False
            elif sort == LITERAL or (behind_comma and sort != NEUTRAL):
                shapes[filled : filled + end - place] = texts[place:end]
                filled += end - place
            else:
                length = min(end - place, STAND_IN_LENGTH) if behind_comma else STAND_IN_LENGTH
                filled = _write_stand_in(shapes, filled, sort, length)
                shapes[filled - 1] = _LETTERS[n_taken - first]
                taken[n_taken] = ids[run]
                n_taken += 1
            place = end
            run += 1
        if not shaped:
            filled, n_taken = begin, first
        shape_bounds[name + 1] = filled
        taken_offsets[name + 1] = n_taken
    return shapes[:filled].copy(), shape_bounds, taken_offsets, taken[:n_taken].copy()


@borrowing
def _write_stand_in(shapes: UInt8, filled: int, sort: int, length: int) -> int:
    if sort >= COMPOUND:
        for letter in range(_HEAD_BOUNDS[sort - COMPOUND], _HEAD_BOUNDS[sort - COMPOUND + 1]):
            shapes[filled] = _HEAD_LETTERS[letter]
            filled += 1
    shapes[filled : filled + length] = 81  # Q
    if sort == OLD:
        shapes[filled], shapes[filled + 1] = 79, 69
    elif sort == RESPELLED:
        shapes[filled] = 74
    return filled + length


@kernel
def joins_behind_comma(texts: UInt8, bounds: Int64, rows: Int64) -> Mask:
    """Return which names (n,) have a comma and a sign over which N3 joins words, so that their lengths add up."""
    found = np.zeros(rows.shape[0], np.bool_)
    for name in range(rows.shape[0]):
        comma = other = False
        for place in range(bounds[rows[name]], bounds[rows[name] + 1]):
            byte = texts[place]
            comma |= byte == _COMMA
            other |= not (65 <= byte <= 90 or byte in (_COMMA, _BLANK, _DOT))
        found[name] = comma and other
    return found


@kernel
def fill_shapes(
    shape_of: Int64, shape_offsets: Int64, pieces: Int64, taken_offsets: Int64, stems: Int32, respelled: Int32
) -> tuple[Int64, Int32]:
    """Return the tokens of names (n,) as offsets and ids, each put together from the pieces of its shape.

    ``shape_of`` int64 (n,); shape s has ``pieces[shape_offsets[s]:shape_offsets[s + 1]]``. A piece is a token, or
    negative: ``-1 - 2 * place`` the word of the name with that number, one less for it respelled. ``stems`` and
    ``respelled``: the tokens of the words taken out, whose offsets are ``taken_offsets`` (n + 1,).
    """
    offsets = np.zeros(shape_of.shape[0] + 1, np.int64)
    for name in range(shape_of.shape[0]):
        shape = shape_of[name]
        offsets[name + 1] = offsets[name] + shape_offsets[shape + 1] - shape_offsets[shape]
    ids = np.empty(offsets[-1], np.int32)
    for name in range(shape_of.shape[0]):
        begin = shape_offsets[shape_of[name]]
        for step in range(offsets[name + 1] - offsets[name]):
            piece = pieces[begin + step]
            if piece < 0:
                word = taken_offsets[name] + (-1 - piece) // 2
                piece = respelled[word] if (-1 - piece) % 2 else stems[word]
            ids[offsets[name] + step] = piece
    return offsets, ids
