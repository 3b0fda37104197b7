"""The engine of one machine: threads over the tasks of a pair pass. The kernels hold no interpreter lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from linkage.comparison.count import PatternTally
from linkage.comparison.pair_pass import (
    CountedPatterns,
    PairWork,
    Survivors,
    Task,
    Weights,
    join_counts,
    run_count,
    run_every,
    run_random,
    run_survive,
    split_draws,
    split_tasks,
)
from linkage.comparison.tasks import PAIRS_PER_TASK
from linkage.engine.base import Progress
from linkage.engine.chunks import ChunkFolder, merge_survivors, work_digest
from linkage.engine.pool import run_tasks

SURVIVOR_BYTES: Final = 1 << 30
"""Survivors held in memory before those of finished tasks are left on disk, where there is a folder for them."""

PAIRS_WORTH_RESUMING: Final = 1 << 26
"""A pass over fewer pairs takes seconds; to tell it from another would take longer than to do it again."""

Check = Callable[[], None]


class LocalEngine:
    """Runs tasks on threads of this process. ``threads`` defaults to the processors this process may use.

    With a ``folder`` every finished task of a survive fold leaves a chunk there. A fold over the same work that ended
    early, or was killed, goes on from the chunks, and no more than ``survivor_bytes`` of survivors are held before all
    is merged; passes over fewer than ``resumed_from`` pairs leave none. The folder is the caller's to remove. Work with
    custom comparisons begins anew each time: what a Python function says has no digest. ``pairs_per_task``: the result
    does not depend on it.
    """

    def __init__(
        self,
        threads: int | None = None,
        *,
        folder: Path | None = None,
        survivor_bytes: int = SURVIVOR_BYTES,
        resumed_from: int = PAIRS_WORTH_RESUMING,
        pairs_per_task: int = PAIRS_PER_TASK,
    ) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self._folder = folder
        self._survivor_bytes = survivor_bytes
        self._resumed_from = resumed_from
        self._pairs_per_task = pairs_per_task

    def survive(self, work: PairWork, weights: Weights, progress: Progress | None = None) -> Survivors:
        """Return the surviving pairs, sorted by (left, right)."""
        tasks = self._tasks(work)
        chunks, finished = None, set[int]()
        if self._folder is not None and sum(task.pairs for task in tasks) >= self._resumed_from:
            chunks = ChunkFolder(self._folder, work_digest(work, weights, tasks), resume=not work.custom)
            finished = {number for number in range(len(tasks)) if chunks.has(number)}
        missing = [number for number in range(len(tasks)) if number not in finished]
        told = _Told(tasks, progress)
        told.add(*finished)
        held: dict[int, Survivors] = {}
        held_bytes = 0

        def survive(number: int, check: Check) -> Survivors:
            found = run_survive(work, weights, tasks[number], check=check)
            if chunks is not None:
                chunks.write(number, found)
            return found

        def done(position: int, found: Survivors) -> None:
            nonlocal held_bytes
            if chunks is None or held_bytes + found.size_bytes <= self._survivor_bytes:
                held[missing[position]] = found
                held_bytes += found.size_bytes
            told.add(missing[position])

        run_tasks(survive, missing, self.threads, done)
        parts = [held[task] if chunks is None or task in held else chunks.read(task) for task in range(len(tasks))]
        return merge_survivors(parts, work.program.opcode.size)

    def count(self, work: PairWork, share: float, progress: Progress | None = None) -> CountedPatterns:
        """Return agreement patterns over a share (0 to 1) of the candidate pairs."""
        tasks = self._tasks(work)
        told = _Told(tasks, progress)
        tallies: list[PatternTally] = []

        def done(number: int, tally: PatternTally) -> None:
            tallies.append(tally)
            told.add(number)

        run_tasks(lambda task, check: run_count(work, share, task, check=check), tasks, self.threads, done)
        return join_counts(tallies, int(work.program.weighted.sum()), share)

    def random(self, work: PairWork, n_pairs: int, seed: int) -> CountedPatterns:
        """Return agreement patterns of random pairs, blocked or not; of all pairs when as many are asked for."""
        tallies: list[PatternTally] = []
        if n_pairs >= work.blocks.possible_pairs:
            tallies.append(run_every(work))
        else:

            def draw(piece: tuple[int, int], check: Check) -> PatternTally:
                return run_random(work, *piece, check=check)

            run_tasks(draw, split_draws(n_pairs, seed), self.threads, lambda _, tally: tallies.append(tally))
        return join_counts(tallies, int(work.program.weighted.sum()), 1.0)

    def _tasks(self, work: PairWork) -> tuple[Task, ...]:
        """Return the tasks, the largest first, so that no thread begins with one of those at the end."""
        return tuple(sorted(split_tasks(work.blocks, self._pairs_per_task), key=lambda task: -task.pairs))


class _Told:
    """Adds up the pairs of finished tasks and tells whoever wants to know."""

    def __init__(self, tasks: tuple[Task, ...], progress: Progress | None) -> None:
        self._pairs = [task.pairs for task in tasks]
        self._planned = sum(self._pairs)
        self._progress = progress
        self._sum = 0

    def add(self, *tasks: int) -> None:
        self._sum += sum(self._pairs[task] for task in tasks)
        if self._progress is not None and tasks:
            self._progress(self._sum, self._planned)
