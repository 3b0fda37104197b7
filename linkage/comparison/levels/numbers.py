"""Numbers: the level of their distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.thresholds import threshold_level
from linkage.similarity.jit import borrowing


@borrowing
def number_levels(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    numbers: npt.NDArray[np.int64],
    threshold: npt.NDArray[np.float64],
    steps: int,
    out: npt.NDArray[np.int8],
) -> None:
    """Compare ``numbers`` int64 in thousandths; the thresholds are distances negated, in the field's unit."""
    for pair in range(count):
        distance = abs(float(numbers[left[pair]] - numbers[right[pair]])) / 1000.0
        out[pair] = threshold_level(-distance, threshold, steps)
