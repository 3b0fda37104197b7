"""What a command that works long runs with: an observer and an engine."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkage.nightly.project import Project
    from linkage.telemetry.watch import Watch


class watching:  # noqa: N801 - reads as a verb at its call
    """The observer of a command, closed at its end whatever happens."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        self._parsed = parsed

    def __enter__(self) -> Any:
        from linkage.terminal import observer_for, standard_error

        self._observer = observer_for(
            standard_error(),
            log_format=self._parsed.log_format,
            quiet=self._parsed.quiet,
            run_id=getattr(self._parsed, "run_id", ""),
        )
        return self._observer

    def __exit__(self, *_: object) -> None:
        close = getattr(self._observer, "close", None)
        if close is not None:
            close()


@contextmanager
def watched(parsed: argparse.Namespace, project: Project, command: str) -> Iterator[Watch]:
    """Tell of a run of a command while the block does its work: lineage, metrics, how it ended, and its id in the log.

    ``command``: the word under which it is told, such as ``run``.
    """
    from linkage.publishing.watched import watched_run
    from linkage.run.manifest import new_run_id

    parsed.run_id = new_run_id()
    with watching(parsed) as observer, watched_run(project, command, run_id=parsed.run_id, observer=observer) as watch:
        yield watch


def local_engine(parsed: argparse.Namespace, out: Path) -> Any:
    """The engine of a command, held to its memory; it goes on from what an interrupted run into ``out`` left."""
    from linkage.engine.local import SURVIVOR_BYTES, LocalEngine
    from linkage.run.memory_limit import limit_memory, read_size, survivor_budget
    from linkage.run.outputs import resume_folder

    budget = SURVIVOR_BYTES
    if parsed.memory is not None:
        size = read_size(parsed.memory)
        limit_memory(size)
        budget = min(budget, survivor_budget(size))
    return LocalEngine(parsed.threads, folder=resume_folder(out), survivor_bytes=budget)
