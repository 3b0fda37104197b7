"""Watching the commands of a project: what is told of every run, whatever becomes of it."""

from __future__ import annotations

from linkage.nightly.project import Project
from linkage.progress import Observer
from linkage.publishing.metrics import project_metrics
from linkage.publishing.overview import look_over
from linkage.telemetry.watch import Watch


def watched_run(project: Project, command: str, *, run_id: str, observer: Observer) -> Watch:
    """Return what tells of one run of a command, to be entered around its work.

    It appends START and one of COMPLETE, FAIL and ABORT to the lineage, keeps how the run ended, and writes the
    metrics. ``command``: one lower-case word, such as ``run``. ``run_id``: a UUID, the manifest's own where there is
    one.
    """
    return Watch(project.telemetry, command, run_id, observer, lambda: project_metrics(look_over(project)))
