"""The name tables: tokens with frequencies, a listed head and a composed long tail, each in new and old spelling."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.streams import Float64, cumulative, draw

Int32 = npt.NDArray[np.int32]

_FILES: Final = ("names_java.toml", "names_faith.toml", "names_islands.toml")
_PART_OFFSET: Final = 3.0
_PART_EXPONENT: Final = 1.3
_SHORTEST, _LONGEST = 3, 14
_DOUBLED: Final = re.compile(r"AA|EE|II|OO|UU|AEA|IAI|(.)\1\1")

OLD_SPELLING: Final = (("J", "DJ"), (r"Y([AEIOU])", r"J\1"), (r"C([^HK]|$)", r"TJ\1"), ("U", "OE"))
"""Rules from the spelling of 1972 back to the one before 1947, applied in this order."""


@dataclass(frozen=True)
class NameTable:
    """Tokens of one table and sex: ``ids`` int32 (n,) into the vocabulary, ``running`` float64 (n,) running share."""

    ids: Int32
    running: Float64

    def sample(self, rng: np.random.Generator, size: int) -> Int32:
        """Return int32 (size,): token ids drawn by frequency."""
        return self.ids[draw(rng, self.running, size)]


@dataclass(frozen=True)
class Vocabulary:
    """All tokens. Token t in old spelling is token ``t + size``; ``texts`` has ``2 * size`` entries.

    ``tables`` holds, for each name in ``names``, the male and then the female table.
    """

    texts: pa.StringArray
    size: int
    names: tuple[str, ...]
    tables: tuple[NameTable, ...]

    def number(self, name: str) -> int:
        """Return the number of the male table of this name; the female one follows it."""
        return 2 * self.names.index(name)


def read_data(name: str) -> dict[str, Any]:
    """Return one TOML file of the package's own data."""
    text = (resources.files("linkage.synthetic") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary made from the package's own tables."""
    known: dict[str, int] = {}
    tables: list[NameTable] = []
    names: list[str] = []
    for file in _FILES:
        for name, table in read_data(file).items():
            names.append(name)
            tables += [_table(table, sex, known) for sex in ("m", "f")]
    texts = pa.array(list(known), pa.string())
    return Vocabulary(pa.concat_arrays([texts, to_old_spelling(texts)]), len(known), tuple(names), tuple(tables))


def to_old_spelling(texts: pa.StringArray) -> pa.StringArray:
    """Return texts in the spelling before 1947 (OE, DJ, TJ, J for Y)."""
    for pattern, replacement in OLD_SPELLING:
        texts = pc.replace_substring_regex(texts, pattern, replacement)
    return texts


def _table(table: Mapping[str, Any], sex: str, known: dict[str, int]) -> NameTable:
    listed = _tokens(table.get(sex, table.get("both", "")))
    tail = float(table.get("tail", 0.0))
    ranks = np.arange(1, len(listed) + 1) + float(table.get("offset", 1.0))
    shares = _share((1.0 / ranks ** float(table.get("exponent", 1.0))).astype(np.float64)) * (1.0 - tail)
    tokens = listed
    if tail:
        composed, composed_shares = _compose(table[f"{sex}_parts"])
        tokens = [*listed, *composed]
        shares = np.r_[shares, composed_shares * tail]
    ids = np.array([known.setdefault(token, len(known)) for token in tokens], np.int32)
    distinct, where = np.unique(ids, return_inverse=True)
    return NameTable(distinct, cumulative(np.bincount(where, weights=shares).astype(np.float64)))


def _compose(parts: Sequence[str]) -> tuple[list[str], Float64]:
    lists = [["" if part == "_" else part.replace("|", " ") for part in text.split()] for text in parts]
    weights: Float64 = np.ones(1)
    for part_list in lists:
        weights = np.outer(weights, _part_weights(len(part_list))).ravel()
    tokens = ["".join(choice) for choice in product(*lists)]
    fits = np.fromiter(map(_is_natural, tokens), np.bool_, len(tokens))
    return [token for token, fit in zip(tokens, fits, strict=True) if fit], _share(weights[fits])


def _part_weights(count: int) -> Float64:
    ranks = np.arange(1, count + 1, dtype=np.float64)
    weights: Float64 = (ranks + _PART_OFFSET) ** -_PART_EXPONENT
    return weights


def _is_natural(token: str) -> bool:
    return _SHORTEST <= len(token) <= _LONGEST and _DOUBLED.search(token) is None


def _tokens(text: str) -> list[str]:
    return ["" if token == "_" else token.replace("|", " ") for token in text.split()]


def _share(weights: Float64) -> Float64:
    shares: Float64 = weights / weights.sum()
    return shares
