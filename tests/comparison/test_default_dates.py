"""Agreement on a default date is agreement on the year, for those who may have been given one."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.comparison.pair_pass import levels_of_pairs
from linkage.encode import encode
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates

SPEC = """
name = "dates"
[[field]]
name = "born"
kind = "date"
[[comparison]]
name = "born"
field = "born"
kernel = "date"
levels = ["equal", "swapped", "typo", "year_month", "year"]
default_dates = true
[[rule]]
name = "year"
keys = ["born.year"]
"""


def level(left: str, right: str) -> str:
    spec = parse_spec(SPEC)
    columns = {"record_id": pa.array(["a", "b"]), "born": pa.array([left, right])}
    work = plan_candidates(encode(pa.table(columns), spec, latest_year=2026), spec).work
    pair = levels_of_pairs(work, np.array([0], np.int32), np.array([1], np.int32))
    return spec.comparisons[0].level_names[pair[0, 0]]


@pytest.mark.parametrize("day", ["31-12", "01-07", "01-01", "15-03"])
def test_two_adults_with_one_default_date_share_their_year_and_two_children_their_birthday(day: str) -> None:
    assert level(f"{day}-1960", f"{day}-1960") == level(f"{day}-2005", f"{day}-2005") == "year"
    assert level(f"{day}-2006", f"{day}-2006") == level(f"{day}-2015", f"{day}-2015") == "equal"


def test_a_default_date_beside_another_date_of_the_year_is_no_slip_but_for_a_child() -> None:
    assert level("01-07-1960", "02-07-1960") == "year"
    assert level("01-07-2015", "02-07-2015") == "typo"


def test_a_month_without_its_day_agrees_on_the_month_at_best() -> None:
    assert level("07-1980", "JULI 1980") == level("07-1980", "16-07-1980") == "year_month"
    assert level("07-1980", "16-08-1980") == level("1980", "07-1980") == "year"
    assert level("07-1980", "07-1981") == "different"
