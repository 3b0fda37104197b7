"""The registers made by others differ from the familiar one in what their name says."""

from __future__ import annotations

import pytest

from benchmarks.measure import Quality
from benchmarks.registers import SEED as FAMILIAR
from benchmarks.unfamiliar import OTHERS, SLIPS, heavy, line, plan_of
from linkage.synthetic import DEFAULT_ERROR_SHARES


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_names_regions_and_seed_are_not_those_of_the_familiar_register(number: int) -> None:
    plan = plan_of(number, 50_000)
    assert (plan.name_tables, plan.region_part, plan.records, plan.regions) == ("second", "second", 50_000, 5)
    assert plan.seed != FAMILIAR


def test_each_is_of_its_own_kind() -> None:
    plans = dict(zip(OTHERS, (plan_of(number, 200_000) for number in range(len(OTHERS))), strict=True))
    assert plans["missing fields"].rate("missing_factor") > plans["typing"].rate("missing_factor")
    assert plans["one in a hundred"].rate("duplicate_rate") == 0.01
    assert {name for name, plan in plans.items() if plan.preset != "hard"} == {"one in a hundred"}
    assert {name for name, plan in plans.items() if plan.twins_apart_rate} == {"other habits"}


def test_only_the_named_errors_weigh_more() -> None:
    shares = heavy(5.0, *SLIPS)
    assert {kind for kind, share in shares.items() if share != DEFAULT_ERROR_SHARES[kind]} == set(SLIPS)
    assert shares["name_deletion"] == pytest.approx(5.0 * DEFAULT_ERROR_SHARES["name_deletion"])


def test_a_line_says_how_many_points_are_lost() -> None:
    judged = Quality((0.95, 0.9, 0.924), 0.7, (0.96, 0.94, 0.95), 0.91, 0.85, 0.99)
    assert line("typing", judged, "1.0% of 9 | none", 0.962) == (
        "| typing | 0.950 (0.960 / 0.940, 0.7) | +1.2 | 0.924 (0.950 / 0.900) | 0.910 | 0.850 | 1.0% of 9 | none |"
    )
