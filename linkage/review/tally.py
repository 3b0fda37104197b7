"""What reports count of the queue: cases found, decided, confirmed and left over, by the region they were found for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from linkage.review.backlog import AGE_DAYS, age_of
from linkage.review.cases import State


@dataclass(frozen=True)
class Tally:
    """The cases of one kind that were found for one scope (4 digits, 2, or "" for the nation).

    ``found``: opened in the span. ``ended``: closed in the span and not opened again since, by the state they are in
    now. ``confirmed``: confirmed by the centre in the span. ``ages``: open now, by the age bands of
    :data:`linkage.review.backlog.AGE_DAYS`, the youngest first; ``days_open``: whole days that these have been open,
    added up.
    """

    scope: str
    kind: str
    found: int
    ended: Mapping[State, int]
    confirmed: int
    ages: tuple[int, ...]
    days_open: int


def open_ages(opened: Mapping[datetime, int], now: datetime) -> tuple[tuple[int, ...], int]:
    """Return how many cases are in each age band, and the days they have been open, added up.

    ``opened``: how many open cases were opened at each instant.
    """
    bands = [0] * (len(AGE_DAYS) + 1)
    for at, cases in opened.items():
        bands[age_of(at, now)] += cases
    return tuple(bands), sum((now - at).days * cases for at, cases in opened.items())
