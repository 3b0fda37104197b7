"""Where a project's metrics and lineage go: the table ``[telemetry]`` of ``linkage.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

KEYS: Final = ("metrics", "lineage", "namespace")


@dataclass(frozen=True)
class TelemetrySettings:
    """``metrics``: the Prometheus text file. ``lineage``: the file that OpenLineage events are appended to.

    ``namespace``: under which the project's jobs stand there. ``folder``: where the commands keep how they ended.
    """

    metrics: Path
    lineage: Path
    namespace: str
    folder: Path


def telemetry_settings(table: Mapping[str, Any], *, base: Path, workspace: Path) -> TelemetrySettings:
    """Return the settings of a checked table; paths count from ``base``, and default to the workspace."""
    metrics, lineage = table.get("metrics", ""), table.get("lineage", "")
    return TelemetrySettings(
        base / metrics if metrics else workspace / "metrics.prom",
        base / lineage if lineage else workspace / "lineage.ndjson",
        str(table.get("namespace", "tunggal")),
        workspace / "telemetry",
    )
