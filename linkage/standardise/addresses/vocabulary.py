"""What a token of an address can be: the words of ``data/address.toml``, numbers, letters and signs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.packed import hash_texts
from linkage.standardise.column import Int64, UInt64
from linkage.standardise.regions.resolve import bare_names
from linkage.standardise.regions.table import region_table

WORD: Final = 0
LETTER: Final = 1
"""A single letter that is no Roman number."""
ROMAN_LETTER: Final = 2
"""I, V or X: a number or a letter."""
ROMAN: Final = 3
NUMBER: Final = 4
SLASH: Final = 5
DASH: Final = 6
COMMA: Final = 7
DROPPED: Final = 8
KODE: Final = 9
SHORT_BANJAR: Final = 10
"""BR: banjar in Bali, short for BARU elsewhere."""
HOUSE_MARK: Final = 11
RT_MARK: Final = 12
RW_MARK: Final = 13
BOTH_MARK: Final = 14
POSTCODE_MARK: Final = 15
BLOCK_MARK: Final = 16
LOT_MARK: Final = 17
FIRST_NAME_MARK: Final = 18
"""From here on: words that the name of a thing follows."""
STREET_MARK: Final = 18
ALLEY_MARK: Final = 19
ESTATE_MARK: Final = 20
ESTATE_KEPT: Final = 21
HAMLET_MARK: Final = 22
VILLAGE_MARK: Final = 23
DISTRICT_MARK: Final = 24
REGENCY_MARK: Final = 25
CITY_MARK: Final = 26
PROVINCE_MARK: Final = 27

ZEROS: Final = 1
"""Trait: letters O alone, written for zeros."""
NOT_CITY: Final = 2
"""Trait: after KOTA no name of a city."""
POS: Final = 4
"""Trait: the second word of KODE POS."""
LEADING_ZERO: Final = 8
"""Trait: digits with a zero before."""

KILOMETRE: Final = 16
"""Trait: the number behind it is part of the name of a street."""

BANJAR_TEXT, BARU_TEXT, SLASH_TEXT = 0, 1, 2
"""The first texts of every table, which the grammar puts in by itself."""
_FIXED: Final = ("BANJAR", "BARU", "/")
_MARKS: Final = {
    "house": HOUSE_MARK,
    "rt": RT_MARK,
    "rw": RW_MARK,
    "both": BOTH_MARK,
    "postcode": POSTCODE_MARK,
    "block": BLOCK_MARK,
    "lot": LOT_MARK,
    "street": STREET_MARK,
    "alley": ALLEY_MARK,
    "estate": ESTATE_MARK,
    "estate_kept": ESTATE_KEPT,
    "hamlet": HAMLET_MARK,
    "village": VILLAGE_MARK,
    "district": DISTRICT_MARK,
    "regency": REGENCY_MARK,
    "city": CITY_MARK,
    "province": PROVINCE_MARK,
}
_SIGNS: Final = {"/": SLASH, "-": DASH, ",": COMMA}
_ROMAN_NUMBER: Final = re.compile(r"(?=.)X{0,3}(IX|IV|V?I{0,3})")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10}
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True)
class AddressWords:
    """``data/address.toml``, ready for look-ups. ``streets``: another way to write a street to the usual one."""

    expand: Mapping[str, str]
    drop: frozenset[str]
    marks: Mapping[str, int]
    not_city: frozenset[str]
    noise: frozenset[str]
    empty: pa.StringArray
    streets: Mapping[str, str]


@dataclass(frozen=True)
class TokenTraits:
    """What each distinct token is.

    ``table`` int64 (n_tokens, 6): the kind, one of the constants above; the number, of a letter its code point; the
    length as written; traits, bits; and the token as it was and in its standard form, as indexes into ``texts``.
    """

    table: Int64
    texts: pa.StringArray


def token_traits(tokens: pa.StringArray) -> TokenTraits:
    """Return what distinct upper-case tokens (n_tokens,) are."""
    words = address_words()
    listed = tokens.to_pylist()
    judged = [_judge(token, words) for token in listed]
    places = {text: place for place, text in enumerate(_FIXED)}
    rows = [
        (kind, number, len(token), traits, places.setdefault(token, len(places)), places.setdefault(text, len(places)))
        for token, (kind, number, traits, text) in zip(listed, judged, strict=True)
    ]
    return TokenTraits(np.array(rows, np.int64).reshape(-1, 6), pa.array(list(places), pa.string()))


def _judge(token: str, words: AddressWords) -> tuple[int, int, int, str]:
    """Return kind, number, traits and standard form."""
    if token in _SIGNS:
        return _SIGNS[token], 0, 0, token
    if token.isascii() and token.isdecimal():
        zero = LEADING_ZERO if token[0] == "0" else 0
        return NUMBER, min(int(token[-18:]), _LARGEST), zero, token.lstrip("0") or "0"
    if token in words.drop:
        return DROPPED, 0, 0, token
    if _ROMAN_NUMBER.fullmatch(token):
        number = arabic(token)
        return (ROMAN_LETTER if len(token) == 1 else ROMAN), number, 0, str(number)
    if token == "BR":
        return SHORT_BANJAR, 0, 0, "BARU"
    text = words.expand.get(token, token)
    kind = words.marks.get(text, KODE if text == "KODE" else LETTER if len(text) == 1 else WORD)
    traits = (
        (ZEROS if token.strip("O") == "" and len(token) <= 3 else 0)
        | (NOT_CITY if text in words.not_city else 0)
        | (POS if text == "POS" else 0)
        | (KILOMETRE if text == "KM" else 0)
    )
    return kind, ord(text[0]), traits, "NO" if text == "#" else text


def arabic(roman: str) -> int:
    """Return the value of a Roman number of the letters I, V and X."""
    values = [_ROMAN_VALUES[letter] for letter in roman]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


@cache
def address_words() -> AddressWords:
    """Return the table of address words."""
    text = (resources.files("linkage.standardise") / "data" / "address.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return AddressWords(
        expand=data["expand"],
        drop=frozenset(data["drop"]["words"]),
        marks={word: _MARKS[kind] for kind, listed in data["markers"].items() for word in listed},
        not_city=frozenset(data["not_city"]["words"]),
        noise=frozenset(data["noise"]["words"]),
        empty=pa.array(data["empty"]["texts"], pa.string()),
        streets={other: street for street, others in data["streets"].items() for other in others},
    )


@cache
def known_regions() -> tuple[UInt64, npt.NDArray[np.bool_]]:
    """Return sorted hashes (n,) of region names without blanks, and bool (n,): a province, else a regency or city."""
    table = region_table()
    provinces = [*(item.name.upper() for item in table.provinces.values()), *table.province_aliases]
    names = {name.replace(" ", ""): True for name in provinces} | {
        name.replace(" ", ""): False for name in bare_names(table).values()
    }
    hashes = hash_texts(pa.array(list(names), pa.string()))
    order = np.argsort(hashes)
    return hashes[order], np.array(list(names.values()), np.bool_)[order]
