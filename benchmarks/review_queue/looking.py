"""Looking around in a large queue: the first page of the list, the counts, one case, a search by NIK."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.review_queue.invented import SEED, nik_digest
from linkage.review.sql import SqlQueue


def looks(queue: SqlQueue, name: str, cases: int, times: int) -> dict[str, list[float]]:
    """Return the seconds of each look of a user, ``times`` of each kind."""
    rng = np.random.default_rng(SEED)
    mine = [summary.id for summary in queue.list(by=name, limit=200)]
    some = iter(rng.choice(mine, times).tolist())
    anyone = iter(rng.integers(0, cases, times).tolist())
    kinds: dict[str, Callable[[], object]] = {
        "list, first page": lambda: queue.list(by=name),
        "counts": lambda: queue.counts(by=name),
        "view": lambda: queue.view(next(some), by=name),
        "find": lambda: queue.find(nik_digest(next(anyone), 0), by=name),
    }
    return {kind: [_seconds(look) for _ in range(times)] for kind, look in kinds.items()}


def _seconds(look: Callable[[], object]) -> float:
    began = time.perf_counter()
    look()
    return time.perf_counter() - began
