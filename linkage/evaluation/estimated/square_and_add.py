"""The interval of a figure that is made of several independent ones, each with an interval of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from linkage.evaluation.figures import Figure

Float64 = npt.NDArray[np.float64]


def square_and_add(told: Callable[[Float64], float], centre: Float64, low: Float64, high: Float64) -> Figure:
    """Return ``told(centre)`` with an interval, cut to 0 to 1; nan where the value is.

    Each part is moved to either end of its own interval, the others staying; how far the figure goes down, squared and
    added over the parts, gives the lower end, and likewise the upper. Unlike standard errors this keeps intervals that
    are longer on one side as they are (R. G. Newcombe, "Propagating uncertainty", 2011; G. Y. Zou and A. Donner,
    "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008, 1693-1702). Parts may
    be infinite at the upper end.

    Args:
        told: takes the parts float64 (n_parts,) to the figure; rising or falling in each of them.
        centre, low, high: float64 (n_parts,).
    """
    value = told(centre)
    if np.isnan(value):
        return Figure(value, value, value)
    down = up = 0.0
    for part in range(centre.size):
        ends = [value]
        for end in (low[part], high[part]):
            moved = centre.copy()
            moved[part] = end
            ends.append(told(moved))
        down += (value - min(ends)) ** 2
        up += (max(ends) - value) ** 2
    return Figure(value, max(value - down**0.5, 0.0), min(value + up**0.5, 1.0))
