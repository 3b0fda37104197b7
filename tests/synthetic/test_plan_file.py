"""A plan can be read from a file; what is wrong with it is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from linkage.errors import InputMissingError, UsageError
from linkage.synthetic import DEFAULT_ERROR_SHARES, RegisterPlan, read_plan

TEXT = """
records = 1000
preset = "hard"
cut_off = 2024-12-31
twin_rate = 0.02
dialects = ["siak_pipe", "plain_comma"]
name_tables = "second"
errors_per_copy = [0.25, 0.75]

[error_shares]
name_ocr = 0.5
"""


def test_what_the_file_says_counts_and_options_override_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(TEXT, encoding="utf-8")
    plan = read_plan(path, records=2_000, seed=None, nights=3)
    assert plan.records == 2_000
    assert (plan.regions, plan.seed, plan.nights, plan.preset) == (5, 1, 3, "hard")
    assert plan.cut_off == dt.date(2024, 12, 31)
    assert plan.rate("twin_rate") == 0.02
    assert plan.dialects == ("siak_pipe", "plain_comma")
    assert (plan.name_tables, plan.region_part, plan.copy_errors) == ("second", "all", (0.25, 0.75))
    assert plan.error_shares == {**DEFAULT_ERROR_SHARES, "name_ocr": 0.5}


def test_without_a_file_the_options_are_the_plan() -> None:
    assert read_plan(None, records=10, regions=2, seed=4) == RegisterPlan(10, 2, 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("records = ", "TOML"),
        ("records = 10\nrecord = 3", "record"),
        ("regions = 3", "how many"),
        ('records = "ten"', "records must be a whole number"),
        ("records = 10\nnights = true", "nights"),
        ('records = 10\ntwin_rate = "many"', "twin_rate must be a number"),
        ("records = 10\ncut_off = 5", "cut_off must be a date"),
        ('records = 10\ndialects = "plain_comma"', "dialects"),
        ("records = 10\nerrors_per_copy = 1", "errors_per_copy must be a list of numbers"),
        ("records = 10\nregion_part = 1", "region_part must be a name"),
        ("records = 10\nerror_shares = 3", "error_shares must be a table"),
        ("records = 10\n[error_shares]\nspelling = 1.0", "spelling"),
    ],
)
def test_a_wrong_plan_is_refused_with_the_reason(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_plan(path)


def test_a_missing_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"nowhere\.toml"):
        read_plan(tmp_path / "nowhere.toml")


def test_large_registers_have_more_regions_unless_told_otherwise() -> None:
    assert [read_plan(None, records=count).regions for count in (10, 1_000_000, 10_000_000)] == [5, 5, 50]
    assert read_plan(None, records=10_000_000, regions=20).regions == 20
