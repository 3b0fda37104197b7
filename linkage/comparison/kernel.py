"""The one static kernel: levels of a pair, and the two folds over a run of pairs.

It knows nothing of files, rules' meaning or specs: arrays in, arrays out. Where it runs is the engine's business.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.comparison.program import MAX_LEVELS, Program
from linkage.comparison.tables import Tables
from linkage.similarity.jit import inlined, kernel
from linkage.similarity.packed import mix_key
from linkage.similarity.strings import edit_distance, jaccard, jaro_winkler
from linkage.standardise.dates.relation import YEAR, date_relation
from linkage.standardise.names.letters import SIMILAR_FROM
from linkage.standardise.names.level import name_relation
from linkage.standardise.nik.relation import UNKNOWN, damaged_relation, nik_relation

_DATE, _NIK, _NUMBER, _TOKENS, _JARO_WINKLER, _NAME, _LEVENSHTEIN, _DAMERAU, _COMBINE = 1, 2, 3, 4, 5, 6, 7, 8, 9


class Blocks(NamedTuple):
    """Final blocks of all rules, one after the other. R rules, N records.

    Block b (numbered through all rules) holds the records ``members[starts[b]:starts[b + 1]]``, ascending; rule r has
    the blocks ``rule_blocks[r]`` to ``rule_blocks[r + 1] - 1``, in ascending order of their keys. Record i lies, under
    rule r, in the blocks ``blocks[offsets[r * (N + 1) + i]:offsets[r * (N + 1) + i + 1]]``, ascending.
    ``left_count``: in ``link`` the records below it are LEFT's and only pairs across count; -1 in ``dedupe``.
    """

    starts: npt.NDArray[np.int64]
    members: npt.NDArray[np.int32]
    rule_blocks: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    blocks: npt.NDArray[np.int64]
    n_records: int
    left_count: int


class Weights(NamedTuple):
    """What the *survive* fold judges by: ``weight`` float64 (C, 16) in bits by level, 0 for parts and for missing.

    ``highest`` float64 (C,): the largest weight of a comparison; ``unequal`` float64 (C,): the largest that two
    different values can reach. A pair whose weight can no longer reach ``least`` is dropped.
    """

    weight: npt.NDArray[np.float64]
    highest: npt.NDArray[np.float64]
    unequal: npt.NDArray[np.float64]
    least: float


@inlined
def level_of(program: Program, tables: Tables, comparison: int, i: int, j: int, levels: npt.NDArray[np.int8]) -> int:
    """Return the level of one comparison of records i and j; ``levels`` holds those of its parts."""
    opcode = program.opcode[comparison]
    if opcode == _COMBINE:
        index = 0
        for slot in range(program.parts.shape[1]):
            part = program.parts[comparison, slot]
            if part < 0:
                break
            index = index * MAX_LEVELS + levels[part]
        return int(program.combined_level[program.combined_start[comparison] + index])
    column = program.column[comparison]
    left = tables.codes[i, column]
    right = tables.codes[j, column]
    if left < 0 or right < 0:
        return 0
    if opcode == _DATE:
        base = tables.integer_base[column]
        relation = _date(tables.integers[base + left], tables.integers[base + right], program.default_dates[comparison])
        return int(program.relation_level[comparison, relation])
    if opcode == _NIK and _damaged(tables, column, left, right):
        base = tables.integer_base[column]
        relation = damaged_relation(tables.integers[base + left], tables.integers[base + right])
        return 0 if relation == UNKNOWN else int(program.relation_level[comparison, relation])
    if left == right:
        return int(program.top[comparison])
    if opcode == _NIK:
        base = tables.integer_base[column]
        relation = nik_relation(tables.integers[base + left], tables.integers[base + right])
        return int(program.relation_level[comparison, relation])
    if opcode == _NAME:
        level = int(program.relation_level[comparison, _name(tables, column, left, right)])
        near = program.threshold[comparison, 0]
        if level == 1 and near > 0.0:
            # At or above the similarity of "similar" a name is called different for a reason: its ending tells the sex.
            closeness = _closeness(tables, _JARO_WINKLER, column, left, right)
            return 2 if near <= closeness < SIMILAR_FROM else 1
        return level
    if opcode == 0:
        return 1
    closeness = _closeness(tables, opcode, column, left, right)
    for step in range(program.steps[comparison]):
        if closeness >= program.threshold[comparison, step]:
            return int(program.top[comparison]) - step
    return 1


@inlined
def _damaged(tables: Tables, column: int, left: int, right: int) -> bool:
    """Tell whether one of two NIKs breaks the numbering rules: it is held as a negative number."""
    base = tables.integer_base[column]
    return bool(tables.integers[base + left] < 0 or tables.integers[base + right] < 0)


@inlined
def _date(left: int, right: int, discount: bool) -> int:
    """Relate two dates; negative numbers are default dates, which with ``discount`` agree on the year at best."""
    relation = date_relation(abs(left), abs(right))
    if discount and (left < 0 or right < 0) and relation > YEAR and abs(left) // 10_000 == abs(right) // 10_000:
        return int(YEAR)
    return int(relation)


@inlined
def _name(tables: Tables, column: int, left: int, right: int) -> int:
    base = tables.name_base[column]
    text = tables.text_base[column] - base
    return int(
        name_relation(
            base + left,
            base + right,
            tables.token_offsets,
            tables.token_ids,
            tables.token_soft,
            tables.key_offsets,
            tables.phonetic_keys,
            tables.chars,
            tables.char_offsets[text:],
        )
    )


@inlined
def _closeness(tables: Tables, opcode: int, column: int, left: int, right: int) -> float:
    """Return a number that is larger for closer values: a similarity, or a distance negated."""
    if opcode == _NUMBER:
        base = tables.integer_base[column]
        return -abs(float(tables.integers[base + left] - tables.integers[base + right])) / 1000.0
    if opcode == _TOKENS:
        base = tables.item_base[column]
        bounds = tables.item_offsets
        a, b = base + left, base + right
        return float(jaccard(tables.items, bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]))
    base = tables.text_base[column]
    a, b = base + left, base + right
    left_start, left_end = tables.char_offsets[a], tables.char_offsets[a + 1]
    right_start, right_end = tables.char_offsets[b], tables.char_offsets[b + 1]
    if opcode == _JARO_WINKLER:
        return float(jaro_winkler(tables.chars, left_start, left_end, right_start, right_end))
    return -float(edit_distance(tables.chars, left_start, left_end, right_start, right_end, opcode == _DAMERAU))


@inlined
def frequency_of(program: Program, tables: Tables, comparison: int, i: int, j: int) -> float:
    """Return the term-frequency adjustment, in bits, of a pair at the best level: that of the commoner value."""
    if not program.term_frequency[comparison]:
        return 0.0
    column = program.column[comparison]
    base = tables.frequency_base[column]
    if base < 0:
        return 0.0
    return float(
        min(tables.frequency[base + tables.codes[i, column]], tables.frequency[base + tables.codes[j, column]])
    )


@inlined
def first_common(blocks: Blocks, rule: int, i: int, j: int) -> int:
    """Return the first final block that records i and j share under a rule, -1 for none."""
    row = rule * (blocks.n_records + 1)
    a, a_end = blocks.offsets[row + i], blocks.offsets[row + i + 1]
    b, b_end = blocks.offsets[row + j], blocks.offsets[row + j + 1]
    while a < a_end and b < b_end:
        if blocks.blocks[a] == blocks.blocks[b]:
            return int(blocks.blocks[a])
        if blocks.blocks[a] < blocks.blocks[b]:
            a += 1
        else:
            b += 1
    return -1


@inlined
def emitted_here(blocks: Blocks, rule: int, block: int, i: int, j: int) -> bool:
    """Is this the first rule, and its smallest common key, under which the pair meets? Every pair is emitted once."""
    for earlier in range(rule):
        if first_common(blocks, earlier, i, j) >= 0:
            return False
    return bool(first_common(blocks, rule, i, j) == block)


@inlined
def rules_met(blocks: Blocks, i: int, j: int) -> np.uint64:
    """Return the bit mask of all rules that the pair meets."""
    mask = np.uint64(0)
    for rule in range(blocks.rule_blocks.shape[0] - 1):
        if first_common(blocks, rule, i, j) >= 0:
            mask |= np.uint64(1) << np.uint64(rule)
    return mask


@inlined
def partners_of(blocks: Blocks, position: int, block: int) -> tuple[int, int]:
    """Return the range of member positions that pair with the member at ``position`` of its block."""
    end = blocks.starts[block + 1]
    if blocks.left_count < 0:
        return position + 1, int(end)
    if blocks.members[position] >= blocks.left_count:
        return int(end), int(end)
    first = position + 1
    while first < end and blocks.members[first] < blocks.left_count:
        first += 1
    return first, int(end)


@kernel
def survive(
    blocks: Blocks, program: Program, tables: Tables, weights: Weights, rule: int, first: int, last: int
) -> tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.uint64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int8],
    int,
]:
    """Walk the members at positions ``first`` to ``last - 1`` of a rule's blocks and keep pairs worth a second look.

    Returns left, right, rules, weight, levels (n, C) of the survivors, and the number of pairs compared.
    """
    n_comparisons = program.opcode.shape[0]
    size = 1024
    left = np.empty(size, np.int32)
    right = np.empty(size, np.int32)
    rules = np.empty(size, np.uint64)
    weight = np.empty(size, np.float64)
    levels = np.empty((size, n_comparisons), np.int8)
    row = np.zeros(n_comparisons, np.int8)
    bounds = np.zeros(n_comparisons)
    found = 0
    compared = 0
    block = int(np.searchsorted(blocks.starts, first, side="right")) - 1
    for position in range(first, last):
        while position >= blocks.starts[block + 1]:
            block += 1
        i = blocks.members[position]
        begin, end = partners_of(blocks, position, block)
        for other in range(begin, end):
            j = blocks.members[other]
            if not emitted_here(blocks, rule, block, i, j):
                continue
            compared += 1
            kept = _is_kept(program, tables, i, j)
            total, reached = _weigh(program, tables, weights, i, j, kept, row, bounds)
            if not reached and not kept:
                continue
            if found == size:
                size *= 2
                left = np.append(left, np.empty_like(left))
                right = np.append(right, np.empty_like(right))
                rules = np.append(rules, np.empty_like(rules))
                weight = np.append(weight, np.empty_like(weight))
                longer = np.empty((size, n_comparisons), np.int8)
                longer[:found] = levels
                levels = longer
            left[found], right[found] = i, j
            rules[found] = rules_met(blocks, i, j)
            weight[found] = total
            levels[found] = row
            found += 1
    return left[:found], right[:found], rules[:found], weight[:found], levels[:found], compared


@inlined
def _is_kept(program: Program, tables: Tables, i: int, j: int) -> bool:
    for comparison in range(program.opcode.shape[0]):
        if program.keep[comparison]:
            column = program.column[comparison]
            code = tables.codes[i, column]
            same = code >= 0 and code == tables.codes[j, column]
            if same and not (program.opcode[comparison] == _NIK and _damaged(tables, column, code, code)):
                return True
    return False


@inlined
def _weigh(
    program: Program,
    tables: Tables,
    weights: Weights,
    i: int,
    j: int,
    kept: bool,
    row: npt.NDArray[np.int8],
    bounds: npt.NDArray[np.float64],
) -> tuple[float, bool]:
    """Return the match weight and whether it reaches the least; stop early when it no longer can.

    ``row`` receives the levels, all of them when the answer is yes or the pair is kept. The bound starts with what
    equal and missing codes, and the pair's own term frequencies, already tell.
    """
    possible = 0.0
    for comparison in range(program.opcode.shape[0]):
        bound = 0.0
        if program.weighted[comparison]:
            bound = weights.highest[comparison]
            if program.opcode[comparison] != _COMBINE:
                column = program.column[comparison]
                a, b = tables.codes[i, column], tables.codes[j, column]
                if a < 0 or b < 0:
                    bound = 0.0
                elif program.opcode[comparison] == _NIK and _damaged(tables, column, a, b):
                    bound = weights.highest[comparison] + max(0.0, frequency_of(program, tables, comparison, i, j))
                elif a == b:
                    bound = weights.weight[comparison, program.top[comparison]]
                    bound += frequency_of(program, tables, comparison, i, j)
                else:
                    bound = weights.unequal[comparison]
                    if program.term_frequency[comparison]:  # other spellings may be at the best level too
                        best = weights.weight[comparison, program.top[comparison]]
                        bound = max(bound, best + frequency_of(program, tables, comparison, i, j))
        bounds[comparison] = bound
        possible += bound
    slack = 1e-9  # rounding of the running bound must not drop a pair that reaches the least exactly
    if possible < weights.least - slack and not kept:
        return possible, False
    for step in range(program.order.shape[0]):
        comparison = program.order[step]
        level = level_of(program, tables, comparison, i, j, row)
        row[comparison] = level
        if program.weighted[comparison]:
            actual = weights.weight[comparison, level]
            if level == program.top[comparison] and program.opcode[comparison] != _COMBINE:
                actual += frequency_of(program, tables, comparison, i, j)
            possible += actual - bounds[comparison]
            bounds[comparison] = actual
            if possible < weights.least - slack and not kept:
                return possible, False
    total = 0.0
    for comparison in range(program.opcode.shape[0]):  # summed anew in a fixed order, so that the last digit is too
        if program.weighted[comparison]:
            total += bounds[comparison]
    return total, total >= weights.least


@inlined
def all_levels(program: Program, tables: Tables, i: int, j: int, row: npt.NDArray[np.int8]) -> None:
    """Compute the level of every comparison of records i and j into ``row``."""
    for step in range(program.order.shape[0]):
        comparison = program.order[step]
        row[comparison] = level_of(program, tables, comparison, i, j, row)


@kernel
def levels_of_pairs(
    program: Program, tables: Tables, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]
) -> npt.NDArray[np.int8]:
    """Return the levels int8 (n, C) of given pairs of records, int32 (n,) each, blocked or not."""
    levels = np.zeros((left.shape[0], program.opcode.shape[0]), np.int8)
    for pair in range(left.shape[0]):
        all_levels(program, tables, left[pair], right[pair], levels[pair])
    return levels


@inlined
def packed_pattern(program: Program, row: npt.NDArray[np.int8]) -> np.uint64:
    """Return the levels of the weighted comparisons, four bits each, the first in the lowest bits."""
    pattern = np.uint64(0)
    shift = np.uint64(0)
    for comparison in range(row.shape[0]):
        if program.weighted[comparison]:
            pattern |= np.uint64(row[comparison]) << shift
            shift += np.uint64(4)
    return pattern


@kernel
def count_patterns(
    blocks: Blocks, program: Program, tables: Tables, share: np.uint64, rule: int, first: int, last: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Count agreement patterns by the rules met, over a sample of the pairs.

    A pair is in the sample when a hash of the two records is at most ``share``, so the sample is the same for any order
    of work. Returns packed pattern, rule mask and count of each kind of pair found.
    """
    row = np.zeros(program.opcode.shape[0], np.int8)
    size = 1 << 12
    patterns = np.zeros(size, np.uint64)
    masks = np.zeros(size, np.uint64)
    counts = np.zeros(size, np.int64)
    used = 0
    block = int(np.searchsorted(blocks.starts, first, side="right")) - 1
    for position in range(first, last):
        while position >= blocks.starts[block + 1]:
            block += 1
        i = blocks.members[position]
        begin, end = partners_of(blocks, position, block)
        for other in range(begin, end):
            j = blocks.members[other]
            if mix_key(np.uint64(i), np.uint64(j)) > share or not emitted_here(blocks, rule, block, i, j):
                continue
            all_levels(program, tables, i, j, row)
            used += _tally(patterns, masks, counts, packed_pattern(program, row), rules_met(blocks, i, j), 1)
            if used * 2 > size:
                size *= 2
                patterns, masks, counts = _regrow(patterns, masks, counts, size)
    filled = counts > 0
    return patterns[filled], masks[filled], counts[filled]


@kernel
def _tally(
    patterns: npt.NDArray[np.uint64],
    masks: npt.NDArray[np.uint64],
    counts: npt.NDArray[np.int64],
    pattern: np.uint64,
    mask: np.uint64,
    count: int,
) -> int:
    """Add to an open-addressing table; return 1 when the entry is new."""
    slots = np.uint64(counts.shape[0] - 1)
    slot = np.int64(np.uint64(mix_key(pattern, mask)) & slots)
    while counts[slot] and (patterns[slot] != pattern or masks[slot] != mask):
        slot = (slot + 1) & np.int64(slots)
    new = 0 if counts[slot] else 1
    patterns[slot] = pattern
    masks[slot] = mask
    counts[slot] += count
    return new


@kernel
def _regrow(
    patterns: npt.NDArray[np.uint64], masks: npt.NDArray[np.uint64], counts: npt.NDArray[np.int64], size: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    new_patterns = np.zeros(size, np.uint64)
    new_masks = np.zeros(size, np.uint64)
    new_counts = np.zeros(size, np.int64)
    for slot in range(counts.shape[0]):
        if counts[slot]:
            _tally(new_patterns, new_masks, new_counts, patterns[slot], masks[slot], counts[slot])
    return new_patterns, new_masks, new_counts


@kernel
def random_patterns(
    program: Program, tables: Tables, n_records: int, left_count: int, n_pairs: int, seed: np.uint64
) -> npt.NDArray[np.uint64]:
    """Return the packed patterns (n_pairs,) of random pairs, drawn with replacement: what chance alone gives."""
    row = np.zeros(program.opcode.shape[0], np.int8)
    patterns = np.empty(n_pairs, np.uint64)
    for draw in range(n_pairs):
        attempt = np.uint64(0)
        while True:
            a = np.uint64(mix_key(np.uint64(mix_key(seed, np.uint64(2 * draw))), attempt))
            b = np.uint64(mix_key(np.uint64(mix_key(seed, np.uint64(2 * draw + 1))), attempt))
            if left_count < 0:
                i, j = np.int64(a % np.uint64(n_records)), np.int64(b % np.uint64(n_records))
            else:
                i = np.int64(a % np.uint64(left_count))
                j = left_count + np.int64(b % np.uint64(n_records - left_count))
            if i != j:
                break
            attempt += np.uint64(1)
        all_levels(program, tables, int(min(i, j)), int(max(i, j)), row)
        patterns[draw] = packed_pattern(program, row)
    return patterns
