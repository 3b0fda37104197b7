"""The rows of each region are found without sorting them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.intake.quality.tally import places_of

REGIONS = st.lists(st.sampled_from([0, 1101, 3273, 9671]) | st.integers(0, 9999), max_size=30)


@given(REGIONS)
def test_every_row_has_the_place_of_its_region_among_the_distinct_ones(regions: list[int]) -> None:
    codes, place = places_of(np.array(regions, np.int32))
    assert codes.tolist() == sorted(set(regions))
    assert codes[place].tolist() == regions
    assert codes.dtype == np.int32
