"""What each blocking rule is worth, on a register with truth: ``python -m benchmarks.candidates hard 1000000``.

Prints per rule its pairs, those no earlier rule has, the true pairs that it alone finds, what is found up to it, its
largest block and what is cut; then recall by kinds of error on the pair. A spec file may follow.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.registers import SEED, WORK
from linkage.blocking.index import RuleReport
from linkage.blocking.indexes import build_rule_indexes
from linkage.blocking.placeholders import find_placeholders
from linkage.comparison.batches import pair_batches
from linkage.comparison.pair_pass import Blocks, pair_bounds, rules_of_pairs, split_tasks, stack_blocks
from linkage.encode import EncodedRecords, encode
from linkage.evaluation.truth import true_pairs
from linkage.intake import read_inputs
from linkage.spec import LinkageSpec, load_builtin_spec, parse_spec
from linkage.synthetic import RegisterPlan, write_single

Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]
LATEST_YEAR = 2026


def new_pairs(blocks: Blocks) -> npt.NDArray[np.int64]:
    """Return int64 (n_rules,): the pairs compared under each rule, which no earlier rule brings."""
    counts = np.zeros(len(blocks.starts), np.int64)
    for task in split_tasks(blocks):
        counts[task.rule] += sum(left.size for left, _ in pair_batches(blocks, task))
    return counts


def print_rules(reports: Sequence[RuleReport], blocks: Blocks, masks: UInt64) -> None:
    """Print a line per rule, and the totals."""
    print("| rule | pairs | new pairs | true, it alone | recall so far | largest block | refined away | pairs cut |")
    print("|---|---|---|---|---|---|---|---|")
    so_far = np.zeros(masks.size, np.bool_)
    fresh = new_pairs(blocks)
    for rule, report in enumerate(reports):
        bit = np.uint64(1) << np.uint64(rule)
        so_far |= masks & bit > 0
        print(
            f"| {report.name} | {report.pairs:,} | {fresh[rule]:,} | {int(np.count_nonzero(masks == bit)):,} "
            f"| {so_far.mean():.5f} | {report.largest_block} | {report.pairs_refined_away:,} | {report.pairs_cut:,} |"
        )
    total = int(fresh.sum())
    a_record = total / blocks.n_records
    print(f"\n{total:,} pairs, {a_record:.2f} a record; recall {np.mean(masks > 0):.5f} of {masks.size:,}")


def print_errors(truth: pa.Table, left: Int64, right: Int64, found: npt.NDArray[np.bool_], most: int = 40) -> None:
    """Print the true pairs that are not found by the kinds of error on either record, and by how many there are."""
    errors = truth["errors"].combine_chunks().to_pylist()
    repeats = truth["duplicate_of_kind"].to_pylist()
    history = truth["history"].to_pylist()
    kinds: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one, other, known in zip(left.tolist(), right.tolist(), found.tolist(), strict=True):
        here = {*errors[one], *errors[other], *(f"~{kind}" for kind in (*history[one], *history[other]))}
        here |= {f"={kind}" for kind in (repeats[one], repeats[other]) if kind}
        amount = f"#{min(len([kind for kind in here if kind[0] not in '~=']), 8)}"
        kinds.update([*here, amount])
        if not known:
            missed.update([*here, amount])
    print("\n| kind of error on the pair (~ history, = repeat, # number) | pairs | not candidates | recall |")
    print("|---|---|---|---|")
    for kind, count in sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:most]:
        print(f"| {kind} | {kinds[kind]:,} | {count:,} | {1 - count / kinds[kind]:.4f} |")


def evaluate(
    records: EncodedRecords, spec: LinkageSpec, left: Int64, right: Int64
) -> tuple[list[RuleReport], Blocks, UInt64]:
    """Block the records by the rules of a spec; return reports, blocks, and the masks of the true pairs."""
    begun = time.perf_counter()
    built = build_rule_indexes(
        spec.rules, records.columns, records.n_records, placeholders=find_placeholders(records.columns)
    )
    print(f"{time.perf_counter() - begun:.2f} s on one thread\n")
    bounds = pair_bounds(records.n_records, records.left_count)
    blocks = stack_blocks([index for index, _, _ in built], records.n_records, *bounds)
    masks = rules_of_pairs(blocks, left.astype(np.int32), right.astype(np.int32))
    return [report for _, report, _ in built], blocks, masks


def read_register(preset: str, size: int, spec: LinkageSpec, seed: int = SEED) -> tuple[EncodedRecords, pa.Table]:
    """Return an invented register, encoded, and its truth in the order of the records."""
    name = f"{preset}_{size}" if seed == SEED else f"{preset}_{size}_seed{seed}"
    source, truth_file = WORK / f"{name}.parquet", WORK / f"{name}_truth.parquet"
    if not truth_file.exists():
        plan = RegisterPlan(records=size, regions=max(5, min(40, size // 10_000)), seed=seed, preset=preset)
        write_single(plan, source)
    records = encode(read_inputs([source], spec).accepted, spec, latest_year=LATEST_YEAR, threads=2)
    truth = pq.read_table(truth_file)
    return records, truth.take(pc.index_in(records.ids, value_set=truth["record_id"].combine_chunks()))


def main() -> None:
    preset, size = sys.argv[1], int(sys.argv[2])
    spec = parse_spec(Path(sys.argv[3]).read_text()) if len(sys.argv) > 3 else load_builtin_spec("residents")
    records, truth = read_register(preset, size, spec, int(sys.argv[4]) if len(sys.argv) > 4 else SEED)
    persons = truth["person_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    left, right = true_pairs(persons)
    reports, blocks, masks = evaluate(records, spec, left, right)
    print_rules(reports, blocks, masks)
    print_errors(truth, left, right, masks > 0)


if __name__ == "__main__":
    main()
