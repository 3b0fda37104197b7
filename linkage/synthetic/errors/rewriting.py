"""Changing one place of each text by rules of letters in their surroundings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import borrowing

Bool = npt.NDArray[np.bool_]
UInt8 = npt.NDArray[np.uint8]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

Rule = tuple[str, str, float]
"""What is found, what is put instead, and the weight (above 0) of each place where it is found."""

_EDGES: Final = "*_svcldx"
_SINGLE: Final = _EDGES.index("x")
_NOTHING: Final = 256
"""Stands for the neighbour of a text's first and last byte."""


@dataclass(frozen=True)
class Rules:
    """Rules in the order of the first byte they find.

    ``first`` int64 (257,): the rules that begin with byte b are ``first[b]`` to ``first[b + 1]``. Rule r finds
    ``find[find_bounds[r]:find_bounds[r + 1]]`` between edges ``left[r]`` and ``right[r]`` and puts ``put[..]``.
    """

    first: Int64
    find: UInt8
    find_bounds: Int64
    put: UInt8
    put_bounds: Int64
    left: Int64
    right: Int64
    weight: Float64


def compile_rules(rules: Iterable[Rule]) -> Rules:
    """Return rules ready for :func:`rewrite`.

    The pattern is ASCII text in which a first or last sign may stand for what must be beside it and is not replaced:
    ``_`` the edge of a word, ``s`` a blank, comma or edge of the text, ``v`` a vowel, ``c`` a consonant, ``l`` any
    letter, ``d`` a digit, ``x`` anything but the same letter again (so that a doubled letter is left alone).
    """
    rows = [(*_parted(pattern), put, weight) for pattern, put, weight in rules]
    rows.sort(key=lambda row: row[1][0])
    finds, puts = [row[1].encode() for row in rows], [row[3].encode() for row in rows]
    begins = np.array([find[0] for find in finds], np.int64)
    return Rules(
        np.searchsorted(begins, np.arange(257)).astype(np.int64),
        np.frombuffer(b"".join(finds), np.uint8),
        _bounds(finds),
        np.frombuffer(b"".join(puts) + b"\0", np.uint8),
        _bounds(puts),
        np.array([_EDGES.index(row[0]) for row in rows], np.int64),
        np.array([_EDGES.index(row[2]) for row in rows], np.int64),
        np.array([row[4] for row in rows], np.float64),
    )


def exchanges(words: Sequence[str], weight: float, shares: Sequence[float] | None = None) -> list[Rule]:
    """Return rules that put any of the other words in the place of one; ``weight`` is that of all together.

    ``shares``: how common each word is; without it each is less common than the one before.
    """
    common = shares or [1.0 / (rank + 2.0) for rank in range(len(words))]
    rules = []
    for place, word in enumerate(words):
        rest = sum(common) - common[place]
        others = [number for number in range(len(words)) if number != place]
        rules += [(f"_{word}s", words[number], weight * common[number] / rest) for number in others]
    return rules


def rewrite(texts: pa.StringArray, rules: Rules, rng: np.random.Generator) -> pa.StringArray:
    """Apply to each text one rule at one place, drawn by weight among all that fit; null and misfits stay."""
    data, bounds = _bytes_of(texts)
    rule, place = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
    chance = rng.random(len(texts))
    _choose(
        data,
        bounds,
        chance,
        _ACCEPTS,
        rules.first,
        rules.find,
        rules.find_bounds,
        rules.left,
        rules.right,
        rules.weight,
        rule,
        place,
    )
    grown = np.where(rule >= 0, (np.diff(rules.put_bounds) - np.diff(rules.find_bounds))[rule], 0)
    new = np.zeros(bounds.size, np.int64)
    np.cumsum(np.diff(bounds) + grown, out=new[1:])
    out = np.empty(int(new[-1]), np.uint8)
    _splice(data, bounds, rule, place, np.diff(rules.find_bounds), rules.put, rules.put_bounds, new, out)
    changed = pa.StringArray.from_buffers(len(texts), pa.py_buffer(new.astype(np.int32)), pa.py_buffer(out))
    return pc.if_else(texts.is_valid(), changed, texts) if texts.null_count else changed


def _parted(pattern: str) -> tuple[str, str, str]:
    left = pattern[0] if pattern[0] in _EDGES else "*"
    right = pattern[-1] if pattern[-1] in _EDGES else "*"
    return left, pattern[left != "*" : len(pattern) - (right != "*")], right


def _bounds(parts: Sequence[bytes]) -> Int64:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)


def _bytes_of(texts: pa.StringArray) -> tuple[UInt8, Int64]:
    """Return uint8 bytes and int64 (n + 1,) bounds of the texts in UTF-8."""
    _, offsets, data = texts.buffers()
    if not len(texts):
        return np.zeros(1, np.uint8), np.zeros(1, np.int64)
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    empty = data is None or not data.size
    return (np.zeros(1, np.uint8) if empty else np.frombuffer(data, np.uint8)), bounds


def _accepted() -> Bool:
    """Return bool (n_edges, 257): which neighbouring byte each edge accepts; bytes of other scripts are letters."""
    byte = np.arange(257)
    letter = ((byte >= ord("A")) & (byte <= ord("Z"))) | ((byte >= 128) & (byte < _NOTHING))
    vowel = np.isin(byte, [ord(sign) for sign in "AEIOU"])
    digit = (byte >= ord("0")) & (byte <= ord("9"))
    anything = np.ones(257, np.bool_)
    space = np.isin(byte, [ord(" "), ord(","), _NOTHING])
    return np.stack([anything, ~letter & ~digit, space, vowel, letter & ~vowel & (byte < 128), letter, digit, anything])


_ACCEPTS: Final = _accepted()


@borrowing
def _choose(
    data: UInt8,
    bounds: Int64,
    chance: Float64,
    accepts: Bool,
    first: Int64,
    find: UInt8,
    find_bounds: Int64,
    left: Int64,
    right: Int64,
    weight: Float64,
    rule: Int64,
    place: Int64,
) -> None:
    """Draw for each text one rule and the place where it fits; rule -1 where none does."""
    for row in range(rule.shape[0]):
        start, stop = bounds[row], bounds[row + 1]
        target = -1.0
        rule[row] = -1
        place[row] = start
        # The first walk adds up the weights, the second stops where the running sum passes the drawn share of them.
        for walk in range(2):
            running = 0.0
            for here in range(start, stop):
                for number in range(first[data[here]], first[data[here] + 1]):
                    begin, length = find_bounds[number], find_bounds[number + 1] - find_bounds[number]
                    if here + length > stop:
                        continue
                    fits = True
                    for step in range(1, length):
                        if data[here + step] != find[begin + step]:
                            fits = False
                            break
                    if not fits:
                        continue
                    before = data[here - 1] if here > start else _NOTHING
                    behind = data[here + length] if here + length < stop else _NOTHING
                    if not accepts[left[number], before] or not accepts[right[number], behind]:
                        continue
                    if left[number] == _SINGLE and before == data[here]:
                        continue
                    if right[number] == _SINGLE and behind == data[here + length - 1]:
                        continue
                    running += weight[number]
                    if walk == 1 and running > target:
                        rule[row] = number
                        place[row] = here
                        break
                if rule[row] >= 0:
                    break
            if running == 0.0:
                break
            target = chance[row] * running


@borrowing
def _splice(
    data: UInt8,
    bounds: Int64,
    rule: Int64,
    place: Int64,
    cut: Int64,
    put: UInt8,
    put_bounds: Int64,
    new_bounds: Int64,
    out: UInt8,
) -> None:
    """Copy each text, with what its rule puts in the place of what it found."""
    for row in range(rule.shape[0]):
        to = new_bounds[row]
        here = bounds[row]
        if rule[row] >= 0:
            for position in range(here, place[row]):
                out[to] = data[position]
                to += 1
            for position in range(put_bounds[rule[row]], put_bounds[rule[row] + 1]):
                out[to] = put[position]
                to += 1
            here = place[row] + cut[rule[row]]
        for position in range(here, bounds[row + 1]):
            out[to] = data[position]
            to += 1
