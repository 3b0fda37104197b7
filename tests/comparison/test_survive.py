"""What survives is what reaches the least weight: judged over all pairs, one after the other."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.comparison.pair_pass import build_weights, run_survive, split_tasks, stack_blocks
from linkage.comparison.survive import SURVIVOR_ARRAYS
from linkage.comparison.tables import with_frequencies
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates
from tests.oracles.levels import levels_of
from tests.oracles.pair_pass import emitted_pairs

KEPT = 6


def random_weights(spec, program, seed, least):
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 4, (len(spec.weighted), 16))
    table[:, 0] = 0.0
    return build_weights(table, spec, program, least)


def with_bits(candidates, records, seed):
    rng = np.random.default_rng(seed)
    bits = rng.normal(0, 3, len(records.columns["word"].content.values))
    tables = with_frequencies(candidates.work.tables, candidates.fields, {"word": bits})
    return type(candidates.work)(candidates.work.blocks, candidates.work.program, tables), bits


def expected_survivors(spec, records, weights, bits, pairs, least):
    """Weight of each surviving pair, from levels and weights one pair after the other."""
    found = {}
    weighted = [number for number, item in enumerate(spec.comparisons) if not item.part]
    columns, tops = records.columns, [len(item.level_names) - 1 for item in spec.comparisons]
    for i, j in pairs:
        levels = levels_of(spec, columns, {}, i, j)
        total = sum(weights[row, levels[number]] for row, number in enumerate(weighted))
        words = columns["word"].codes[[i, j]]
        total += bits[words].min() if levels[0] == tops[0] else 0.0
        numbers = columns["number"].codes[[i, j]]
        if total >= least or (numbers[0] == numbers[1] >= 0):
            found[i, j] = total
    return found


@pytest.mark.parametrize("seed", range(8))
def test_weights_of_any_sign_and_order_drop_no_pair_that_reaches_the_least(small_spec, small_records, seed):
    """Levels need not weigh more the better they are, and a frequency may take as much as it gives."""
    records = small_records(60, seed)
    candidates = plan_candidates(records, small_spec)
    work, bits = with_bits(candidates, records, seed)
    weights = random_weights(small_spec, work.program, seed, least=3.0)
    found = LocalEngine(1).survive(work, weights)
    table = weights.weight[[number for number, item in enumerate(small_spec.comparisons) if not item.part]]
    pairs = emitted_pairs(small_spec, records.columns, 60)
    expected = expected_survivors(small_spec, records, table, bits, pairs, 3.0)
    got = dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), found.weight.tolist(), strict=True))
    assert got.keys() == expected.keys()
    assert 0 < len(got) < len(pairs) == found.compared
    assert all(got[pair] == pytest.approx(expected[pair], abs=1e-9) for pair in got)


def survivors(work, weights, pairs_per_task=1 << 20, **options):
    parts = [run_survive(work, weights, task, **options) for task in split_tasks(work.blocks, pairs_per_task)]
    rows = [
        (*part.levels[k], part.left[k], part.right[k], part.rules[k], part.weight[k])
        for part in parts
        for k in range(part.left.size)
    ]
    return sorted(rows, key=lambda row: row[-4:-2]), sum(part.compared for part in parts)


def test_survivors_do_not_depend_on_the_size_of_a_batch_or_a_task(small_spec, small_records):
    records = small_records(120, 4)
    work, _ = with_bits(plan_candidates(records, small_spec), records, 4)
    weights = random_weights(small_spec, work.program, 4, least=1.0)
    whole = survivors(work, weights)
    for size in (1, 13, 500):
        assert survivors(work, weights, pairs_per_batch=size) == whole
        assert survivors(work, weights, pairs_per_task=size) == whole


def test_a_delta_compares_new_records_with_all_and_standing_ones_not_with_each_other(small_spec, small_records):
    records = small_records(100, 9)
    work = plan_candidates(records, small_spec).work
    weights = random_weights(small_spec, work.program, 9, least=0.0)
    full = LocalEngine(1).survive(work, weights)
    blocks = work.blocks._replace(left_end=100, right_start=80)
    delta = LocalEngine(1).survive(type(work)(blocks, work.program, work.tables), weights)
    new = full.right >= 80
    assert 0 < new.sum() < new.size
    for name in SURVIVOR_ARRAYS:
        assert getattr(delta, name).tolist() == getattr(full, name)[new].tolist()


def test_thousands_of_records_with_one_value_are_all_compared_and_survive_only_by_what_else_they_share():
    spec = parse_spec("""
name = "pile"
[[field]]
name = "group"
kind = "category"
[[field]]
name = "code"
kind = "identifier"
[[comparison]]
name = "code"
field = "code"
kernel = "levenshtein"
levels = [{ name = "equal" }, { name = "one", at_most = 1 }]
[[rule]]
name = "group"
keys = ["group"]
cap = 5000
""")
    codes = [f"{number % 1000:04}{number % 1000:04}" for number in range(3000)]
    table = {"record_id": [f"r{k:04}" for k in range(3000)], "group": ["A"] * 3000, "code": codes}
    candidates = plan_candidates(encode(pa.table(table), spec, latest_year=2026), spec)
    weights = np.array([[0.0, -5.0, 1.0, 6.0]])
    found = LocalEngine(2, pairs_per_task=100_000).survive(
        candidates.work, build_weights(weights, spec, candidates.work.program, 2.0)
    )
    assert found.compared == 3000 * 2999 // 2
    assert found.left.size == 3 * 1000
    assert (found.right - found.left).tolist().count(1000) == 2000


def test_no_blocks_make_no_pairs(small_spec, small_records):
    work = plan_candidates(small_records(20, 1), small_spec).work
    empty = type(work)(stack_blocks([], 20, 20, 0), work.program, work.tables)
    found = LocalEngine(2).survive(empty, random_weights(small_spec, work.program, 1, 0.0))
    assert (found.left.size, found.compared, found.levels.shape) == (0, 0, (0, len(small_spec.comparisons)))
