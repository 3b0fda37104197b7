"""Regencies with real codes and names; below them invented sub-districts, villages, hamlets and streets."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import UsageError
from linkage.standardise.regions import known_regencies, region_name
from linkage.synthetic.culture import Cultures, load_cultures
from linkage.synthetic.streams import Float64, Int64, cumulative, pick, stream
from linkage.synthetic.vocabulary import read_data

DISTRICTS, VILLAGES = 20, 12
"""Sub-districts of a regency and villages of a sub-district, at most; both are invented."""

_DIVERSE: Final = 15
_POPULATION_THOUSAND: Final = 306
_HAMLETS: Final = 240
_ESTATE_SHARE, _CITY_STREETS = 0.15, 0.4


@dataclass(frozen=True)
class Region:
    """A regency: 4-digit ``code``, names, ``population`` in thousands, ``running`` share by culture, and how its name
    is written as a place of birth, the usual way first."""

    code: int
    name: str
    province: str
    population: float
    running: Float64
    birthplaces: tuple[str, ...]

    @property
    def is_city(self) -> bool:
        """Whether it is a kota (codes 71 to 99 within the province)."""
        return self.code % 100 >= 71


@dataclass(frozen=True)
class Gazetteer:
    """The regions of a register, and all places in them.

    Village v of sub-district d (both from 0) of region r has the number ``(r * DISTRICTS + d) * VILLAGES + v``:
    ``district_names`` and ``village_names`` have one text per number, ``village_codes`` int64 the 10-digit code.
    ``district_counts``, ``village_counts`` int64 (n_regions,).
    """

    regions: tuple[Region, ...]
    district_names: pa.StringArray
    village_names: pa.StringArray
    village_codes: Int64
    district_counts: Int64
    village_counts: Int64
    hamlets: tuple[pa.StringArray, ...]


@lru_cache(maxsize=1)
def load_regions() -> tuple[Region, ...]:
    """Return all regencies in force: those of the package's own culture table first, in its order."""
    cultures = load_cultures()
    provinces = {row["code"]: row["cultures"] for row in _rows("provinces.csv")}
    own = [_own_region(row, cultures) for row in _rows("regions.csv")]
    covered = {region.code for region in own}
    others = [_other_region(code, provinces, cultures) for code in known_regencies() if code not in covered]
    return (*own, *others)


def choose_regions(count: int, seed: int) -> tuple[Region, ...]:
    """Return ``count`` regencies chosen by the seed; up to 15 come from a list that spans the country.

    Raises:
        UsageError: there are not so many regencies.
    """
    regions = load_regions()
    if count > len(regions):
        raise UsageError(f"{count} regions wanted, {len(regions)} regencies are known")
    rng = stream(seed, "regions")
    order = [*rng.permutation(_DIVERSE), *(_DIVERSE + rng.permutation(len(regions) - _DIVERSE))]
    return tuple(regions[int(number)] for number in order[:count])


def make_gazetteer(regions: Sequence[Region]) -> Gazetteer:
    """Return the places of these regions. A regency's places depend on its code only, not on seed or company."""
    parts = read_data("places.toml")
    firsts, lasts = str(parts["village_first"]).split(), str(parts["village_last"]).split()
    districts: list[str] = []
    villages: list[str] = []
    district_counts, village_counts = [], []
    codes = []
    hamlets = []
    for region in regions:
        rng = np.random.default_rng([region.code, 14])
        district_counts.append(int(rng.integers(6, DISTRICTS + 1)))
        village_counts.append(int(rng.integers(6, VILLAGES + 1)))
        names = [f"{firsts[n // len(lasts)]}{lasts[n % len(lasts)]}" for n in rng.permutation(len(firsts) * len(lasts))]
        names = [name if at % 3 else _apart(name, lasts) for at, name in enumerate(names)]
        for district in range(DISTRICTS):
            districts += [names[district]] * VILLAGES
            villages += names[DISTRICTS + district * VILLAGES : DISTRICTS + (district + 1) * VILLAGES]
            first = (region.code * 100 + district + 1) * 10_000 + (1001 if region.is_city else 2001)
            codes.append(first + np.arange(VILLAGES))
        hamlets.append(_hamlet_names(rng, parts))
    return Gazetteer(
        tuple(regions),
        pa.array(districts, pa.string()),
        pa.array(villages, pa.string()),
        np.concatenate(codes),
        np.array(district_counts),
        np.array(village_counts),
        tuple(hamlets),
    )


def place_households(gazetteer: Gazetteer, region: npt.NDArray[np.integer], rng: np.random.Generator) -> Int64:
    """Return int64 (n,): a village number for each household, given its region."""
    district = (rng.random(region.size) * gazetteer.district_counts[region]).astype(np.int64)
    village = (rng.random(region.size) * gazetteer.village_counts[region]).astype(np.int64)
    numbers: Int64 = (region * DISTRICTS + district) * VILLAGES + village
    return numbers


def addresses(
    gazetteer: Gazetteer,
    cultures: Cultures,
    region: npt.NDArray[np.integer],
    culture: npt.NDArray[np.integer],
    rng: np.random.Generator,
) -> pa.StringArray:
    """Return one address line per household: a street with a number, an estate with a block, or a hamlet."""
    parts = read_data("places.toml")
    streets = pa.array(str(parts["streets"]).split("|"))
    estates = pa.array(str(parts["estates"]).split("|"))
    count = region.size
    city = np.array([item.is_city for item in gazetteer.regions])[region]
    draw = rng.random(count)
    is_estate = city & (draw < _ESTATE_SHARE)
    is_street = ~is_estate & (draw < _ESTATE_SHARE * city + cultures.streets[culture] + _CITY_STREETS * city)
    numbers = pc.cast(pa.array(rng.geometric(0.03, count)), pa.string())
    street = streets.take(pa.array(pick(rng, 1.0 / (np.arange(len(streets)) + 6.0), count)))
    street_words = pa.array(["JL.", "JALAN", "JLN."]).take(pa.array(pick(rng, [8, 2, 1], count)))
    on_street = pc.binary_join_element_wise(street_words, street, "NO.", numbers, " ")
    estate = estates.take(pa.array(rng.integers(0, len(estates), count)))
    letters = pa.array(list("ABCDEFGH")).take(pa.array(rng.integers(0, 8, count)))
    in_estate = pc.binary_join_element_wise("PERUM", estate, "BLOK", letters, "NO.", numbers, " ")
    in_hamlet = _hamlet_addresses(gazetteer, cultures, region, culture, rng)
    return pc.if_else(pa.array(is_estate), in_estate, pc.if_else(pa.array(is_street), on_street, in_hamlet))


def _hamlet_addresses(
    gazetteer: Gazetteer,
    cultures: Cultures,
    region: npt.NDArray[np.integer],
    culture: npt.NDArray[np.integer],
    rng: np.random.Generator,
) -> pa.StringArray:
    words = pa.array([word for row in cultures.hamlets for word in row], pa.string())
    starts = np.cumsum([0, *map(len, cultures.hamlets)])
    sizes = np.diff(starts)
    word = starts[culture] + (rng.random(region.size) * sizes[culture]).astype(np.int64)
    names = pa.concat_arrays(gazetteer.hamlets)
    name = region * _HAMLETS + rng.integers(0, _HAMLETS, region.size)
    joined = pc.binary_join_element_wise(words.take(pa.array(word)), names.take(pa.array(name)), " ")
    return pc.utf8_ltrim_whitespace(joined)


def _hamlet_names(rng: np.random.Generator, parts: Mapping[str, object]) -> pa.StringArray:
    lists = [str(parts[f"hamlet_{part}"]).split() for part in ("first", "middle", "last")]
    chosen = [rng.integers(0, len(items), _HAMLETS) for items in lists]
    names = ["".join(lists[part][int(chosen[part][row])] for part in range(3)) for row in range(_HAMLETS)]
    return pa.array([name.replace("_", "") for name in names], pa.string())


def _apart(name: str, lasts: Sequence[str]) -> str:
    last = next((item for item in lasts if name.endswith(item)), "")
    return f"{name.removesuffix(last)} {last}" if last else name


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("linkage.synthetic") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def _own_region(row: Mapping[str, str], cultures: Cultures) -> Region:
    return Region(
        int(row["code"]),
        row["name"],
        row["province"],
        float(row["population_thousand"]),
        _mixture(row["cultures"], cultures),
        tuple(row["birthplaces"].split("|")),
    )


def _other_region(code: int, provinces: Mapping[str, str], cultures: Cultures) -> Region:
    name = region_name(code).upper()
    bare = name.removeprefix("KABUPATEN ").removeprefix("KOTA ").removeprefix("ADMINISTRASI ")
    mixture = _mixture(provinces[f"{code // 100:02}"], cultures)
    return Region(code, name, region_name(code // 100).upper(), _POPULATION_THOUSAND, mixture, (bare, name))


def _mixture(text: str, cultures: Cultures) -> Float64:
    shares = np.zeros(len(cultures.names))
    for part in text.split():
        name, _, share = part.partition(":")
        shares[cultures.names.index(name)] = float(share)
    return cumulative(shares)
