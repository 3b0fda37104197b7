"""How fast the kernel is here: it is timed on some blocks of every rule, as many at once as a run would have."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from linkage.comparison.pair_pass import PairWork, Task, Weights, run_survive, split_tasks

_STRETCHES: Final = 6
_PAIRS_PER_STRETCH: Final = 8_000
"""A rule is timed on so many stretches of its blocks, each of about so many pairs."""

_MOST_STRETCHES: Final = 50_000


def seconds_per_pair(
    work: PairWork, weights: Weights, pairs: npt.NDArray[np.int64], threads: int, seed: int
) -> npt.NDArray[np.float64]:
    """Return the seconds that one thread takes for a pair of each rule's blocks, float64 (R,), as many threads working.

    Pairs that another rule has brought already are passed over quickly, which is why every rule is timed on its own.
    """
    rng = np.random.default_rng(seed)
    stretches = split_tasks(work.blocks, max(_PAIRS_PER_STRETCH, int(pairs.sum()) // _MOST_STRETCHES))
    tasks: list[Task] = []
    for rule in range(pairs.size):
        own = [task for task in stretches if task.rule == rule]
        tasks += [own[place] for place in sorted(rng.permutation(len(own))[:_STRETCHES].tolist())]
    if not tasks:
        return np.zeros(pairs.size)
    run_survive(work, weights, tasks[0])  # compiled and loaded, which is not counted
    taken = Parallel(n_jobs=threads, prefer="threads", batch_size=1)(
        delayed(_seconds)(work, weights, task) for task in tasks
    )
    rules = np.array([task.rule for task in tasks])
    seconds = np.bincount(rules, weights=taken, minlength=pairs.size)
    walked = np.bincount(rules, weights=[task.pairs for task in tasks], minlength=pairs.size)
    pace: npt.NDArray[np.float64] = seconds / np.maximum(walked, 1.0)
    return pace


def _seconds(work: PairWork, weights: Weights, task: Task) -> float:
    began = time.perf_counter()
    run_survive(work, weights, task)
    return time.perf_counter() - began
