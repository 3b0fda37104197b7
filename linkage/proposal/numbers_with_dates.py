"""Numbers of a person that contain the birth date: compared together with it, so that the date does not count twice.

Many national numbers do (NIK, PESEL, CNP, fødselsnummer). Two strangers born on one day in one office are then
an edit or two apart, which a comparison of its own would take for a typing error of one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from linkage.encode import EncodedRecords
from linkage.proposal.evidence import Evidence, as_m
from linkage.spec import Alternatives, ComparisonSpec, LevelSpec
from linkage.standardise.column import StandardColumn

_NUMBER_SHARES: Final = (0.7, 0.05, 0.05)
_WITHOUT_NUMBER: Final = 0.2
"""How often two records of one person share number and date, the number, nearly the number and the date; and how often
they share neither of these, because the number is missing or another one."""

_LOOKED_AT: Final = 2_000
_MOSTLY: Final = 0.5
_DAY_SHIFTS: Final = (0, 40)
"""Some offices add 40 to the day of a woman's birth."""

_MONTH_SHIFTS: Final = (0, 20, 40, 50, 60, 80)
"""Others add to the month, for a woman or for a century."""

State = tuple[str, tuple[str, ...]]


def with_birth_date(evidence: Sequence[Evidence], records: EncodedRecords) -> tuple[Evidence, ...]:
    """Return the evidence with the first number of the person that contains the birth date compared with it."""
    dates = [item for item in evidence if item.role == "birth_date" and item.compared and not item.about]
    numbers = [item for item in evidence if item.role == "identifier" and item.compared and not item.about]
    for date in dates[:1]:
        for number in numbers:
            field, born = number.fields[0].name, records.columns[date.fields[0].name]
            if share_with_date(records.columns[field], born) > _MOSTLY:
                united = _together(number, date)
                return tuple(
                    united if item is number else replace(item, compared=()) if item is date else item
                    for item in evidence
                )
    return tuple(evidence)


def share_with_date(number: StandardColumn, born: StandardColumn) -> float:
    """Return the share, 0 to 1, of records with both whose number contains the digits of the birth date.

    Looks at up to 2,000 records spread over all. nan-free: 0 when no record has both.
    """
    if born.content.integers is None:
        return 0.0
    both = np.flatnonzero((number.codes >= 0) & (born.codes >= 0))
    both = both[:: max(1, both.size // _LOOKED_AT)][:_LOOKED_AT]
    texts = number.content.values.take(number.codes[both]).to_pylist()
    days = born.content.integers[born.codes[both]].tolist()
    known = [(text, day) for text, day in zip(texts, days, strict=True) if day % 100]
    return sum(_contains(text, day) for text, day in known) / max(1, len(known))


def _contains(text: str, day: int) -> bool:
    year, month, number = day // 10_000, day // 100 % 100, day % 100
    short = f"{year % 100:02d}"
    for shift in _DAY_SHIFTS:
        for other in _MONTH_SHIFTS:
            d, m = f"{number + shift:02d}", f"{month + other:02d}"
            if any(form in text for form in (d + m + short, short + m + d, m + d + short)):
                return True
    return f"{year}{month:02d}{number:02d}" in text or f"{number:02d}{month:02d}{year}" in text


def _together(number: Evidence, date: Evidence) -> Evidence:
    """Return the number and the date as one comparison, the number's own agreement first."""
    own = replace(number.compared[-1], name=f"{number.compared[-1].name}_alone", part=True, m=())
    own = replace(own, levels=own.levels[:2])
    if date.compared[-1].combine:
        parts, levels = date.compared[:-1], date.compared[-1].levels
    else:
        # A date of one column: its relations become the alternatives of a level each.
        plain = replace(date.compared[-1], name=f"{date.compared[-1].name}_alone", part=True, m=())
        parts = (plain,)
        levels = tuple(LevelSpec(level.name, when=(((plain.name, (level.name,)),),)) for level in plain.levels)
    same: State = (own.name, ("equal",))
    close: State = (own.name, (own.levels[1].name,))
    born = levels[0].when
    combined = ComparisonSpec(
        f"{number.compared[-1].name}_and_{date.compared[-1].name}",
        (
            LevelSpec("number_and_date", when=_each_with(born, same)),
            LevelSpec("number", when=((same,),)),
            LevelSpec("number_close_and_date", when=_each_with(born, close)),
            *(LevelSpec(f"date_{level.name}", when=level.when) for level in levels),
        ),
        combine=(own.name, *(part.name for part in parts)),
        m=as_m((*_NUMBER_SHARES, *(_WITHOUT_NUMBER * share for share in date.compared[-1].m))),
    )
    because = (*number.because, "it contains the birth date, so both count once, together")
    return Evidence(number.fields, (own, *parts, combined), number.keys, because, number.role, number.about)


def _each_with(alternatives: Alternatives, state: State) -> Alternatives:
    return tuple((state, *states) for states in alternatives)
