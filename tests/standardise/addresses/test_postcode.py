"""The first two digits of a postcode say where it can lie."""

import numpy as np
import pytest

from linkage.standardise.addresses.postcode import postcode_fits, postcode_provinces
from linkage.standardise.regions.table import region_table


@pytest.mark.parametrize(
    ("postcode", "provinces"),
    [
        (10110, {31}), (15111, {36}), (16111, {32}), (20111, {12}), (23116, {11}), (29413, {14, 21}), (33111, {19}),
        (40111, {32}), (42111, {36}), (55111, {34}), (57126, {33}), (60119, {35}), (73112, {62}), (77211, {64, 65}),
        (80227, {51}), (83125, {52}), (85111, {53}), (91311, {73, 76}), (96115, {75}), (97222, {81, 82}), (0, set()),
        (9999, set()), (10000, set()),
    ],
)  # fmt: skip
def test_a_postcode_lies_in_its_provinces(postcode: int, provinces: set[int]) -> None:
    assert postcode_provinces(postcode) == provinces


def test_every_province_in_force_has_postcodes_and_every_postcode_a_province() -> None:
    listed = [postcode_provinces(prefix * 1_000 + 500) for prefix in range(10, 100)]
    assert frozenset().union(*listed) == {code for code, item in region_table().provinces.items() if item.valid}
    assert [prefix for prefix, found in zip(range(10, 100), listed, strict=True) if not found] == [
        18,
        19,
        47,
        48,
        49,
        88,
        89,
    ]


def test_a_missing_postcode_or_province_says_nothing() -> None:
    postcodes, provinces = np.array([40291, 40291, 0, 40291, 500]), np.array([32, 33, 32, 0, 32])
    assert postcode_fits(postcodes, provinces).tolist() == [1, 0, -1, -1, 0]
