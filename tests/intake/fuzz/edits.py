"""Edits of bytes, as plain values: drawn by hypothesis or by a seeded generator, and applied in order."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

Act = Literal["put", "copy", "drop", "flip", "overwrite", "insert", "delete", "repeat", "cut"]
TEXT_ACTS: tuple[Act, ...] = ("put", "put", "put", "put", "copy", "copy", "drop", "flip", "insert", "repeat", "cut")
BINARY_ACTS: tuple[Act, ...] = ("flip", "flip", "flip", "flip", "overwrite", "insert", "delete", "repeat", "cut")
PLACES = 1 << 16


class Words(NamedTuple):
    """What a reader takes as one: a ``pattern`` that finds it, and ``tokens`` that may stand in its place."""

    pattern: re.Pattern[bytes]
    tokens: tuple[bytes, ...]


class Edit(NamedTuple):
    """One change at ``place``, in PLACES-ths of the whole.

    ``put``, ``copy`` and ``drop`` take a word of one kind: a token comes in its place, or another word, or nothing. The
    others take some bytes, or a bit. ``choice`` tells which kind, which token, and how much.
    """

    act: Act
    place: int
    choice: int


def edited(data: bytes, edits: Sequence[Edit], kinds: Sequence[Words]) -> bytes:
    """Return the bytes after these edits."""
    for edit in edits:
        words = kinds[edit.choice % len(kinds)]
        token = words.tokens[edit.choice // len(kinds) % len(words.tokens)]
        if edit.act in ("put", "copy", "drop"):
            data = _word_edited(data, edit, words.pattern, token)
        else:
            data = _bytes_edited(data, edit, token)
    return data


def _word_edited(data: bytes, edit: Edit, pattern: re.Pattern[bytes], token: bytes) -> bytes:
    spans = [match.span() for match in pattern.finditer(data)]
    if not spans:
        return data + token
    start, stop = spans[edit.place * len(spans) // PLACES]
    other = spans[edit.choice * 31 % len(spans)]
    new = {"put": token, "copy": data[slice(*other)]}.get(edit.act, b"")
    return data[:start] + new + data[stop:]


def _bytes_edited(data: bytes, edit: Edit, token: bytes) -> bytes:
    at, size = edit.place * len(data) // PLACES, 1 + edit.choice % 9
    before, some, after = data[:at], data[at : at + size], data[at + size :]
    match edit.act:
        case "flip":
            return before + bytes(byte ^ (1 << edit.choice % 8) for byte in data[at : at + 1]) + data[at + 1 :]
        case "overwrite":
            return before + token + data[at + len(token) :]
        case "insert":
            return before + token + some + after
        case "delete":
            return before + after
        case "repeat":
            return before + some * 3 + after
    return before


def random_edits(chance: random.Random, acts: Sequence[Act]) -> list[Edit]:
    """Return one to three edits."""
    return [
        Edit(chance.choice(acts), chance.randrange(PLACES), chance.randrange(PLACES))
        for _ in range(chance.choice((1, 1, 2, 3)))
    ]
