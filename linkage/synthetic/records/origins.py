"""Where NIKs were first issued: mostly at home, for migrants in a regency of their own, by the codes of that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.cells import Cell
from linkage.synthetic.people.population import Population
from linkage.synthetic.people.residents import CHILD, GRANDCHILD
from linkage.synthetic.places.gazetteer import areas, load_regions, place_households
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Float64, Int64, by_group, pick, stream

Bool = npt.NDArray[np.bool_]

_OUTSIDE: Final = 4
"""Sub-districts of a regency that only migrants come from. Each is one cell's, so that no NIK is issued twice."""

_MIGRANTS: Final = 0.12
_MOVED_WITHIN: Final = 0.15
_SAME_PROVINCE, _SAME_ISLANDS = 6.0, 2.0


@dataclass(frozen=True)
class Origins:
    """Sub-districts in which a cell issues NIKs to people who live elsewhere now.

    ``region`` int64 (k,), number in ``load_regions``; ``district`` int64 (k,), two digits.
    """

    region: Int64
    district: Int64

    def areas_of_issue(
        self, population: Population, entered: Int64, rng: np.random.Generator
    ) -> tuple[Int64, Int64, Bool, Bool]:
        """Return per person the 6-digit area of the first NIK, the number of the birth region, whether that is another
        than the home, and whether the area's code is from before a split of the region."""
        regions = load_regions()
        codes = np.array([region.code for region in regions])
        people = population.people
        home_codes = np.array([region.code for region in population.gazetteer.regions])
        home = home_codes[population.region[people.household]]
        order = np.argsort(codes)
        origin = order[np.searchsorted(codes, home, sorter=order)]
        region = population.region[people.household].astype(np.int64)
        cell = population.cell
        # Families move within a regency too, without a trace but this.
        elsewhere = place_households(population.gazetteer, region, rng, cell.part, cell.parts)
        village = np.where(rng.random(region.size) < _MOVED_WITHIN, elsewhere, population.village[people.household])
        district = areas(population.gazetteer, village) % 100
        # A household's children were mostly born where it lives now.
        young = (people.relation == CHILD) | (people.relation == GRANDCHILD)
        migrated = rng.random(home.size) < np.where(young, _MIGRANTS / 3, _MIGRANTS * 1.5)
        if self.region.size:
            for here, rows in by_group(np.where(migrated, home, 0)):
                if here:
                    chosen = pick(rng, self._nearness(here, codes), rows.size)
                    origin[rows], district[rows] = self.region[chosen], self.district[chosen]
        younger = np.flatnonzero((people.twin >= 0) & (people.twin != np.arange(home.size)))
        elder = people.twin[younger]
        origin[younger], district[younger] = origin[elder], district[elder]
        former = np.array([region.former_code for region in regions])[origin]
        before = (former > 0) & (entered < np.array([region.split_day for region in regions])[origin])
        code = np.where(before, former, codes[origin])
        return code * 100 + district, origin, codes[origin] != home, before

    def _nearness(self, home: int, codes: Int64) -> Float64:
        population = np.array([region.population for region in load_regions()])[self.region]
        province = codes[self.region] // 100
        near = np.where(province == home // 100, _SAME_PROVINCE, 1.0)
        near = np.where(province // 10 == home // 1000, near * _SAME_ISLANDS, near)
        weights: Float64 = near * population
        return weights


def origins_of(plan: RegisterPlan, cell: Cell, cells: int) -> Origins:
    """Return the origins that belong to one cell of ``cells``."""
    regions = load_regions()
    everything = np.arange(len(regions) * _OUTSIDE)
    shuffled = stream(plan.seed, "origins").permutation(everything)
    own = np.sort(everything[shuffled % cells == cell.number])
    districts = np.array([region.districts for region in regions])
    region = own // _OUTSIDE
    return Origins(region, districts[region] + 1 + own % _OUTSIDE)
