"""Regencies with real codes, names and sizes; below them invented sub-districts and villages."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError, UsageError
from linkage.standardise.regions.table import region_table
from linkage.synthetic.names.culture import Cultures, load_cultures
from linkage.synthetic.places.place_names import JAVA, PlaceNames, load_place_names
from linkage.synthetic.streams import Float64, Int64, cumulative, stream

DISTRICTS, VILLAGES, HAMLETS = 52, 12, 240
"""Sub-districts of a regency, villages of a sub-district, names of hamlets in a regency, at most."""

_DIVERSE: Final = (3374, 1271, 5171, 7371, 9171, 3273, 1371, 6371, 3578, 5371, 1171, 6171, 7171, 8171, 3174)
"""Cities that span the country, so that a register of few regions shows many cultures."""

_SPLIT_DAYS: Final[Mapping[int, dt.date]] = MappingProxyType(
    {
        65: dt.date(2012, 11, 16),
        93: dt.date(2022, 11, 9),
        94: dt.date(2022, 11, 9),
        95: dt.date(2022, 11, 9),
        96: dt.date(2023, 7, 1),
    }
)
"""Day from which numbers are issued with the codes of a new province.

65: law 20/2012. 93 to 95: Kepmendagri 100.1.1-6117/2022, the first edition with these codes (laws 14 to 16/2022 are
of 25 July 2022). 96: law 29/2022 is of 8 December 2022, and that edition has the old codes; the middle of 2023 is an
assumption. No code of before earlier splits (Banten, Gorontalo, ..) is known, so nobody's number has one.
"""

_CAPITAL, _JAKARTA = 0, 31
_MANY: Final = 1 << 16
_TRANSMIGRANTS: Final = 0.15
_SIZE_SPREAD: Final = 0.6
_NAMED_ALIKE: Final = 0.5


@dataclass(frozen=True)
class Region:
    """A regency in force.

    ``code``: 4 digits. ``population``: in thousands. ``running`` float64 (n_cultures,): running share by culture.
    ``birthplaces``: how its name is written as a place of birth, the usual way first. ``districts``: number of its
    sub-districts. ``former_code``: its code before a province was split, 0 for none known; ``split_day``: days since
    1970-01-01 from which numbers have the present code, 0 where there is no former one.
    """

    code: int
    name: str
    province: str
    population: float
    running: Float64
    birthplaces: tuple[str, ...]
    districts: int
    former_code: int
    split_day: int

    @property
    def is_city(self) -> bool:
        """Whether it is a kota (codes 71 to 99 within the province)."""
        return self.code % 100 >= 71


@dataclass(frozen=True)
class Gazetteer:
    """The regions of a register, and all places in them.

    Village v of sub-district d (both from 0) of region r has the number ``(r * DISTRICTS + d) * VILLAGES + v``:
    ``district_names`` and ``village_names`` have one text per number (empty where there is no such village),
    ``village_codes`` int64 the 10-digit code. ``district_counts`` int64 (n_regions,); ``district_weights`` float64
    (n_regions, DISTRICTS): how many live there, in proportion, 0 where there is no such sub-district;
    ``village_counts`` int64 (n_regions * DISTRICTS,). ``hamlet_names``: text ``r * HAMLETS + n``. ``styles`` int64
    (n_regions,): number of the naming style.
    """

    regions: tuple[Region, ...]
    district_names: pa.StringArray
    village_names: pa.StringArray
    village_codes: Int64
    district_counts: Int64
    district_weights: Float64
    village_counts: Int64
    hamlet_names: pa.StringArray
    styles: Int64


@lru_cache(maxsize=1)
def load_regions() -> tuple[Region, ...]:
    """Return all 514 regencies in force: the cities that span the country first, then by code."""
    cultures = load_cultures()
    former = {item.newest: code for code, item in region_table().regencies.items() if not item.valid and item.newest}
    regions = {int(row["code"]): _region(row, former, cultures) for row in _rows()}
    return tuple(regions.pop(code) for code in _DIVERSE) + tuple(regions[code] for code in sorted(regions))


def choose_regions(count: int, seed: int, part: str = "all") -> tuple[Region, ...]:
    """Return ``count`` regencies chosen by the seed; up to 15 come from a list that spans the country.

    ``part``: ``all``, or those of every other province by code, from the ``first`` or from the ``second`` on; so either
    has some of each large island.

    Raises:
        UsageError: there are not so many regencies.
    """
    regions = load_regions()
    if count > len(regions):
        raise UsageError(f"{count} regions wanted, {len(regions)} regencies are known")
    provinces = sorted({region.code // 100 for region in regions})
    chosen = {"all": provinces, "first": provinces[::2], "second": provinces[1::2]}[part]
    rng = stream(seed, "regions")
    diverse = len(_DIVERSE)
    order = [*rng.permutation(diverse), *(diverse + rng.permutation(len(regions) - diverse))]
    fitting = [regions[int(number)] for number in order if regions[int(number)].code // 100 in chosen]
    if count > len(fitting):
        raise UsageError(f"{count} regions wanted, {len(fitting)} regencies are in this part of the country")
    return tuple(fitting[:count])


def make_gazetteer(regions: Sequence[Region]) -> Gazetteer:
    """Return the places of these regions. A regency's places depend on its code only, not on seed or company."""
    names = load_place_names()
    made = [_places(region, names) for region in regions]
    slots = np.arange(DISTRICTS * VILLAGES)
    district, village = slots // VILLAGES, slots % VILLAGES
    codes = np.array([region.code for region in regions], np.int64)[:, None]
    # Cities have kelurahan (1...), regencies have them where their office stands, desa (2...) elsewhere.
    urban = np.array([region.is_city or region.code // 100 == _JAKARTA for region in regions])[:, None]
    kind = np.where(urban | (district == _CAPITAL), 1001, 2001)
    return Gazetteer(
        regions=tuple(regions),
        district_names=names.texts.take(
            pa.array(np.concatenate([np.repeat(item.districts, VILLAGES) for item in made]))
        ),
        village_names=names.texts.take(pa.array(np.concatenate([item.villages.ravel() for item in made]))),
        village_codes=((codes * 100 + district + 1) * 10_000 + kind + village).ravel(),
        district_counts=np.array([region.districts for region in regions], np.int64),
        district_weights=np.array([item.weights for item in made]),
        village_counts=np.concatenate([item.village_counts for item in made]),
        hamlet_names=names.texts.take(pa.array(np.concatenate([item.hamlets for item in made]))),
        styles=np.array([names.style(region.code) for region in regions], np.int64),
    )


def place_households(
    gazetteer: Gazetteer,
    region: npt.NDArray[np.integer],
    rng: np.random.Generator,
    part: npt.NDArray[np.integer] | int = 0,
    parts: npt.NDArray[np.integer] | int = 1,
) -> Int64:
    """Return int64 (n,): a village number for each household, given its region (number, (n,)).

    Only sub-districts d with ``d % parts == part`` are used. Sub-districts and villages differ in size.

    Raises:
        InvariantError: a part has no sub-district, because a region has fewer than ``parts``.
    """
    home = np.asarray(region, np.int64)
    chance, within = rng.random(home.size), rng.random(home.size)
    groups, group = np.unique((home * _MANY + parts) * _MANY + part, return_inverse=True)
    of_region, of_parts, of_part = groups // _MANY**2, groups // _MANY % _MANY, groups % _MANY
    allowed = np.arange(DISTRICTS) % of_parts[:, None] == of_part[:, None]
    running = np.cumsum(gazetteer.district_weights[of_region] * allowed, axis=1)
    if groups.size and running[:, -1].min() <= 0.0:
        raise InvariantError("a part of a region has no sub-district")
    # One ascending row of all groups: group g lies between g and g + 1.
    line = (np.arange(groups.size)[:, None] + running / running[:, -1:]).ravel()
    spot = np.minimum(group + chance, np.nextafter(group + 1.0, 0.0))
    district = np.searchsorted(line, spot, side="right") - group * DISTRICTS
    place = home * DISTRICTS + district
    # The first village of a sub-district is three times as large as the last.
    village = (within * (0.5 + 0.5 * within) * gazetteer.village_counts[place]).astype(np.int64)
    return np.asarray(place * VILLAGES + village, np.int64)


def areas(gazetteer: Gazetteer, village: npt.NDArray[np.integer]) -> Int64:
    """Return int64 (n,): the 6-digit code of the sub-district in which a village (number, (n,)) lies."""
    return np.asarray(gazetteer.village_codes[village] // 10_000, np.int64)


@dataclass(frozen=True)
class _Places:
    """Of one regency: numbers of names and sizes, ``villages`` (DISTRICTS, VILLAGES), the others (DISTRICTS,)."""

    districts: Int64
    villages: Int64
    weights: Float64
    village_counts: Int64
    hamlets: Int64


def _places(region: Region, names: PlaceNames) -> _Places:
    rng = np.random.default_rng([region.code, 14])
    weights, counts = np.zeros(DISTRICTS), np.zeros(DISTRICTS, np.int64)
    weights[: region.districts] = rng.lognormal(0.0, _SIZE_SPREAD, region.districts)
    weights[_CAPITAL] *= 1.5
    counts[: region.districts] = np.clip(np.rint(9.0 * np.sqrt(weights[: region.districts])), 4, VILLAGES)
    drawn = _names(region, names, names.villages, region.districts * (1 + VILLAGES), rng)
    districts, villages = np.zeros(DISTRICTS, np.int64), np.zeros((DISTRICTS, VILLAGES), np.int64)
    districts[: region.districts] = drawn[: region.districts]
    villages[: region.districts] = drawn[region.districts :].reshape(-1, VILLAGES)
    alike = rng.random(DISTRICTS) < _NAMED_ALIKE
    villages[alike, 0] = districts[alike]
    villages[np.arange(VILLAGES) >= counts[:, None]] = 0
    return _Places(districts, villages, weights, counts, _names(region, names, names.hamlets, HAMLETS, rng))


def _names(region: Region, names: PlaceNames, pools: Sequence[Int64], count: int, rng: np.random.Generator) -> Int64:
    """Return int64 (count,): distinct names in the regency's style, Javanese ones among them where many settled."""
    pool = pools[names.style(region.code)]
    javanese = names.styles.index(JAVA)
    shares = np.diff(region.running, prepend=0.0)
    share = float(shares[load_cultures().names.index("javanese")])
    settled = region.code // 100 not in range(31, 37) and share >= _TRANSMIGRANTS
    foreign = pools[javanese][~np.isin(pools[javanese], pool)] if settled else pool[:0]
    taken = rng.permutation(foreign)[: round(share * count)]
    own = rng.permutation(pool)[: count - taken.size]
    return np.asarray(rng.permutation(np.concatenate([own, taken])), np.int64)


def _rows() -> list[dict[str, str]]:
    text = (resources.files("linkage.synthetic") / "data" / "regions.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def _region(row: Mapping[str, str], former: Mapping[int, int], cultures: Cultures) -> Region:
    code = int(row["code"])
    table = region_table()
    name = table.regencies[code].name.upper()
    split = code in former
    return Region(
        code=code,
        name=name,
        province=table.provinces[code // 100].name.upper(),
        population=float(row["population_thousand"]),
        running=_mixture(row["cultures"], cultures),
        birthplaces=tuple(name if way == "*" else way for way in row["birthplaces"].split("|")),
        districts=int(row["districts"]),
        former_code=former.get(code, 0),
        split_day=(_SPLIT_DAYS[code // 100] - dt.date(1970, 1, 1)).days if split else 0,
    )


def _mixture(text: str, cultures: Cultures) -> Float64:
    shares = np.zeros(len(cultures.names))
    for part in text.split():
        name, _, share = part.partition(":")
        shares[cultures.names.index(name)] = float(share)
    return cumulative(shares)
