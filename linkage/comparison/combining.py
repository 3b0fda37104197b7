"""Combined comparisons: the level that the levels of the parts make together, for every combination of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.comparison.opcodes import MAX_LEVELS
from linkage.spec import DIFFERENT, Alternatives, ComparisonSpec


def combined_levels(item: ComparisonSpec, parts: Sequence[ComparisonSpec]) -> npt.NDArray[np.int8]:
    """Return the level of a combined comparison for every combination of its parts' levels, int8 (16 ** n_parts,).

    The first level (best first) one of whose alternatives holds wins. All parts missing is "missing"; nothing
    fitting is "different" when a part differs, else "missing": agreement that no level names says nothing.
    """
    shape = (MAX_LEVELS,) * len(parts)
    table = np.zeros(shape, np.int8)
    some_differ = np.zeros(shape, np.bool_)
    axes = np.indices(shape)
    for axis, part in enumerate(parts):
        some_differ |= axes[axis] == part.level_code(DIFFERENT)
    table[some_differ] = 1
    table[_where(item, parts, axes, item.missing_when)] = 0
    for rank, level in reversed(list(enumerate(item.levels))):
        table[_where(item, parts, axes, level.when)] = len(item.levels) + 1 - rank
    table[(axes == 0).all(axis=0)] = 0
    return table.ravel()


def _where(
    item: ComparisonSpec, parts: Sequence[ComparisonSpec], axes: npt.NDArray[np.int64], alternatives: Alternatives
) -> npt.NDArray[np.bool_]:
    """Return for which combinations of the parts' levels one of the alternatives holds."""
    fits = np.zeros(axes.shape[1:], np.bool_)
    for alternative in alternatives:
        holds = np.ones(axes.shape[1:], np.bool_)
        for name, names in alternative:
            axis = item.combine.index(name)
            holds &= np.isin(axes[axis], [parts[axis].level_code(entry) for entry in names])
        fits |= holds
    return fits
