"""Texts of any script as plain words: no case, no accents, one spelling of letters that are written in several ways."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_STRIPPED: Final = {
    **dict.fromkeys(range(0x0300, 0x0370)),  # accents
    **dict.fromkeys(range(0x064B, 0x0653)),  # Arabic vowel signs
    0x093C: None,  # the dot of borrowed Devanagari letters
    0x0640: None,  # Arabic letter stretcher
}
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ß": "ss"}
    | dict.fromkeys("أإآٱ", "ا")
    | {"ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ё": "е", "'": "", "’": "", "ʼ": "", "`": ""}
)
_CAMEL: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+|#|№")


def fold(text: str) -> str:
    """Return a text without case, accents and doubled spellings of one letter."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered.replace("'", "").replace("`", "")
    # Decomposed to take the accents off, composed again because Hangul and kana would fall apart.
    apart = unicodedata.normalize("NFKD", lowered).casefold().translate(_STRIPPED)
    return unicodedata.normalize("NFC", apart).translate(_LETTERS)


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words and numbers of a text. Scripts without blanks between words give one long word."""
    spaced = "".join(letter if unicodedata.category(letter)[0] != "M" else "\ue000" + letter for letter in fold(text))
    return _joined(spaced)


def header_words(header: str) -> tuple[str, ...]:
    """Return the words of a column name; ``nameFirst``, ``NAME_FIRST`` and ``name-first`` give the same."""
    return tuple(_without_article(word) for word in words_of(_CAMEL.sub(" ", header)))


def unspaced(word: str) -> bool:
    """Tell whether a word is of a script that leaves no blank between words (Han, kana, Hangul, Thai)."""
    return any(
        "\u0e00" <= letter <= "\u0e7f" or "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"
        for letter in word
    )


def _joined(spaced: str) -> tuple[str, ...]:
    """Split into words; vowel signs of Indic and Thai letters belong to the letter before them."""
    if "\ue000" not in spaced:
        return tuple(_WORD.findall(spaced))
    words = re.findall(r"(?:[^\W\d_\ue000](?:\ue000.)*)+|\d+|#|№", spaced)
    return tuple(word.replace("\ue000", "") for word in words)


def _without_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word
