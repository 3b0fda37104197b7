"""Pairs of labels and pairs of row numbers say the same, in the toolkit's order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import recordlinkage
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import UsageError
from linkage.interop.recordlinkage import index_to_pairs, pairs_to_index

ONE = pd.DataFrame({"key": [1, 1, 2, 1]}, index=pd.Index(["a", "b", "c", "d"], name="rec"))
OTHER = pd.DataFrame({"key": [2, 1, 3]}, index=pd.Index([10, 20, 30], name="nr"))


def test_pairs_within_a_frame_stand_as_the_toolkit_makes_them():
    theirs = recordlinkage.index.Block("key").index(ONE)
    pairs = index_to_pairs(theirs, ONE)
    assert pairs.dtype == np.int32
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (0, 3), (1, 3)]
    ours = pairs_to_index(pairs, ONE)
    assert ours.names == theirs.names == ["rec_1", "rec_2"]
    assert ours.to_list() == theirs.to_list()


def test_pairs_across_two_frames_stand_as_the_toolkit_makes_them():
    theirs = recordlinkage.index.Block("key").index(ONE, OTHER)
    pairs = index_to_pairs(theirs, ONE, OTHER)
    assert sorted(map(tuple, pairs.tolist())) == [(0, 5), (1, 5), (2, 4), (3, 5)]
    ours = pairs_to_index(pairs, ONE, OTHER)
    assert ours.names == theirs.names == ["rec", "nr"]
    assert ours.to_list() == theirs.to_list()


@given(st.data())
def test_numbers_to_labels_and_back_is_the_identity(data):
    size = data.draw(st.integers(2, 12))
    labels = data.draw(st.lists(st.text(max_size=3), min_size=size, max_size=size, unique=True))
    frame = pd.DataFrame(index=labels)
    row = st.integers(0, size - 1)
    drawn = data.draw(st.lists(st.tuples(row, row).filter(lambda pair: pair[0] < pair[1])))
    pairs = np.array(drawn, np.int32).reshape(-1, 2)
    index = pairs_to_index(pairs, frame)
    assert np.array_equal(index_to_pairs(index, frame), pairs)
    assert np.array_equal(index_to_pairs(index.swaplevel(), frame), pairs), "either way round"
    across = pairs + np.array([0, size], np.int32)
    assert np.array_equal(index_to_pairs(pairs_to_index(across, frame, frame), frame, frame), across)


def test_labels_may_be_of_any_kind_that_pandas_takes():
    for labels in (pd.date_range("2001-01-01", periods=3), [0.5, 1.5, 2.5], pd.CategoricalIndex(["x", "y", "z"])):
        frame = pd.DataFrame({"key": [1, 1, 1]}, index=labels)
        index = recordlinkage.index.Block("key").index(frame)
        assert len(index_to_pairs(index, frame)) == 3


@pytest.mark.parametrize(
    ("index", "frames", "problem"),
    [
        (pd.MultiIndex.from_tuples([("a", "z")]), [ONE], "1 pairs name a row the frame does not have"),
        (pd.MultiIndex.from_tuples([("a", None), ("a", "b")]), [ONE], "1 pairs name a row"),
        (pd.MultiIndex.from_tuples([("a", "a")]), [ONE], "paired with itself"),
        (pd.MultiIndex.from_tuples([("a", "b")]), [ONE, OTHER], "1 pairs name a row"),
        (pd.Index(["a"]), [ONE], "a MultiIndex of two levels"),
        ([("a", "b")], [ONE], "a MultiIndex of two levels"),
        (pd.MultiIndex.from_tuples([("a", "b")]), [ONE.set_axis(["a", "a", "b", "c"])], "not unique"),
        (pd.MultiIndex.from_tuples([("a", "b")]), [{"a": 1}], "cannot read a dict"),
    ],
    ids=["unknown", "missing", "itself", "wrong side", "one level", "a list", "labels twice", "no frame"],
)
def test_pairs_that_make_no_sense_are_refused(index, frames, problem):
    with pytest.raises(UsageError, match=problem):
        index_to_pairs(index, *frames)
