"""Watching the commands of a project: what is told of every run, whatever becomes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.progress import Observer
from linkage.publishing.metrics import project_metrics
from linkage.publishing.overview import look_over
from linkage.reference.store import LedgerRow, Reference
from linkage.run.manifest import MANIFEST_NAME, sha256_of
from linkage.telemetry.account import Account, Dataset, file_written
from linkage.telemetry.watch import Watch


def watched_run(project: Project, command: str, *, run_id: str, observer: Observer) -> Watch:
    """Return what tells of one run of a command, to be entered around its work.

    It appends START and one of COMPLETE, FAIL and ABORT to the lineage, keeps how the run ended, and writes the
    metrics. ``command``: one lower-case word, such as ``run``. ``run_id``: a UUID, the manifest's own where there is
    one.
    """
    return Watch(project.telemetry, command, run_id, observer, lambda: project_metrics(look_over(project)))


def account_of_change(project: Project, read: Iterable[Path], figures: Mapping[str, int]) -> Account:
    """Return the account of a command that changes what stands: the files it read, and the state it left."""
    # What cannot be read was refused.
    readable = (path for path in read if path.is_file() and os.access(path, os.R_OK))
    files = tuple(Dataset(str(path), sha256_of(path), size_bytes=path.stat().st_size) for path in readable)
    return Account(inputs=files, outputs=_standing(project), figures=figures)


def account_of_look(project: Project, wrote: Iterable[Path], figures: Mapping[str, int]) -> Account:
    """Return the account of a command that looks at what stands, and of the files that it wrote about it."""
    files = tuple(file_written(path, sha256_of(path)) for path in wrote)
    return Account(inputs=_standing(project), outputs=files, figures=figures)


def _standing(project: Project) -> tuple[Dataset, ...]:
    """Return the standing residents and the reference as their ledgers name them now."""
    residents = Store(project.workspace).ledger.state_hash.get("residents", "")
    last = Reference(project.workspace / "reference", b"").last()
    return (
        Dataset(str(project.workspace / "store" / "residents"), residents),
        *([Dataset(str(project.workspace / "reference"), last.state_hash)] if last else []),
    )


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
