"""The *survive* fold: pairs worth a second look, of one task and of all together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from linkage.comparison.batches import PAIRS_PER_BATCH, pair_batches
from linkage.comparison.blocks import Int32, rules_of_pairs
from linkage.comparison.custom import close_levels
from linkage.comparison.interpreter import compare_pairs
from linkage.comparison.opcodes import OPCODES
from linkage.comparison.program import Program
from linkage.comparison.tables import FLAG, Tables
from linkage.comparison.tasks import Task
from linkage.comparison.weights import Weights, every_level, weigh
from linkage.comparison.work import PairWork

_NIKS = (OPCODES["nik"], OPCODES["nik_likeness"])

Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Survivors:
    """Pairs worth a second look, sorted by (left, right). n pairs, C comparisons in the spec's order.

    ``left < right`` int32 (n,) record numbers; ``rules`` uint64 (n,) bit mask; ``weight`` float64 (n,) match weight in
    bits without the prior; ``levels`` int8 (n, C), 0 for missing. ``compared``: pairs the kernel looked at.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    rules: npt.NDArray[np.uint64]
    weight: npt.NDArray[np.float64]
    levels: npt.NDArray[np.int8]
    compared: int

    @property
    def size_bytes(self) -> int:
        """Bytes of the arrays."""
        return sum(getattr(self, name).nbytes for name in SURVIVOR_ARRAYS)


SURVIVOR_ARRAYS = tuple(field.name for field in fields(Survivors))[:-1]


def no_check() -> None:
    """Go on: nobody wants to stop."""


def run_survive(
    work: PairWork,
    weights: Weights,
    task: Task,
    *,
    check: Callable[[], None] = no_check,
    pairs_per_batch: int = PAIRS_PER_BATCH,
) -> Survivors:
    """Run the *survive* fold over one task. ``check`` is called between batches and may raise to end it."""
    program, tables = work.program, work.tables
    found, weight = np.empty(pairs_per_batch, np.int32), np.empty(pairs_per_batch)
    levels = np.empty((pairs_per_batch, program.opcode.size), np.int8)
    lefts, rights = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    weight_parts, level_parts = [weight[:0]], [levels[:0]]
    compared = 0
    for left, right in pair_batches(work.blocks, task, pairs_per_batch=pairs_per_batch):
        check()
        compared += left.size
        count = compare_pairs(program, tables, weights, left, right, found, weight, levels)
        if count:
            lefts.append(left[found[:count]])
            rights.append(right[found[:count]])
            weight_parts.append(weight[:count].copy())
            level_parts.append(levels[:count].copy())
    every_left, every_right = np.concatenate(lefts), np.concatenate(rights)
    order = np.argsort(pair_keys(every_left, every_right))
    every_left, every_right = every_left[order], every_right[order]
    found_levels, found_weight = np.concatenate(level_parts)[order], np.concatenate(weight_parts)[order]
    if work.custom or work.regional:
        close_levels(work.custom, program, tables, every_left, every_right, found_levels)
        found_weight = weigh(program, tables, weights, every_left, every_right, found_levels, work.regional)
        stay = (found_weight >= weights.least) | are_kept(program, tables, every_left, every_right)
        every_left, every_right = every_left[stay], every_right[stay]
        found_weight, found_levels = found_weight[stay], found_levels[stay]
    rules = rules_of_pairs(work.blocks, every_left, every_right)
    return Survivors(every_left, every_right, rules, found_weight, found_levels, compared)


def levels_of_pairs(work: PairWork, left: Int32, right: Int32) -> Int8:
    """Return the levels int8 (n, C) of given pairs of records, int32 (n,) each, blocked or not."""
    count = left.size
    # A column of a table of pairs lies scattered, and the kernel would be compiled once more for it.
    left, right = np.ascontiguousarray(left), np.ascontiguousarray(right)
    levels = np.empty((count, work.program.opcode.size), np.int8)
    weights = every_level(work.program)
    compare_pairs(work.program, work.tables, weights, left, right, np.empty(count, np.int32), np.empty(count), levels)
    close_levels(work.custom, work.program, work.tables, left, right, levels)
    return levels


def are_kept(program: Program, tables: Tables, left: Int32, right: Int32) -> npt.NDArray[np.bool_]:
    """Tell, bool (n,), which pairs survive whatever their weight: equal, and no damaged NIK, where that is to keep."""
    kept = np.zeros(left.size, np.bool_)
    for comparison in np.flatnonzero(program.keep & (program.column >= 0)):
        one, other = (tables.codes[side, program.column[comparison]] for side in (left, right))
        damaged = (one & FLAG) != 0 if program.opcode[comparison] in _NIKS else np.False_
        kept |= (one >= 0) & (one == other) & ~damaged
    return kept


def pair_keys(left: Int32, right: Int32) -> npt.NDArray[np.int64]:
    """Return one number per pair, int64 (n,), that ascends with (left, right)."""
    keys: npt.NDArray[np.int64] = left.astype(np.int64) << 32 | right.astype(np.int64)
    return keys
