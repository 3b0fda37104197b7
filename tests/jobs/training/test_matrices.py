"""Pairs of several registers become one set to learn from, or to calibrate on."""

from __future__ import annotations

import numpy as np

from jobs.training.matrices import LabelledMatrix, stacked


def part(n_pairs: int) -> LabelledMatrix:
    """A register with so many pairs, a quarter of them matches."""
    numbers = np.arange(n_pairs)
    matrix = np.zeros((n_pairs, 0), np.float32)
    return LabelledMatrix((), matrix, numbers % 4 == 0, np.ones(n_pairs), numbers, np.zeros_like(numbers))


def test_stacked_no_unit_of_one_register_is_one_of_another() -> None:
    together = stacked([part(8), part(8)])
    assert together.same.size == np.unique(together.units).size == 16


def test_stacked_every_pair_tells_its_register() -> None:
    assert stacked([part(4), part(8)]).registers.tolist() == [0] * 4 + [1] * 8
