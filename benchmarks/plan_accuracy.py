"""What ``linkage plan`` foretells, against what a run then counts: ``python -m benchmarks.plan_accuracy FILE [SPEC]``.

Prints a line per rule and one for the run: pairs foretold with their interval, pairs compared, and seconds of each.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from joblib import Parallel, delayed

from benchmarks.measure import machine
from linkage.comparison.pair_pass import Task, run_survive, split_tasks
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.run.one_off import read_spec_file
from linkage.stages.candidates import plan_candidates
from linkage.stages.forecast import forecast, judging_model
from linkage.stages.modelling import survive_weights


def main() -> None:
    spec = read_spec_file(sys.argv[2] if len(sys.argv) > 2 else None)
    threads = LocalEngine().threads
    accepted = read_inputs([sys.argv[1]], spec, latest_year=2026).accepted
    records = encode(accepted, spec, latest_year=2026, threads=threads)
    candidates = plan_candidates(records, spec)
    forecast(candidates, records, spec, threads=threads, draws=1_000)  # compiles what is not compiled yet
    began = time.perf_counter()
    told = forecast(candidates, records, spec, threads=threads)
    planning = time.perf_counter() - began

    ready, weights = survive_weights(judging_model(records, spec), candidates, spec)

    def run(task: Task) -> tuple[int, int, float]:
        began = time.perf_counter()
        compared = run_survive(ready.work, weights, task).compared
        return task.rule, compared, time.perf_counter() - began

    began = time.perf_counter()
    done = Parallel(n_jobs=threads, prefer="threads", batch_size=1)(
        delayed(run)(task) for task in split_tasks(ready.work.blocks)
    )
    running = time.perf_counter() - began
    rules = np.array([rule for rule, _, _ in done])
    compared = np.bincount(rules, weights=[pairs for _, pairs, _ in done], minlength=len(spec.rules))
    seconds = np.bincount(rules, weights=[taken for _, _, taken in done], minlength=len(spec.rules)) / threads

    print(machine(), f"{records.n_records:,} records; planning took {planning:.1f} s", sep="\n\n")
    print("\n| rule | foretold | interval | compared | off | s foretold | s |\n|---|--:|--|--:|--:|--:|--:|")
    rows = [
        (rule.cost.report.name, rule.cost.compared, compared[place], rule.seconds, seconds[place])
        for place, rule in enumerate(told.rules)
    ]
    rows.append(("all", told.compared, compared.sum(), told.seconds, running))
    for name, foretold, actual, expected, taken in rows:
        off = f"{foretold.pairs / actual - 1.0:+.1%}" if actual else "-"
        print(
            f"| {name} | {foretold.pairs:,.0f} | {foretold.low:,.0f} to {foretold.high:,.0f} | {actual:,.0f} "
            f"| {off} | {expected:.2f} | {taken:.2f} |"
        )


if __name__ == "__main__":
    main()
