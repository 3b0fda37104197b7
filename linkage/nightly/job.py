"""The nightly job: inbox to queue. Killed at any point and started again, it ends the same and does nothing twice.

Everything a run makes is invisible until the ledger names it (:mod:`linkage.nightly.store`). The queue is loaded
before that, in one transaction that changes nothing when it is loaded with the same cases again.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.engine.base import Engine
from linkage.models.store import from_json, to_json
from linkage.nightly.arrivals import new_files
from linkage.nightly.cluster_ids import standing_clusters
from linkage.nightly.handover import cannot_links, queue_cases
from linkage.nightly.inbox import Inbox, latest_year, left_notice, take_inbox
from linkage.nightly.ledger import Ledger
from linkage.nightly.project import Project
from linkage.nightly.residents import check_fields
from linkage.nightly.store import Store, changes, state_hash
from linkage.pipeline import Linked, LinkOptions, link_records
from linkage.progress import Observer, Stages
from linkage.review.cases import LoadResult
from linkage.review.sql import SqlQueue, open_queue
from linkage.run.account import give_account
from linkage.run.manifest import MANIFEST_NAME, RunManifest, new_run_id
from linkage.run.one_off import read_spec_file
from linkage.run.outputs import prepare_folder, publish_folder, write_tables, write_text
from linkage.spec import LinkageSpec

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "pairs": ("left_id", "right_id"),
    "clusters": ("record_id",),
    "cases": ("case_id",),
}


@dataclass(frozen=True)
class NightlyResult:
    """What a run did: its manifest, its folder, and how the queue changed."""

    manifest: RunManifest
    folder: Path
    load: LoadResult


@dataclass(frozen=True)
class _Written:
    """What the write stage left, all of it invisible yet: digests, state hashes, table versions, counters."""

    digests: Mapping[str, str]
    hashes: Mapping[str, str]
    versions: Mapping[str, int]
    counters: Mapping[str, int]


def run_nightly(
    project: Project, *, full: bool, engine: Engine, observer: Observer, now: datetime | None = None
) -> NightlyResult | None:
    """Take every new file of the inbox, link the standing residents anew, and load the queue.

    The first run, a run with ``full`` and one whose spec changed are full runs: they estimate the model and write every
    row. Others keep the standing model and write only rows that were added, changed or closed.

    Returns None when there is nothing new, or nothing that could be read now, and ``full`` was not asked for.

    Raises:
        LockHeldError: another run works on this workspace. InputMissingError: no inbox. SpecError: a field has the name
            of a column of the store.
    """
    began = now or datetime.now(UTC)
    stages = Stages(observer)
    spec = read_spec_file(project.spec, project.region_codes)
    check_fields(spec)
    store = Store(project.workspace)
    with store.locked():
        _sweep(project, store)
        arrivals = new_files(project.inbox, store.ledger.files)
        if not full and all(arrival.unready for arrival in arrivals):
            for arrival in arrivals:
                stages.warn(str(left_notice(arrival)))
            return None
        full = full or not store.ledger.model or store.ledger.spec_digest != spec.digest()
        run_id = new_run_id(began.timestamp())
        staging = prepare_folder(project.out / run_id)
        with stages.stage("intake") as counts:
            inbox = take_inbox(arrivals, store, spec, project.intake, run_id, stages)
            counts.update(inbox.counts, notices=len(inbox.notices))
        queue = open_queue(project.database_url)
        try:
            linked = _link(inbox, store, spec, project, queue, full, engine, stages, began)
            with stages.stage("write") as counts:
                written = _write(linked, inbox, store, staging, full, counts)
            with stages.stage("queue") as counts:
                load = queue.load(run_id, queue_cases(linked, project.secret()), now=began)
                counts.update(asdict(load))
        finally:
            queue.close()
        manifest = give_account(
            linked,
            stages,
            run_id=run_id,
            command="run",
            options={
                "full": full,
                "project": str(project.file),
                "latest_year": latest_year(inbox.regions, began),
                "residents_version": written.versions["residents"],
            },
            inputs=inbox.inputs,
            counts={**inbox.counts, "notices": inbox.notice_counts(), "queue": asdict(load)},
            outputs={**written.digests, **{f"store/{name}": digest for name, digest in written.hashes.items()}},
            began=began,
        )
        write_text(staging / MANIFEST_NAME, manifest.to_json())
        store.commit(
            Ledger(
                run_id=run_id,
                tables=written.versions,
                counters=written.counters,
                files=inbox.files,
                regions=inbox.regions,
                model=to_json(linked.chosen.model).decode(),
                spec_digest=spec.digest(),
                state_hash=written.hashes,
            )
        )
        publish_folder(staging, project.out / run_id, manifest)
    return NightlyResult(manifest, project.out / run_id, load)


def _link(
    inbox: Inbox,
    store: Store,
    spec: LinkageSpec,
    project: Project,
    queue: SqlQueue,
    full: bool,
    engine: Engine,
    stages: Stages,
    began: datetime,
) -> Linked:
    still_there = inbox.residents.filter(pc.equal(inbox.residents.column("closed_by"), ""))
    options = LinkOptions(
        latest_year=latest_year(inbox.regions, began),
        model=project.model,
        fixed_model=None if full else from_json(store.ledger.model.encode(), spec=spec, where="ledger"),
        cannot_links=lambda records: cannot_links(queue, records, spec, project.secret()),
    )
    return link_records(still_there, spec, options, engine, stages)


def _write(linked: Linked, inbox: Inbox, store: Store, staging: Path, full: bool, counts: dict[str, int]) -> _Written:
    last_cluster = store.ledger.counters.get("cluster", 0)
    clusters, last_cluster = standing_clusters(linked.clusters, store.read("clusters"), last_cluster)
    tables: dict[str, pa.Table] = {"pairs": linked.pairs, "clusters": clusters, "cases": linked.cases}
    for_people = {
        name: table if full else changes(store.read(name), table, _KEYS[name]) for name, table in tables.items()
    }
    counts.update({f"{name}_written": table.num_rows for name, table in for_people.items()})
    of_the_inbox = {"rejects": inbox.all_rejects(), "quality": inbox.all_quality(), "notices": inbox.all_notices()}
    digests = write_tables(staging, {**for_people, **of_the_inbox})
    versions = {name: store.write(name, table) for name, table in tables.items()}
    versions["residents"] = store.write("residents", inbox.residents, partition_by="province")
    hashes = {name: state_hash(table) for name, table in {**tables, "residents": inbox.residents}.items()}
    return _Written(digests, hashes, versions, {"record": inbox.last_number, "cluster": last_cluster})


def _sweep(project: Project, store: Store) -> None:
    """Finish or remove what a killed run left: a committed run gets its folder, an uncommitted one leaves nothing."""
    if not project.out.is_dir():
        return
    for staging in sorted(project.out.glob(".*.partial")):
        run_id = staging.name[1 : -len(".partial")]
        if run_id == store.ledger.run_id and (staging / MANIFEST_NAME).is_file():
            staging.rename(project.out / run_id)
        else:
            shutil.rmtree(staging)
