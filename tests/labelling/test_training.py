"""Labels as training data: record numbers, answers, and weights that undo how pairs were drawn."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.labelling.labels import Label
from linkage.labelling.training import labelled_pairs

IDS = pa.array(["a", "b", "c", "d"])


def test_labels_become_record_numbers_and_answers() -> None:
    labels = [Label("c", "a", "same", "ani"), Label("b", "d", "different", "ani"), Label("a", "b", "unsure", "ani")]
    found = labelled_pairs([*labels, Label("a", "gone", "same", "ani")], IDS)
    assert (found.left.tolist(), found.right.tolist(), found.same.tolist()) == ([2, 1], [0, 3], [True, False])
    assert (found.unknown, found.unsure) == (1, 1)
    assert found.weight.tolist() == [1.0, 1.0]


def test_a_pair_that_was_drawn_seldom_counts_for_those_like_it() -> None:
    labels = [Label("a", "b", "same", inclusion=0.5), Label("a", "c", "same", inclusion=0.1), Label("a", "d", "same")]
    found = labelled_pairs(labels, IDS)
    assert found.weight[1] / found.weight[0] == pytest.approx(5.0)
    assert found.weight[2] == pytest.approx(found.weight[:2].mean())
    assert found.weight.mean() == pytest.approx(1.0)


def test_between_two_files_left_ids_are_lefts() -> None:
    ids = pa.array(["x", "y", "x", "z"])
    found = labelled_pairs([Label("y", "x", "same"), Label("z", "x", "same")], ids, left_count=2)
    assert (found.left.tolist(), found.right.tolist(), found.unknown) == ([1], [2], 1)


def test_no_labels_are_no_pairs() -> None:
    found = labelled_pairs([], IDS)
    assert found.left.dtype == np.int32
    assert found.left.size == found.weight.size == 0
