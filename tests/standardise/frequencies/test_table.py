"""How common a name is in a regency: shrunk to province and nation, always a proper frequency."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.standardise.column import KeySets
from linkage.standardise.frequencies.table import birth_decades, expected_namesakes, name_frequencies
from linkage.standardise.names.columns import standardise_names
from tests.oracles.frequencies import frequency_oracle

REGENCIES = (3201, 3202, 3273, 5101, 9401)


def int32(values: object) -> npt.NDArray[np.int32]:
    return np.array(values, np.int32)


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    """Codes, regencies and decades of some records; names keep to regions now and then, and anything may be missing."""
    count, names = draw(st.integers(1, 120)), draw(st.integers(1, 12))
    dice = random.Random(draw(st.integers(0, 2**32)))
    local = draw(st.sampled_from([0.0, 0.5, 1.0]))
    places = REGENCIES[: draw(st.integers(1, 5))]
    regions = [dice.choice([*places, *places, 0]) for _ in range(count)]
    codes = [
        -1 if dice.random() < 0.1 else (region + dice.randrange(2)) % names if dice.random() < local
        else min(int(dice.expovariate(0.4)), names - 1)
        for region in regions
    ]  # fmt: skip
    return codes, regions, [dice.choice([1950, 1990, 0]) for _ in range(count)]


@pytest.mark.parametrize("strength", [None, 0.0, 40.0])
@pytest.mark.parametrize("by_decade", [False, True])
@pytest.mark.parametrize("left_out", [0, 2])
@settings(max_examples=15)
@given(registers())
def test_the_frequencies_are_those_of_the_oracle(
    strength: float | None, by_decade: bool, left_out: int, register: tuple[list[int], list[int], list[int]]
) -> None:
    codes, regions, decades = register
    some = int32(decades) if by_decade else None
    table = name_frequencies(int32(codes), int32(regions), some, strength=strength)
    found = table.of(int32(codes), int32(regions), some, left_out=left_out)
    chains = []
    for region, decade in zip(regions, decades, strict=True):
        province, place = (region // 100, region) if region else (-1, -1)
        if not by_decade:
            chains.append((province, place))
        elif decade:
            chains.append((decade, *(decade * 10_000 + part if region else -1 for part in (province, place))))
        else:
            chains.append((-1, -1, -1))
    keys = [frozenset([code] if code >= 0 else []) for code in codes]
    expected = frequency_oracle(keys, chains, strength, left_out)
    assert found == pytest.approx(np.maximum(expected, np.finfo(float).tiny), rel=1e-6, nan_ok=True)
    present = found[~np.isnan(found)]
    assert ((present > 0) & (present <= 1)).all()
    assert (np.isnan(found) == (int32(codes) < 0)).all()


@settings(max_examples=25)
@given(registers())
def test_a_value_is_as_common_as_the_commonest_of_its_keys(register: tuple[list[int], list[int], list[int]]) -> None:
    codes, regions, _ = register
    of_value = [sorted({value % 3, 3 + value % 5}) if value % 4 else [] for value in range(12)]
    offsets = np.cumsum([0, *map(len, of_value)]).astype(np.int64)
    keys = KeySets(offsets, np.array([key * 7 + 1 for item in of_value for key in item], np.uint64))
    table = name_frequencies(int32(codes), int32(regions), keys=keys)
    bearers = [frozenset(of_value[code] if code >= 0 else []) for code in codes]
    chains = [(region // 100, region) if region else (-1, -1) for region in regions]
    expected = frequency_oracle(bearers, chains, None)
    assert table.of(int32(codes), int32(regions)) == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_spellings_of_one_name_are_as_common_as_all_of_them_together() -> None:
    names = pa.array(["SUPARNO", "SOEPARNO", "SUPARNI", "WAYAN"])
    content = standardise_names(names, None)
    codes = content.mapping[np.repeat([0, 1, 2, 3], [40, 10, 30, 20])]
    here = np.full(codes.shape, 3374, np.int32)
    table = name_frequencies(codes, here, keys=content.key_sets["full"])
    found = table.of(content.mapping, here[:4])
    assert found[0] == found[1] == pytest.approx(0.5, abs=0.02)
    assert found[2] == pytest.approx(0.3, abs=0.02)


def test_frequencies_do_not_depend_on_the_order_of_the_records() -> None:
    dice = np.random.default_rng(5)
    codes, regions = int32(dice.integers(-1, 30, 4000)), int32(dice.choice(REGENCIES, 4000))
    order = dice.permutation(4000)
    one = name_frequencies(codes, regions).of(codes, regions)
    other = name_frequencies(codes[order], regions[order]).of(codes[order], regions[order])
    assert np.array_equal(one[order], other, equal_nan=True)


def test_the_more_bearers_in_a_regency_the_commoner_the_name_is_there() -> None:
    everywhere = [0] * 50 + [1] * 50
    found = []
    for more in range(0, 200, 10):
        codes = int32([*everywhere * 4, *[2] * more, *[3] * (200 - more), *[2] * (200 - more)])
        regions = int32([*np.repeat([3201, 3202, 3273, 5101], 100), *[3201] * 200, *[5101] * (200 - more)])
        found.append(name_frequencies(codes, regions, strength=500.0).of(int32([2]), int32([3201]))[0])
    assert found == sorted(found)
    assert found[-1] > 2 * found[0]


def test_without_strength_a_regency_speaks_for_itself_and_with_much_the_nation_does() -> None:
    codes, regions = int32([0] * 30 + [1] * 70 + [0] * 90 + [1] * 10), int32([3201] * 100 + [5101] * 100)
    own = name_frequencies(codes, regions, strength=0.0).of(int32([0, 0]), int32([3201, 5101]))
    nation = name_frequencies(codes, regions, strength=1e9).of(int32([0, 0]), int32([3201, 5101]))
    assert own == pytest.approx([0.3, 0.9])
    assert nation == pytest.approx([0.6, 0.6], abs=0.01)


def test_one_region_is_the_nation() -> None:
    codes = int32([0] * 300 + [1] * 100 + [2])
    here = np.full(codes.shape, 3201, np.int32)
    assert name_frequencies(codes, here).of(int32([0, 1]), here[:2]) == pytest.approx([0.75, 0.25], abs=0.005)


def test_a_value_never_seen_is_rarer_than_one_seen_once_and_yet_possible() -> None:
    codes = int32([*range(50), *[50] * 500])
    regions = int32(np.resize(REGENCIES, codes.size))
    table = name_frequencies(codes, regions)
    unseen, once, often = table.of(int32([51, 7, 50]), int32([3201, 9401, 3201]))
    assert 0 < unseen < once < often <= 1
    assert table.of(int32([10_000]), int32([3201]))[0] == unseen


def test_an_unknown_regency_has_the_frequency_of_the_nation_and_an_unknown_one_of_a_province_its_provinces() -> None:
    codes = int32([0] * 90 + [1] * 10 + [0] * 10 + [1] * 90)
    regions = int32([3201] * 100 + [5101] * 100)
    table = name_frequencies(codes, regions, strength=10.0)
    nation, java, there = table.of(int32([0, 0, 0]), int32([0, 3299, 3201]))
    assert nation == pytest.approx(0.5, abs=0.01)
    assert nation < java < there


def test_an_empty_register_knows_of_every_name_only_that_it_is_possible() -> None:
    table = name_frequencies(int32([]), int32([]))
    assert table.of(int32([3, -1]), int32([3201, 3201])) == pytest.approx([0.5, np.nan], nan_ok=True)
    assert table.of(int32([]), int32([])).size == 0


def test_a_name_of_one_decade_is_rare_in_another() -> None:
    codes = int32([0] * 80 + [1] * 20 + [0] * 2 + [1] * 98)
    decades = birth_decades(np.repeat([19430517, 20110802], 100).astype(np.int64))
    here = np.full(codes.shape, 3374, np.int32)
    table = name_frequencies(codes, here, decades, strength=5.0)
    old, young, unknown = table.of(int32([0, 0, 0]), here[:3], int32([1940, 2010, 0]))
    assert old > 0.7 > unknown > 0.3 > young


def test_years_are_put_into_their_decade_and_no_date_into_none() -> None:
    dates = np.array([19701231, 19700000, 19691231, 20000101, 0, -1], np.int64)
    assert birth_decades(dates).tolist() == [1970, 1970, 1960, 2000, 0, 0]


def test_a_pair_that_shares_a_value_is_judged_by_the_other_bearers() -> None:
    codes, here = int32([0, 0, 1, 2, 3]), np.full(5, 3201, np.int32)
    table = name_frequencies(codes, here)
    alone, unseen = table.of(int32([0, 9]), here[:2], left_out=2)
    assert 0 < alone < table.of(int32([0]), here[:1])[0]
    assert alone == pytest.approx(unseen)


def test_twelve_residents_called_nurhayati_are_born_on_every_date_of_sixty_years() -> None:
    share = np.array([254_922, 144_497]) / 284_973_643
    assert expected_namesakes(share, 284_973_643, 60.0) == pytest.approx([11.6, 6.6], abs=0.05)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: name_frequencies(int32([0]), int32([3201, 3202])),
        lambda: name_frequencies(int32([0]), int32([3201]), int32([])),
        lambda: name_frequencies(int32([0]), int32([3201]), strength=-1.0),
        lambda: name_frequencies(int32([0]), int32([3201]), strength=float("inf")),
        lambda: name_frequencies(int32([0]), int32([3201])).of(int32([0, 1]), int32([3201])),
        lambda: name_frequencies(int32([0]), int32([3201])).of(int32([0]), int32([3201]), int32([1990])),
        lambda: expected_namesakes(np.array([0.1]), -1.0, 60.0),
        lambda: expected_namesakes(np.array([0.1]), 10.0, 0.0),
    ],
)
def test_what_does_not_fit_is_refused(wrong: object) -> None:
    with pytest.raises(InvariantError):
        wrong()
