"""What a column name says, whatever stands around it: ordinals, notes, tables, letters of other alphabets."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

_NAME_LENGTH: Final = 60
_NOTED_LENGTH: Final = 200  # the patterns below are not for megabytes
_NAME_DIGITS: Final = 4

_NUMBER: Final = re.compile(r"^[\s(\[]*\d{1,3}\s*[.):\]\s–—-]+\s*(?=[^\d\s])")
_BRACKETS: Final = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_WORDS: Final = re.compile(r"[^\W_]+")

# Cyrillic and Greek letters (in lower case) that look like a Latin one, in lower case or in capitals.
_LOOK_ALIKE: Final = str.maketrans(
    dict(zip("авеёкмнорстухіјѕԁԛԝһӏ", "abeekmhopctyxijsdqwhl", strict=True))
    | dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))
    | {"ı": "i"}
)


def plain_name(name: str) -> str:
    """Return a column name without case, blanks and punctuation (unless there is nothing else).

    Full-width letters are those of ASCII. Letters of other alphabets count as the Latin ones they look like when the
    whole name then is Latin.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).strip().strip("\ufeff").casefold())
    plain = "".join(letter for letter in folded if letter.isalnum()) or folded
    if plain.isascii():
        return plain
    latin = plain.translate(_LOOK_ALIKE)
    return latin if latin.isascii() else plain


@lru_cache(maxsize=1 << 14)
def name_forms(name: str) -> tuple[str, ...]:
    """Return the plain forms a name may be known by, the whole name first.

    Left out one after the other are notes (``(16 DIGIT)``, ``dd-mm-yyyy``), the table of a query
    (``BIODATA_WNI.NIK``) and an ordinal in front (``1. NIK``).
    """
    text = unicodedata.normalize("NFKC", name)
    forms = [plain_name(text)]
    if len(text) > _NOTED_LENGTH:
        return tuple(forms)
    bare = _date_note().sub(" ", _BRACKETS.sub(lambda match: " " if _is_note(match[1]) else match[0], text))
    for shorter in (bare, _table().sub("", bare), _NUMBER.sub("", _table().sub("", bare))):
        plain = plain_name(shorter)
        if any(letter.isalpha() for letter in plain):
            forms.append(plain)
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=1 << 14)
def is_protected(name: str) -> bool:
    """Tell whether a column of this name is never loaded."""
    names, anywhere = _protected()
    return any(form in names or any(word in form for word in anywhere) for form in name_forms(name))


def shown_name(name: str, header: Sequence[str]) -> str:
    """Return a column's name in one line if it can be no one's number or date, else its position."""
    digits = sum(letter.isdigit() for letter in name)
    if digits > _NAME_DIGITS or len(name) > _NAME_LENGTH:
        return f"column {list(header).index(name) + 1}"
    return one_line(name)


def one_line(name: str) -> str:
    """Return a name without line ends, and without letters that a terminal would take for commands."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())


def _is_note(text: str) -> bool:
    words = _WORDS.findall(text.casefold())
    data = _notes()
    return not words or words[0] in data["beginnings"] or all(w in data["words"] or w.isdecimal() for w in words)


@cache
def _table() -> re.Pattern[str]:
    return re.compile(r"^\s*(?:\w+\.)?(?:" + "|".join(_notes()["tables"]) + r")\.", re.IGNORECASE)


@cache
def _date_note() -> re.Pattern[str]:
    parts = ("(?:" + "|".join(_notes()[part]) + ")" for part in ("day", "month", "year"))
    return re.compile(r"\b" + r"\s*[-/.]?\s*".join(parts) + r"\b", re.IGNORECASE)


@cache
def _notes() -> dict[str, Any]:
    data = tomllib.loads(_text("notes.toml"))
    return {name: frozenset(data[name]) if name in ("words", "beginnings") else data[name] for name in data}


@cache
def _protected() -> tuple[frozenset[str], tuple[str, ...]]:
    data = tomllib.loads(_text("protected.toml"))
    return frozenset(map(plain_name, data["names"])), tuple(map(plain_name, data["anywhere"]))


def _text(name: str) -> str:
    return (resources.files("linkage.intake.columns") / "data" / name).read_text(encoding="utf-8")
