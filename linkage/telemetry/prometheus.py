"""Metrics in the text format of Prometheus, as its node exporter collects them from files.

Names and units follow https://prometheus.io/docs/practices/naming: base units, ``_total`` for what only grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from linkage.errors import InvariantError
from linkage.run.outputs import write_text, writing

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Metric:
    """A metric and what was measured: (labels, value) each. ``says``: what it means, one sentence."""

    name: str
    kind: Literal["gauge", "counter"]
    says: str
    samples: tuple[tuple[Mapping[str, str], float], ...]

    def __post_init__(self) -> None:
        names = [self.name, *(label for labels, _ in self.samples for label in labels)]
        if not all(_NAME.fullmatch(name) for name in names) or (self.kind == "counter") != self.name.endswith("_total"):
            raise InvariantError("not a name of a metric", where=self.name)


def gauge(name: str, says: str, value: float) -> Metric:
    """Return a metric that goes up and down, with one value."""
    return Metric(name, "gauge", says, (({}, value),))


def exposition(metrics: Iterable[Metric]) -> str:
    """Return the metrics as text, by name; those without a value are left out."""
    lines = []
    for metric in sorted(metrics, key=lambda metric: metric.name):
        if not metric.samples:
            continue
        says = metric.says.replace("\\", r"\\").replace("\n", r"\n")
        lines += [f"# HELP {metric.name} {says}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [f"{metric.name}{_labels(labels)} {_number(value)}" for labels, value in metric.samples]
    return "".join(f"{line}\n" for line in lines)


def write_metrics(path: Path, metrics: Iterable[Metric]) -> None:
    """Put the metrics into a file in one step: a collector sees the old or the new ones, never half.

    Raises:
        OutputError: the file cannot be written.
    """
    text = exposition(metrics)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # It is for a collector, another user, and tells of nobody: read it may be also where the umask hides all else.
        write_text(path, text, mode=0o644)


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels.items()))
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
