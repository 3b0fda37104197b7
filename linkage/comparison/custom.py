"""Comparisons that are Python functions: called once for every pair of distinct values, outside the kernel.

The kernel leaves such a comparison open, as if it could come to its highest weight; of the pairs that survive so, the
function sees the pairs of values. It is therefore slower than a built-in kernel by as much as it is itself, and the
count fold, which needs all levels, asks it for every pair it counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.comparison.opcodes import OPEN
from linkage.comparison.program import Program
from linkage.comparison.tables import VALUE_BITS, Tables
from linkage.encode import EncodedRecords
from linkage.errors import UsageError
from linkage.spec import LinkageSpec


class CustomFunction(Protocol):
    """How close two values are, for many pairs of different values at a time. Threads call it side by side."""

    def __call__(self, left: pa.StringArray, right: pa.StringArray, /) -> npt.NDArray[np.float64]:
        """Return float64 (n,), larger is closer, in whatever unit the thresholds of the comparison are.

        ``left``, ``right``: standard values (n,), texts without nulls. nan means that nothing can be said, and counts
        as missing. The same two values must always give the same number.
        """
        ...


NO_FUNCTIONS: Mapping[str, CustomFunction] = {}


@dataclass(frozen=True)
class CustomComparison:
    """A comparison of the kernel ``custom``: its number and name in the program, its values, and its function."""

    number: int
    name: str
    values: pa.StringArray
    function: CustomFunction


def custom_comparisons(
    spec: LinkageSpec, records: EncodedRecords, functions: Mapping[str, CustomFunction]
) -> tuple[CustomComparison, ...]:
    """Return the comparisons of the kernel ``custom`` with their functions, given by name of the comparison.

    Raises:
        UsageError: one has no function, or a function no comparison.
    """
    wanted = {item.name: number for number, item in enumerate(spec.comparisons) if item.kernel == "custom"}
    for name in wanted.keys() - functions.keys():
        raise UsageError(
            "the kernel 'custom' needs a function, and none is given",
            where=f"comparison {name}",
            remedy="Link from Python and pass it by the comparison's name; a spec file names no code",
        )
    for name in functions.keys() - wanted.keys():
        raise UsageError(
            "a function is given for a comparison that the spec does not have under the kernel 'custom'",
            where=f"comparison {name}",
            remedy=f"Known: {', '.join(wanted) or 'none'}",
        )
    return tuple(
        CustomComparison(number, name, records.columns[spec.comparison(name).field].content.values, functions[name])
        for name, number in wanted.items()
    )


def close_levels(
    custom: Sequence[CustomComparison],
    program: Program,
    tables: Tables,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    levels: npt.NDArray[np.int8],
) -> None:
    """Replace the open levels int8 (n, C) of pairs of records, int32 (n,) each, by what the functions say.

    Raises:
        UsageError: a function returns something else than a number for each pair.
    """
    for item in custom:
        rows = np.flatnonzero(levels[:, item.number] == OPEN)
        column = program.column[item.number]
        one, other = ((tables.codes[side[rows], column] & VALUE_BITS).astype(np.uint64) for side in (left, right))
        distinct, of_row = np.unique(one << np.uint64(32) | other, return_inverse=True)
        closeness = _evaluate(item, (distinct >> np.uint64(32)).astype(np.int64), (distinct & np.uint64(VALUE_BITS)))
        steps = int(program.steps[item.number])
        reached = closeness[:, None] >= program.threshold[item.number, :steps]
        found = np.where(reached.any(axis=1), steps + 1 - reached.argmax(axis=1), 1)
        levels[rows, item.number] = np.where(np.isnan(closeness), 0, found)[of_row]


def _evaluate(
    item: CustomComparison, left: npt.NDArray[np.int64], right: npt.NDArray[np.uint64]
) -> npt.NDArray[np.float64]:
    if not left.size:
        return np.zeros(0)
    answer = np.asarray(item.function(item.values.take(pa.array(left)), item.values.take(pa.array(right))))
    if answer.shape != left.shape or answer.dtype.kind not in "fiub":
        raise UsageError(
            f"its function returned {answer.dtype} of shape {answer.shape} for {left.size:,} pairs of values",
            where=f"comparison {item.name}",
            remedy="Return one number for each pair",
        )
    return answer.astype(np.float64)
