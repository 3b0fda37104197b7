"""The synthetic register at several sizes: ``python -m benchmarks.registers 50000 1000000``.

Seeds differ from those the shipped model was trained on (its card names them). Prints a table for
``benchmarks/results.md``, and how many of the hard non-matches ended in one cluster.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measure import HEADER, cluster_labels, machine, quality, row, run_command
from linkage.evaluation.truth import true_pairs
from linkage.synthetic import RegisterPlan, write_single

WORK = Path(__file__).parent / "work"
SEED = 20_261


def codes_of(column: pa.ChunkedArray) -> np.ndarray:
    """Return numbers for texts, -1 for null."""
    column = column.combine_chunks()
    codes = pc.index_in(column, value_set=pc.unique(pc.drop_null(column)))
    return pc.fill_null(codes, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def joined(truth: pa.Table, labels: np.ndarray, group: str) -> str:
    """Return the share of pairs of one group, but of different persons, that share a cluster."""
    persons = codes_of(truth["person_id"])
    left, right = true_pairs(codes_of(truth[group]))
    different = persons[left] != persons[right]
    one, other = labels[left[different]], labels[right[different]]
    together = (one == other) & (one >= 0)
    return f"{together.mean():.1%} of {together.size:,}" if together.size else "none"


def register(records: int, preset: str) -> tuple[Path, Path]:
    """Return the file of a register and that of its truth, invented now if they are not there yet."""
    source = WORK / f"{preset}_{records}.parquet"
    truth = source.with_name(f"{source.stem}_truth.parquet")
    if not (source.is_file() and truth.is_file()):
        WORK.mkdir(exist_ok=True)
        regions = max(5, min(40, records // 10_000))
        write_single(RegisterPlan(records=records, regions=regions, seed=SEED, preset=preset), source)
    return source, truth


def hard_register(records: int) -> tuple[Path, Path]:
    """Return the hard register of so many records, and its truth."""
    return register(records, "hard")


def judge(records: int, preset: str) -> tuple[str, str]:
    """Invent a register, link it, and return a line for each of the two tables."""
    source, truth_file = register(records, preset)
    truth_path = WORK / f"{preset}_{records}_out"
    timed = run_command("dedupe", str(source), "--out", str(truth_path))
    truth = pq.read_table(truth_file)
    ids, persons = truth["record_id"].combine_chunks(), truth["person_id"].combine_chunks()
    judged = quality(truth_path, ids, persons)
    clusters = pq.read_table(truth_path / "clusters.parquet")
    labels = cluster_labels(clusters, ids)
    hard = " | ".join(joined(truth, labels, group) for group in ("twin_group", "namesake_group", "shared_nik_group"))
    return (
        row(f"{preset} register", truth_path, judged, timed),
        f"| {preset} register | {records:,} | {hard} | {judged.candidates_recall:.3f} |",
    )


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [50_000]
    print(machine(), HEADER, sep="\n\n")
    lines = []
    for records in sizes:
        for preset in ("default", "hard"):
            quality_line, hard_line = judge(records, preset)
            print(quality_line, flush=True)
            lines.append(hard_line)
    print("\n| data | records | twins joined | namesakes joined | shared NIK joined | recall of written pairs |")
    print("|---|---|---|---|---|---|", *lines, sep="\n")


if __name__ == "__main__":
    main()
