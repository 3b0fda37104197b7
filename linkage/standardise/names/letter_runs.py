"""The words of a column of raw names, as arrays: N1 and N2 on ASCII letters, and the runs of A to Z they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.column import Int32, Int64, UInt8

SIGNS: Final = 1
"""Mark: the folded text begins with something else than a letter, or holds more than letters, blanks, dots, hyphens."""
ODD: Final = 2
"""Mark: a byte that only the rules on one name fold (another script, a digit at the edge of a word, an entity)."""
FOLDED: Final = 4
"""Mark: an apostrophe was deleted, a digit read as a letter, or a blank was not a plain one."""

_LETTER, _BLANK, _OTHER_BLANK, _JOINT, _SIGN, _APOSTROPHE, _DIGIT = 1, 2, 3, 4, 5, 6, 7


@dataclass(frozen=True)
class LetterRuns:
    """Raw names (n_raw,), folded as :func:`.folding.fold_name` does, and the runs of letters in them.

    ``marks`` uint8 (n_raw,): the bits of this module, 0 for a name of plain words. The folded text of name v is the
    bytes ``texts[bounds[v]:bounds[v + 1]]``, none where it is odd; its words are ``ids[offsets[v]:offsets[v + 1]]``,
    indexes into ``words`` (n_words,), distinct.
    """

    marks: UInt8
    texts: UInt8
    bounds: Int64
    offsets: Int64
    ids: Int32
    words: pa.StringArray


def letter_runs(values: pa.StringArray) -> LetterRuns:
    """Return the folded texts and the words of raw names (n_raw,); a null is as an empty text."""
    values = pc.fill_null(values, "")
    _, places, data = values.buffers()
    bounds = np.zeros(1, np.int32)
    if len(values):
        bounds = np.frombuffer(places, np.int32)[values.offset : values.offset + len(values) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    texts, text_bounds, marks = _fold(raw, bounds, _byte_sorts())
    offsets, letters, ends = _split(texts, text_bounds)
    runs = pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(letters)).dictionary_encode()
    return LetterRuns(marks, texts, text_bounds, offsets, runs.indices.to_numpy(), runs.dictionary)


def _byte_sorts() -> UInt8:
    """Return uint8 (256,): what each byte is; 0 for one that makes a name odd.

    The question mark and the backslash may be what is left of an apostrophe, the ampersand begins an entity, and the
    hash an error of a spreadsheet, which is told by the raw text alone.
    """
    sorts = np.zeros(256, np.uint8)
    sorts[33:127] = _SIGN
    sorts[[ord(sign) for sign in "#&?\\"]] = 0
    sorts[9:14] = _OTHER_BLANK
    for characters, sort in ((" ", _BLANK), (".-", _JOINT), ("'`", _APOSTROPHE), ("0123456789", _DIGIT)):
        sorts[[ord(character) for character in characters]] = sort
    sorts[ord("A") : ord("Z") + 1] = sorts[ord("a") : ord("z") + 1] = _LETTER
    return sorts


@kernel
def _fold(raw: UInt8, bounds: Int32, sorts: UInt8) -> tuple[UInt8, Int64, UInt8]:
    """Fold the texts ``raw[bounds[v]:bounds[v + 1]]``; return the folded bytes, their bounds, and the marks."""
    n_values = bounds.shape[0] - 1
    texts = np.empty(bounds[n_values] - bounds[0], np.uint8)
    text_bounds = np.zeros(n_values + 1, np.int64)
    marks = np.zeros(n_values, np.uint8)
    filled = 0
    for value in range(n_values):
        begin = filled
        gap = mark = 0
        for place in range(bounds[value], bounds[value + 1]):
            byte = raw[place]
            sort = sorts[byte]
            if sort in (_BLANK, _OTHER_BLANK):
                gap = max(gap, sort)
                continue
            if sort == _APOSTROPHE:
                mark |= FOLDED
                continue
            if sort == _DIGIT:
                byte = _lookalike(raw, place, bounds[value], bounds[value + 1], sorts)
                mark |= FOLDED
                sort = sorts[byte]
            if sort == 0:
                mark, filled = ODD, begin
                break
            if sort == _SIGN or (sort == _JOINT and filled == begin):
                mark |= SIGNS
            if gap and filled > begin:
                texts[filled] = 32
                filled += 1
                mark |= FOLDED if gap == _OTHER_BLANK else 0
            gap = 0
            texts[filled] = byte & 0xDF if byte >= 97 and sort == _LETTER else byte
            filled += 1
        if filled == begin and mark != ODD:
            mark |= SIGNS
        marks[value] = mark
        text_bounds[value + 1] = filled
    return texts[:filled].copy(), text_bounds, marks


@borrowing
def _lookalike(raw: UInt8, place: int, begin: int, end: int, sorts: UInt8) -> int:
    """Return the letter that a digit between letters stands for, 0 (an odd byte) for another digit."""
    digit = raw[place]
    before, behind = place, place
    while before >= begin and raw[before] == digit:
        before -= 1
    while behind < end and raw[behind] == digit:
        behind += 1
    if before < begin or behind == end or sorts[raw[before]] != _LETTER or sorts[raw[behind]] != _LETTER:
        return 0
    if digit == 48:
        return 79
    if digit == 49:
        return 73
    if digit == 53:
        return 83
    return 66 if digit == 56 else 0


@kernel
def _split(texts: UInt8, bounds: Int64) -> tuple[Int64, UInt8, npt.NDArray[np.int32]]:
    """Return the offsets of the runs of letters of each text, and the runs: their bytes and their bounds."""
    n_values = bounds.shape[0] - 1
    offsets = np.zeros(n_values + 1, np.int64)
    letters = np.empty(texts.shape[0], np.uint8)
    ends = np.zeros(texts.shape[0] // 2 + n_values + 1, np.int32)
    filled = runs = 0
    for value in range(n_values):
        inside = False
        for place in range(bounds[value], bounds[value + 1]):
            is_letter = 65 <= texts[place] <= 90
            if is_letter:
                letters[filled] = texts[place]
                filled += 1
            elif inside:
                runs += 1
                ends[runs] = filled
            inside = is_letter
        if inside:
            runs += 1
            ends[runs] = filled
        offsets[value + 1] = runs
    return offsets, letters[:filled].copy(), ends[: runs + 1].copy()
