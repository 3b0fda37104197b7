"""Places know where they lie, so that a sub-district agrees with its regency."""

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.places import relation
from linkage.standardise.places.levels import (
    PlaceKind,
    PlaceLevels,
    place_hierarchy,
    place_levels,
    record_towns,
    town_groups,
)
from linkage.standardise.places.places import canonical_place, former_place, standardise_place
from linkage.standardise.places.relation import place_relation
from linkage.standardise.places.table import place_table
from linkage.standardise.regions.table import region_table

DATA = tomllib.loads((Path(__file__).parents[2] / "cases" / "places.toml").read_text(encoding="utf-8"))
WORDS = [
    "DESA",
    "KEC",
    "KAB.",
    "KOTA",
    "RSUD",
    "RS",
    "BANDUNG",
    "SUKAJADI",
    "X",
    "JABAR",
    ",",
    "(",
    "TTL",
    "DI",
    "1-2-1990",
    "NAD",
    "DATI",
    "II",
]
codes, towns, areas = st.integers(-1, 3), st.integers(0, 2), st.integers(0, 2)


@pytest.mark.parametrize("case", DATA["place"], ids=[case["place"] for case in DATA["place"]])
def test_spellings_become_one_place_that_knows_where_it_lies(case: dict) -> None:
    result = standardise_place(pa.array(case["raw"]))
    assert result.values.to_pylist() == [case["place"]]
    assert place_hierarchy(case["place"]) == PlaceLevels(
        PlaceKind[case["kind"]], tuple(case.get("regencies", ())), case.get("province", 0), case.get("country", "")
    )


@pytest.mark.parametrize("pair", DATA["pair"], ids=[f"{pair['left']} ~ {pair['right']}" for pair in DATA["pair"]])
def test_two_places_relate_upwards(pair: dict) -> None:
    sides = (pair["left"], pair["right"])
    standard = standardise_place(pa.array([name for name, _ in sides]))
    levels = place_levels(standard.values)
    regions = np.array([region for _, region in sides], np.int32)
    located = record_towns(standard.mapping, regions, levels)
    area = np.append(levels.areas, 0)[standard.mapping]
    left, right = ((int(standard.mapping[side]), int(located[side]), int(area[side])) for side in (0, 1))
    found = place_relation(left[0], right[0], left[1], right[1], left[2], right[2])
    assert found == getattr(relation, pair["relation"])


@given(left=st.tuples(codes, towns, areas), right=st.tuples(codes, towns, areas))
def test_the_relation_is_symmetric_and_a_missing_place_never_helps(
    left: tuple[int, int, int], right: tuple[int, int, int]
) -> None:
    found = place_relation(left[0], right[0], left[1], right[1], left[2], right[2])
    assert found == place_relation(right[0], left[0], right[1], left[1], right[2], left[2])
    assert place_relation(left[0], -1, left[1], right[1], left[2], right[2]) == relation.MISSING <= found


@given(st.text())
def test_any_text_gives_a_place_that_stays_itself(text: str) -> None:
    once = canonical_place(text)
    assert canonical_place(once) == once
    place_hierarchy(once)


@given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))
def test_a_place_of_many_words_stays_itself(text: str) -> None:
    once = canonical_place(text)
    assert canonical_place(once) == once


def test_every_name_in_the_table_is_its_own_canonical_name() -> None:
    table = place_table(())
    names = {*table.by_joined.values(), *table.regencies, *table.towns, *table.districts, *table.countries}
    assert [name for name in names if canonical_place(name) != name] == []


def test_every_regency_in_force_has_a_place_and_every_town_a_regency() -> None:
    table = place_table(())
    assert sorted(code for codes in table.regencies.values() for code in codes) == list(region_table().current)
    assert all(code for codes in table.towns.values() for code in codes)


def test_a_former_name_leads_to_todays_and_tells_when_it_was_used() -> None:
    for item in place_table(()).former:
        assert canonical_place(item.name) == item.now
        assert item.since < item.until
    found = former_place("Ujung Pandang")
    assert found is not None
    assert (found.now, found.since, found.until) == ("MAKASSAR", 1971, 1999)
    assert former_place("MAKASSAR") is None


def test_kabupaten_and_kota_of_one_name_are_one_town_but_not_across_provinces() -> None:
    groups = town_groups()
    assert groups[3273] == groups[3204] == 3204
    assert groups[3171] == groups[3175]
    assert groups[3279] != groups[6303]
    assert groups[9] == 0


def test_the_hierarchy_of_a_record_takes_its_own_regency_where_it_has_such_a_sub_district() -> None:
    assert place_hierarchy("SUKAJADI", region=3273).regencies == (3273,)
    assert place_hierarchy("KOTABARU", region=3215) == PlaceLevels(PlaceKind.DISTRICT, (3215,), 32)
    assert place_hierarchy("KOTABARU", region=3578).regencies == (6302,)
    assert place_hierarchy("BANDUNG", region=3273).kind is PlaceKind.REGENCY


def test_no_places_give_no_levels() -> None:
    assert place_levels(pa.array([], pa.string())).offsets.tolist() == [0]
