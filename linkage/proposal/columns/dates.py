"""Whether the values of a column are dates, in which order they are written, and of which years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.proposal.columns.value_words import word_lists
from linkage.proposal.columns.words import words_of
from linkage.spec.fields import DATE_ORDERS

_TIME: Final = re.compile(
    r"(?<=\d)(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.年년 ]\s*(\d{1,2})\s*[-/.月월 ]\s*(\d{1,2})\s*[日일.]?")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})\.?")
_EIGHT: Final = re.compile(r"\d{8}")
_NAMED: Final = re.compile(r"\d")
_FIRST_YEAR: Final = 1700
_LAST_YEAR: Final = 2600
"""Buddhist years run five centuries ahead."""
_CENTURY_TURN: Final = 30
_SURE: Final = 0.55


@dataclass(frozen=True)
class DateReading:
    """Shares are of rows, 0 to 1. ``order``: one of :data:`DATE_ORDERS`, or empty when nothing tells them apart.

    ``years``: the 5th, 50th and 95th percentile of the years, zeros without dates. ``timed``: share with a time of day.
    """

    share: float
    order: str
    years: tuple[float, float, float]
    timed: float
    first_of_year: float


def read_dates(values: Sequence[str], weights: npt.NDArray[np.float64]) -> DateReading:
    """Read a column's sample of distinct values, with the rows each stands for.

    What has the shape of a date but is none (month 81) counts as a date: dirt does not change what a column is. The
    order is that of the majority of the values that can be read in one order only.
    """
    total = float(weights.sum()) or 1.0
    votes = dict.fromkeys(DATE_ORDERS, 0.0)
    share = timed = first = 0.0
    years: list[int] = []
    year_weights: list[float] = []
    for value, weight in zip(values, weights.tolist(), strict=True):
        if not any(letter.isdigit() for letter in value[:12]) or len(value) > 40:
            continue
        text = _TIME.sub("", value)
        year, order = _read(text)
        if year is None:
            continue
        share += weight
        timed += weight * (text != value)
        first += weight * bool(re.search(r"\b0?1[-/.]0?1\b|0101", text))
        if order:
            votes[order] += weight
        if _FIRST_YEAR <= year <= _LAST_YEAR:
            years.append(year)
            year_weights.append(weight)
    best = max(votes, key=lambda order: votes[order])
    known = sum(votes.values())
    order = best if known and votes[best] >= _SURE * known else ""
    return DateReading(share / total, order, _quantiles(years, year_weights), timed / total, first / total)


def _read(text: str) -> tuple[int | None, str]:
    """Return the year (None: no date; 0: unreadable) and the order if the value can be read in one only."""
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match[1]), "ydm" if 12 < int(match[2]) <= 31 and int(match[3]) <= 12 else "ymd"
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if len(match[3]) == 2:
            year += 2000 if year < _CENTURY_TURN else 1900
        if 12 < first <= 31 and second <= 12:
            return year, "dmy"
        return year, "mdy" if 12 < second <= 31 and first <= 12 else ""
    if _EIGHT.fullmatch(text):
        return _read_eight(text)
    if _NAMED.search(text) and 6 <= len(text) <= 25:
        words = words_of(text)
        numbers = [int(word) for word in words if word.isdecimal()]
        if len(numbers) in (1, 2) and any(word in word_lists()["months"] for word in words) and len(words) <= 5:
            year = numbers[-1] if words[-1].isdecimal() else numbers[0]
            return (year + (2000 if year < _CENTURY_TURN else 1900) if year < 100 else year), ""
    return None, ""


def _read_eight(text: str) -> tuple[int | None, str]:
    head, tail = int(text[:4]), int(text[4:])
    if 1800 <= head <= 2100 and int(text[4:6]) <= 12 and int(text[6:]) <= 31:
        return head, "ymd"
    if 1800 <= tail <= 2100 and int(text[2:4]) <= 12 and int(text[:2]) <= 31:
        return tail, "dmy"
    if 1800 <= tail <= 2100 and int(text[:2]) <= 12 and int(text[2:4]) <= 31:
        return tail, "mdy"
    return None, ""


def _quantiles(years: Sequence[int], weights: Sequence[float]) -> tuple[float, float, float]:
    if not years:
        return 0.0, 0.0, 0.0
    order = np.argsort(years, kind="stable")
    ranked = np.asarray(years, np.float64)[order]
    below = np.cumsum(np.asarray(weights)[order])
    low, middle, high = (
        float(ranked[min(int(np.searchsorted(below, part * below[-1])), len(ranked) - 1)]) for part in (0.05, 0.5, 0.95)
    )
    return low, middle, high
