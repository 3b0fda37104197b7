"""What the command line shows: progress for people, JSON lines for machines, a summary a newcomer can read."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from linkage.progress import Observer, Pace, Silent, in_words
from linkage.review.masking import visible
from linkage.run.manifest import RunManifest

_STAGE_WORDS = {
    "intake": "reading",
    "encode": "standardising and encoding",
    "block": "blocking",
    "model": "settling the model",
    "compare": "comparing pairs",
    "decide": "deciding",
    "write": "writing",
    "plan": "planning",
    "derive": "keeping what the nights need",
    "queue": "loading the queue",
}
_UNITS = {"intake": "bytes", "compare": "pairs"}
_LOG_EVERY_S = 5.0
_LINE_EVERY_S = 20.0


class _Timer:
    """Tells when to report progress: every so many seconds of a stage, and with ``at_once`` when it has begun."""

    def __init__(self, every: float, clock: Callable[[], float], *, at_once: bool = False) -> None:
        self._every = every
        self._clock = clock
        self._at_once = at_once
        self.pace = Pace(clock)
        self.start()

    def start(self) -> None:
        self.pace.start()
        self._last = -math.inf if self._at_once else self._clock()

    def is_due(self) -> bool:
        now = self._clock()
        if now - self._last < self._every:
            return False
        self._last = now
        return True


class JsonLog:
    """One JSON object per line: time (UTC), level, event, run, and counts. Never a resident's value.

    A line ends where its object does: JSON has no bare line break, whatever a message holds.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic, *, run_id: str = "") -> None:
        self._stream = stream
        self._run = {"run_id": run_id} if run_id else {}
        self._timer = _Timer(_LOG_EVERY_S, clock, at_once=True)

    def stage_started(self, name: str) -> None:
        """Log the start of a stage."""
        self._timer.start()
        self._write("info", "stage_started", stage=name)

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """Log progress at once and every few seconds, with the seconds left (null before they can be told)."""
        if self._timer.is_due():
            left = self._timer.pace.seconds_left(done, planned)
            told = None if left is None else round(left, 1)
            self._write("info", "stage_progressed", stage=name, done=done, planned=planned, seconds_left=told)

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Log the end of a stage with its counts."""
        self._write("info", "stage_finished", stage=name, seconds=round(seconds, 3), counts=dict(counts))

    def noted(self, message: str) -> None:
        """Log it."""
        self._write("info", "noted", message=message)

    def warned(self, message: str) -> None:
        """Log a warning."""
        self._write("warning", "warned", message=message)

    def failed(self, kind: str, message: str, exit_code: int) -> None:
        """Log why the command ends with an error."""
        self._write("error", "failed", kind=kind, message=message, exit_code=exit_code)

    def _write(self, level: str, event: str, **values: Any) -> None:
        line = {"ts": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event}
        line |= {**self._run, **values}
        self._stream.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._stream.flush()


class PlainLines(Silent):
    """One short line per finished stage, and now and then one of a long stage, for a stream that is no terminal."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._timer = _Timer(_LINE_EVERY_S, clock)

    def stage_started(self, name: str) -> None:
        """Look at the clock."""
        self._timer.start()

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """Say every now and then how much is done and how long the rest will take."""
        if self._timer.is_due():
            left = self._timer.pace.seconds_left(done, planned)
            told = "" if left is None else f", {in_words(left)} left"
            self._say(f"{_STAGE_WORDS.get(name, name)}: {_share(name, done, planned)}{told}")

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Say what was done and how long it took."""
        told = ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in counts.items() if value)
        self._say(f"{_STAGE_WORDS.get(name, name)}: {seconds:.1f} s{' (' + told + ')' if told else ''}")

    def noted(self, message: str) -> None:
        """Say it."""
        self._say(message)

    def warned(self, message: str) -> None:
        """Say it."""
        self._say(f"warning: {message}")

    def _say(self, line: str) -> None:
        self._stream.write(f"{visible(line)}\n")
        self._stream.flush()


def _share(name: str, done: int, planned: int) -> str:
    unit = _UNITS.get(name, "")
    return f"{done:,} of {planned:,}{' ' + unit if unit else ''}"


class Bars:
    """Progress bars on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(file=stream)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<28}"),
            BarColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=self._console,
        )
        self._task: Any = None
        self._pace = Pace()

    def stage_started(self, name: str) -> None:
        """Show a bar that does not know its length yet."""
        self._progress.start()
        self._task = self._progress.add_task(_STAGE_WORDS.get(name, name), total=None, told="", left="")
        self._pace.start()

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """Move the bar."""
        left = self._pace.seconds_left(done, planned)
        self._progress.update(
            self._task,
            total=max(planned, 1),
            completed=done,
            told=_share(name, done, planned),
            left="" if left is None else f"{in_words(left)} left",
        )

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Fill the bar and say the first count."""
        told = next((f"{value:,} {key.replace('_', ' ')}" for key, value in counts.items()), "")
        self._progress.update(self._task, total=1, completed=1, told=told, left="")
        self._progress.stop_task(self._task)
        self._progress.refresh()

    def noted(self, message: str) -> None:
        """Print above the bars."""
        self._console.print(message, markup=False, highlight=False)

    def warned(self, message: str) -> None:
        """Print above the bars."""
        self._console.print(f"warning: {message}", style="yellow", markup=False, highlight=False)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()


def observer_for(stream: TextIO, *, log_format: str, quiet: bool, run_id: str = "") -> Observer:
    """Return who watches: JSON lines when asked for, bars on a terminal, short lines elsewhere, nobody when quiet."""
    if log_format == "json":
        return JsonLog(stream, run_id=run_id)
    if quiet:
        return Silent()
    return Bars(stream) if stream.isatty() else PlainLines(stream)


def summary(manifest: RunManifest, folder: Path, next_steps: Sequence[str]) -> str:
    """Return in words: rows, pairs, cases by kind, seconds per stage, where the results lie, what to try next."""
    counts = manifest.counts
    lines = [
        f"{counts['rows_read']:,} rows read, {counts['rows_rejected']:,} rejected (the reasons are in rejects.parquet)",
        f"{counts['records']:,} records linked: {counts['pairs_compared']:,} pairs compared, "
        f"{counts['pairs_written']:,} kept for a second look, {counts['clusters']:,} clusters",
    ]
    if "files_refused" in counts:
        lines.insert(
            0,
            f"{counts['files_read']:,} files taken, {counts['files_refused']:,} refused; records: "
            f"{counts['records_added']:,} new, {counts['records_kept']:,} known, {counts['records_closed']:,} closed",
        )
    if counts.get("notices"):
        told = ", ".join(f"{code} {number:,}" for code, number in counts["notices"].items())
        lines.insert(1, f"noticed (in notices.parquet): {told}")
    lines += ["", _cases_line(counts["cases"], sum(counts["cases_by_kind"].values()))]
    lines += [f"  {count:>8,}  {kind:<14} {_KIND_WORDS[kind]}" for kind, count in counts["cases_by_kind"].items()]
    lines += _recall_lines(manifest.recall)
    if "queue" in counts:
        queue = counts["queue"]
        lines.append(
            f"queue: {queue['added']:,} added, {queue['kept']:,} kept, {queue['withdrawn']:,} withdrawn, "
            f"{queue['suppressed']:,} not asked again"
        )
    lines += ["", "seconds per stage:"]
    for stage in manifest.stages:
        lines.append(f"  {stage['seconds']:>8.1f}  {_STAGE_WORDS.get(stage['name'], stage['name'])}")
    total = sum(stage["seconds"] for stage in manifest.stages)
    peak = max((stage["peak_memory_bytes"] for stage in manifest.stages), default=0)
    lines += [f"  {total:>8.1f}  in all, {peak / 2**30:.2f} GiB of memory at most", ""]
    lines += [f"results: {folder}", *(["", "try next:", *(f"  {step}" for step in next_steps)] if next_steps else [])]
    return "\n".join(lines)


def _cases_line(standing: int, looked_at: int) -> str:
    """Return what comes before the cases by kind. A delta run has looked at some of those that stand, or at none."""
    if not standing:
        return "no case needs people"
    if looked_at == standing:
        return f"{standing:,} cases that need people:"
    told = f"this run looked at {looked_at:,} of them:" if looked_at else "this run looked at none of them"
    return f"{standing:,} cases that need people; {told}"


def _recall_lines(recall: Mapping[str, Any]) -> list[str]:
    """Return what blocking is estimated to have missed, in a line; nothing where it could not be told."""
    if not recall or recall["recall"] is None:
        return []
    found, low, high = (f"{100 * recall[name]:.1f} %" for name in ("recall", "low", "high"))
    return ["", f"of the pairs that are one person, blocking is estimated to have met {found} ({low} to {high})"]


_KIND_WORDS = {
    "SHARED_NIK": "one NIK, several persons: to be split, never merged",
    "OPEN_MOVE": "a move not finished: active in two regencies",
    "CONFLICT": "one person, contradicting sex or birth date",
    "DUPLICATE": "probably one person, several records",
    "BOTH_ENROLLED": "look alike, but both enrolled biometrically: for the centre",
}


def standard_error() -> TextIO:
    """Return the stream that logs and progress go to; results go to standard output."""
    return sys.stderr
