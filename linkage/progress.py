"""What a long job tells whoever watches: stages, pairs done, warnings. Counts and seconds, never a resident's value."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from linkage.memory import give_back_memory


class Observer(Protocol):
    """Somebody who watches a job: a terminal, a log, a test."""

    def stage_started(self, name: str) -> None:
        """A stage begins."""
        ...

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """So much of the stage is done; bytes while reading, pairs while comparing."""
        ...

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """A stage is done, with what it counted."""
        ...

    def noted(self, message: str) -> None:
        """Something a person who waits may want to know; the manifest says nothing of it."""
        ...

    def warned(self, message: str) -> None:
        """Something a person should know, without stopping the job."""
        ...


class Silent:
    """Nobody watches."""

    def stage_started(self, name: str) -> None:
        """Ignore."""

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """Ignore."""

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Ignore."""

    def noted(self, message: str) -> None:
        """Ignore."""

    def warned(self, message: str) -> None:
        """Ignore."""


@dataclass(frozen=True)
class StageRecord:
    """A finished stage: wall seconds, peak memory of the process so far in bytes, and its counts."""

    name: str
    seconds: float
    peak_memory_bytes: int
    counts: Mapping[str, int]


@dataclass
class Stages:
    """Times the stages of one job and tells the observer; ``records`` in the order they ended."""

    observer: Observer
    records: list[StageRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, int]]:
        """Time a stage; what the body puts into the yielded dict are its counts."""
        counts: dict[str, int] = {}
        self.observer.stage_started(name)
        began = time.perf_counter()
        yield counts
        give_back_memory()
        seconds = time.perf_counter() - began
        self.records.append(StageRecord(name, round(seconds, 3), peak_memory_bytes(), dict(counts)))
        self.observer.stage_finished(name, seconds, counts)

    def note(self, message: str) -> None:
        """Tell the observer, and nobody else."""
        self.observer.noted(message)

    def warn(self, message: str) -> None:
        """Keep a warning for the manifest and tell the observer."""
        self.warnings.append(message)
        self.observer.warned(message)


class Pace:
    """How long a stage will still take, from how long its part that is done took."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()

    def start(self) -> None:
        """A stage begins."""
        self._began = self._clock()

    def seconds_left(self, done: int, planned: int) -> float | None:
        """Return the seconds left of the stage that runs, at its mean pace; None before anything is done."""
        if done <= 0:
            return None
        return (self._clock() - self._began) / done * max(planned - done, 0)


def in_words(seconds: float) -> str:
    """Return a time for people: ``8 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def peak_memory_bytes() -> int:
    """Return the largest resident size this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
