"""The name tables: tokens with frequencies, a listed head and a composed long tail, each in new and old spelling.

How the tables came to be. They hold single tokens (names of one word, titles, and the few names and particles that are
always written as two), never anybody's full name. They were put together by hand from what is commonly known of naming
in Indonesia: how Javanese, Sundanese and the others form names, the birth-order names of Bali, the marga and fam of the
other islands, names that come with baptism or with the Arabic of the Koran, the Dutch spelling of Chinese names, the
fashions of each generation. Only the commonest full names have a frequency that was published: the ministry's counts of
residents called just NURHAYATI, SULASTRI, SUTRISNO and nine more. The tables are set so that these come out right in a
register of the whole nation (``benchmarks/synthetic_names.py`` shows how nearly); all other frequencies are estimates.

How a table reads. ``m``, ``f`` or ``both`` list tokens in falling order of frequency, of which the one of rank r has
the share ``(r + offset) ** -exponent``, times its factors in ``weights`` and in ``names_weights.toml``. The part
``variants`` of each token's share goes to other ways to write it (the rules of ``names_spellings.toml`` under
``spelling``). The part ``tail`` of the whole goes to tokens composed by ``m_parts`` and ``f_parts``: each entry joins
one of its first parts with one of its second, which stand in falling order of frequency up to forty and evenly beyond.
``|`` is a blank, ``_`` is nothing. ``respelled = false``: not Indonesian words, so they keep their spelling. ``leads``:
tokens, or with ``true`` all, that only lead a name and are none by themselves, as are all abbreviations with a dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.names.halves import SMALLEST, halves_of
from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import Float64, cumulative, draw

Int32 = npt.NDArray[np.int32]
Rules = Sequence[tuple[re.Pattern[str], str]]

_FILES: Final = ("names_java.toml", "names_faith.toml", "names_islands.toml")
_SPELLINGS: Final = "names_spellings.toml"
_WEIGHTS: Final = "names_weights.toml"
_PART_OFFSET: Final = 3.0
_PART_EXPONENT: Final = 1.0
_EVEN_BEYOND: Final = 40
_SHORTEST, _LONGEST = 3, 16
# Doubled vowels, syllables and parts, and clusters of consonants that Indonesian names do not have.
_UNNATURAL: Final = re.compile(
    r"AA|EE|II|OO|UU|AEA|IAI|IUA|RR|(?<!U)DD|(.)\1\1|(.{3,})\2|.([A-Z][AEIOU])\3(?=.)"
    r"|[BCDFGHJKLMPQRSTVWXZ]ND|[BCDFGHJKLMNPQRSTVWXZ]{2}[BCDFGJKMNPQTVWXZ][BCDFGHJKLMNPQRSTVWXZ]"
)

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

    def at(self, chance: npt.NDArray[np.floating]) -> Int32:
        """Return int32 (n,): the token ids at these places, 0 to 1, of the running share."""
        return self.ids[np.minimum(np.searchsorted(self.running, chance, side="right"), self.ids.size - 1)]


@dataclass(frozen=True)
class Vocabulary:
    """All tokens. Token t in old spelling is token ``t + size``; ``texts`` has ``2 * size`` entries.

    ``tables`` holds, for each name in ``names``, the male and then the female table. ``empty`` is the token that is
    written as nothing, -1 where there is none. ``leads`` bool (2 * size,): the token only leads a name. ``part``: the
    half of the tokens that ``tables`` hold; the tokens of the other half have their numbers too.
    """

    texts: pa.StringArray
    size: int
    names: tuple[str, ...]
    tables: tuple[NameTable, ...]
    empty: int = -1
    leads: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    part: str = "all"

    def number(self, name: str) -> int:
        """Return the number of the male table of this name; the female one follows it."""
        return 2 * self.names.index(name)


@lru_cache(maxsize=3)
def load_vocabulary(part: str = "all") -> Vocabulary:
    """Return the vocabulary made from the package's own tables: ``all`` of it, or its ``first`` or ``second`` half.

    Tokens are the same and have the same numbers in all three, but the tables of a half leave out those of the other.
    Tokens that only lead a name, and tables of few tokens, are in both; tokens of two words, one of each half, in none.
    """
    return _everything() if part == "all" else _half(_everything(), part)


@lru_cache(maxsize=1)
def _everything() -> Vocabulary:
    spellings = {name: _rules(rows) for name, rows in read_data(_SPELLINGS).items()}
    everywhere: dict[str, float] = read_data(_WEIGHTS)["weights"]
    known: dict[str, int] = {}
    foreign: set[int] = set()
    leading: set[str] = set()
    tables: list[NameTable] = []
    names: list[str] = []
    for file in _FILES:
        for name, table in read_data(file).items():
            names.append(name)
            rules = spellings[table["spelling"]] if "spelling" in table else ()
            made = [_table(table, sex, rules, everywhere, known) for sex in ("m", "f")]
            tables += made
            if not table.get("respelled", True):
                foreign.update(int(token) for item in made for token in item.ids)
            leads = table.get("leads", "")
            leading.update(_tokens(f"{table['m']} {table['f']}" if leads is True else leads))
    texts = pa.array(list(known), pa.string())
    old = np.ones(len(known), np.bool_)
    old[list(foreign)] = False
    both = pa.concat_arrays([texts, pc.if_else(pa.array(old), to_old_spelling(texts), texts)])
    leads_only = np.array([token in leading or token.endswith(".") for token in known])
    return Vocabulary(both, len(known), tuple(names), tuple(tables), known.get("", -1), np.tile(leads_only, 2))


def _half(whole: Vocabulary, part: str) -> Vocabulary:
    kept = halves_of(whole.texts.slice(0, whole.size).to_pylist()) == ("first", "second").index(part)
    kept |= whole.leads[: whole.size]
    small = [table for table in whole.tables if table.ids.size <= SMALLEST]
    for table in small:
        kept[table.ids] = True
    tables = tuple(table if table.ids.size <= SMALLEST else _only(table, kept) for table in whole.tables)
    return replace(whole, tables=tables, part=part)


def _only(table: NameTable, kept: npt.NDArray[np.bool_]) -> NameTable:
    here = kept[table.ids]
    return NameTable(table.ids[here], cumulative(np.diff(table.running, prepend=0.0)[here]))


def to_old_spelling(texts: pa.StringArray) -> pa.StringArray:
    """Return texts in the spelling before 1947 (OE, DJ, TJ, J for Y)."""
    for pattern, replacement in OLD_SPELLING:
        texts = pc.replace_substring_regex(texts, pattern, replacement)
    return texts


def _table(
    table: Mapping[str, Any], sex: str, rules: Rules, everywhere: Mapping[str, float], known: dict[str, int]
) -> NameTable:
    tokens = _tokens(table.get(sex, table.get("both", "")))
    tail = float(table.get("tail", 0.0))
    own = table.get("weights", {})
    factors = [float(own.get(token, 1.0)) * everywhere.get(token, 1.0) for token in tokens]
    ranks = np.arange(1, len(tokens) + 1) + float(table.get("offset", 1.0))
    weights = (ranks ** -float(table.get("exponent", 1.0)) * factors).astype(np.float64)
    tokens, shares = _with_variants(tokens, _share(weights), rules, float(table.get("variants", 0.0)))
    if tail:
        composed, composed_shares = _compose(table[f"{sex}_parts"])
        tokens = [*tokens, *composed]
        shares = np.r_[shares * (1.0 - tail), composed_shares * tail]
    ids = np.array([known.setdefault(token, len(known)) for token in tokens], np.int32)
    distinct, where = np.unique(ids, return_inverse=True)
    return NameTable(distinct, cumulative(np.bincount(where, weights=shares).astype(np.float64)))


def _with_variants(tokens: list[str], shares: Float64, rules: Rules, part: float) -> tuple[list[str], Float64]:
    """Return the tokens and shares with ``part`` of each share given, evenly, to the token's other spellings."""
    kept, added, added_shares = shares.copy(), [], []
    for row, token in enumerate(tokens):
        others = sorted({pattern.sub(replacement, token) for pattern, replacement in rules} - {token})
        if part and others:
            kept[row] *= 1.0 - part
            added += others
            added_shares += [shares[row] * part / len(others)] * len(others)
    return [*tokens, *added], np.r_[kept, added_shares]


def _compose(entries: Iterable[str]) -> tuple[list[str], Float64]:
    tokens: list[str] = []
    weights: list[Float64] = []
    for entry in entries:
        lists = [_tokens(text) for text in entry.split("+")]
        made = ["".join(choice) for choice in product(*lists)]
        weight: Float64 = np.ones(1)
        for parts in lists:
            weight = np.outer(weight, _part_weights(len(parts))).ravel()
        fits = np.fromiter(map(_is_natural, made), np.bool_, len(made))
        tokens += [token for token, fit in zip(made, fits, strict=True) if fit]
        weights.append(_share(weight[fits]) * fits.sum())
    return tokens, _share(np.concatenate(weights))


def _part_weights(count: int) -> Float64:
    if count > _EVEN_BEYOND:
        return np.ones(count)
    ranks = np.arange(1, count + 1, dtype=np.float64)
    weights: Float64 = (ranks + _PART_OFFSET) ** -_PART_EXPONENT
    return weights


def _is_natural(token: str) -> bool:
    return _SHORTEST <= len(token) <= _LONGEST and _UNNATURAL.search(token) is None


def _rules(rows: Iterable[Sequence[str]]) -> Rules:
    return [(re.compile(pattern), replacement) for pattern, replacement in rows]


def _tokens(text: str) -> list[str]:
    return ["" if token == "_" else token.replace("|", " ") for token in text.split()]


def _share(weights: Float64) -> Float64:
    shares: Float64 = weights / weights.sum()
    return shares
