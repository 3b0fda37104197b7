"""Blocks by rule and by record, the tasks they are cut into, and the pairs that count."""

import numpy as np
import pytest

from linkage.blocking.index import RuleIndex
from linkage.comparison.batches import pair_batches
from linkage.comparison.draws import all_batches, random_batches
from linkage.comparison.pair_pass import pair_bounds, rules_of_pairs, split_tasks, stack_blocks


def index_of(*blocks):
    members = [member for block in blocks for member in block]
    starts = np.cumsum([0, *map(len, blocks)])
    return RuleIndex(np.arange(len(blocks), dtype=np.uint64), starts.astype(np.int64), np.array(members, np.int32))


def drawn(seed, n=60, rules=5):
    """Indexes of random blocks of two records or more, records ascending."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 20, (rules, 12))
    return [index_of(*(np.sort(rng.choice(n, size, replace=False)) for size in rule)) for rule in sizes]


def members_of(index):
    return [index.members[a:b].tolist() for a, b in zip(index.starts[:-1], index.starts[1:], strict=True)]


def pairs_of(blocks, **options):
    size = options.pop("pairs_per_task", 1 << 20)
    return [
        pair
        for task in split_tasks(blocks, size)
        for left, right in pair_batches(blocks, task, **options)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]


BOUNDS = [(60, 0), (25, 25), (60, 45), (60, 60), (0, 0)]


def counts(i, j, left_end, right_start):
    return i < j and i < left_end and j >= right_start


def test_every_record_lists_its_blocks_of_all_rules_in_ascending_numbers():
    indexes = drawn(1)
    blocks = stack_blocks(indexes, 60, 60, 0)
    every = [block for index in indexes for block in members_of(index)]
    assert blocks.first_block.tolist() == [0, 12, 24, 36, 48, 60]
    for record in range(60):
        own = blocks.blocks[blocks.offsets[record] : blocks.offsets[record + 1]].tolist()
        assert own == [number for number, block in enumerate(every) if record in block]


@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("seed", range(4))
def test_every_pair_that_counts_comes_once_with_the_mask_of_its_rules(seed, bounds):
    indexes = drawn(seed)
    blocks = stack_blocks(indexes, 60, *bounds)
    masks = {}
    for rule, index in enumerate(indexes):
        for block in members_of(index):
            for i, j in ((i, j) for i in block for j in block if counts(i, j, *bounds)):
                masks[i, j] = masks.get((i, j), 0) | 1 << rule
    found = pairs_of(blocks)
    assert len(found) == len(set(found))
    left, right = np.array(found, np.int32).reshape(-1, 2).T
    assert dict(zip(found, rules_of_pairs(blocks, left, right).tolist(), strict=True)) == masks


@pytest.mark.parametrize("bounds", BOUNDS[:3])
def test_pairs_and_their_order_do_not_depend_on_the_size_of_a_batch_or_a_task(bounds):
    blocks = stack_blocks(drawn(7), 60, *bounds)
    whole = pairs_of(blocks)
    for size in (1, 2, 7, 64):
        assert pairs_of(blocks, pairs_per_batch=size) == whole
        assert pairs_of(blocks, pairs_per_task=size) == whole


def test_a_sample_is_the_same_pairs_however_the_work_is_cut():
    blocks = stack_blocks(drawn(5), 60, 60, 0)
    sample = pairs_of(blocks, share=1 << 62)
    assert set(sample) < set(pairs_of(blocks))
    assert pairs_of(blocks, share=1 << 62, pairs_per_batch=3, pairs_per_task=5) == sample


def test_a_giant_block_is_cut_between_its_records_and_no_task_has_more_than_one_record_too_many():
    blocks = stack_blocks([index_of(range(3000), range(100, 103))], 3000, 3000, 0)
    tasks = split_tasks(blocks, 50_000)
    assert sum(task.pairs for task in tasks) == 3000 * 2999 // 2 + 3
    assert max(task.pairs for task in tasks) < 50_000 + 3000
    assert len(tasks) > 80
    assert [task.first for task in tasks[1:]] == [task.last for task in tasks[:-1]]


def test_records_beside_each_other_in_many_blocks_are_looked_up_not_guessed():
    rules = [index_of([0, 1], [2, 3], [4, 5]), index_of(range(6)), *[index_of(range(6))] * 80]
    found = pairs_of(stack_blocks(rules, 6, 6, 0))
    assert sorted(found) == [(i, j) for i in range(6) for j in range(i + 1, 6)]


@pytest.mark.parametrize("bounds", BOUNDS)
def test_all_pairs_are_those_that_count_and_as_many_as_the_blocks_say(bounds):
    blocks = stack_blocks([], 60, *bounds)
    found = [pair for left, right in all_batches(blocks) for pair in zip(left.tolist(), right.tolist(), strict=True)]
    assert found == [(i, j) for i in range(60) for j in range(60) if counts(i, j, *bounds)]
    assert blocks.possible_pairs == len(found)


@pytest.mark.parametrize("bounds", BOUNDS[:3])
def test_random_pairs_are_drawn_from_all_that_count_about_equally_often(bounds):
    blocks = stack_blocks([], 60, *bounds)
    drawn = [np.stack(batch, axis=1) for batch in random_batches(blocks, 100_000, seed=5)]
    pairs, times = np.unique(np.concatenate(drawn), axis=0, return_counts=True)
    assert times.sum() == 100_000
    assert len(pairs) == blocks.possible_pairs
    assert all(counts(i, j, *bounds) for i, j in pairs.tolist())
    expected = 100_000 / blocks.possible_pairs
    assert abs(times - expected).max() < 6 * expected**0.5


def test_a_left_count_makes_the_bounds_of_link_and_none_those_of_dedupe():
    assert pair_bounds(10, -1) == (10, 0)
    assert pair_bounds(10, 4) == (4, 4)
