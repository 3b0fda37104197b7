"""Weights of dates, parts of dates and ages, from the values of a column."""

from __future__ import annotations

from typing import Final

from linkage.proposal.columns.measures import Measures
from linkage.proposal.columns.ramp import ramp

_NO_DATES: Final = (
    "record_id",
    "identifier",
    "number",
    "age",
    "house_number",
    "postcode",
    "phone",
    "text",
    "birth_year",
)
_LEAST: Final = 0.3


def dates(m: Measures) -> dict[str, float]:
    """Return the weights of a date of birth and of another date: births spread over decades and have no time of day."""
    share = m.dates.share
    if share < _LEAST:
        unlike = -6.0 + 4.5 * m.shares["year"]
        return {"birth_date": unlike, "event_date": unlike}
    spread = m.dates.years[2] - m.dates.years[0]
    shape = 5.0 * ramp(share, _LEAST, 0.75)
    weights = {
        "birth_date": shape + 1.5 * ramp(spread, 12, 35) - 1.5 * ramp(8 - spread, 0, 6) - 2.0 * m.dates.timed,
        "event_date": shape + ramp(12 - spread, 0, 10) + 2.0 * m.dates.timed - 0.5,
        "noise": m.dates.timed * ramp(2 - spread, 0, 2),
    }
    return weights | dict.fromkeys(_NO_DATES, -5.0)


def ages(m: Measures) -> dict[str, float]:
    """Return the weights of a year, month or day of birth and of an age."""
    if m.dates.share >= _LEAST:
        return {}
    integers, year = m.shares["integer"], m.shares["year"]
    low, middle, high, largest = m.numbers
    spread = high - low
    month = integers > 0.9 and largest <= 12 and 10 <= m.distinct <= 24
    day = integers > 0.9 and 27 <= largest <= 31 and 20 <= m.distinct <= 62
    age = integers > 0.85 and high <= 121 and m.distinct > 12 and 8 <= middle <= 75 and spread > 10
    plausible = 3.5 - 3.0 * ramp(m.leading_zero, 0.1, 0.5) - 2.0 * day
    spread_years = 5.0 * ramp(year, 0.7, 0.95) * ramp(spread, 8, 25)
    return {
        "birth_year": spread_years + 1.0 * ramp(year, 0.7, 0.9) - 6.0 * (year < 0.6),
        "birth_month": 4.5 if month else -6.0,
        "birth_day": 4.5 if day else -6.0,
        "age": plausible if age else -4.0 + 2.0 * (integers > 0.8),
    }
