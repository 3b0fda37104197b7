"""Distinct names laid out as arrays, for the level and the judgement of pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.similarity.packed import PackedTexts, pack_texts
from linkage.standardise.column import Int32, Int64, NameForms, UInt8
from linkage.standardise.distinct import distinct_values
from linkage.standardise.names.columns import canonical_names
from linkage.standardise.names.keys import key_codes
from linkage.standardise.names.person_name import StandardName
from linkage.standardise.names.phonetic import phonetic_keys
from linkage.standardise.names.readings import latin_keys, old_keys
from linkage.standardise.names.softness import FATHER
from linkage.standardise.names.tokens import soft_kinds
from linkage.standardise.names.traits import token_traits

_DOTTED = re.compile(r"\b([A-Z]{2,6})\.(?=[ A-Z])")


@dataclass(frozen=True)
class Entry:
    """A name to be judged: its canonical ``text``, and the ``father`` named in it.

    ``cut``: the length of the raw name where that is the width of a register's column, else 0. ``dotted``: the tokens
    that a full stop marked as abbreviations.
    """

    text: str
    father: str
    cut: int
    dotted: tuple[str, ...]

    def content(self) -> tuple[str, str, int, tuple[str, ...]]:
        """Entries sort by what they hold, so that the place of one among others says nothing of the input."""
        return self.text, self.father, self.cut, self.dotted


class JudgedNames(NamedTuple):
    """Names laid out for the judgement; name v has the tokens ``token_ids[token_offsets[v]:token_offsets[v + 1]]``.

    ``kinds`` uint8: why each may be missing (:mod:`linkage.standardise.names.softness`). ``dotted`` uint8: 1 where a
    full stop marked it as an abbreviation. ``cut`` uint8 (n_names,): the length of a raw name as long as a register's
    column, else 0. ``joined_ids`` int32: the token that this one and the next make together, -1 at the end.
    ``key_offsets``, ``keys``: phonetic keys of the distinct tokens, as in
    :class:`linkage.standardise.column.NameForms`; ``latin_...`` and ``old_...``: those of their other readings
    (:mod:`linkage.standardise.names.readings`), numbered alike. ``chars``, ``bounds``: their letters, packed. The
    others: :class:`linkage.standardise.names.traits.TokenTraits` of the same tokens.
    """

    token_offsets: Int64
    token_ids: Int32
    joined_ids: Int32
    kinds: UInt8
    dotted: UInt8
    cut: UInt8
    key_offsets: Int64
    keys: Int32
    latin_offsets: Int64
    latin_keys: Int32
    old_offsets: Int64
    old_keys: Int32
    bits: Int64
    odd: UInt8
    sex_marked: UInt8
    ending: Int64
    stem: Int64
    surname: Int64
    chars: npt.NDArray[np.uint16]
    bounds: Int64


@dataclass(frozen=True)
class LaidOut:
    """Read names as arrays.

    Name n has the entries ``entries[entry_offsets[n]:entry_offsets[n + 1]]``, int32: its own readings, then its other
    names, for which ``is_alias`` uint8 is 1; a value that is no name has none. ``judged``: the distinct entries, for
    the judgement. ``text_of`` int32 (n_entries,): their places in ``forms`` and ``packed``, which hold the distinct
    canonical texts for the level.
    """

    entry_offsets: Int64
    entries: Int32
    is_alias: UInt8
    judged: JudgedNames
    text_of: Int32
    forms: NameForms
    packed: PackedTexts


@dataclass(frozen=True)
class Reading:
    """A raw name, and what it was read as: several names where its spelling leaves that open, none for no name."""

    raw: str
    names: tuple[StandardName, ...]


def lay_out(readings: Sequence[Reading]) -> LaidOut:
    """Return readings of names as arrays."""
    by_name = [list(dict.fromkeys(_entries(reading))) for reading in readings]
    entries = sorted({entry for own in by_name for entry, _ in own}, key=Entry.content)
    place = {entry: index for index, entry in enumerate(entries)}
    texts = canonical_names(*distinct_values(pa.array([entry.text for entry in entries], pa.string())))
    if texts.names is None:
        raise InvariantError("names were standardised without their tokens")
    return LaidOut(
        entry_offsets=_offsets([len(own) for own in by_name]),
        entries=np.array([place[entry] for own in by_name for entry, _ in own], np.int32),
        is_alias=np.array([is_alias for own in by_name for _, is_alias in own], np.uint8),
        judged=_judged(entries),
        text_of=texts.mapping,
        forms=texts.names,
        packed=pack_texts(texts.values),
    )


def _entries(reading: Reading) -> Iterator[tuple[Entry, bool]]:
    for name in reading.names:
        yield (
            Entry(
                name.text,
                name.father_hint,
                _width(reading.raw) if name.truncated else 0,
                _dotted(reading.raw, name.tokens),
            ),
            False,
        )
    for name in reading.names:
        yield from ((Entry(alias, name.father_hint, 0, ()), True) for alias in name.aliases)


def _joined(tokens: Sequence[str], places: int) -> list[str | None]:
    """Return for each place what its token and the next make when written together; a father's are left out."""
    pairs = [first + second for first, second in pairwise(tokens)]
    return [*pairs, *[None] * (places - len(pairs))]


def _width(raw: str) -> int:
    return len(" ".join(raw.split()))


def _dotted(raw: str, tokens: Sequence[str]) -> tuple[str, ...]:
    if "." not in raw:
        return ()
    marked = frozenset(_DOTTED.findall(raw.upper()))
    return tuple(sorted(marked.intersection(tokens)))


def _judged(entries: Sequence[Entry]) -> JudgedNames:
    """Lay out the tokens of each entry, then those of the father, which may be missing."""
    own = [entry.text.split() for entry in entries]
    fathers = [entry.father.split() for entry in entries]
    kinds = [(*soft_kinds(tokens), *[FATHER] * len(father)) for tokens, father in zip(own, fathers, strict=True)]
    every = [(*tokens, *father) for tokens, father in zip(own, fathers, strict=True)]
    words = [token for tokens in every for token in tokens]
    joined = [text for tokens, line in zip(own, every, strict=True) for text in _joined(tokens, len(line))]
    distinct, codes = distinct_values(pa.array([*words, *joined], pa.string()))
    (key_offsets, keys), (latin_offsets, latin), (old_offsets, old) = _keys(distinct)
    traits, packed = token_traits(distinct.to_pylist()), pack_texts(distinct)
    return JudgedNames(
        token_offsets=_offsets([len(item) for item in kinds]),
        token_ids=codes[: len(words)],
        joined_ids=codes[len(words) :],
        kinds=np.array([kind for item in kinds for kind in item], np.uint8),
        dotted=np.array(
            [token in entry.dotted for entry, tokens in zip(entries, every, strict=True) for token in tokens], np.uint8
        ),
        cut=np.array([entry.cut for entry in entries], np.uint8),
        key_offsets=key_offsets,
        keys=keys,
        latin_offsets=latin_offsets,
        latin_keys=latin,
        old_offsets=old_offsets,
        old_keys=old,
        bits=traits.bits,
        odd=traits.odd,
        sex_marked=traits.sex_marked,
        ending=traits.ending,
        stem=traits.stem,
        surname=traits.surname,
        chars=packed.chars,
        bounds=packed.offsets,
    )


def _keys(tokens: pa.StringArray) -> list[tuple[Int64, Int32]]:
    """Return the keys of tokens, and those of their Latin and old readings; equal codes for equal keys."""
    words = tokens.to_pylist()
    sets = (phonetic_keys(tokens), latin_keys(words), old_keys(words))
    codes = key_codes(pa.concat_arrays([keys for _, keys in sets]))
    ends = np.cumsum([len(keys) for _, keys in sets])
    parts = np.split(codes, ends[:-1])
    return [(offsets, part) for (offsets, _), part in zip(sets, parts, strict=True)]


def _offsets(counts: list[int]) -> npt.NDArray[np.int64]:
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(np.array(counts, np.int64), out=offsets[1:])
    return offsets
