"""The one static kernel: it runs a program over a batch of pairs, cheapest comparison first, and drops the hopeless.

It knows nothing of files, rules or specs: arrays in, arrays out, no interpreter lock. Where it runs is the engine's
business. Work is done for some thousand pairs at a time, so that a call costs nothing beside what it does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.comparison.bounds import SLACK, drop_hopeless, frequency_bits, open_term, tighten_term, weigh_term
from linkage.comparison.levels.dispatch import levels_of_values
from linkage.comparison.opcodes import OPCODES
from linkage.comparison.program import Program
from linkage.comparison.settling import (
    combine_levels,
    gather_values,
    list_unsettled,
    mark_kept,
    settle_by_states,
    spread_levels,
)
from linkage.comparison.states import gather_codes, pair_states
from linkage.comparison.tables import Tables
from linkage.comparison.weights import Weights
from linkage.similarity.jit import borrowing, kernel

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]

_CHUNK: Final = 2048

_EQUAL: Final = OPCODES["equal"]
_COMBINE: Final = OPCODES["combine"]
_CUSTOM: Final = OPCODES["custom"]


class _Chunk(NamedTuple):
    """What is known of up to 2,048 pairs: n of them, K columns, C comparisons, T terms.

    ``left``, ``right`` int32 (K, n): their codes; ``states`` int8 (K, n). ``level`` int8 (C, n). ``digits`` int32 and
    ``bits`` float64 (T, n): what :class:`linkage.comparison.weights.Weights` has digits for, and the adjustment for the
    value. ``possible`` float64 (n,): the most a pair can come to; ``kept`` bool. ``alive`` int32: the pairs that still
    count; ``waiting``: those whose values ``one`` and ``other`` are looked at, with the ``answer`` int8.
    """

    left: Int32
    right: Int32
    states: Int8
    level: Int8
    digits: Int32
    bits: Float64
    possible: Float64
    kept: Bool
    alive: Int32
    waiting: Int32
    one: Int32
    other: Int32
    answer: Int8


@kernel
def compare_pairs(
    program: Program, tables: Tables, weights: Weights, left: Int32, right: Int32, found: Int32, weight: Float64,
    levels: Int8,
) -> int:  # fmt: skip
    """Compare pairs of records, int32 (n,) each, and return how many survive.

    For survivor s, ``found[s]`` is its place in ``left`` (ascending), ``weight[s]`` its match weight in bits and
    ``levels[s]`` int8 (C,) its levels. A comparison evaluated elsewhere has level ``OPEN`` and the highest weight it
    can come to. The room for results is as large as the batch.
    """
    n_columns, n_comparisons, n_terms = tables.codes.shape[1], program.opcode.shape[0], weights.term.shape[0]
    chunk = _Chunk(
        np.empty((n_columns, _CHUNK), np.int32),
        np.empty((n_columns, _CHUNK), np.int32),
        np.empty((n_columns, _CHUNK), np.int8),
        np.empty((n_comparisons, _CHUNK), np.int8),
        np.empty((n_terms, _CHUNK), np.int32),
        np.zeros((n_terms, _CHUNK)),
        np.zeros(_CHUNK),
        np.zeros(_CHUNK, np.bool_),
        np.empty(_CHUNK, np.int32),
        np.empty(_CHUNK, np.int32),
        np.empty(_CHUNK, np.int32),
        np.empty(_CHUNK, np.int32),
        np.empty(_CHUNK, np.int8),
    )
    total = 0
    for begin in range(0, left.shape[0], _CHUNK):
        count = min(_CHUNK, left.shape[0] - begin)
        gather_codes(tables.codes, left[begin : begin + count], chunk.left)
        gather_codes(tables.codes, right[begin : begin + count], chunk.right)
        count = _open(program, tables, weights, chunk, count)
        count = _run(program, tables, weights, chunk, count)
        count = _close(program, weights, chunk, count)
        for place in range(count):
            pair = chunk.alive[place]
            found[total], weight[total], levels[total] = begin + pair, chunk.possible[pair], chunk.level[:, pair]
            total += 1
    return total


# Each of these takes its arrays out of their tuples once and not in a loop: each time costs a count of references.


@borrowing
def _open(program: Program, tables: Tables, weights: Weights, chunk: _Chunk, count: int) -> int:
    """Bound the pairs by their codes alone; return how many can still survive."""
    columns, states, possible, alive = program.column, chunk.states, chunk.possible, chunk.alive
    pair_states(chunk.left, chunk.right, count, states)
    for pair in range(count):
        alive[pair] = pair
        possible[pair] = 0.0
    n_terms = weights.term.shape[0]
    for term in range(n_terms):
        comparison = weights.term[term]
        if program.term_frequency[comparison]:
            column = columns[comparison]
            base = tables.frequency_base[column]
            frequency_bits(chunk.left[column], chunk.right[column], count, tables.frequency, base, chunk.bits[term])
        start = weights.start[term]
        open_term(
            columns, states, weights.part[term], weights.levels[term], weights.stride[term], weights.bound[start:],
            weights.best[start:], weights.best_bits[term], chunk.bits[term], count, chunk.digits[term], possible,
        )  # fmt: skip
    if n_terms == 0:
        return count
    mark_kept(program.keep, program.opcode, columns, count, states, chunk.kept)
    return drop_hopeless(alive, count, possible, chunk.kept, weights.least - SLACK)


@borrowing
def _run(program: Program, tables: Tables, weights: Weights, chunk: _Chunk, count: int) -> int:
    """Find the levels of the comparisons that read a column, and drop pairs on the way; return how many are left."""
    alive, waiting, one, other, answer = chunk.alive, chunk.waiting, chunk.one, chunk.other, chunk.answer
    n_terms, n_slots = weights.part.shape
    for step in range(program.order.shape[0]):
        if count == 0:
            break
        leaf = program.order[step]
        opcode, column = program.opcode[leaf], program.column[leaf]
        level, states = chunk.level[leaf], chunk.states[column]
        again = program.dear[leaf] and not program.glance[step]
        if again:
            n_open = list_unsettled(alive, count, level, waiting)
        else:
            n_open = settle_by_states(states, program.same[leaf], program.looks[leaf], alive, count, level, waiting)
        if opcode == _EQUAL:  # the codes told all, and every bound knows it
            answer[:n_open] = 1
            spread_levels(answer, waiting, n_open, level)
            continue
        if n_open:
            gather_values(chunk.left[column], chunk.right[column], waiting, n_open, one, other)
            levels_of_values(program, tables, leaf, program.glance[step], one, other, n_open, answer)
            spread_levels(answer, waiting, n_open, level)
        news, n_news = (waiting, n_open) if again else (alive, count)
        for term in range(n_terms):
            for slot in range(n_slots):
                if weights.part[term, slot] == leaf:
                    start = weights.start[term]
                    tighten_term(
                        states, weights.levels[term, slot], weights.stride[term, slot], news, n_news, level,
                        weights.bound[start:], weights.best[start:], weights.best_bits[term], chunk.bits[term],
                        chunk.digits[term], chunk.possible,
                    )  # fmt: skip
        if n_terms:
            count = drop_hopeless(alive, count, chunk.possible, chunk.kept, weights.least - SLACK)
    return count


@borrowing
def _close(program: Program, weights: Weights, chunk: _Chunk, count: int) -> int:
    """Find the levels of combinations and the final weights; return how many pairs reach the least."""
    alive, possible, custom = chunk.alive, chunk.possible, False
    for comparison in range(program.opcode.shape[0]):
        custom |= program.opcode[comparison] == _CUSTOM
        if program.opcode[comparison] == _COMBINE:
            table = program.combined_level[program.combined_start[comparison] :]
            combine_levels(program.parts[comparison], table, alive, count, chunk.level, comparison)
    for place in range(count):
        possible[alive[place]] = 0.0
    for term in range(weights.term.shape[0]):  # summed anew in a fixed order, so that the last digit is too
        comparison = weights.term[term]
        start = weights.start[term]
        weigh_term(
            weights.weight[comparison], program.top[comparison], weights.bound[start:], weights.best[start:],
            weights.best_bits[term], chunk.bits[term], chunk.digits[term], alive, count, chunk.level[comparison],
            possible,
        )  # fmt: skip
    return drop_hopeless(alive, count, possible, chunk.kept, weights.least - SLACK if custom else weights.least)
