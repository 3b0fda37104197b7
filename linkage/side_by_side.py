"""Work side by side on threads; Arrow, numpy and the kernels let go of the interpreter's lock."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Result = TypeVar("Result")
Other = TypeVar("Other")


def default_threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def side_by_side(jobs: Sequence[Callable[[], Result]], threads: int) -> Iterator[Result]:
    """Yield what each job returns, in the order of the jobs, whatever the number of threads.

    Jobs begin in their order, at most so many at once as there are threads. The first error in that order is raised.
    """
    if threads == 1:
        yield from (job() for job in jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        futures = deque(pool.submit(job) for job in jobs)
        try:
            while futures:
                yield futures.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def both(one: Callable[[], Result], other: Callable[[], Other], threads: int) -> tuple[Result, Other]:
    """Return what two jobs return, run side by side when there are threads; an error of the first is raised first."""
    if threads == 1:
        return one(), other()
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(other)
        return one(), beside.result()


class Overlapped(Generic[Result]):
    """Jobs that run while the caller prepares the next ones: one round at a time, in rounds that do not overlap.

    A context manager; leaving it waits for the jobs that have begun, and drops the others.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._round: list[Future[Result]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, jobs: Sequence[Callable[[], Result]]) -> None:
        """Wait for the round before, raising its first error, and start these jobs."""
        self.wait()
        self._round = [self._pool.submit(job) for job in jobs]

    def wait(self) -> None:
        """Wait for the round that runs, and raise its first error in the order of the jobs."""
        round_before, self._round = self._round, []
        for future in round_before:
            future.result()
