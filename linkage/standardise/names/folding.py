"""N1 and N2: the letters of a raw name, before any word is looked at."""

from __future__ import annotations

import html
import re
from typing import Final

from linkage.standardise.generic_text import fold_text

PLAIN: Final = re.compile(r"[A-Z]+(?: [A-Z]+)*")
"""A folded name that is nothing but words of A-Z."""

_JOINING = re.compile("[\u2018\u2019\u201b\u02bc\u02bb\u02b9\u02be\u02bf\u2032\u2035`\u00b4\uff07]")
# An apostrophe that was UTF-8, read as Windows-1252 and written again.
_DAMAGED = re.compile("\u00e2\u20ac(?:\u2122|\u02dc)|\u00c2\u00b4")
# A question mark between letters is what is left of a typographic apostrophe; a backslash escaped a plain one.
_APOSTROPHE = re.compile(r"\\*'|(?<=[A-Z])\?(?=[A-Z])")
_DIGIT = re.compile(r"\d")
_LOOKALIKES: Final = {"0": "O", "1": "I", "5": "S", "8": "B"}
_LOOKALIKE = re.compile(r"(?<=[A-Z])(?:0+|1+|5+|8+)(?=[A-Z])")


def fold_letters(raw: str) -> str:
    """N1: Unicode compatibility forms, no marks, upper case, single blanks, one sort of apostrophe.

    0, 1, 5 and 8 between letters are O, I, S and B: no name holds a digit there, whoever or whatever wrote it. At
    the start or the end of a word a digit may count something (SITI2) and stays.
    """
    text = unescape(raw)
    if not text.isascii():
        text = _JOINING.sub("'", _DAMAGED.sub("'", text))
    elif "`" in text:
        text = text.replace("`", "'")
    text = " ".join(fold_text(text).split())
    if holds_digits(text):
        text = _LOOKALIKE.sub(lambda found: _LOOKALIKES[found[0][0]] * len(found[0]), text)
    return text


def unescape(raw: str) -> str:
    """Return the text with the entities of a web form read (MA&#39;RUF)."""
    return html.unescape(raw) if "&" in raw and ";" in raw else raw


def join_apostrophes(text: str) -> str:
    """N2: an apostrophe is deleted and joins its parts: MA'RUF is MARUF, SYAFI'I is SYAFII."""
    if "'" not in text and "?" not in text:
        return text
    return " ".join(_APOSTROPHE.sub("", text).split())


def fold_name(raw: str) -> str:
    """Return the name after N1 and N2."""
    return join_apostrophes(fold_letters(raw))


def holds_digits(text: str) -> bool:
    """Return whether a text holds a digit of any script."""
    return _DIGIT.search(text) is not None
