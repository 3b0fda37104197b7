"""How the commands of a project ended last, a small file each: what a status and the metrics tell of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from linkage.run.outputs import write_text, writing
from linkage.telemetry.prometheus import Metric, gauge

_FOLDER: Final = "ended"


@dataclass(frozen=True)
class LastRun:
    """How a command ended last. ``started``, ``succeeded``: ISO 8601 in UTC; the latter is of the last run that ended
    well, "" for none. ``error``: the kind of error, "" for none. ``figures``: of the last run that told any.

    ``ended``: how many runs have ended how (complete, fail, abort), since they are counted.
    """

    command: str
    run_id: str
    started: str
    seconds: float
    exit_code: int
    error: str = ""
    succeeded: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether it ended with an error, or was broken off."""
        return self.error != ""


def write_last(folder: Path, last: LastRun) -> None:
    """Keep how a command ended.

    Raises:
        OutputError: the file cannot be written.
    """
    path = folder / _FOLDER / f"{last.command}.json"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(asdict(last), indent=1) + "\n")


def read_last(folder: Path) -> tuple[LastRun, ...]:
    """Return how the commands ended last, by name; a file that is damaged tells nothing."""
    found = (_read(path) for path in sorted((folder / _FOLDER).glob("*.json")))
    return tuple(last for last in found if last is not None)


def _read(path: Path) -> LastRun | None:
    try:
        last = LastRun(**json.loads(path.read_text(encoding="utf-8")))
        _seconds(last.started)
        return last if last.command == path.stem else None
    except (OSError, ValueError, TypeError):
        return None


def history_metrics(runs: Iterable[LastRun]) -> list[Metric]:
    """Return what is measured of the last runs; what only a run that ended well tells stays as the last one told it."""
    metrics = []
    for last in runs:
        head = f"tunggal_{last.command}"
        metrics += [
            gauge(f"{head}_last_start_timestamp_seconds", "When the last run began.", _seconds(last.started)),
            gauge(f"{head}_last_duration_seconds", "How long the last run took.", last.seconds),
            gauge(f"{head}_last_exit_code", "The exit code of the last run.", last.exit_code),
            Metric(
                f"{head}_runs_total",
                "counter",
                "Runs by how they ended.",
                tuple(({"ended": name}, number) for name, number in sorted(last.ended.items())),
            ),
        ]
        if last.succeeded:
            says = "When the last run that ended well ended. Alert on its age."
            metrics.append(gauge(f"{head}_last_success_timestamp_seconds", says, _seconds(last.succeeded)))
        for name, number in last.figures.items():
            says = f"{name.replace('_', ' ').capitalize()}, of the last run that brought anything."
            metrics.append(gauge(f"{head}_last_{name}", says, number))
    return metrics


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
