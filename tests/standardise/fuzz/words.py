"""What the rules take as one, by subject, and what may stand in its place.

That is words of the tables, and signs at odds with upper case, width, digits or direction.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

from tests.intake.fuzz.edits import Words

_LETTERS: Final = "ßẞŉǰıİſKÅﬁﬄⅣⅻ①²½٣３９Ａｚ𝐀éØÆªºΆΐςй年月日王ال🙂’`´ʼ–—−⁄∕，、。·•…"
_INVISIBLE: Final = "\u200b\u200e\u202e\ufeff\u00ad\u0301\u0323\u00a0\u3000\u2028\x85\x1f\t\n"
_SAID: Final = ("&amp;", "&#39;", "&quot;", "#REF!", "NULL", "N/A", "-", "--", ".", "?", "*", "0", "XXX", "TIDAK ADA")
STRANGE: Final = tuple(text.encode() for text in (*_LETTERS, *_INVISIBLE, *_SAID, "e\u0301", "بن", "Nur’aini"))
_SIGNS: Final = (*(bytes((sign,)) for sign in b",./-();:'\"#@&_+=\\|[] \0\n"), b"  ", b", ", b" - ")
_ANY_WORD: Final = re.compile(rb"[^\s,./-]+")
_ANY_SIGN: Final = re.compile(rb"[\s,./()-]+")
_TOLD: Final = re.compile(r'"([A-Z][A-Z0-9 .\']{0,20})"|^"?([A-Z][A-Z ]{0,20})"? =', re.MULTILINE)


def table_words(*files: str) -> tuple[bytes, ...]:
    """Return the words in capitals of some of the package's tables, keys and values alike."""
    data = resources.files("linkage.standardise") / "data"
    found = {a or b for file in files for a, b in _TOLD.findall((data / file).read_text(encoding="utf-8"))}
    return tuple(sorted(word.encode() for word in found))


def words(*tokens: bytes) -> tuple[Words, ...]:
    """Return what may stand for a word of a text, and for the signs between words."""
    return Words(_ANY_WORD, (*tokens, *STRANGE)), Words(_ANY_SIGN, (*_SIGNS, *STRANGE))
