"""The pair pass alone: ``python -m benchmarks.pairs_per_second 100_000_000 1_000_000_000``.

Eight comparisons, two of them Jaro-Winkler (``pairs_per_second.toml``), on the hard register of a million records, over
as many candidate pairs as are asked for. *Early stop* is the survive fold; without it every level of every pair is
computed, as the count fold does. Each line is a process of its own, and its peak memory is that after the pass: reading
and encoding come before it. CPU seconds stand beside wall seconds, for a machine that others use too.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.measure import machine
from benchmarks.registers import hard_register
from linkage.comparison.pair_pass import Survivors, Task, run_count, run_survive, split_tasks
from linkage.encode import encode
from linkage.engine.chunks import merge_survivors
from linkage.engine.local import LocalEngine
from linkage.engine.pool import run_tasks
from linkage.intake import read_inputs
from linkage.models.defaults import default_model
from linkage.spec import parse_spec
from linkage.stages.candidates import coincidence, plan_candidates
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import ChosenModel, survive_weights, value_bits

SPEC = Path(__file__).with_suffix(".toml")
HEADER = (
    "| pairs | early stop | compared | survived | wall s | CPU s | pairs/s | CPU µs a pair | seconds for 1 G "
    "| GiB before | peak GiB |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def resident_gib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**30


def measure(pairs: int, records: int, *, early_stop: bool) -> dict[str, float]:
    spec = parse_spec(SPEC.read_text())
    engine = LocalEngine()
    read = read_inputs([str(hard_register(records)[0])], spec, mode="dedupe")
    encoded = encode(read.accepted, spec, latest_year=2026, threads=engine.threads)
    candidates = plan_candidates(encoded, spec)
    model = default_model(spec, 1.0 / records, coincidence(encoded, spec))
    chosen = ChosenModel(model, "spec defaults", value_bits(model, count_values(encoded, spec), spec))
    candidates, weights = survive_weights(chosen, candidates, spec)
    work, tasks = candidates.work, first_tasks(split_tasks(candidates.work.blocks), pairs)
    run_survive(work, weights, tasks[0])
    run_count(work, 1.0, tasks[0])
    before = resident_gib()
    wall, cpu = time.perf_counter(), time.process_time()
    if early_stop:
        parts: list[Survivors] = []
        run_tasks(
            lambda task, check: run_survive(work, weights, task, check=check),
            tasks,
            engine.threads,
            lambda _, part: parts.append(part),
        )
        found = merge_survivors(parts, work.program.opcode.size)
        compared, survived = found.compared, int(found.left.size)
    else:
        counts: list[int] = []
        run_tasks(
            lambda task, check: run_count(work, 1.0, task, check=check),
            tasks,
            engine.threads,
            lambda _, tally: counts.append(int(tally.counts.sum())),
        )
        compared = survived = sum(counts)
    return {
        "compared": compared,
        "survived": survived,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "before": before,
        "peak": peak_gib(),
    }


def first_tasks(tasks: tuple[Task, ...], pairs: int) -> tuple[Task, ...]:
    reached = np.cumsum([task.pairs for task in tasks])
    if reached[-1] < pairs:
        raise SystemExit(f"the register makes only {reached[-1]:,} candidate pairs")
    return tasks[: int(np.searchsorted(reached, pairs)) + 1]


def line(pairs: int, records: int, *, early_stop: bool) -> str:
    command = [sys.executable, "-m", "benchmarks.pairs_per_second", "--one", str(pairs), str(records), str(early_stop)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    rate = found["compared"] / found["wall"]
    return (
        f"| {pairs:,} | {'yes' if early_stop else 'no'} | {found['compared']:,} | {found['survived']:,} "
        f"| {found['wall']:.1f} | {found['cpu']:.1f} | {rate:,.0f} | {found['cpu'] / found['compared'] * 1e6:.3f} "
        f"| {1e9 / rate:.0f} | {found['before']:.2f} | {found['peak']:.2f} |"
    )


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]), int(sys.argv[3]), early_stop=sys.argv[4] == "True")))
        return
    sizes = [int(size) for size in sys.argv[1:]] or [100_000_000]
    print(machine(), HEADER, sep="\n\n")
    for pairs in sizes:
        for early_stop in (True, False):
            print(line(pairs, 1_000_000, early_stop=early_stop), flush=True)


if __name__ == "__main__":
    main()
