"""What the command line shows: progress for people, JSON lines for machines, a summary a newcomer can read."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from linkage.progress import Observer, Silent
from linkage.run.manifest import RunManifest

_STAGE_WORDS = {
    "intake": "reading",
    "encode": "standardising and encoding",
    "block": "blocking",
    "model": "settling the model",
    "compare": "comparing pairs",
    "decide": "deciding",
    "write": "writing",
    "queue": "loading the queue",
}
_REPORT_EVERY_S = 5.0


class JsonLog:
    """One JSON object per line: time (UTC), level, event, and counts. Never a resident's value."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last_report = 0.0

    def stage_started(self, name: str) -> None:
        """Log the start of a stage."""
        self._write("info", "stage_started", stage=name)

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """Log progress every few seconds."""
        now = datetime.now(UTC).timestamp()
        if now - self._last_report >= _REPORT_EVERY_S:
            self._last_report = now
            self._write("info", "stage_progressed", stage=name, done=done, planned=planned)

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Log the end of a stage with its counts."""
        self._write("info", "stage_finished", stage=name, seconds=round(seconds, 3), counts=dict(counts))

    def warned(self, message: str) -> None:
        """Log a warning."""
        self._write("warning", "warned", message=message)

    def failed(self, kind: str, message: str, exit_code: int) -> None:
        """Log why the command ends with an error."""
        self._write("error", "failed", kind=kind, message=message, exit_code=exit_code)

    def _write(self, level: str, event: str, **values: Any) -> None:
        line = {"ts": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event, **values}
        self._stream.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._stream.flush()


class PlainLines(Silent):
    """One short line per finished stage, for a stream that is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Say what was done and how long it took."""
        told = ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in counts.items() if value)
        self._stream.write(f"{_STAGE_WORDS.get(name, name)}: {seconds:.1f} s{' (' + told + ')' if told else ''}\n")
        self._stream.flush()

    def warned(self, message: str) -> None:
        """Say it."""
        self._stream.write(f"warning: {message}\n")
        self._stream.flush()


class Bars:
    """Progress bars on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._console = Console(file=stream)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<28}"),
            BarColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task: Any = None

    def stage_started(self, name: str) -> None:
        """Show a bar that does not know its length yet."""
        self._progress.start()
        self._task = self._progress.add_task(_STAGE_WORDS.get(name, name), total=None, told="")

    def stage_progressed(self, name: str, done: int, planned: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, total=max(planned, 1), completed=done, told=f"{done:,} of {planned:,}")

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Fill the bar and say the first count."""
        told = next((f"{value:,} {key.replace('_', ' ')}" for key, value in counts.items()), "")
        self._progress.update(self._task, total=1, completed=1, told=told)
        self._progress.stop_task(self._task)
        self._progress.refresh()

    def warned(self, message: str) -> None:
        """Print above the bars."""
        self._console.print(f"warning: {message}", style="yellow", markup=False, highlight=False)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()


def observer_for(stream: TextIO, *, log_format: str, quiet: bool) -> Observer:
    """Return who watches: JSON lines when asked for, bars on a terminal, short lines elsewhere, nobody when quiet."""
    if log_format == "json":
        return JsonLog(stream)
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
    lines += ["", f"{counts['cases']:,} cases that need people:" if counts["cases"] else "no case needs people"]
    lines += [f"  {count:>8,}  {kind:<14} {_KIND_WORDS[kind]}" for kind, count in counts["cases_by_kind"].items()]
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
