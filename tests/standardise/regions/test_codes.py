"""A region code of any depth becomes a number in force, or 0 where nobody knows which."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.spec import OlderRegion
from linkage.standardise.regions.codes import is_village, region_codes
from linkage.standardise.regions.table import region_table

READ = [
    ("32", 32),
    ("32.73", 3273),
    ("3273", 3273),
    ("32 73 01", 327301),
    ("327301", 327301),
    ("32.73.01.1001", 3273011001),
    ("3273011001", 3273011001),
    ("3273 KOTA BANDUNG", 3273),
    ("3273.0", 3273),
    ("3200", 32),
    ("32730", 0),
    ("32730110", 0),
    ("32730110011", 0),
    ("9999", 0),
    ("99", 0),
    ("3299", 0),
    ("BANDUNG", 0),
    ("", 0),
]


@pytest.mark.parametrize(("text", "code"), READ)
def test_a_code_is_read_as_deep_as_it_goes(text: str, code: int) -> None:
    assert region_codes(pa.array([text])).tolist() == [code]


def test_a_code_that_was_replaced_is_read_as_the_one_in_force_as_deep_as_that_is_known() -> None:
    assert region_codes(pa.array(["6473", "6473.99", "6473990001"])).tolist() == [6571] * 3
    assert region_codes(pa.array(["910401", "9104010001"])).tolist() == [940101] * 2


def test_a_code_whose_successor_only_the_spec_knows_is_read_with_it() -> None:
    texts = pa.array(["7320", "7320010001"])
    assert region_codes(texts).tolist() == [0, 0]
    assert region_codes(texts, (OlderRegion(7320, 7315, ""),)).tolist() == [7315, 7315]


@given(st.text("0123456789. A", max_size=14))
def test_a_code_is_nothing_or_a_region_of_its_depth(text: str) -> None:
    (code,) = region_codes(pa.array([text])).tolist()
    assert len(str(code)) in (1, 2, 4, 6, 10)
    table = region_table()
    assert code == 0 or int(str(code)[:2]) in table.provinces
    assert code < 100 or table.regencies[int(str(code)[:4])].newest == int(str(code)[:4])


def test_only_a_code_of_ten_digits_is_a_village() -> None:
    assert is_village(np.array([0, 32, 3273, 327301, 3273011001])).tolist() == [False] * 4 + [True]
