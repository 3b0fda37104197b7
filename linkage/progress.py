"""What a long job tells whoever watches: stages, pairs done, warnings. Counts and seconds, never a resident's value."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


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
        seconds = time.perf_counter() - began
        self.records.append(StageRecord(name, round(seconds, 3), peak_memory_bytes(), dict(counts)))
        self.observer.stage_finished(name, seconds, counts)

    def warn(self, message: str) -> None:
        """Keep a warning for the manifest and tell the observer."""
        self.warnings.append(message)
        self.observer.warned(message)


def peak_memory_bytes() -> int:
    """Return the largest resident size this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
