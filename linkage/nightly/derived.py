"""The derived files of a project: opened, made anew, swept; and the snapshot beside them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from linkage.errors import InvariantError
from linkage.nightly.cluster_ids import cluster_numbers
from linkage.nightly.ledger import Derived
from linkage.nightly.people import TableBase
from linkage.nightly.residents import HEAD
from linkage.pipeline import Linked
from linkage.spec import LinkageSpec
from linkage.stages.frequencies import Snapshot
from linkage.standing.build import fill, fill_pairs
from linkage.standing.folder import Standing, sweep_folders
from linkage.standing.rows import record_numbers
from linkage.standing.snapshot_file import read_snapshot, write_snapshot
from linkage.version import VERSION

MOST_NIGHTS: Final = 30
"""After so many nights the tables of the store are written whole again, and the derived files with them."""

LARGEST_SHARE: Final = 4
"""They are, too, when the rows appended since exceed one part in so many of the residents."""


def open_standing(workspace: Path, derived: Derived, spec: LinkageSpec) -> Standing:
    """Return the derived files as the last committed run left them.

    Raises:
        InvariantError: they are missing, damaged, or of another version of the program.
    """
    if not derived.folder or derived.program != VERSION:
        raise InvariantError("the derived files are of another version of the program", where=str(workspace))
    standing = Standing(_folder(workspace) / derived.folder, spec, derived.state)
    standing.sweep()
    return standing


def open_snapshot(workspace: Path, derived: Derived) -> Snapshot:
    """Return what the last full run fixed.

    Raises:
        InvariantError: it is missing or damaged.
    """
    return snapshot_of(workspace, derived.snapshot, derived.digest)


def snapshot_of(workspace: Path, name: str, digest: str) -> Snapshot:
    """Return what the full run of this name fixed.

    Raises:
        InvariantError: it is missing, damaged, or replaced by that of a later full run.
    """
    return read_snapshot(_snapshots(workspace) / name, digest)


def sweep(workspace: Path, derived: Derived) -> None:
    """Remove the derived files and the snapshots of former runs, and of killed ones."""
    sweep_folders(_folder(workspace), derived.folder)
    if _snapshots(workspace).is_dir():
        for path in _snapshots(workspace).iterdir():
            if path.name != derived.snapshot:
                path.unlink()


def is_due(derived: Derived) -> bool:
    """Tell whether it is time to write the tables whole again."""
    return derived.nights >= MOST_NIGHTS or derived.rows * LARGEST_SHARE > derived.base


def keep_snapshot(workspace: Path, run_id: str, snapshot: Snapshot, latest_year: int) -> Derived:
    """Write a snapshot and return it as what counts."""
    digest = write_snapshot(_snapshots(workspace) / run_id, snapshot)
    return Derived(snapshot=run_id, digest=digest, latest_year=latest_year)


def make_standing(
    workspace: Path,
    run_id: str,
    linked: Linked,
    residents: pa.Table,
    clusters: pa.Table,
    kept: Derived,
    threads: int = 1,
) -> Derived:
    """Make the derived files from a run over all records and return what counts of them.

    Args:
        workspace: of the project. run_id: names the folder.
        linked: the run, over the open ones of ``residents``, which are sorted by record id.
        clusters: CLUSTERS under lasting ids.
        kept: the snapshot that goes with them.
    """
    standing = Standing(_folder(workspace) / run_id, linked.spec, {})
    base = TableBase(residents, [name for name in residents.column_names if name not in HEAD])
    rows = fill(standing, base.numbers, base.alive, base.marks, linked.records, linked.candidates, threads)
    fill_pairs(standing, rows, linked.records, linked.survivors, linked.kin_weight, linked.weight, linked.facts)
    standing.outcome.set_clusters(
        record_numbers(clusters.column("record_id")), cluster_numbers(clusters.column("cluster_id"))
    )
    standing.outcome.set_cases(
        linked.cases, record_numbers(linked.cases.column("record_ids").combine_chunks().flatten())
    )
    return replace(
        kept, folder=run_id, state=standing.state, program=VERSION, nights=0, rows=0, base=residents.num_rows
    )


def grown(derived: Derived, standing: Standing, rows: int) -> Derived:
    """Return what counts after a night that appended so many rows to the tables."""
    return Derived(
        **{**asdict(derived), "state": standing.state, "nights": derived.nights + 1, "rows": derived.rows + rows}
    )


def _folder(workspace: Path) -> Path:
    return workspace / "derived"


def _snapshots(workspace: Path) -> Path:
    return workspace / "snapshots"
