"""A run of a command as those see it who watch over it: its beginning, how it ended, and what it measured.

What cannot be told is warned of, and stops no run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

from linkage.errors import LinkageError, MemoryLimitError
from linkage.progress import Observer
from linkage.telemetry.account import Account
from linkage.telemetry.history import LastRun, history_metrics, read_last, write_last
from linkage.telemetry.openlineage import EventType, Job, append_events, run_event
from linkage.telemetry.prometheus import Metric, write_metrics
from linkage.telemetry.settings import TelemetrySettings
from linkage.telemetry.underway import Underway, cut_off, told, under_way

_INTERRUPTED: Final = 130
_ENDED: Final[dict[EventType, str]] = {"COMPLETE": "complete", "FAIL": "fail", "ABORT": "abort"}


class Watch:
    """Tells that a run begins when it is entered, and how it ended when it is left, whatever happens in between.

    ``exit_code``: what the command will end with when all goes well; an error brings its own.
    """

    def __init__(
        self,
        settings: TelemetrySettings,
        command: str,
        run_id: str,
        observer: Observer,
        measure: Callable[[], Sequence[Metric]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``measure``: what the project's metrics are when the run has ended."""
        self.run_id = run_id
        self.exit_code = 0
        self._settings = settings
        self._command = command
        self._observer = observer
        self._measure = measure
        self._clock = clock
        self._account: Account | None = None
        self._held = ExitStack()

    def made(self, account: Account) -> None:
        """Take note of what the run read and wrote."""
        self._account = account

    def __enter__(self) -> Watch:
        self._began = self._clock()
        self._ticks = time.monotonic()
        with self._telling("lineage"):
            self._tell_of_the_killed()
        with self._telling("lineage"):
            append_events(self._settings.lineage, [run_event("START", self._job(self.run_id), self._began)])
        with self._telling("lineage"):
            run = Underway(self._command, self.run_id, self._began.isoformat())
            self._held.enter_context(under_way(self._settings.folder, run))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        event, code, problem = _ending(error, self.exit_code)
        with self._telling("lineage"):
            ended = run_event(event, self._job(self.run_id), self._clock(), self._account, problem=problem)
            append_events(self._settings.lineage, [ended])
        with self._telling("lineage"):
            self._held.close()
        with self._telling("metrics"):
            self._keep(event, code, "" if kind is None else kind.__name__)
        with self._telling("metrics"):
            measured: list[Metric] = []
            with self._telling("metrics"):
                measured += self._measure()
            write_metrics(self._settings.metrics, [*history_metrics(read_last(self._settings.folder)), *measured])

    def _keep(self, event: EventType, code: int, error: str) -> None:
        before = next((last for last in read_last(self._settings.folder) if last.command == self._command), None)
        ended = dict(before.ended) if before else {}
        ended[_ENDED[event]] = ended.get(_ENDED[event], 0) + 1
        figures = self._account.figures if self._account else before.figures if before else {}
        succeeded = before.succeeded if before else ""
        last = LastRun(
            self._command,
            self.run_id,
            self._began.astimezone(UTC).isoformat(timespec="seconds"),
            round(time.monotonic() - self._ticks, 3),
            code,
            error,
            succeeded if error else self._clock().astimezone(UTC).isoformat(timespec="seconds"),
            dict(figures),
            ended,
        )
        write_last(self._settings.folder, last)

    def _tell_of_the_killed(self) -> None:
        for run in cut_off(self._settings.folder):
            job = Job(self._settings.namespace, run.command, run.run_id)
            event = run_event("ABORT", job, self._clock(), problem="ended without a word; it was killed")
            append_events(self._settings.lineage, [event])
            told(self._settings.folder, run)

    def _job(self, run_id: str) -> Job:
        return Job(self._settings.namespace, self._command, run_id)

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except (LinkageError, OSError) as error:
            said = str(error) if isinstance(error, LinkageError) else error.strerror or type(error).__name__
            self._observer.warned(f"{what} could not be told: {said}")


def _ending(error: BaseException | None, exit_code: int) -> tuple[EventType, int, str]:
    """Return how a run ended, its exit code, and what is said of it: of an error nobody foresaw only its kind, for its
    words may be anything."""
    if error is None:
        return "COMPLETE", exit_code, ""
    if isinstance(error, LinkageError):
        return "FAIL", error.exit_code, str(error)
    if isinstance(error, KeyboardInterrupt):
        return "ABORT", int(getattr(error, "exit_code", _INTERRUPTED)), "stopped before its end"
    if isinstance(error, MemoryError):
        return "FAIL", MemoryLimitError.exit_code, "the memory is used up"
    return "FAIL", 1, f"an error nobody foresaw: {type(error).__name__}"
