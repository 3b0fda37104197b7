"""Two values stand at the level that says what they have in common, and so do any two of a kernel's cases."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from linkage.comparison.pair_pass import levels_of_pairs
from linkage.stages.candidates import plan_candidates
from tests.comparison.levels.one_comparison import KINDS, level_names, records_of, spec_of
from tests.oracles.levels import levels_of

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "comparison_levels.toml").read_text(encoding="utf-8"))
EACH = [(kernel, case) for kernel, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(
    ("kernel", "case"), EACH, ids=[f"{kernel}: {case['left']} ~ {case.get('right')}" for kernel, case in EACH]
)
def test_two_values_stand_at_the_level_that_says_what_they_have_in_common(kernel: str, case: dict[str, str]) -> None:
    values = [case["left"], case.get("right"), case["left"]]
    found = level_names(values, spec_of(kernel))
    assert found[0, 1] == found[1, 2] == case["level"]


@pytest.mark.parametrize("kernel", KINDS)
def test_each_level_of_a_kernel_has_a_case(kernel: str) -> None:
    assert {case["level"] for case in CASES[kernel]} == set(spec_of(kernel).comparisons[0].level_names)


@pytest.mark.parametrize("kernel", KINDS)
def test_any_two_values_of_the_cases_are_at_the_level_of_the_oracle(kernel: str) -> None:
    spec = spec_of(kernel)
    values = [case.get(side) for case in CASES[kernel] for side in ("left", "right")]
    records = records_of(values, spec)
    left, right = (side.astype(np.int32) for side in np.triu_indices(len(values), 1))
    found = levels_of_pairs(plan_candidates(records, spec).work, left, right).tolist()
    both = zip(left.tolist(), right.tolist(), strict=True)
    assert found == [levels_of(spec, records.columns, {}, i, j) for i, j in both]
