"""Day numbers of spreadsheets, of both systems."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.dates.serials import serial_dates


@pytest.mark.parametrize(
    ("serial", "number"),
    [
        (1, 19000101),
        (59, 19000228),
        (60, -1),
        (61, 19000301),
        (25569, 19700101),
        (29221.75, 19800101),
        (44197, 20210101),
        (2958465, 99991231),
        (2958465.5, 99991231),
        (2958466, -1),
        (0, -1),
        (0.5, -1),
        (-5, -1),
        (float("nan"), -1),
        (float("inf"), -1),
    ],
)
def test_the_system_of_1900_has_a_day_that_never_was(serial: float, number: int) -> None:
    assert serial_dates(np.array([serial])).tolist() == [number]


@pytest.mark.parametrize(
    ("serial", "number"),
    [(0, 19040101), (1, 19040102), (24107, 19700101), (2957003, 99991231), (2957004, -1), (-1, -1)],
)
def test_the_system_of_1904_begins_with_day_0(serial: int, number: int) -> None:
    assert serial_dates(np.array([serial], np.int64), 1904).tolist() == [number]


@given(serial=st.integers(61, 100_000))
def test_the_two_systems_are_1462_days_apart(serial: int) -> None:
    day = date(1899, 12, 30) + timedelta(serial)
    assert serial_dates(np.array([serial])).tolist() == [int(day.strftime("%Y%m%d"))]
    if serial >= 1462:
        assert serial_dates(np.array([serial - 1462]), 1904).tolist() == serial_dates(np.array([serial])).tolist()


def test_no_numbers_give_no_dates() -> None:
    assert serial_dates(np.zeros(0)).shape == (0,)
