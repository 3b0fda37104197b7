"""What the counts of a synthetic register amount to: shares and means, for the tables and the charts alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.register_page import published as published
from benchmarks.register_page.counts import Counts
from linkage.synthetic.kinds import DUPLICATE_KINDS, ERROR_KINDS, HISTORY_KINDS, REPEAT_KINDS
from linkage.synthetic.plan import RegisterPlan

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

YEARS_OF_BIRTH: Final = (1900, 1935, 1945, 1955, 1965, 1975, 1985, 1995, 2005, 2015, 2023, 2100)
"""First years of the spans of birth in tables and charts, and the end."""

DAYS_OF_A_YEAR: Final = 365.25
DATES: Final = {"1 July": (7, 1), "31 December": (12, 31), "1 January": (1, 1)}


@dataclass(frozen=True)
class Made:
    """A register that was made, and its counts."""

    plan: RegisterPlan
    counts: Counts

    @property
    def people(self) -> int:
        """People whose death was not reported."""
        return int(self.counts.residents.columns()[-1].sum())

    @property
    def scale(self) -> float:
        """Residents of the nation for each of the people."""
        return published.RESIDENTS / self.people


def span_label(number: int) -> str:
    """Return the words for a span of ``YEARS_OF_BIRTH``."""
    first, last = YEARS_OF_BIRTH[number], YEARS_OF_BIRTH[number + 1] - 1
    if number == 0:
        return f"to {last}"
    return f"from {first}" if number == len(YEARS_OF_BIRTH) - 2 else f"{first}-{last}"


def by_region(made: Made) -> dict[int, int]:
    """Return people by regency."""
    region, _, _, count = made.counts.residents.columns()
    codes, which = np.unique(region, return_inverse=True)
    return dict(zip(codes.tolist(), np.bincount(which, count).astype(int).tolist(), strict=True))


def by_age(made: Made) -> tuple[Float64, Float64]:
    """Return men and women by five-year group of age (the last open), as shares of those of known age and sex."""
    _, sex, age, count = made.counts.residents.columns()
    groups = published.pyramid()[0].size
    group = np.minimum(age // 5, groups - 1)
    men, women = (
        np.bincount(group[(sex == word) & (age >= 0)], count[(sex == word) & (age >= 0)], groups) for word in ("L", "P")
    )
    total = men.sum() + women.sum()
    return men / total, women / total


def by_culture(made: Made) -> dict[str, int]:
    """Return people by naming culture."""
    names, count = made.counts.cultures.columns()
    return dict(zip(names, count.tolist(), strict=True))


def household_sizes(made: Made) -> Int64:
    """Return the number of households of 1, 2, .. people."""
    return np.bincount(made.counts.households.columns()[1])[1:]


def name_counts(made: Made) -> dict[str, int]:
    """Return how many people bear each of the published names exactly."""
    names, _, count = made.counts.bearers.columns()
    return {name: int(count[names == name].sum()) for name in published.NAMES}


def single_names(made: Made) -> tuple[Float64, Int64]:
    """Return the share of names of one word by span of birth, and the people in each."""
    year, words, count = made.counts.words.columns()
    span = np.searchsorted(YEARS_OF_BIRTH, year, side="right") - 1
    spans = len(YEARS_OF_BIRTH) - 1
    known = span >= 0
    people = np.bincount(span[known], count[known], spans)
    single = np.bincount(span[known & (words == 1)], count[known & (words == 1)], spans)
    return single / np.maximum(people, 1), people.astype(np.int64)


def default_dates(made: Made) -> tuple[dict[str, Float64], Int64]:
    """Return the share of each date by span of birth (and of the 15th of a month), and the people in each."""
    year, month, day, count = made.counts.dates.columns()
    span = np.searchsorted(YEARS_OF_BIRTH, year, side="right") - 1
    spans = len(YEARS_OF_BIRTH) - 1
    people = np.bincount(span[span >= 0], count[span >= 0], spans)
    chosen = {name: (month == wanted[0]) & (day == wanted[1]) for name, wanted in DATES.items()}
    chosen["15th of a month"] = day == 15
    shares = {
        name: np.bincount(span[rows & (span >= 0)], count[rows & (span >= 0)], spans) / np.maximum(people, 1)
        for name, rows in chosen.items()
    }
    return shares, people.astype(np.int64)


def voters(made: Made) -> tuple[float, float, float]:
    """Return of those who could vote in 2019 the shares born on 1 July, on one of three dates and on each other day
    (the 15th of a month left out)."""
    year, month, day, count = made.counts.dates.columns()
    old = (year > 0) & (year <= published.VOTER_BORN)
    chosen = [(month == wanted[0]) & (day == wanted[1]) for wanted in DATES.values()]
    three = np.logical_or.reduce(chosen)
    total = count[old].sum()
    ordinary = count[old & ~three & (day != 15)].sum() / (DAYS_OF_A_YEAR - len(DATES) - 12)
    return count[old & chosen[0]].sum() / total, count[old & three].sum() / total, ordinary / total


def entry_years(made: Made) -> tuple[Int64, Float64, Int64]:
    """Return years of entry, wrong repeats per record entered in each, and the records."""
    kind, year, count = made.counts.entries.columns()
    years = np.unique(year)
    wrong = np.isin(kind, [1 + REPEAT_KINDS.index(name) for name in DUPLICATE_KINDS])
    everything = np.array([count[year == value].sum() for value in years])
    repeats = np.array([count[(year == value) & wrong].sum() for value in years])
    return years, repeats / everything, everything


def error_shares(made: Made) -> tuple[dict[str, float], dict[str, float]]:
    """Return records with each kind of error, per first record and per further record."""
    further, kind, count = made.counts.errors.columns()
    totals = {False: made.counts.persons, True: made.counts.records - made.counts.persons}
    return tuple(  # type: ignore[return-value]
        {name: int(count[(kind == name) & (further == value)].sum()) / max(totals[value], 1) for name in ERROR_KINDS}
        for value in (False, True)
    )


def fellows(made: Made, name: str) -> float:
    """Return how many others of one name share a bearer's birth date, were the register as large as the nation and the
    days of each year of birth alike."""
    names, birth, count = made.counts.bearers.columns()
    rows = (names == name) & _known(birth)
    held = np.bincount(_years(birth[rows]), count[rows])
    return float((held * (held - 1.0)).sum() / max(held.sum(), 1.0) / DAYS_OF_A_YEAR * made.scale)


def fellows_as_written(made: Made) -> tuple[float, float]:
    """Return the same for all published names together, by the dates as they are written, from pairs of bearers: for
    all of them, and for those born on 1 July before 1975."""
    _, birth, count = made.counts.bearers.columns()
    known = _known(birth)
    dates, held = birth[known].astype(str), count[known].astype(float)
    july = np.char.endswith(dates, "-07-01") & (_years(birth[known]) < 1975)
    pairs = held * (held - 1.0)
    return (
        float(pairs.sum() / max(held.sum(), 1.0) * made.scale),
        float(pairs[july].sum() / max(held[july].sum(), 1.0) * made.scale),
    )


def _known(texts: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    return np.array([text is not None for text in texts], np.bool_)


def _years(dates: npt.NDArray[np.object_]) -> Int64:
    return np.array([int(date[:4]) for date in dates], np.int64)


def culture_shares(made: Made) -> list[tuple[str, str, float, float | None]]:
    """Return cultures, the census groups that come nearest, the register's share and the census's."""
    ours = by_culture(made)
    return [
        (
            label,
            ", ".join(groups),
            sum(ours.get(name, 0) for name in names) / made.people,
            None if citizens is None else citizens / published.CENSUS_CITIZENS,
        )
        for label, names, groups, citizens in published.CULTURES
    ]


def shared_niks(made: Made) -> tuple[int, int]:
    """Return NIKs that stand on records of different persons, and those persons."""
    group, person, _ = made.counts.shared.columns()
    return len(set(group)), len(set(person))


def history_shares(made: Made) -> dict[str, float]:
    """Return the share of persons with each kind of history, those reported dead included."""
    kinds, count = made.counts.histories.columns()
    return {name: float(count[kinds == name].sum()) / made.counts.persons for name in HISTORY_KINDS}


def nik_shares(made: Made) -> dict[str, float]:
    """Return the share of records whose NIK contradicts each of the columns of ``Counts.niks``."""
    *flags, count = made.counts.niks.columns()
    names = made.counts.niks.table().column_names
    return {name: float(count[flag].sum()) / made.counts.records for name, flag in zip(names, flags, strict=False)}
