"""Figures: whole numbers per region and measure, and their sums for provinces and the nation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from linkage.reports.definitions import Definitions, named
from linkage.reports.hiding import Mask, Parts, as_told, first_first, hidden_cells
from linkage.standardise.column import Int64

NATION: Final = ""
_PROVINCE: Final = 2
_REGENCY: Final = 4
_REST: Final = "rest:"

Counts = Mapping[str, Mapping[str, int]]
"""For each measure a number by region code: 4 digits, 2 for what lies between regencies, "" for the rest."""


@dataclass(frozen=True, repr=False)
class Figures:
    """What was counted where. ``values`` int64 (n_units, n_measures): what belongs to each unit and to none below it.

    ``units``: region codes, sorted: regencies, provinces (cases between their regencies), "" (cases between provinces,
    and records of no known region).
    """

    units: tuple[str, ...]
    measures: tuple[str, ...]
    values: Int64

    @classmethod
    def of(cls, counts: Counts, units: Iterable[str] = ()) -> Figures:
        """Return figures of counts by measure and region; ``units``: regions that stand there even with nothing."""
        found = {NATION, *units, *(code for column in counts.values() for code in column)}
        codes = tuple(sorted(found | {code[:_PROVINCE] for code in found}))
        measures = tuple(sorted(counts))
        values = np.array([[counts[name].get(code, 0) for name in measures] for code in codes], np.int64)
        return cls(codes, measures, values.reshape(len(codes), len(measures)))

    def table(self) -> pa.Table:
        """Return a row per unit: ``region``, and an int64 column per measure."""
        columns = {"region": pa.array(self.units, pa.string())}
        return pa.table(columns | {name: pa.array(self.values[:, at]) for at, name in enumerate(self.measures)})

    @classmethod
    def from_table(cls, table: pa.Table) -> Figures:
        """Return the figures of :meth:`table`."""
        measures = tuple(table.column_names[1:])
        values = [table.column(name).to_numpy() for name in measures]
        units = tuple(table.column("region").to_pylist())
        return cls(units, measures, np.array(values, np.int64).reshape(len(measures), len(units)).T)


@dataclass(frozen=True, repr=False)
class Told:
    """Figures of every regency, province and the nation, and what of them is hidden.

    ``places``: region code to row. ``columns``: measure to column, those of ``rest`` included. ``values`` int64,
    ``small`` and ``hidden`` bool, all (n_regions, n_columns).
    """

    places: Mapping[str, int]
    columns: Mapping[str, int]
    values: Int64
    small: Mask
    hidden: Mask

    def has(self, measure: str) -> bool:
        """Whether the measure was counted."""
        return measure in self.columns

    def number(self, region: str, measure: str) -> int | None:
        """Return a figure, None where it is hidden or was not counted."""
        if region not in self.places or measure not in self.columns:
            return None
        place = self.places[region], self.columns[measure]
        return None if self.hidden[place] else int(self.values[place])

    def is_small(self, region: str, measure: str) -> bool:
        """Whether a figure is hidden for being 1 to 4 itself."""
        return bool(self.small[self.places[region], self.columns[measure]])

    def below(self, region: str) -> tuple[str, ...]:
        """Return the regions one tier below that a report shows, by code."""
        return tuple(code for code in self.places if not code.endswith("+") and _above(code) == region != code)


def tell(figures: Figures, rules: Definitions) -> Told:
    """Return the sums of figures for provinces and the nation, with what is to be hidden in all reports of an edition.

    What belongs to a province or the nation alone is a region of its own that nobody shows; its code ends in "+".
    """
    figures = _with_rests(figures, rules)
    leaves = [code if len(code) == _REGENCY else f"{code}+" for code in figures.units]
    provinces = sorted({code[:_PROVINCE] for code in figures.units} - {NATION})
    places = {code: row for row, code in enumerate([*leaves, *provinces, NATION])}
    values = np.zeros((len(places), len(figures.measures)), np.int64)
    values[: len(leaves)] = figures.values
    sums = []
    for code in (*provinces, NATION):
        below = [row for one, row in places.items() if one != code and _above(one) == code]
        values[places[code]] = values[below].sum(axis=0)
        sums.append(Parts(places[code], tuple(below)))
    columns = {name: at for at, name in enumerate(figures.measures)}
    unseen = np.array([name.startswith(_REST) for name in columns], np.bool_)
    followers = {name for name in rules.follows if name in columns}
    small, hidden = hidden_cells(
        values,
        sums,
        _totals(rules, columns, values[places[NATION]], unseen),
        protected=np.array([name not in rules.plain and name not in followers for name in columns], np.bool_),
        unseen_regions=np.array([code.endswith("+") for code in places], np.bool_),
        unseen_measures=unseen,
    )
    for name in followers:
        hidden[:, columns[name]] = hidden[:, columns[rules.follows[name]]]
    return Told(places, columns, values, small, hidden)


def sums_of(rules: Definitions, measures: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (total, parts) of every sum whose total and parts are among the measures, with the names of the rests."""
    found = []
    for one in rules.sums:
        parts = named(one.parts, measures)
        if one.total not in measures or not parts:
            continue
        for group in [(part,) for part in parts] if one.each else [parts]:
            found.append((one.total, (*group, *((_REST + group[0],) if one.rest else ()))))
    return tuple(found)


def _with_rests(figures: Figures, rules: Definitions) -> Figures:
    """Return the figures with a column for what parts leave over of a total: nobody shows it, all can compute it."""
    column = {name: figures.values[:, at] for at, name in enumerate(figures.measures)}
    for total, parts in sums_of(rules, figures.measures):
        if parts[-1].startswith(_REST):
            column[parts[-1]] = column[total] - sum(column[part] for part in parts[:-1])
    values = np.stack(list(column.values()), axis=1) if column else figures.values
    return Figures(figures.units, tuple(column), values)


def _totals(rules: Definitions, columns: Mapping[str, int], weight: Int64, unseen: Mask) -> list[Parts]:
    measures = [name for name in columns if not name.startswith(_REST)]
    in_order = {one.total: one.parts for one in rules.sums if one.in_order}
    found = []
    for total, parts in sums_of(rules, measures):
        places = [columns[part] for part in parts]
        kept = in_order.get(total) == parts
        found.append(Parts(columns[total], as_told(places, weight) if kept else first_first(places, weight, unseen)))
    return found


def _above(code: str) -> str:
    """Return the region that a region's figures are added up in; that of the nation is itself."""
    if code.endswith("+"):
        return code[:-1]
    return code[:_PROVINCE] if len(code) == _REGENCY else NATION
