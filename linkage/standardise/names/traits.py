"""What is known of a single name token beside its sound: a real name, of which sex, a clan, its ending."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.standardise.column import Int64, UInt8
from linkage.standardise.names.known import FEMALE, MALE, known_names
from linkage.standardise.names.plausible import odd_runs
from linkage.standardise.names.tables import NameTables, name_tables

KNOWN_NAME: Final = 1
"""People bear it: a given name of the list, a family of spellings, or a clan."""
MENS: Final = 2
WOMENS: Final = 4
"""Both bits where both sexes bear it, neither where nobody said."""
CLAN_NAME: Final = 8
VOWELLESS: Final = 16
"""Written without a vowel behind the first letter: no name, but perhaps an abbreviation."""
SURNAME: Final = 64
"""A Chinese surname, of which one letter more or less makes another."""
ENDS_IN_AH: Final = 128
"""Ends as Arabic names of women do, never as a Javanese A that others write O."""
ENDS_IN_O: Final = 512
LATIN: Final = 256
"""Ends as names from the Latin do, of which O makes a man and A a woman: MARIO and MARIA, FRANSISKO and FRANSISKA."""

_SURNAME_SPELLINGS: Final = {
    "TJ": "C", "NJ": "NY", "DJ": "J", "SJ": "SY", "OE": "U", "IJ": "I", "OO": "O", "IE": "I", "EE": "E", "Y": "I",
}  # fmt: skip
_SILENT_H = re.compile(r"(?<=[KPTCS])H|H$")
_SHORTEST_LATIN = 5
_FINAL_VOWEL = re.compile(r"([AEIOU][IY]?|Y)H?$")
_LATIN = re.compile(r"(?:ISK|ONS|IK|ERT|ARI|ELI|ILI|ULI|URI|ONI|ENI|INI|ANI|AND|END|ARD|ISI|ASI|UDI)[OA]$")
_LONG_VOWEL = re.compile(r"(OE|OO|UU|IE|EE|II|AA)(?=H?$)")
_AS_SPOKEN: Final = {"OE": "U", "OO": "U", "UU": "U", "IE": "I", "EE": "I", "II": "I", "AA": "A"}


@dataclass(frozen=True)
class TokenTraits:
    """Traits of distinct tokens, each array (n_tokens,).

    ``bits`` int64: the constants of this module. ``odd`` uint8: runs of letters that hardly any known name has, 0 for a
    known name. ``sex_marked`` uint8: MENS or WOMENS for a soft token that one sex alone bears. ``ending`` int64: the
    vowel a token ends with as it sounds, or US; 0 for another final consonant. ``stem`` int64: the letters before it;
    equal for HASAN and HASANAH, RINA and RINI, YULIUS and YULIA, and for no tokens whose stems are spelled differently.
    ``surname`` int64: the modern spelling of a Chinese surname, equal for TJIA and CIA but not for TAN and TANG; 0 for
    other tokens.
    """

    bits: Int64
    odd: UInt8
    sex_marked: UInt8
    ending: Int64
    stem: Int64
    surname: Int64


def token_traits(tokens: list[str]) -> TokenTraits:
    """Return the traits of distinct canonical tokens."""
    tables, known = name_tables(), known_names()
    family = frozenset(tables.family) | frozenset(tables.family.values())
    parts = [_stem_and_ending(token) for token in tokens]
    stems = {stem: number for number, stem in enumerate(dict.fromkeys(stem for stem, _ in parts))}
    endings = {ending: number for number, ending in enumerate(dict.fromkeys(["", *(ending for _, ending in parts)]))}
    forms = [_modern_surname(token) if token in tables.chinese_surnames else "" for token in tokens]
    surnames = {form: number for number, form in enumerate(dict.fromkeys(["", *forms]))}
    bits = [_bits(token, tables, known.get(token, 0), token in family) for token in tokens]
    odd = [0 if bit & KNOWN_NAME else min(odd_runs(token), 255) for bit, token in zip(bits, tokens, strict=True)]
    return TokenTraits(
        bits=np.array(bits, np.int64),
        odd=np.array(odd, np.uint8),
        sex_marked=np.array([_sex_marked(token, tables) for token in tokens], np.uint8),
        ending=np.array([endings[ending] for _, ending in parts], np.int64),
        stem=np.array([stems[stem] for stem, _ in parts], np.int64),
        surname=np.array([surnames[form] for form in forms], np.int64),
    )


def _bits(token: str, tables: NameTables, listed: int, is_family: bool) -> int:
    surname = token in tables.chinese_surnames
    clan = token in tables.clans or surname
    bits = KNOWN_NAME if listed or is_family or clan else 0
    bits |= (MENS if listed & MALE else 0) | (WOMENS if listed & FEMALE else 0) | (CLAN_NAME if clan else 0)
    bits |= (SURNAME if surname else 0) | (ENDS_IN_AH if token.endswith("AH") else 0)
    bits |= ENDS_IN_O if token.endswith("O") else 0
    bits |= LATIN if _LATIN.search(token) else 0
    return bits | (VOWELLESS if not set("AEIOUY") & set(token[1:]) else 0)


def _sex_marked(token: str, tables: NameTables) -> int:
    return MENS if token in tables.soft_male else WOMENS if token in tables.soft_female else 0


def _modern_surname(token: str) -> str:
    for written, modern in _SURNAME_SPELLINGS.items():
        token = token.replace(written, modern)
    return _SILENT_H.sub("", token)


def _stem_and_ending(token: str) -> tuple[str, str]:
    if token.endswith("US") and len(token) > _SHORTEST_LATIN:
        return token[:-2], "US"
    spoken = _LONG_VOWEL.sub(lambda vowels: _AS_SPOKEN[vowels[0]], token)
    found = _FINAL_VOWEL.search(spoken)
    return (spoken[: found.start()], found[1].replace("Y", "I")) if found else (token, "")
