"""What blocking will cost is told before a pair is compared: exactly from all pairs, within its error from a sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.blocking.index import RuleIndex, RuleReport
from linkage.blocking.pair_sample import BlockPairs, PairSample, sample_pairs
from linkage.blocking.plan import BlockingPlan, plan_blocking
from tests.oracles.candidate_pairs import masks_by_pair, pairs_within, record_lists


def index_of(blocks: list[list[int]]) -> RuleIndex:
    sizes = [len(block) for block in blocks]
    members = [record for block in blocks for record in block]
    keys = np.arange(len(blocks), dtype=np.uint64)
    return RuleIndex(keys, np.cumsum([0, *sizes]).astype(np.int64), np.array(members, np.int32))


def report_of(name: str, pairs: int) -> RuleReport:
    return RuleReport(name, 0, 0, 0, pairs, 0, 0, 0, 0, 0)


def drawn(
    rules: list[list[list[int]]], n_records: int, ends: tuple[int, int], draws: int, seed: int = 0
) -> tuple[PairSample, BlockingPlan]:
    indexes = [index_of(blocks) for blocks in rules]
    offsets, blocks = record_lists(indexes, n_records)
    sample = sample_pairs(
        [item.starts for item in indexes],
        [item.members for item in indexes],
        offsets,
        blocks,
        left_end=ends[0],
        right_start=ends[1],
        draws=draws,
        seed=seed,
    )
    reports = [report_of(f"rule {number}", int(pairs)) for number, pairs in enumerate(sample.pairs)]
    return sample, plan_blocking(sample, reports)


block_lists = st.lists(
    st.lists(st.lists(st.integers(0, 14), min_size=2, max_size=9, unique=True).map(sorted), max_size=6),
    min_size=1,
    max_size=4,
)
ends_of_runs = st.sampled_from([(15, 0), (6, 6), (15, 9), (1, 1), (15, 15)])


@given(rules=block_lists, ends=ends_of_runs)
def test_with_draws_enough_every_number_is_that_of_all_pairs_written_out(rules, ends):
    sample, plan = drawn(rules, 15, ends, draws=10_000)
    masks = masks_by_pair(rules, *ends)
    assert sample.pairs.tolist() == [len(pairs_within(blocks, *ends)) for blocks in rules]
    assert plan.compared.exact
    assert plan.compared.pairs == len(masks)
    for rule, cost in enumerate(plan.rules):
        bit = 1 << rule
        assert cost.met.pairs == sum(bool(mask & bit) for mask in masks.values())
        assert cost.compared.pairs == sum(mask & -mask == bit for mask in masks.values())
        assert cost.alone.pairs == sum(mask == bit for mask in masks.values())


@given(rules=block_lists, ends=ends_of_runs, draws=st.integers(1, 40), seed=st.integers(0, 99))
def test_a_sample_holds_pairs_of_the_blocks_with_the_rules_they_meet(rules, ends, draws, seed):
    sample, _ = drawn(rules, 15, ends, draws, seed)
    masks = masks_by_pair(rules, *ends)
    pairs = list(zip(sample.left.tolist(), sample.right.tolist(), strict=True))
    assert [masks[pair] for pair in pairs] == sample.masks.tolist()
    assert (sample.drawn <= sample.pairs).all()
    assert ((sample.drawn > 0) == (sample.pairs > 0)).all(), "no rule with pairs goes unseen"


@pytest.mark.parametrize(("size", "ends"), [(2, (9, 0)), (700, (700, 0)), (400, (150, 150)), (400, (400, 390))])
def test_the_pairs_of_a_block_are_numbered_each_once(size, ends):
    index = index_of([[0, 1], list(range(size))])
    pairs = BlockPairs.of(index.starts, index.members, *ends)
    left, right = pairs.at(np.arange(pairs.before[-1]))
    assert ((left < right) & (left < ends[0]) & (right >= ends[1])).all()
    first = int(pairs.before[1])
    assert np.unique(left[first:].astype(np.int64) * size + right[first:]).size == left.size - first


def big_rules(seed: int) -> list[list[list[int]]]:
    """Three rules over 2,000 records: blocks of very different sizes, many pairs in two of them or more."""
    rng = np.random.default_rng(seed)
    city = rng.zipf(1.7, 2_000) % 60
    street = city * 10 + rng.integers(0, 4, 2_000)
    year = rng.integers(0, 40, 2_000)
    return [
        [block for key in np.unique(column) if len(block := np.flatnonzero(column == key).tolist()) > 1]
        for column in (street, city % 30, year)
    ]


@pytest.mark.parametrize("ends", [(2_000, 0), (700, 700), (2_000, 1_800)])
def test_a_sample_is_within_its_error_and_within_a_tenth(ends):
    rules = big_rules(seed=1)
    masks = np.array(list(masks_by_pair(rules, *ends).values()))
    truth = {"compared": len(masks)}
    covered = []
    for seed in range(10):
        _, plan = drawn(rules, 2_000, ends, draws=20_000, seed=seed)
        assert plan.compared.pairs == pytest.approx(truth["compared"], rel=0.1)
        covered.append(plan.compared.low <= truth["compared"] <= plan.compared.high)
        for rule, cost in enumerate(plan.rules):
            own = int(((masks & -masks) == 1 << rule).sum())
            assert cost.compared.pairs == pytest.approx(own, rel=0.1)
            alone = int((masks == 1 << rule).sum())
            covered.append(cost.alone.low <= alone <= cost.alone.high)
    assert np.mean(covered) > 0.9


def test_the_same_seed_gives_the_same_sample_and_another_seed_another():
    rules = big_rules(seed=2)
    first, again, other = (drawn(rules, 2_000, (2_000, 0), 5_000, seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(first.left, again.left)
    assert not np.array_equal(first.left, other.left)


def test_a_kind_of_which_nothing_was_drawn_may_still_exist():
    everybody = list(range(400))
    _, plan = drawn([[everybody], [everybody]], 400, (400, 0), draws=300)
    never = plan.rules[1].alone
    assert never.pairs == 0.0
    assert never.high > 0.0


def test_without_pairs_nothing_is_drawn():
    sample, plan = drawn([[], [[3, 4]]], 15, (2, 2), draws=10)
    assert sample.left.size == 0
    assert (plan.compared.pairs, plan.compared.exact) == (0.0, True)
