"""Which relations a spec names decides what a pair is worth, and which kernels share a field what is missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.comparison.pair_pass import levels_of_pairs
from linkage.comparison.program import best_is_equality
from linkage.comparison.tables import build_tables
from linkage.errors import SpecError
from linkage.spec import KERNELS, LevelSpec
from linkage.stages.candidates import plan_candidates
from tests.comparison.levels.one_comparison import KINDS, level_names, records_of, spec_of
from tests.oracles.levels import levels_of

WORDS = st.lists(st.sampled_from(["A", "AB", "BA", "J", "JOHN", "SMITH", "SMYTHE", "Ø", "王", "X" * 70]), max_size=9)
TEXTS = st.lists(WORDS.map(" ".join), min_size=2, max_size=5)


@pytest.mark.parametrize(
    ("kernel", "levels", "one", "other", "found"),
    [
        ("place", '["same", "same_province"]', "PURWOKERTO", "BANYUMAS", "same_province"),
        ("place", '["same_regency"]', "BANDUNG", "BDG", "same_regency"),
        ("place", '["same"]', "PURWOKERTO", "BANYUMAS", "different"),
        ("region", '["same_regency"]', "3273011001", "32.73.01.1001", "same_regency"),
        ("region", '["same_district"]', "3273", "327301", "different"),
        ("address", '["same_street"]', "JL MAWAR NO 5", "JL MAWAR NO 5", "same_street"),
        ("address", '[{ name = "near", relations = ["same_house", "same_street"] }]', "JL MAWAR", "JL MAWAR", "near"),
        ("address", '["same_house"]', "JL MAWAR", "JL MAWAR", "different"),
        ("phonetic", '["shared_sound"]', "WARSINI", "WARSINI", "shared_sound"),
        ("initials", '["initials"]', "JOHN SMITH", "SMITH JOHN", "different"),
        ("nik_likeness", '["slip"]', "3273010203900001", "3273010203900001", "different"),
    ],
)
def test_relations_of_places_hold_each_other_and_one_that_no_level_names_counts_as_the_next_below(
    kernel: str, levels: str, one: str, other: str, found: str
) -> None:
    assert level_names([one, other], spec_of(kernel, levels)) == {(0, 1): found}


def test_a_damaged_nik_says_nothing_where_another_kernel_takes_equal_numbers_for_one() -> None:
    damaged = "327310203900001"
    alone = level_names([damaged, damaged], spec_of("nik_likeness"))
    beside = spec_of("nik_likeness", more='[[comparison]]\nname="b"\nfield="value"\nkernel="equal"\nlevels=["equal"]')
    both = spec_of("nik_likeness", more='[[comparison]]\nname="b"\nfield="value"\nkernel="nik"\nlevels=["equal"]')
    assert alone == level_names([damaged, damaged], both) == {(0, 1): "first_twelve"}
    assert level_names([damaged, damaged], beside) == {(0, 1): "missing"}


def test_a_default_date_is_so_many_days_from_another_whatever_the_kernel_date_makes_of_it() -> None:
    more = '[[comparison]]\nname="b"\nfield="value"\nkernel="date"\nlevels=["equal", "year"]\ndefault_dates=true'
    values = ["31-12-1960", "31-12-1960", "30-12-1960", "1960", "1960"]
    alone = level_names(values, spec_of("date_gap"))
    assert level_names(values, spec_of("date_gap", more=more)) == alone
    assert [alone[pair] for pair in ((0, 1), (0, 2), (0, 3), (3, 4))] == ["equal", "week", "missing", "missing"]


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.sampled_from(["token_sort", "token_set", "initials"]))
def test_texts_of_any_length_and_script_are_at_the_level_of_the_oracle(texts: list[str], kernel: str) -> None:
    spec = spec_of(kernel)
    records = records_of(texts, spec)
    left, right = (side.astype(np.int32) for side in np.triu_indices(len(texts), 1))
    found = levels_of_pairs(plan_candidates(records, spec).work, left, right).tolist()
    both = zip(left.tolist(), right.tolist(), strict=True)
    assert found == [levels_of(spec, records.columns, {}, i, j) for i, j in both]


@pytest.mark.parametrize("kernel", KINDS)
def test_a_kernel_is_refused_for_a_field_it_does_not_fit(kernel: str) -> None:
    with pytest.raises(SpecError, match=f"kernel {kernel} does not fit a field of kind sex.*It compares fields of"):
        spec_of(kernel, kind="sex")


@pytest.mark.parametrize("kernel", [kernel for kernel in KINDS if KERNELS[kernel]])
def test_a_kernel_of_relations_refuses_bounds_and_unknown_relations(kernel: str) -> None:
    with pytest.raises(SpecError, match=f"kernel {kernel} takes relations, not thresholds"):
        spec_of(kernel, '[{ name = "near", at_least = 0.5 }]')
    with pytest.raises(SpecError, match="relation"):
        spec_of(kernel, '["cousins"]')


@pytest.mark.parametrize(
    ("kernel", "levels", "says"),
    [
        ("date_gap", '[{ name = "near", at_least = 0.5 }]', "kernel date_gap takes at_most, not at_least"),
        ("date_gap", '[{ name = "near", at_most = -1 }]', "at_most must be at least 0"),
        ("token_set", '[{ name = "near", at_most = 1 }]', "kernel token_set takes at_least, not at_most"),
        ("token_sort", '[{ name = "near", at_least = 90 }]', "at_least must be above 0 and at most 1"),
        ("token_sort", '[{ name = "a", at_least = 0.5 }, { name = "b", at_least = 0.6 }]', "can never be reached"),
    ],
)
def test_a_kernel_of_bounds_refuses_those_of_the_wrong_sort(kernel: str, levels: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        spec_of(kernel, levels)


@pytest.mark.parametrize("kernel", ["address", "region", "date_gap"])
def test_a_comparison_whose_equal_values_may_disagree_cannot_be_kept(kernel: str) -> None:
    with pytest.raises(SpecError, match="keep does not go with"):
        spec_of(kernel, more="keep = true")


def test_what_no_comparison_reads_is_not_laid_out() -> None:
    spec = spec_of("token_overlap", '["equal"]', kind="address")
    tables = build_tables(records_of(["JL MAWAR NO 5", "DSN KRAJAN"], spec), spec, ("value",))
    assert [tables.rows.size, tables.newest.size, tables.chars.size, tables.integers.size] == [0, 0, 0, 0]
    assert tables.items.size > 0


@pytest.mark.parametrize(
    ("kernel", "first", "equality"),
    [
        ("place", LevelSpec("same"), True),
        ("place", LevelSpec("near", relations=("same", "same_regency")), False),
        ("phonetic", LevelSpec("shared_sound"), False),
        ("token_set", LevelSpec("equal"), True),
        ("token_set", LevelSpec("near", at_least=0.5), False),
        ("nik_likeness", LevelSpec("equal"), True),
        ("address", LevelSpec("same_house"), False),
        ("region", LevelSpec("same"), False),
        ("initials", LevelSpec("equal"), False),
        ("date_gap", LevelSpec("equal"), False),
    ],
)
def test_the_best_level_is_equality_where_equal_values_and_no_others_reach_it(kernel, first, equality) -> None:
    item = spec_of(kernel).comparisons[0]
    assert best_is_equality(type(item)("value", (first,), field="value", kernel=kernel)) is equality
