"""Distances of numbers as kernels; the caller deals with missing values."""

from __future__ import annotations

from linkage.similarity.jit import borrowing


@borrowing
def number_gap(left: int, right: int) -> int:
    """Return how far two whole numbers lie apart, in their own unit, 0 or more. Symmetric.

    Numbers beyond half the range of int64 on either side of 0 are refused by whoever reads them.
    """
    return abs(left - right)


@borrowing
def relative_gap(left: int, right: int) -> float:
    """Return the gap by the larger of both magnitudes, 0 to 2: 0 for two equal numbers, over 1 for unlike signs.

    Symmetric. For amounts, where 10 beside 11 is as far as 1,000 beside 1,100.
    """
    if left == right:
        return 0.0
    return abs(left - right) / max(abs(left), abs(right))
