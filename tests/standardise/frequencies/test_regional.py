"""A name says less where it is common: Wayan is nobody in Bali and somebody in Aceh."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.frequencies.regional import MOST_BITS, RegionalFrequencies
from linkage.standardise.frequencies.table import name_frequencies

ACEH, BANDA, BALI = 1101, 1171, 5103
WAYAN, CUT = 0, 1


def int32(values: object) -> npt.NDArray[np.int32]:
    return np.array(values, np.int32)


@pytest.fixture(scope="module")
def nation() -> tuple[RegionalFrequencies, npt.NDArray[np.int32]]:
    """20,000 residents each: a fifth of Bali is WAYAN, four of Aceh are; a tenth of Aceh is CUT; the rest are others.

    After them four records to be judged: a WAYAN in Bali and two in Aceh, and one who is CUT but lives nobody knows.
    """
    dice = np.random.default_rng(1)
    codes, regions = [], []
    for region, wayan, cut in ((BALI, 4_000, 0), (ACEH, 2, 1_000), (BANDA, 2, 1_000)):
        size = 20_000 if region == BALI else 10_000
        others = 2 + dice.integers(0, 3_000, size - wayan - cut)
        codes += [WAYAN] * wayan + [CUT] * cut + others.tolist()
        regions += [region] * size
    codes += [WAYAN, WAYAN, WAYAN, CUT, -1]
    regions += [BALI, ACEH, ACEH, 0, ACEH]
    table = name_frequencies(int32(codes), int32(regions))
    return RegionalFrequencies(table, np.arange(3_002, dtype=np.int32), int32(regions)), int32(codes)


def bits(nation, left: int, right: int) -> float:
    frequencies, codes = nation
    found = frequencies.bits(codes, int32([len(codes) - 5 + left]), int32([len(codes) - 5 + right]))
    assert found.shape == (1,)
    return float(found[0])


def test_a_name_that_is_rare_here_and_common_in_the_nation_says_more_up_to_a_bound(nation) -> None:
    assert bits(nation, 1, 2) == MOST_BITS


def test_a_name_that_is_common_here_says_less(nation) -> None:
    assert bits(nation, 0, 0) == pytest.approx(-1.0, abs=0.05)


def test_of_two_regions_the_one_where_the_name_is_commoner_counts(nation) -> None:
    assert bits(nation, 0, 1) == bits(nation, 1, 0) == bits(nation, 0, 0)


def test_where_no_region_is_known_or_no_name_the_nation_speaks(nation) -> None:
    assert bits(nation, 3, 3) == 0.0
    assert bits(nation, 4, 4) == 0.0


@given(st.integers(0, 2**32), st.integers(1, 200), st.integers(1, 12))
def test_what_two_or_more_bear_tells_a_pair_the_same_as_everything(seed: int, count: int, names: int) -> None:
    dice = np.random.default_rng(seed)
    codes = int32(np.minimum(dice.exponential(names / 3, count), names))
    regions = int32(dice.choice([0, ACEH, BANDA, BALI], count))
    table, faster = (name_frequencies(codes, regions, shared_only=only) for only in (False, True))
    shared, numbers = faster.shared()
    assert (np.bincount(codes)[numbers] > 1).all()
    place = np.full(names + 1, numbers.size, np.int32)
    place[numbers] = np.arange(numbers.size)
    one = RegionalFrequencies(table, np.arange(names + 1, dtype=np.int32), regions)
    other = RegionalFrequencies(shared, place, regions)
    left, right = (side.astype(np.int32) for side in np.triu_indices(count, 1))
    assert one.bits(codes, left, right).tolist() == other.bits(codes, left, right).tolist()


@given(st.integers(0, 2**32), st.integers(1, 100), st.integers(1, 8))
def test_how_many_bear_a_value_in_a_regency_is_counted_as_counting_by_hand(seed: int, count: int, names: int) -> None:
    dice = np.random.default_rng(seed)
    codes, regions = int32(dice.integers(-1, names, count)), int32(dice.choice([0, ACEH, BANDA, BALI], count))
    table = RegionalFrequencies(name_frequencies(codes, regions), np.arange(names, dtype=np.int32), regions)
    asked = np.flatnonzero((codes >= 0) & (regions > 0))
    borne, of = table.borne_in(codes[asked], regions[asked])
    for place, record in enumerate(asked.tolist()):
        here = regions == regions[record]
        assert borne[place] == np.count_nonzero(here & (codes == codes[record]))
        assert of[place] == np.count_nonzero(here & (codes >= 0))
