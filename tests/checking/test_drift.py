"""How far the register has moved since a full run fixed its counts."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.checking.drift import drift_of
from linkage.stages.frequencies import Frequencies


def counted(n_records: int, **fields: list[int]) -> Frequencies:
    counts = {name: np.array(values, np.int64) for name, values in fields.items()}
    present = {name: int(values.sum()) for name, values in counts.items()}
    return Frequencies(n_records, counts, present, np.zeros(0, np.int64), {}, False)


def test_a_register_that_stands_still_has_not_moved():
    drift = drift_of(counted(10, nama=[3, 3, 2]), counted(10, nama=[3, 3, 2]))
    assert (drift.growth, drift.values, drift.filled) == (0.0, 0.0, 0.0)
    assert drift.fields[0].filled_then == drift.fields[0].filled_now == 0.8


def test_the_largest_movement_of_any_field_counts():
    drift = drift_of(counted(10, nama=[5, 5], sex=[10, 0]), counted(20, nama=[10, 10], sex=[5, 5]))
    assert [(one.field, one.values) for one in drift.fields] == [("nama", 0.0), ("sex", 0.5)]
    assert (drift.growth, drift.values, drift.filled) == (1.0, 0.5, 0.5)


def test_a_value_that_nobody_bears_any_more_has_moved():
    then = Frequencies(10, {"nama": np.array([4], np.int64)}, {"nama": 10}, np.zeros(0, np.int64), {}, False)
    assert drift_of(then, counted(4, nama=[4])).values == pytest.approx(0.6)


def test_of_nothing_nothing_is_known():
    drift = drift_of(counted(0, nama=[0]), counted(0, nama=[0]))
    assert np.isnan([drift.growth, drift.values]).all()
    assert np.isnan(drift_of(counted(0), counted(0)).filled)
