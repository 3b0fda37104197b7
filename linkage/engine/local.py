"""The engine of one machine: joblib threads over the tasks of a pair pass. The kernel holds no interpreter lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from joblib import Parallel, delayed

from linkage.comparison.kernel import Weights
from linkage.comparison.pair_pass import (
    CountedPatterns,
    PairWork,
    Survivors,
    Task,
    join_counts,
    join_survivors,
    possible_pairs,
    run_count,
    run_every,
    run_random,
    run_survive,
    split_draws,
    split_tasks,
)
from linkage.engine.base import Progress

Result = TypeVar("Result")


class LocalEngine:
    """Runs tasks on threads of this process. ``threads`` defaults to the processors this process may use."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))

    def survive(self, work: PairWork, weights: Weights, progress: Progress | None = None) -> Survivors:
        """Return the surviving pairs, sorted by (left, right)."""
        parts = self._run(lambda task: run_survive(work, weights, task), split_tasks(work.blocks), progress)
        return join_survivors(parts, len(work.program.opcode))

    def count(self, work: PairWork, share: float, progress: Progress | None = None) -> CountedPatterns:
        """Return agreement patterns over a share (0 to 1) of the candidate pairs."""
        parts = self._run(lambda task: run_count(work, share, task), split_tasks(work.blocks), progress)
        return join_counts(parts, int(work.program.weighted.sum()), share)

    def random(self, work: PairWork, n_pairs: int, seed: int) -> CountedPatterns:
        """Return agreement patterns of random pairs, blocked or not; of all pairs when as many are asked for."""
        if n_pairs >= possible_pairs(work.blocks.n_records, work.blocks.left_count):
            return join_counts([run_every(work)], int(work.program.weighted.sum()), 1.0)
        pieces = split_draws(n_pairs, seed)
        parts = Parallel(n_jobs=self.threads, prefer="threads")(
            delayed(run_random)(work, draws, piece_seed) for draws, piece_seed in pieces
        )
        return join_counts(parts, int(work.program.weighted.sum()), 1.0)

    def _run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], progress: Progress | None
    ) -> Sequence[Result]:
        planned = sum(task.pairs for task in tasks)
        done = 0
        results: list[Result] = []
        parallel = Parallel(n_jobs=self.threads, prefer="threads", return_as="generator", batch_size=1)
        found: Iterator[Result] = parallel(delayed(function)(task) for task in tasks)
        for task, result in zip(tasks, found, strict=True):
            results.append(result)
            done += task.pairs
            if progress is not None:
                progress(done, planned)
        return results
