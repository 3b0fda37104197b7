"""KFI with regular expressions on one token: slow and plain.

A token has a set of one to four keys, and two tokens sound alike when their sets meet. Unlike Soundex the
key keeps vowels: SUPARNO (a man) and SUPARNI (a woman) differ in nothing else, while Javanese final O and A
(SUPARNO, SUPARNA) are one sound. Spellings before the reforms of 1947 (oe to u) and 1972 (tj to c, dj to j,
j to y, nj to ny, sj to sy, ch to kh), which people keep in their names, get the key of the modern ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from linkage.standardise.names.tables import name_tables

MOST_KEYS: Final = 4

_OLD_MARKER = re.compile(r"OE|TJ|DJ|SJ|^NJ")
_NOT_PLAIN = re.compile(r"[^A-Z]")
# A lower-case letter is one whose sound is settled: the J of an old DJ must not become Y afterwards.
_SETTLED_J: Final = "j"
_DOUBLED = re.compile(r"([A-Z])\1+")
_IE = re.compile(r"IE(?![AOU])")
_SIBILANT = re.compile(r"SCH|SH|SY(?=[AEIOU])|(?<=.)SY(?=[^AEIOUY])|TS")
_HARD_C = re.compile(r"C(?=[BCDFGJKLMNPQRSTVWXZ]|$)")
_OPEN_Z = re.compile(r"^Z|Z$|Z(?=[^AEIOUY])")
_SCHWA = re.compile(r"(?<=[STKPBDG])E(?=[LR][AEIOU])")
_FINAL_H = re.compile(r"(?<=[AEIOU])H$")
_VOWEL_Y = re.compile(r"Y(?![AEIOU])")
_GLIDE_Y = re.compile(r"(?<=[BCDFGHJKLMNPQRSTVWXZ])IY?(?=[AOU])")
_GLIDE_W = re.compile(r"(?<=[BCDFGHJKLMNPQRSTVXYZ])UW?(?=[AEIO])")
_DIPHTHONG_E = re.compile(r"AI|AE|EI|OI")
_DIPHTHONG_AW = re.compile(r"A[UO](?![AEIOU])")
_OPEN_O = re.compile(r"(?<=[HKRSTDJGL])O")


def in_old_spelling(token: str) -> bool:
    """Return whether this A-Z token holds a digraph of the old spelling (OE, TJ, DJ, SJ, initial NJ)."""
    return _OLD_MARKER.search(token) is not None


def kfi(token: str, *, old: bool = False) -> tuple[str, ...]:
    """Return the sorted phonetic keys (one to four) of an upper-case token.

    ``old``: the name that holds the token is in the spelling before 1972, so that a plain J sounds Y; a token
    with a digraph of that spelling says so itself. A token of one letter, or with anything but A-Z in it
    (digits, another script), is its own key.
    """
    if len(token) < 2 or _NOT_PLAIN.search(token):
        return (token,)
    token = name_tables().family.get(token, token)
    text = _simplify(_modern(token, old=old or in_old_spelling(token)))
    keys: list[str] = []
    for variant in _consonant_variants(text):
        keys.extend(_vowel_variants(variant))
    return tuple(sorted(list(dict.fromkeys(keys))[:MOST_KEYS]))


def _modern(text: str, *, old: bool) -> str:
    if text.startswith("NJ"):
        text = "NY" + text[2:]
    text = text.replace("TJ", "C").replace("SJ", "SY").replace("DJ", _SETTLED_J)
    if old:
        text = text.replace("J", "Y")
    return text.upper()


def _simplify(text: str) -> str:
    text = text.replace("OE", "U").replace("OO", "U").replace("EE", "I")
    text = _IE.sub("I", text)
    text = text.replace("AA", "A").replace("UU", "U").replace("II", "I").replace("EU", "E")
    text = _SIBILANT.sub("S", text)
    if text.startswith("CHR"):
        text = "KR" + text[3:]
    if text.endswith("CH"):
        text = text[:-2] + "H"
    return text.replace("CK", "K").replace("X", "KS").replace("Q", "K").replace("ZZ", "Z")


def _branch(texts: Iterable[str], find: str, replacements: str) -> list[str]:
    return [
        text.replace(find, replacement)
        for text in texts
        for replacement in (replacements if find in text else replacements[:1])
    ]


def _consonant_variants(text: str) -> list[str]:
    # Every occurrence of an ambiguous letter takes the same reading: nobody writes one name in two systems.
    texts = _branch(_branch([text], "CH", "HC"), "KH", "HK")
    texts = [_HARD_C.sub("K", item) for item in texts]
    texts = [item.replace("GH", "G").replace("BH", "B").replace("TH", "T").replace("PH", "P") for item in texts]
    texts = [item.replace("F", "P").replace("V", "P") for item in texts]
    texts = [item.replace("DH", "D") for item in _branch(texts, "DZ", "JD")]
    variants: list[str] = []
    for item in texts:
        for reading in "JS" if _OPEN_Z.search(item) else "J":
            variants.append(_DOUBLED.sub(r"\1", _OPEN_Z.sub(reading, item).replace("Z", "J")))
    return variants


def _vowel_variants(text: str) -> list[str]:
    letters = len(text)
    if letters >= 5 or text == "SERI":
        text = _SCHWA.sub("", text)
    text = _FINAL_H.sub("", text)
    if text.endswith("NG"):
        text = text[:-1]
    elif text.endswith("D"):
        text = text[:-1] + "T"
    elif text.endswith("B"):
        text = text[:-1] + "P"
    text = _GLIDE_W.sub("W", _GLIDE_Y.sub("Y", _VOWEL_Y.sub("I", text)))
    text = _DIPHTHONG_AW.sub("AW", _DIPHTHONG_E.sub("E", text))
    text = _DOUBLED.sub(r"\1", text)
    if text.endswith("O"):
        text = text[:-1] + "A"
    elif text.endswith("E"):
        text = text[:-1] + "I"
    return _settle_o(text, letters)


def _settle_o(text: str, letters: int) -> list[str]:
    if text.startswith("O"):
        text = "U" + text[1:]
    closed = text.replace("O", "U")
    if "O" not in text:
        return [text]
    if text.endswith("A"):
        return [text.replace("O", "A"), closed]
    if letters >= 5:
        return [_OPEN_O.sub("A", text).replace("O", "U"), closed]
    return [closed]
