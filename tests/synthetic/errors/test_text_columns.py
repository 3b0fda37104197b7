"""Text columns are changed by shape, put together again, and compared with their nulls."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from linkage.synthetic.errors.text_columns import differs, reshape, scatter


def test_a_shape_is_drawn_by_weight_among_those_that_match() -> None:
    shapes = ((r"^(\S+) (\S+)$", r"\2 \1", 3.0), (r" ", "", 1.0), (r"Z", "S", 9.0))
    texts = pa.array(["A B"] * 8_000 + ["AB", None])
    changed = reshape(texts, shapes, np.random.default_rng(3)).to_pylist()
    counts = Counter(changed[:8_000])
    assert set(counts) == {"B A", "AB"}
    assert counts["B A"] / 8_000 == pytest.approx(0.75, abs=0.02)
    assert changed[8_000:] == ["AB", None]


def test_parts_are_put_in_their_places_and_differences_count_nulls() -> None:
    before = pa.array(["A", None, "C", "D", None])
    after = scatter(before, [np.array([3, 1]), np.array([2])], [pa.array(["X", "Y"]), pa.array([None], pa.string())])
    assert after.to_pylist() == ["A", "Y", None, "X", None]
    assert differs(before, after).tolist() == [False, True, True, True, False]
