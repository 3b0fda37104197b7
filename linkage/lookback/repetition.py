"""A nightly run repeated: all records linked anew as the run knew them, and compared with what it left."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import CHANGE, changes
from linkage.engine.base import Engine
from linkage.errors import InputMissingError, InvariantError, ServiceUnavailableError, UsageError
from linkage.lookback.reread import stored_model, stored_snapshot, stored_table
from linkage.nightly.change_log import KEYS
from linkage.nightly.handover import cannot_links
from linkage.nightly.project import Project, load_project
from linkage.pipeline import Linked, LinkOptions, link_records
from linkage.progress import Observer, Stages
from linkage.review.sql import SqlQueue, open_queue
from linkage.run.manifest import RunManifest
from linkage.run.outputs import write_tables
from linkage.spec import LinkageSpec
from linkage.stages.frequencies import take_snapshot
from linkage.standardise.column import Int64
from linkage.standing.snapshot_file import write_snapshot

_SQLITE: Final = "sqlite:///"


def repeat_night(
    manifest: RunManifest, spec: LinkageSpec, residents: pa.Table, *, engine: Engine, observer: Observer
) -> tuple[str, ...]:
    """Link the residents of a nightly run anew and return what was the same, a sentence each.

    A delta run linked only what had changed; its pairs, cases and clusters must be those of linking everything, under
    the model, the frequencies and the blocking plan of the last full run. A full run estimates its model again. Of the
    queue only what stewards had said up to the run counts. Clusters are compared by who is together: their names last
    from night to night, and tell of former ones. Nothing is written but to a temporary folder.

    Args:
        manifest: of a command ``run``. spec: the one it carries.
        residents: the open ones that the run linked.

    Raises:
        InvariantError: something differs, or is kept no longer. InputMissingError: the model that the run was given, or
            the project's secret, is gone. UsageError: the manifest is of an older version that says too little.
            ServiceUnavailableError: the queue cannot be reached.
    """
    knows, full = "last_judgement" in manifest.options, bool(manifest.options["full"])
    if not knows and not full:
        raise UsageError(
            "the manifest does not say which decisions the run knew, nor where in the store its results stand",
            where=manifest.run_id,
            remedy="An older version wrote it; its digests can be checked, without --rerun",
        )
    project = load_project(Path(manifest.options["project"]))
    with _options(manifest, spec, project, knows) as options:
        linked = link_records(residents, spec, options, engine, Stages(observer))
    done = []
    if full:
        done += _compare_estimates(manifest, linked)
        done.append(_compare_files(manifest, linked, ["pairs", "cases"] if knows else ["pairs"]))
    if not knows:
        done.append("its cases and clusters are not compared: an older manifest does not say which decisions it knew")
        return tuple(done)
    for name, again in (("pairs", linked.pairs), ("cases", linked.cases)):
        done.append(_compare_rows(name, stored_table(manifest, name), again, manifest))
    done.append(_compare_clusters(stored_table(manifest, "clusters"), linked.clusters, manifest))
    return tuple(done)


@contextmanager
def _options(manifest: RunManifest, spec: LinkageSpec, project: Project, knows: bool) -> Iterator[LinkOptions]:
    stated = manifest.options
    options = LinkOptions(
        latest_year=int(stated["latest_year"]),
        model=str(stated.get("model", project.model)),
        fixed_model=None if stated["full"] else stored_model(manifest, spec),
        snapshot=stored_snapshot(manifest),
        all_fields=False,
    )
    if not knows:
        yield options
        return
    last, secret = int(stated["last_judgement"]), _secret(project)
    queue = _open(project, secret)
    try:
        _, newest = queue.judged_since(last - 1)
        if newest < last:
            raise InvariantError(
                "the queue no longer holds the last decision that the run knew",
                where="[database] url",
                remedy="A restored copy may be older than the run",
            )
        yield replace(options, cannot_links=lambda records: cannot_links(queue, records, spec, secret, last))
    finally:
        queue.close()


def _open(project: Project, secret: bytes) -> SqlQueue:
    """Open the queue; where there is none, make none."""
    url = project.database_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        raise ServiceUnavailableError("the project's queue is gone", where=str(project.file), remedy="Restore a copy")
    return open_queue(url, settings=project.queue, secret=secret)


def _secret(project: Project) -> bytes:
    """Return the project's secret; a new one would know none of the fingerprints."""
    if not project.key_variable and not (project.workspace / "secret").is_file():
        raise InputMissingError("the project's secret is gone", where=str(project.workspace), remedy="Restore a copy")
    return project.secret()


def _compare_estimates(manifest: RunManifest, linked: Linked) -> list[str]:
    """Compare what a full run fixed for later nights: its model, and its frequencies and blocking plan."""
    again = linked.chosen.describe()
    if _model_digests(again) != _model_digests(manifest.model):
        raise InvariantError(
            "a second run estimated another model",
            where=manifest.run_id,
            remedy="Put the model file back that the run was given, or use the same version of the program",
        )
    taken = take_snapshot(linked.records, linked.frequencies, linked.candidates.placeholders, linked.candidates.plans)
    with tempfile.TemporaryDirectory(prefix="linkage-verify-") as temporary:
        digest = write_snapshot(Path(temporary) / "snapshot", taken)
    if digest != manifest.options["snapshot"][1]:
        raise InvariantError("a second run found another blocking plan or other frequencies", where=manifest.run_id)
    return [
        "a second run estimated the same model",
        "it fixed the same frequencies and the same blocking plan for later nights",
    ]


def _model_digests(model: Mapping[str, Any]) -> tuple[str, str]:
    return model["sha256"], model.get("supervised", {}).get("sha256", "")


def _compare_files(manifest: RunManifest, linked: Linked, names: list[str]) -> str:
    tables = {"pairs": linked.pairs, "cases": linked.cases}
    with tempfile.TemporaryDirectory(prefix="linkage-verify-") as temporary:
        again = write_tables(Path(temporary), {name: tables[name] for name in names})
    for name, digest in again.items():
        if manifest.outputs[name] != digest:
            raise InvariantError(f"a second run gave other bytes in {name}", where=manifest.run_id)
    return f"it gave the same bytes in {' and '.join(again)}"


def _compare_rows(name: str, then: pa.Table, again: pa.Table, manifest: RunManifest) -> str:
    """Compare a table of the store, row by row; numbers to their last bit."""
    if set(then.column_names) != set(again.column_names):
        raise InvariantError(f"a second run gave other columns of {name}", where=manifest.run_id)
    found = pc.value_counts(changes(then, again, KEYS[name]).column(CHANGE)).to_pylist()
    if found:
        count = {item["values"]: item["counts"] for item in found}
        raise InvariantError(
            f"a second run gave other {name}: {count.get('added', 0)} that the store does not have, "
            f"{count.get('changed', 0)} that differ there, {count.get('closed', 0)} that stand there alone",
            where=manifest.run_id,
            remedy=_remedy(manifest),
        )
    return f"a second run over all records gave the same {name} as stand in the store ({then.num_rows})"


def _compare_clusters(then: pa.Table, again: pa.Table, manifest: RunManifest) -> str:
    """Compare who is together; the names of clusters say nothing here."""
    one, other = (table.sort_by("record_id").combine_chunks() for table in (then, again))
    if not one.column("record_id").equals(other.column("record_id")):
        raise InvariantError("a second run gave clusters of other records", where=manifest.run_id)
    before, now = _first_members(one), _first_members(other)
    differ = int(np.count_nonzero(before != now))
    if differ:
        raise InvariantError(
            f"a second run gave other clusters: {differ} records stand with others",
            where=manifest.run_id,
            remedy=_remedy(manifest),
        )
    return f"it put the same records together ({np.unique(now).size} clusters, their names aside)"


def _first_members(clusters: pa.Table) -> Int64:
    """Return the row of the first record of each record's cluster, int64 (n_records,)."""
    names = clusters.column("cluster_id").combine_chunks().dictionary_encode()
    _, first, place = np.unique(names.indices.to_numpy(), return_index=True, return_inverse=True)
    found: Int64 = first[place].astype(np.int64)
    return found


def _remedy(manifest: RunManifest) -> str:
    if manifest.options["full"]:
        return "Is it the same version of the program?"
    return "Did a night since the last full run warn of blocks far over the cap? Those it cuts, a second run does not"
