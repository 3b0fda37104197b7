"""Languages of the page: Bahasa Indonesia is the source, other languages are catalogues beside it."""

from __future__ import annotations

import gettext
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from linkage.words.levels import Language

LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")
SOURCE: Final[Language] = "id"


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """Return the catalogue of a language; the source language says what stands in the code.

    Catalogues are kept as text and compiled when first needed, so that no compiled one can be stale.
    """
    if language == SOURCE:
        return gettext.NullTranslations()
    text = resources.files("linkage.web").joinpath("locales", language, "page.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=language))
    return gettext.GNUTranslations(BytesIO(compiled.getvalue()))


def chosen_language(wanted: str | None, accepted: str) -> Language:
    """Return the language for who is not signed in: the one asked for, else of those that the browser takes
    (``Accept-Language``) the one it likes best, else the source."""
    ranked = sorted(accepted.split(","), key=_liking, reverse=True)
    named = [wanted or "", *(part.split(";")[0].strip()[:2].lower() for part in ranked)]
    return next((language for name in named for language in LANGUAGES if name == language), SOURCE)


def _liking(part: str) -> float:
    """Return how much a browser likes a language: the number behind ``q=``, 1 where there is none."""
    _, named, given = part.replace(" ", "").partition(";q=")
    digits = given.replace(".", "", 1)
    return float(given) if digits.isascii() and digits.isdigit() else float(not named)
