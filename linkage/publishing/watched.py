"""Watching the commands of a project: what is told of every run, whatever becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.progress import Observer
from linkage.publishing.metrics import project_metrics
from linkage.publishing.overview import look_over
from linkage.reference.store import LedgerRow
from linkage.run.manifest import MANIFEST_NAME
from linkage.telemetry.account import Account, Dataset
from linkage.telemetry.watch import Watch


def watched_run(project: Project, command: str, *, run_id: str, observer: Observer) -> Watch:
    """Return what tells of one run of a command, to be entered around its work.

    It appends START and one of COMPLETE, FAIL and ABORT to the lineage, keeps how the run ended, and writes the
    metrics. ``command``: one lower-case word, such as ``run``. ``run_id``: a UUID, the manifest's own where there is
    one.
    """
    return Watch(project.telemetry, command, run_id, observer, lambda: project_metrics(look_over(project)))


def publication_account(project: Project, row: LedgerRow, folder: Path) -> Account:
    """Return what a publication read and wrote: the residents, the reference and the files for the offices."""
    residents = Store(project.workspace).ledger.state_hash.get("residents", "")
    files = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))["files"]
    return Account(
        inputs=(Dataset(str(project.workspace / "store" / "residents"), residents),),
        outputs=(
            Dataset(str(project.workspace / "reference"), row.state_hash),
            *(
                Dataset(str(folder / told["name"]), told["sha256"], rows=told["rows"], size_bytes=told["bytes"])
                for told in files
            ),
        ),
        # Counts per region, as active:3374, are the circuit breaker's.
        figures={name: count for name, count in row.counts.items() if name.isidentifier()},
    )
