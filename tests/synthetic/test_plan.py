"""The plan refuses what cannot be made, and fills in the rates of its preset."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from linkage.errors import UsageError
from linkage.synthetic import RegisterPlan


@pytest.mark.parametrize(
    "wrong",
    [
        {"records": 0},
        {"records": 50_000_001},
        {"regions": 0},
        {"seed": -1},
        {"preset": "soft"},
        {"duplicate_rate": 0.6},
        {"twin_rate": -0.1},
        {"enrolled_rate": 1.5},
        {"error_shares": {"spelling": 1.0}},
        {"error_shares": {"sex_contradicts": 1.0}},
        {"error_shares": {"nik_digit": 0.0}},
        {"duplicate_shares": {"copy_same_office": -1.0}},
        {"duplicate_shares": {}},
        {"nights": 0},
        {"records": 10.5},
        {"cut_off": dt.date(1990, 1, 1)},
        {"error_shares": {"nik_digit": float("inf")}},
        {"error_shares": {"nik_digit": float("nan")}},
        {"nights": 61},
        {"nights": 40, "nightly_new_rate": 0.1},
        {"default_date_factor": 6.0},
        {"name_tables": "third"},
        {"region_part": "java"},
        {"errors_per_copy": (0.5, 0.4)},
        {"errors_per_copy": (1.5, -0.5)},
        {"errors_per_copy": (float("nan"), 1.0)},
        {"errors_per_copy": (0.05,) * 20},
        {"twins_apart_rate": 1.5},
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        RegisterPlan(**{"records": 10, "regions": 1, "seed": 1, **wrong})


def test_a_rate_that_is_not_given_is_the_presets_and_a_given_one_wins() -> None:
    assert RegisterPlan(1_000, 1, 1).rate("duplicate_rate") == 0.01
    assert RegisterPlan(1_000, 1, 1, preset="hard").rate("duplicate_rate") == 0.15
    assert RegisterPlan(1_000, 2, 1, preset="hard", duplicate_rate=0.0).repeats == (0, 10, 2)
    assert RegisterPlan(1_000, 1, 1, duplicate_rate=0.25).repeats == (250, 0, 0)
    assert RegisterPlan(1_000, 1, 1, duplicate_rate=0.25).persons == 750


def test_errors_per_copy_that_are_given_count_instead_of_the_presets() -> None:
    assert RegisterPlan(1, 1, 1, errors_per_copy=(0.0, 1.0)).copy_errors == (0.0, 1.0)


def test_the_chances_of_so_many_errors_on_a_copy_sum_to_one() -> None:
    for preset in ("default", "hard"):
        assert sum(RegisterPlan(1, 1, 1, preset=preset).copy_errors) == pytest.approx(1.0)  # type: ignore[arg-type]
