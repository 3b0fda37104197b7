"""The pair pass emits every pair once and loses none; what survives is what reaches the weight."""

from collections import Counter

import numpy as np
import pytest

from linkage.comparison.pair_pass import build_weights, levels_of_pairs, split_tasks
from linkage.comparison.tables import with_frequencies
from linkage.engine.local import LocalEngine
from linkage.stages.candidates import plan_candidates
from tests.oracles.pair_pass import emitted_pairs

SEEDS = range(12)


def weights_of(spec, seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 4, (len(spec.weighted), 16))
    table[:, 0] = 0.0
    return np.sort(table, axis=1) * (np.arange(16) > 0)


def everything(candidates, spec):
    return build_weights(np.zeros((len(spec.weighted), 16)), spec, candidates.work.program, least=-1.0)


@pytest.mark.parametrize("left_count", [-1, 17])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_pair_that_shares_an_uncut_key_is_emitted_once_with_all_its_rules(
    small_spec, small_records, seed, left_count
):
    records = small_records(40, seed, left_count)
    candidates = plan_candidates(records, small_spec)
    found = LocalEngine(2).survive(candidates.work, everything(candidates, small_spec))
    expected = emitted_pairs(small_spec, records.columns, 40, left_count)
    masks = {pair: sum(1 << rule for rule in rules) for pair, rules in expected.items()}
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert dict(zip(pairs, found.rules.tolist(), strict=True)) == masks
    assert len(pairs) == len(set(pairs)) == found.compared


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pair_survives_exactly_when_its_weight_reaches_the_least_or_it_is_kept(small_spec, small_records, seed):
    records = small_records(60, seed)
    candidates = plan_candidates(records, small_spec)
    rng = np.random.default_rng(seed)
    bits = {"word": rng.normal(0, 3, len(records.columns["word"].content.values))}
    tables = with_frequencies(candidates.work.tables, candidates.fields, bits)
    work = type(candidates.work)(candidates.work.blocks, candidates.work.program, tables)
    all_pairs = LocalEngine(1).survive(work, everything(candidates, small_spec))
    weights = build_weights(weights_of(small_spec, seed), small_spec, work.program, least=2.0)
    found = LocalEngine(1).survive(work, weights)
    expected = {}
    top = [len(item.level_names) - 1 for item in small_spec.comparisons]
    for i, j, levels in zip(all_pairs.left, all_pairs.right, all_pairs.levels, strict=True):
        total = sum(weights.weight[c, levels[c]] for c in range(levels.size) if work.program.weighted[c])
        if levels[0] == top[0]:
            total += bits["word"][records.columns["word"].codes[i]]
        if total >= 2.0 or levels[6] == top[6]:
            expected[int(i), int(j)] = total
    got = dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), found.weight.tolist(), strict=True))
    assert got.keys() == expected.keys()
    assert all(got[pair] == pytest.approx(expected[pair], abs=1e-9) for pair in got)


def test_survivors_are_the_same_for_any_number_of_threads_and_size_of_task(small_spec, small_records):
    records = small_records(200, 3)
    candidates = plan_candidates(records, small_spec)
    weights = everything(candidates, small_spec)
    one, four = LocalEngine(1), LocalEngine(4)
    first = one.survive(candidates.work, weights)
    second = four.survive(candidates.work, weights)
    for name in ("left", "right", "rules", "weight", "levels"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    counts = [engine.count(candidates.work, 0.5) for engine in (one, four)]
    assert counts[0].levels.tobytes() == counts[1].levels.tobytes()
    assert counts[0].counts.tolist() == counts[1].counts.tolist()
    small = split_tasks(candidates.work.blocks, 10)
    assert sum(task.pairs for task in small) == candidates.pairs_planned
    assert max(task.pairs for task in small) < 40


def test_the_count_fold_counts_the_patterns_of_all_emitted_pairs(small_spec, small_records):
    records = small_records(80, 5)
    candidates = plan_candidates(records, small_spec)
    survivors = LocalEngine(2).survive(candidates.work, everything(candidates, small_spec))
    counted = LocalEngine(2).count(candidates.work, 1.0)
    weighted = survivors.levels[:, candidates.work.program.weighted]
    rows = np.column_stack([weighted.astype(np.uint64), survivors.rules])
    distinct, number = np.unique(rows, axis=0, return_counts=True)
    got = {
        (*levels.tolist(), int(rule)): int(n)
        for levels, rule, n in zip(counted.levels, counted.rules, counted.counts, strict=True)
    }
    assert got == {tuple(row.tolist()): int(n) for row, n in zip(distinct, number, strict=True)}


def test_random_pairs_do_not_depend_on_threads_and_never_pair_a_record_with_itself(small_spec, small_records):
    candidates = plan_candidates(small_records(900, 1), small_spec)
    one = LocalEngine(1).random(candidates.work, 300_000, seed=4)
    two = LocalEngine(2).random(candidates.work, 300_000, seed=4)
    assert one.counts.sum() == 300_000
    assert one.counts.tolist() == two.counts.tolist()
    assert np.unique(one.levels, axis=0).shape[0] == one.levels.shape[0]


@pytest.mark.parametrize("left_count", [-1, 11])
def test_a_small_input_is_not_sampled_but_counted_whole(small_spec, small_records, left_count):
    candidates = plan_candidates(small_records(30, 1, left_count), small_spec)
    pairs = [(i, j) for i in range(30) for j in range(i + 1, 30) if left_count < 0 or i < left_count <= j]
    levels = levels_of_pairs(candidates.work, *np.array(pairs, np.int32).T)
    expected = Counter(map(tuple, levels[:, candidates.work.program.weighted].tolist()))
    found = LocalEngine(2).random(candidates.work, len(pairs), seed=4)
    assert {tuple(levels.tolist()): n for levels, n in zip(found.levels, found.counts, strict=True)} == expected


def test_missing_values_have_level_zero_and_equal_values_the_best(small_spec, small_records):
    records = small_records(50, 2)
    candidates = plan_candidates(records, small_spec)
    every = np.arange(20, dtype=np.int32)
    for i, row in enumerate(levels_of_pairs(candidates.work, every, every)):
        for number, item in enumerate(small_spec.comparisons):
            if not item.field:
                continue
            code = records.columns[item.field].codes[i]
            value = None if code < 0 else records.columns[item.field].content.values[int(code)].as_py()
            default_date = item.name == "born" and value in ("1980-07-01", "1980-01-01")
            expected = 0 if value is None else item.level_code("year") if default_date else len(item.levels) + 1
            assert row[number] == expected
