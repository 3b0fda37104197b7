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
from linkage.blocking.index import RuleIndex, RuleReport, build_rule_index
from linkage.blocking.placeholders import find_placeholders
from linkage.encode import EncodedRecords, encode
from linkage.evaluation.truth import true_pairs
from linkage.intake import read_inputs
from linkage.similarity.jit import kernel
from linkage.spec import LinkageSpec, load_builtin_spec, parse_spec
from linkage.synthetic import RegisterPlan, write_single

Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]
LATEST_YEAR = 2026


@kernel
def masks_of(
    first_block: Int64, offsets: Int64, blocks: npt.NDArray[np.int32], left: Int64, right: Int64
) -> npt.NDArray[np.uint64]:
    """Return the bit mask of the rules that each pair (n,) meets."""
    masks = np.zeros(left.shape[0], np.uint64)
    for pair in range(left.shape[0]):
        a, a_end = offsets[left[pair]], offsets[left[pair] + 1]
        b, b_end = offsets[right[pair]], offsets[right[pair] + 1]
        rule = 0
        while a < a_end and b < b_end:
            if blocks[a] < blocks[b]:
                a += 1
            elif blocks[a] > blocks[b]:
                b += 1
            else:
                while blocks[a] >= first_block[rule + 1]:
                    rule += 1
                masks[pair] |= np.uint64(1) << np.uint64(rule)
                a += 1
                b += 1
    return masks


@kernel
def new_pairs(
    starts: Int64, members: npt.NDArray[np.int32], first: int, offsets: Int64, blocks: npt.NDArray[np.int32]
) -> int:
    """Count the pairs of a rule whose smallest common block is one of its own; ``first`` is its first block."""
    count = 0
    for block in range(starts.shape[0] - 1):
        for one in range(starts[block], starts[block + 1]):
            for other in range(one + 1, starts[block + 1]):
                a, a_end = offsets[members[one]], offsets[members[one] + 1]
                b, b_end = offsets[members[other]], offsets[members[other] + 1]
                while a < a_end and b < b_end and blocks[a] != blocks[b]:
                    if blocks[a] < blocks[b]:
                        a += 1
                    else:
                        b += 1
                count += blocks[a] == first + block
    return count


def record_lists(indexes: Sequence[RuleIndex], n_records: int) -> tuple[Int64, Int64, npt.NDArray[np.int32]]:
    """Return the first block of each rule, and by record the numbers of its blocks through all rules, ascending."""
    first_block = np.cumsum([0, *(index.keys.size for index in indexes)])
    offsets = np.zeros(n_records + 1, np.int64)
    for index in indexes:
        offsets[1:] += np.bincount(index.members, minlength=n_records)
    np.cumsum(offsets, out=offsets)
    numbers = [
        np.repeat(np.arange(first, first + index.keys.size, dtype=np.int32), np.diff(index.starts))
        for first, index in zip(first_block, indexes, strict=False)
    ]
    members = np.concatenate([np.zeros(0, np.int32), *(index.members for index in indexes)])
    order = np.argsort(members, kind="stable")
    return first_block, offsets, np.concatenate([np.zeros(0, np.int32), *numbers])[order]


def print_rules(
    reports: Sequence[RuleReport], indexes: Sequence[RuleIndex], n_records: int, masks: UInt64, lists: tuple
) -> None:
    """Print a line per rule, and the totals."""
    first_block, offsets, blocks = lists
    print("| rule | pairs | new pairs | true, it alone | recall so far | largest block | refined away | pairs cut |")
    print("|---|---|---|---|---|---|---|---|")
    so_far = np.zeros(masks.size, np.bool_)
    total = 0
    for rule, (report, index) in enumerate(zip(reports, indexes, strict=True)):
        bit = np.uint64(1) << np.uint64(rule)
        so_far |= masks & bit > 0
        fresh = new_pairs(index.starts, index.members, int(first_block[rule]), offsets, blocks)
        total += fresh
        print(
            f"| {report.name} | {report.pairs:,} | {fresh:,} | {int(np.count_nonzero(masks == bit)):,} "
            f"| {so_far.mean():.5f} | {report.largest_block} | {report.pairs_refined_away:,} | {report.pairs_cut:,} |"
        )
    print(f"\n{total:,} pairs, {total / n_records:.2f} a record; recall {np.mean(masks > 0):.5f} of {masks.size:,}")


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
    for kind, count in missed.most_common(most):
        print(f"| {kind} | {kinds[kind]:,} | {count:,} | {1 - count / kinds[kind]:.4f} |")


def evaluate(
    records: EncodedRecords, spec: LinkageSpec, left: Int64, right: Int64
) -> tuple[list[RuleReport], list[RuleIndex], UInt64, tuple]:
    """Block the records by the rules of a spec; return reports, indexes, and the masks of the true pairs."""
    placeholders = find_placeholders(records.columns)
    begun = time.perf_counter()
    reports, indexes = [], []
    for rule in spec.rules:
        index, report, _ = build_rule_index(rule, records.columns, records.n_records, placeholders=placeholders)
        reports.append(report)
        indexes.append(index)
    print(f"{time.perf_counter() - begun:.2f} s on one thread\n")
    lists = record_lists(indexes, records.n_records)
    return reports, indexes, masks_of(*lists, left, right), lists


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
    reports, indexes, masks, lists = evaluate(records, spec, left, right)
    print_rules(reports, indexes, records.n_records, masks, lists)
    print_errors(truth, left, right, masks > 0)


if __name__ == "__main__":
    main()
