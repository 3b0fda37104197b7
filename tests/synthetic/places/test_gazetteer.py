"""Regencies with their real sizes, cultures and former codes; the invented places in them, and who lives where."""

from __future__ import annotations

import csv
import datetime as dt
import time
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError, UsageError
from linkage.standardise.regions.resolve import known_regencies, newest
from linkage.standardise.regions.table import region_table
from linkage.synthetic.names.culture import load_cultures
from linkage.synthetic.places.gazetteer import (
    DISTRICTS,
    HAMLETS,
    VILLAGES,
    Gazetteer,
    Region,
    areas,
    choose_regions,
    load_regions,
    make_gazetteer,
    place_households,
)
from linkage.synthetic.places.place_names import load_place_names

RESIDENTS = 284_973_643
"""DKB, second half of 2024."""


@pytest.fixture(scope="module")
def by_code() -> dict[int, Region]:
    return {region.code: region for region in load_regions()}


@pytest.fixture(scope="module")
def whole() -> Gazetteer:
    return make_gazetteer(load_regions())


def share(region: Region, culture: str) -> float:
    return float(np.diff(region.running, prepend=0.0)[load_cultures().names.index(culture)])


def test_all_regencies_in_force_are_there_with_the_names_of_the_region_table() -> None:
    table = region_table()
    regions = load_regions()
    assert sorted(region.code for region in regions) == list(known_regencies())
    for region in regions:
        assert region.name == table.regencies[region.code].name.upper()
        assert region.province == table.provinces[region.code // 100].name.upper()
        assert region.is_city == region.name.startswith("KOTA ")


def test_their_sizes_are_the_published_ones() -> None:
    sizes = np.array([region.population for region in load_regions()])
    assert abs(sizes.sum() * 1_000 - RESIDENTS) < 0.01 * RESIDENTS
    assert 305 <= np.median(sizes) <= 308
    assert (sizes.min(), sizes.max()) == (28, 5_810)
    assert (sizes < 100).sum() == pytest.approx(49, abs=2)
    assert (sizes > 1_000).sum() == pytest.approx(89, abs=1)
    assert np.sort(sizes)[-50:].sum() / sizes.sum() == pytest.approx(0.38, abs=0.005)


@pytest.mark.parametrize(
    ("province", "thousand"), [(11, 5_623), (31, 11_038), (32, 51_316), (35, 41_920), (64, 4_123), (95, 1_471)]
)
def test_a_provinces_regencies_sum_to_it(province: int, thousand: int) -> None:
    total = sum(region.population for region in load_regions() if region.code // 100 == province)
    assert total == pytest.approx(thousand, abs=10)


def test_sub_districts_are_as_many_as_there_are() -> None:
    counts = [region.districts for region in load_regions()]
    assert sum(counts) == 7_285
    assert (min(counts), max(counts)) == (2, 51)
    assert max(counts) < DISTRICTS


def test_the_table_gives_each_culture_once_and_shares_that_sum_to_a_hundred() -> None:
    text = (resources.files("linkage.synthetic") / "data" / "regions.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        parts = [part.split(":") for part in row["cultures"].split()]
        names = [name for name, _ in parts]
        assert len(set(names)) == len(names), row["code"]
        assert set(names) <= set(load_cultures().names), row["code"]
        assert sum(float(value) for _, value in parts) == pytest.approx(100.0), row["code"]


@pytest.mark.parametrize(
    ("code", "culture", "least"),
    [
        (1105, "acehnese", 0.8), (1206, "batak", 0.8), (1213, "batak", 0.7), (1306, "minang", 0.9),
        (1802, "javanese", 0.6), (1813, "malay", 0.6), (3204, "sundanese", 0.9), (3209, "javanese", 0.6),
        (3402, "javanese", 0.9), (3527, "madurese", 0.9), (3512, "madurese", 0.8), (3672, "banten", 0.5),
        (3673, "banten", 0.5), (3601, "banten", 0.5), (5106, "balinese", 0.9), (5203, "sasak", 0.9),
        (5306, "ntt", 0.9), (6101, "malay", 0.7), (6108, "dayak", 0.7), (6172, "chinese", 0.4),
        (6307, "banjar", 0.9), (7102, "minahasa", 0.9), (7313, "bugis", 0.9), (7326, "toraja", 0.9),
        (8102, "maluku", 0.9), (9508, "papuan", 0.9),
    ],
)  # fmt: skip
def test_a_regency_has_the_culture_it_is_known_for(
    by_code: dict[int, Region], code: int, culture: str, least: float
) -> None:
    assert share(by_code[code], culture) >= least


def test_every_culture_has_a_home() -> None:
    shares = np.diff(np.array([region.running for region in load_regions()]), axis=1, prepend=0.0)
    assert (shares >= 0.0).all()
    most = dict(zip(load_cultures().names, shares.max(axis=0), strict=True))
    assert {name for name, value in most.items() if value < 0.3} == {"arab"}
    assert most["arab"] >= 0.04


def test_places_of_birth_are_written_in_several_ways_the_usual_one_first(by_code: dict[int, Region]) -> None:
    assert by_code[7308].birthplaces == ("BONE", "WATAMPONE")
    assert by_code[5202].birthplaces == ("LOMBOK TENGAH", "PRAYA", "KABUPATEN LOMBOK TENGAH")
    for region in by_code.values():
        assert all(way == way.strip().upper() and way for way in region.birthplaces)
        assert len(set(region.birthplaces)) == len(region.birthplaces)


SPLIT = {
    6501: (6404, dt.date(2012, 11, 16)),
    6571: (6473, dt.date(2012, 11, 16)),
    9301: (9101, dt.date(2022, 11, 9)),
    9404: (9109, dt.date(2022, 11, 9)),
    9501: (9102, dt.date(2022, 11, 9)),
    9605: (9210, dt.date(2023, 7, 1)),
    9671: (9271, dt.date(2023, 7, 1)),
}


def test_the_31_regencies_of_new_provinces_know_their_former_code_and_its_last_day(by_code: dict[int, Region]) -> None:
    split = {code: region for code, region in by_code.items() if region.former_code}
    assert len(split) == 31
    assert {code // 100 for code in split} == {65, 93, 94, 95, 96}
    assert {newest(region.former_code) for region in split.values()} == set(split)
    assert {code for code, region in by_code.items() if region.split_day} == set(split)
    days = {code: dt.date(1970, 1, 1) + dt.timedelta(days=by_code[code].split_day) for code in SPLIT}
    assert {code: (by_code[code].former_code, days[code]) for code in SPLIT} == SPLIT


def test_few_regions_span_the_country_and_are_chosen_by_the_seed() -> None:
    diverse = [region.code for region in load_regions()[:15]]
    assert diverse == [3374, 1271, 5171, 7371, 9171, 3273, 1371, 6371, 3578, 5371, 1171, 6171, 7171, 8171, 3174]
    for seed in range(5):
        assert {region.code for region in choose_regions(15, seed)} == set(diverse)
        assert choose_regions(5, seed) == choose_regions(40, seed)[:5]
    assert len({tuple(region.code for region in choose_regions(5, seed)) for seed in range(5)}) > 1
    assert len({region.code for region in choose_regions(514, 1)}) == 514
    with pytest.raises(UsageError):
        choose_regions(515, 1)


def test_the_two_parts_of_the_country_share_no_province_and_both_reach_every_large_island() -> None:
    parts = [
        {region.code // 100 for seed in range(40) for region in choose_regions(40, seed, part)}
        for part in ("first", "second")
    ]
    assert parts[0].isdisjoint(parts[1])
    assert parts[0] | parts[1] == {region.code // 100 for region in load_regions()}
    assert all({province // 10 for province in part} >= {1, 3, 5, 6, 7, 8, 9} for part in parts)


def test_a_part_of_the_country_has_no_more_regencies_than_it_has() -> None:
    assert len(choose_regions(200, 1, "second")) == 200
    with pytest.raises(UsageError, match="in this part"):
        choose_regions(400, 1, "second")


def test_a_regencys_places_depend_on_its_code_alone(whole: Gazetteer) -> None:
    numbers = [3, 200, 513]
    few = make_gazetteer([whole.regions[number] for number in reversed(numbers)])
    for at, number in enumerate(reversed(numbers)):
        here = slice(at * DISTRICTS * VILLAGES, (at + 1) * DISTRICTS * VILLAGES)
        there = slice(number * DISTRICTS * VILLAGES, (number + 1) * DISTRICTS * VILLAGES)
        for name in ("village_names", "district_names", "village_codes"):
            assert getattr(few, name)[here].tolist() == getattr(whole, name)[there].tolist()
        assert (few.district_weights[at] == whole.district_weights[number]).all()
        hamlets = whole.hamlet_names[number * HAMLETS : (number + 1) * HAMLETS]
        assert few.hamlet_names[at * HAMLETS : (at + 1) * HAMLETS].equals(hamlets)


def test_the_places_of_the_whole_country_are_made_at_once() -> None:
    began = time.process_time()
    make_gazetteer(load_regions())
    assert time.process_time() - began < 1.5


def test_villages_exist_in_the_sub_districts_there_are_with_names_and_codes_of_their_own(whole: Gazetteer) -> None:
    names = np.array(whole.village_names.to_pylist()).reshape(-1, DISTRICTS, VILLAGES)
    districts = np.array(whole.district_names.to_pylist()).reshape(-1, DISTRICTS, VILLAGES)
    counts = whole.village_counts.reshape(-1, DISTRICTS)
    existing = np.arange(DISTRICTS) < whole.district_counts[:, None]
    assert ((counts > 0) == existing).all()
    assert ((whole.district_weights > 0) == existing).all()
    assert ((names != "") == (np.arange(VILLAGES) < counts[:, :, None])).all()
    assert ((districts != "") == existing[:, :, None]).all()
    assert np.unique(whole.village_codes).size == whole.village_codes.size
    for region in range(0, len(whole.regions), 20):
        own = districts[region, : whole.district_counts[region], 0]
        assert len(set(own)) == own.size
        for district in range(own.size):
            villages = names[region, district, : counts[region, district]]
            assert len(set(villages)) == villages.size


def test_sub_districts_differ_in_size_and_the_seat_of_a_regency_has_kelurahan(whole: Gazetteer) -> None:
    row = [region.code for region in whole.regions].index(3302)
    weights = whole.district_weights[row, : whole.district_counts[row]]
    assert weights.max() > 2 * np.median(weights)
    digits = whole.village_codes.reshape(-1, DISTRICTS, VILLAGES) % 10_000 // 1_000
    assert (digits[row, 0] == 1).all()
    assert (digits[row, 1:] == 2).all()
    assert (digits[[region.is_city for region in whole.regions]] == 1).all()


def test_each_province_has_a_style_of_names_and_invents_enough_of_them() -> None:
    names = load_place_names()
    assert all(names.style_of.get(code // 100) is not None for code in known_regencies())
    assert set(names.style_of) <= set(known_regencies()) | {code // 100 for code in known_regencies()}
    for villages, hamlets in zip(names.villages, names.hamlets, strict=True):
        assert np.unique(villages).size == villages.size >= DISTRICTS * (1 + VILLAGES)
        assert np.unique(hamlets).size == hamlets.size >= HAMLETS
    assert all(text == " ".join(text.split()).upper() for text in names.texts.to_pylist())


@given(
    number=st.integers(0, 513),
    parts=st.integers(1, 51),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_parts_of_a_regency_are_disjoint_and_cover_it(whole: Gazetteer, number: int, parts: int, seed: int) -> None:
    parts = min(parts, whole.regions[number].districts)
    part = np.arange(200 * parts) % parts
    region = np.full(part.size, number)
    village = place_households(whole, region, np.random.default_rng(seed), part, parts)
    assert village.dtype == np.int64
    place, district = village // VILLAGES, village // VILLAGES % DISTRICTS
    assert (place // DISTRICTS == number).all()
    assert (district % parts == part).all()
    assert (village % VILLAGES < whole.village_counts[place]).all()
    assert set(range(parts)) <= set((district % parts).tolist())


def test_part_and_parts_may_differ_from_household_to_household(whole: Gazetteer) -> None:
    rng = np.random.default_rng(4)
    region = rng.integers(0, 514, 20_000)
    parts = rng.integers(1, 1 + np.array([item.districts for item in whole.regions])[region])
    part = (rng.random(region.size) * parts).astype(np.int64)
    village = place_households(whole, region, np.random.default_rng(1), part, parts)
    assert (village // VILLAGES // DISTRICTS == region).all()
    assert (village // VILLAGES % DISTRICTS % parts == part).all()
    assert (village // VILLAGES % DISTRICTS < whole.district_counts[region]).all()


def test_households_spread_by_the_size_of_sub_districts_and_the_same_stream_gives_the_same(whole: Gazetteer) -> None:
    region = np.full(60_000, 7)
    village = place_households(whole, region, np.random.default_rng(2))
    assert (place_households(whole, region, np.random.default_rng(2)) == village).all()
    counts = np.bincount(village // VILLAGES % DISTRICTS, minlength=DISTRICTS) / region.size
    expected = whole.district_weights[7] / whole.district_weights[7].sum()
    np.testing.assert_allclose(counts, expected, atol=0.01)
    assert place_households(whole, region[:0], np.random.default_rng(2)).shape == (0,)


def test_a_part_without_a_sub_district_is_refused(whole: Gazetteer) -> None:
    small = next(number for number, region in enumerate(whole.regions) if region.districts == 2)
    with pytest.raises(InvariantError):
        place_households(whole, np.array([small]), np.random.default_rng(1), 2, 3)


def test_the_area_of_a_village_is_its_regency_and_sub_district(whole: Gazetteer) -> None:
    village = np.array([0, (5 * DISTRICTS + 3) * VILLAGES + 2])
    codes = [whole.regions[0].code * 100 + 1, whole.regions[5].code * 100 + 4]
    assert areas(whole, village).tolist() == codes
    assert areas(whole, village).dtype == np.int64
    assert (whole.village_codes[village] // 10_000).tolist() == codes
