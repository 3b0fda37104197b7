"""Sets of keys or codes agree by their common items; an empty one agrees with nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.similarity.sets import common_items, dice, jaccard, overlap, sets_meet

sets = st.sets(st.integers(0, 12), max_size=8)


@pytest.mark.parametrize("dtype", [np.uint64, np.int32])
@given(left=sets, right=sets)
def test_similarities_equal_those_of_python_sets(dtype, left, right):
    items = np.array([*sorted(left), *sorted(right)], dtype)
    runs = (items, 0, len(left), len(left), len(left) + len(right))
    common = len(left & right)
    assert common_items(*runs) == common
    assert sets_meet(*runs) == (not left.isdisjoint(right))
    assert jaccard(*runs) == (common / len(left | right) if left or right else 0.0)
    assert dice(*runs) == (2 * common / (len(left) + len(right)) if left or right else 0.0)
    assert overlap(*runs) == (common / min(len(left), len(right)) if left and right else 0.0)
