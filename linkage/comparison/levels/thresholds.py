"""From a closeness to a level, by the thresholds of a comparison."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing


@borrowing
def threshold_level(closeness: float, threshold: npt.NDArray[np.float64], steps: int) -> int:
    """Return the level of a closeness (larger is closer); ``steps`` thresholds float64 stand best first."""
    for step in range(steps):
        if closeness >= threshold[step]:
            return steps + 1 - step
    return 1
