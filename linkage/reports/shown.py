"""How a figure is shown: a number with its unit, "<5", "*" for hidden, "–" for not counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linkage.reports.figures import Told
from linkage.words.levels import Language

SMALL: Final = "<5"
HIDDEN: Final = "*"
ABSENT: Final = "–"

_INDONESIAN: Final = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Cell:
    """``shown``: for people. ``number``: for a spreadsheet and charts, None where there is none to be told."""

    shown: str
    number: float | None = None
    is_text: bool = False


def worded(words: str) -> Cell:
    """Return a cell of words."""
    return Cell(words, None, True)


def figure(told: Told, region: str, measure: str, language: Language, unit: str = "") -> Cell:
    """Return a count of a region."""
    if region not in told.places or not told.has(measure):
        return Cell(ABSENT)
    number = told.number(region, measure)
    if number is None:
        return Cell(SMALL if told.is_small(region, measure) else HIDDEN)
    return Cell(_with_unit(amount(number, language), unit), number)


def share(
    told: Told, region: str, measure: str, over: str, language: Language, *, unit: str = "%", per: float = 100.0
) -> Cell:
    """Return one count divided by another, times ``per``; hidden where one of the two is."""
    if region not in told.places or not (told.has(measure) and told.has(over)):
        return Cell(ABSENT)
    part, whole = told.number(region, measure), told.number(region, over)
    if part is None or whole is None:
        return Cell(HIDDEN)
    if whole == 0:
        return Cell(ABSENT)
    ratio = round(per * part / whole, 1)
    return Cell(_with_unit(amount(ratio, language), unit), ratio)


def difference(now: Cell, before: Cell, unit: str, language: Language) -> Cell:
    """Return by how much a figure changed; nothing is told where one of the two is hidden."""
    if now.number is None or before.number is None:
        return Cell(HIDDEN if HIDDEN in (now.shown, before.shown) or SMALL in (now.shown, before.shown) else ABSENT)
    change = now.number - before.number
    change = change if isinstance(change, int) else round(change, 1)
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return Cell(_with_unit(sign + amount(abs(change), language), unit), change)


def amount(number: float, language: Language) -> str:
    """Return a number as it is written, one that is no count with one decimal: 12.345,6 in Bahasa Indonesia, 12,345.6
    in English."""
    written = f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"
    return written if language == "en" else written.translate(_INDONESIAN)


def _with_unit(written: str, unit: str) -> str:
    return f"{written} {unit}" if unit else written
