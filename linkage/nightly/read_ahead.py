"""Small extracts read before their turn: a night has hundreds of them, and what one costs is mostly its overhead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Final, Protocol, Self

from linkage.intake import Intake
from linkage.nightly.arrivals import Arrival
from linkage.nightly.extract import Extract
from linkage.progress import Stages

MOST_BYTES: Final = 4 << 20
"""A file of more bytes is read in its turn, by all threads: read whole beside others it would take too much room."""

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes of all."""


class Reader(Protocol):
    """What reads one extract on so many threads."""

    def __call__(self, arrival: Arrival, extract: Extract, progress: Progress, threads: int) -> Intake:
        """Return its rows; any error it raises is raised when the extract's turn comes."""
        ...


class ReadAhead:
    """Reads extracts in their order, small files up to two per thread ahead, each on one thread.

    A context manager: at its end nothing is being read. ``extracts``: all, in the order in which :meth:`reading` will
    be asked for them. Queries are never read ahead: whether they are asked at all is decided in their turn.
    """

    def __init__(self, extracts: Sequence[tuple[Extract, Arrival]], read: Reader, stages: Stages, threads: int) -> None:
        self._read = read
        self._stages = stages
        self._threads = threads
        self._total = sum(arrival.bytes for _, arrival in extracts)
        self._before = 0
        self._coming = deque(extracts)
        self._begun: dict[str, Future[Intake]] = {}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="read-ahead")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def reading(self, arrival: Arrival, extract: Extract) -> Callable[[], Intake]:
        """Return what reads the next extract, or waits until it is read."""
        self._begin()
        before, self._before = self._before, self._before + arrival.bytes
        if self._coming and self._coming[0][1].mark == arrival.mark:
            self._coming.popleft()
        progress = self._shifted(before, arrival.bytes)
        future = self._begun.pop(arrival.mark, None)
        if future is None:
            return partial(self._read, arrival, extract, progress, self._threads)
        return partial(_result, future, progress)

    def _begin(self) -> None:
        """Begin to read the next files, as long as they are small."""
        while self._coming and len(self._begun) < 2 * self._threads:
            extract, arrival = self._coming[0]
            if arrival.is_query or arrival.bytes > MOST_BYTES:
                return
            self._coming.popleft()
            self._begun[arrival.mark] = self._pool.submit(self._read, arrival, extract, _untold, 1)

    def _shifted(self, before: int, size: int) -> Progress:
        """Return a progress of one file that moves that of all files; a reader may count otherwise than in bytes."""

        def report(done: int, planned: int) -> None:
            share = min(done / planned, 1.0) if planned else 1.0
            self._stages.observer.stage_progressed("intake", before + int(size * share), self._total)

        return report


def _result(future: Future[Intake], progress: Progress) -> Intake:
    read = future.result()
    progress(1, 1)
    return read


def _untold(done: int, planned: int) -> None:
    """Tell nobody: a file that is read before its turn moves no bar."""
