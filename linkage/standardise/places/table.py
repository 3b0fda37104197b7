"""The table of places: names, spellings and what lies where, from ``data/places.toml`` and the tables of regions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from linkage.spec import OlderRegions
from linkage.standardise.generic_text import fold_words
from linkage.standardise.regions.districts import district_table
from linkage.standardise.regions.resolve import bare_names, newest, regency_of_name
from linkage.standardise.regions.table import RegionTable, region_table


@dataclass(frozen=True)
class FormerPlace:
    """A name that a place bore from the year ``since`` to ``until``; ``now`` is its canonical name today."""

    name: str
    now: str
    since: int
    until: int
    remark: str


@dataclass(frozen=True)
class PlaceTable:
    """Places by name.

    ``by_joined``: name without blanks to canonical name. ``exact``: common full spellings to canonical name.
    ``regencies``, ``towns``, ``districts``: canonical name to the codes in force of the regencies that bear the name,
    or in which a town or sub-district of that name lies. ``provinces``: canonical name to code. ``countries``:
    canonical name to the country. ``marks``: word before a name to the kind of place.
    """

    by_joined: Mapping[str, str]
    exact: Mapping[str, str]
    words: Mapping[str, str]
    empty: frozenset[str]
    marks: Mapping[str, str]
    said: frozenset[str]
    regencies: Mapping[str, tuple[int, ...]]
    towns: Mapping[str, tuple[int, ...]]
    districts: Mapping[str, tuple[int, ...]]
    provinces: Mapping[str, int]
    province_names: frozenset[str]
    countries: Mapping[str, str]
    former: tuple[FormerPlace, ...]


@cache
def place_table(older: OlderRegions) -> PlaceTable:
    """Return the table, with the names of ``older`` regencies added.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    text = (resources.files("linkage.standardise") / "data" / "places.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    regions = region_table(older)
    bare = bare_names(regions)
    by_joined = _spellings(data["names"])
    for name in bare.values():
        by_joined.setdefault(_joined(name), name)
    names = {fold_words(item.name) for item in regions.provinces.values()}.union(regions.province_aliases)
    for alias, code in regions.regency_aliases.items():
        former = _without_type(alias)
        if former not in names:  # KEPULAUAN RIAU is the province, though Bintan was called so
            by_joined.setdefault(_joined(former), by_joined[_joined(bare[code])])
    regencies: dict[str, tuple[int, ...]] = {}
    for code, name in bare.items():
        canonical = by_joined[_joined(name)]
        regencies[canonical] = (*regencies.get(canonical, ()), code)
    provinces = _add_provinces(by_joined, regions)
    countries = _add_countries(by_joined, data["countries"])
    towns = _add_towns(by_joined, data["towns"])
    districts = _add_districts(by_joined, data["words"])
    return PlaceTable(
        by_joined=by_joined,
        exact=_exact(data["names"], bare, by_joined),
        words=data["words"],
        empty=frozenset(data["empty"]["texts"]),
        marks={word: kind for kind, listed in data["marks"].items() if kind != "said" for word in listed},
        said=frozenset(data["marks"]["said"]),
        regencies=regencies,
        towns=towns,
        districts=districts,
        provinces=provinces,
        province_names=frozenset(names),
        countries=countries,
        former=tuple(FormerPlace(**item) for item in data["former"]),
    )


def _joined(name: str) -> str:
    return name.replace(" ", "")


def _without_type(alias: str) -> str:
    return alias.removeprefix("KABUPATEN ").removeprefix("KOTA ")


def _spellings(names: Mapping[str, list[str]]) -> dict[str, str]:
    return {_joined(spelling): name for name, listed in names.items() for spelling in (name, *listed)}


def _add_provinces(by_joined: dict[str, str], regions: RegionTable) -> dict[str, int]:
    """Let the names of provinces be places, unless a regency or city bears the name (JAMBI, GORONTALO)."""
    names = {code: fold_words(item.name) for code, item in regions.provinces.items()}
    provinces: dict[str, int] = {}
    for code, name in names.items():
        if by_joined.setdefault(_joined(name), name) == name:
            provinces[name] = code
    for alias, code in regions.province_aliases.items():
        by_joined.setdefault(_joined(alias), by_joined[_joined(names[code])])
    return provinces


def _add_countries(by_joined: dict[str, str], countries: Mapping[str, list[str]]) -> dict[str, str]:
    found = {name: country for country, listed in countries.items() for name in (country, *listed)}
    for name in found:
        by_joined.setdefault(_joined(name), name)
    return {by_joined[_joined(name)]: country for name, country in found.items()}


def _add_towns(by_joined: dict[str, str], listed: Mapping[str, list[str]]) -> dict[str, tuple[int, ...]]:
    """Let towns be places under the first of their spellings, unless something larger bears the name."""
    towns: dict[str, tuple[int, ...]] = {}
    for regency, spelled in listed.items():
        for name, *others in (spellings.split("|") for spellings in spelled):
            if by_joined.setdefault(_joined(name), name) == name:
                towns[name] = (regency_of_name(regency),)
            for other in others:
                by_joined.setdefault(_joined(other), by_joined[_joined(name)])
    return towns


def _add_districts(by_joined: dict[str, str], words: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Let the names of sub-districts be places; those that are a regency's name too stay that regency."""
    lying: dict[str, set[int]] = {}
    for item in district_table().values():
        regency = (item.newest if item.newest else item.code) // 100
        if regency := newest(regency):
            name = " ".join(words.get(word, word) for word in fold_words(item.name.replace("'", "")).split())
            lying.setdefault(by_joined.setdefault(_joined(name), name), set()).add(regency)
    return {name: tuple(sorted(codes)) for name, codes in lying.items()}


def _exact(names: Mapping[str, list[str]], bare: Mapping[int, str], by_joined: Mapping[str, str]) -> dict[str, str]:
    exact = {name: name for name in names}
    for name in bare.values():
        exact[name] = by_joined[_joined(name)]
        for prefix in ("KOTA ", "KABUPATEN ", "KAB. ", "KAB "):
            # Where the kabupaten of this name is another place (Kab. Pontianak), the table of names says so.
            special = _joined(fold_words(prefix + name))
            exact[prefix + name] = by_joined.get(special, exact[name])
    return exact
