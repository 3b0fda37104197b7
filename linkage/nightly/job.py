"""The nightly job: inbox to queue. Killed at any point and started again, it ends the same and does nothing twice.

Everything a run makes is invisible until the ledger names it (:mod:`linkage.nightly.store`). The queue is loaded
before that, in one transaction that changes nothing when it is loaded with the same cases again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from linkage.days import day_of
from linkage.engine.base import Engine
from linkage.errors import InvariantError, SpecError
from linkage.models.linkage_model import from_json, to_json
from linkage.nightly import derived
from linkage.nightly.arrivals import Arrival, files_in, new_files
from linkage.nightly.erased_rows import barred, refuse_unfinished
from linkage.nightly.inbox import Inbox, latest_year, left_notice, take_inbox
from linkage.nightly.ledger import Ledger
from linkage.nightly.night import Night, Outcome
from linkage.nightly.people import People, StandingBase, TableBase
from linkage.nightly.project import Project
from linkage.nightly.quarantine import move_refused
from linkage.nightly.residents import HEAD, check_fields
from linkage.nightly.returns import write_returns
from linkage.nightly.run_all import link_all
from linkage.nightly.run_delta import link_changes
from linkage.nightly.standing import standing_residents
from linkage.nightly.store import Store
from linkage.owner_only import open_to_all
from linkage.progress import Observer, Stages
from linkage.review.anchors import ANCHOR_NAME, anchor_line
from linkage.review.cases import LoadResult
from linkage.review.sql import open_queue
from linkage.run.account import give_account
from linkage.run.manifest import MANIFEST_NAME, RunManifest, new_run_id
from linkage.run.one_off import read_spec_file
from linkage.run.outputs import (
    make_private,
    prepare_folder,
    publish_folder,
    resume_folder,
    write_tables,
    write_text,
    writing,
)
from linkage.spec import LinkageSpec
from linkage.spec.rules import uses_sorted_neighbourhood
from linkage.standing.delta import Fixed
from linkage.standing.folder import Standing


@dataclass(frozen=True)
class NightlyResult:
    """What a run did: its manifest, its folder, and how the queue changed."""

    manifest: RunManifest
    folder: Path
    load: LoadResult


def run_nightly(
    project: Project,
    *,
    full: bool,
    engine: Engine,
    observer: Observer,
    now: datetime | None = None,
    run_id: str = "",
) -> NightlyResult | None:
    """Take every new file of the inbox, link what they change, and load the queue.

    The first run, a run with ``full``, one whose spec changed, and the first whose extracts are of a new year are full
    runs: they estimate the model, fix what a delta run keeps to, and write every row. Others link what changed, at a
    cost that follows it, and write only rows that were added, changed or closed.

    Returns None when there is nothing new, or nothing that could be read now, and ``full`` was not asked for, or asked
    again after a full run was killed behind its commit, which is finished then. What time brings in the queue is done
    all the same. ``run_id``: the name of the run, where it was told already.

    Raises:
        LockHeldError: another run works on this workspace. InputMissingError: no inbox. SpecError: a field has the name
            of a column of the store, or a rule depends on all records.
    """
    began = now or datetime.now(UTC)
    stages = Stages(observer)
    spec = read_spec_file(project.spec, project.region_codes)
    check_fields(spec)
    if uses_sorted_neighbourhood(spec):
        raise SpecError(
            "a sorted neighbourhood depends on all records, so a night could not keep to it",
            where=f"spec {spec.name}",
            remedy="Leave the rule with sort out of the project's spec",
        )
    store = Store(project.workspace)
    with store.locked():
        refuse_unfinished(project.workspace)
        full = not _sweep(project, store, stages) and full
        found = files_in(project.inbox, engine.threads)
        _move_refused(project, store, found, stages)
        arrivals = new_files(found, store.ledger.files)
        if not full and all(arrival.unready for arrival in arrivals):
            for arrival in arrivals:
                stages.warn(str(left_notice(arrival)))
            if store.ledger.run_id:
                _keep_time(project, began)
            return None
        fixed, standing = _standing(full, store, spec, stages)
        run_id = run_id or new_run_id(began.timestamp())
        make_private(project.out)
        for folder in filter(open_to_all, (project.workspace, project.out)):
            stages.warn(f"{folder.name}: every user of this machine may look into it; chmod 700 closes it")
        staging = prepare_folder(project.out / run_id)
        with stages.stage("intake") as counts:
            inbox = _empty_inbox(run_id, standing, store, spec, project)
            inbox.barred = barred(project.workspace, project.secret())
            take_inbox(inbox, arrivals, spec, stages, engine.threads)
            counts.update(inbox.counts, notices=len(inbox.notices))
        year = latest_year(inbox.regions, began)
        if fixed is not None and store.ledger.derived.latest_year != year:
            stages.warn(f"the newest extract is of {year}: two-digit years are read anew, in a full run")
            fixed = standing = None
        queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
        night = Night(project, store, spec, inbox, queue, engine, stages, run_id, year, began)
        try:
            with writing(project.workspace):
                outcome = link_changes(night, fixed, standing) if fixed and standing else link_all(night, fixed)
            anchor = anchor_line(queue.head(), began)
        finally:
            queue.close()
        of_the_inbox = {"rejects": inbox.all_rejects(), "quality": inbox.all_quality(), "notices": inbox.all_notices()}
        digests = write_tables(staging, {**outcome.for_people, **of_the_inbox})
        digests |= write_returns(staging, inbox.sent, inbox.notices, night=day_of(began))
        manifest = give_account(
            outcome.linked,
            stages,
            run_id=run_id,
            command="run",
            options={
                "full": fixed is None,
                "project": str(project.file),
                "latest_year": year,
                "model": project.model,
                **{f"{name}_version": version for name, version in sorted(outcome.versions.items())},
                "last_judgement": outcome.last_judgement,
                "snapshot": [outcome.derived.snapshot, outcome.derived.digest],
            },
            inputs=inbox.inputs,
            counts={**inbox.counts, "notices": inbox.notice_counts(), "queue": asdict(outcome.load)},
            outputs={**digests, **{f"store/{name}": digest for name, digest in outcome.hashes.items()}},
            began=began,
        )
        # The run's folder is another place than the queue's database: what is cut off its audit chain is missed here.
        write_text(staging / ANCHOR_NAME, f"{anchor}\n")
        write_text(staging / MANIFEST_NAME, manifest.to_json())
        store.commit(_ledger(store, spec, inbox, outcome, run_id))
        _move_refused(project, store, arrivals, stages)
        _tidy(project, store)
        # Last: until the folder has its name, the next run knows that this one was killed after its commit.
        publish_folder(staging, project.out / run_id, manifest)
    return NightlyResult(manifest, project.out / run_id, outcome.load)


def _move_refused(project: Project, store: Store, found: Sequence[Arrival], stages: Stages) -> None:
    """Bring into quarantine what committed runs refused; what cannot be moved now is tried again by the next run."""
    for problem in move_refused(project.inbox, project.quarantine, found, store.ledger.files):
        stages.warn(problem)


def _keep_time(project: Project, now: datetime) -> None:
    """Do in the queue what time brings, on a night that brings nothing else."""
    queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
    try:
        queue.sweep(now=now)
        queue.retain(now=now)
    finally:
        queue.close()


def _standing(full: bool, store: Store, spec: LinkageSpec, stages: Stages) -> tuple[Fixed | None, Standing | None]:
    """Return what the last full run fixed, None for a full run, and the derived files, None when all is linked anew."""
    ledger = store.ledger
    if full or not ledger.model or ledger.spec_digest != spec.digest() or not ledger.derived.snapshot:
        return None, None
    try:
        snapshot = derived.open_snapshot(store.workspace, ledger.derived)
    except InvariantError as error:
        stages.warn(f"{error.problem}; a full run makes another")
        return None, None
    fixed = Fixed(spec, from_json(ledger.model.encode(), spec=spec, where="ledger"), snapshot)
    if derived.is_due(ledger.derived):
        return fixed, None
    try:
        return fixed, derived.open_standing(store.workspace, ledger.derived, spec)
    except InvariantError as error:
        stages.warn(f"{error.problem}; they are made anew from the store")
        return fixed, None


def _empty_inbox(run_id: str, standing: Standing | None, store: Store, spec: LinkageSpec, project: Project) -> Inbox:
    if standing is None:
        residents = standing_residents(store.read("residents"), spec)
        fields = [name for name in residents.column_names if name not in HEAD]
        return Inbox.of(
            People(TableBase(residents, fields)), residents.schema, store.ledger, spec, project.intake, run_id
        )
    schema = store.schema("residents")
    return Inbox.of(People(StandingBase(standing)), schema, store.ledger, spec, project.intake, run_id)


def _ledger(store: Store, spec: LinkageSpec, inbox: Inbox, outcome: Outcome, run_id: str) -> Ledger:
    return Ledger(
        run_id=run_id,
        tables=outcome.versions,
        counters={
            "record": inbox.last_number,
            "cluster": outcome.last_cluster,
            "judgement": outcome.last_judgement,
            "night": store.ledger.counters.get("night", 0) + 1,
        },
        files=inbox.files,
        regions=inbox.regions,
        model=to_json(outcome.linked.chosen.whole).decode(),
        spec_digest=spec.digest(),
        state_hash=outcome.hashes,
        derived=outcome.derived,
    )


def _tidy(project: Project, store: Store) -> None:
    """Remove what a committed run needs no longer."""
    if store.ledger.derived.nights == 0:
        store.vacuum()
    shutil.rmtree(resume_folder(project.workspace / "run"), ignore_errors=True)


def _sweep(project: Project, store: Store, stages: Stages) -> bool:
    """Finish or remove what a killed run left: a committed run gets its folder, an uncommitted one leaves nothing.

    Returns whether that finished a full run, which whoever starts it again means.
    """
    derived.sweep(project.workspace, store.ledger.derived)
    finished = False
    for staging in sorted(project.out.glob(".*.partial")) if project.out.is_dir() else ():
        run_id = staging.name[1 : -len(".partial")]
        if run_id == store.ledger.run_id and (staging / MANIFEST_NAME).is_file():
            _tidy(project, store)
            staging.rename(project.out / run_id)
            stages.warn(f"run {run_id} was cut off after its commit; it is finished now, and not done again")
            finished = store.ledger.derived.snapshot == run_id
        else:
            shutil.rmtree(staging)
    return finished
