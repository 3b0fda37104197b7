"""Erasing a resident's record, or a false value of it, everywhere: the reference, the standing store, the queue.

The order makes it safe to kill at any point. First the tombstone is written, of keyed digests, while there are values
to make them of; it says that the work is not done. Then the reference, whose rows tell by the store's values what to
blank; then the store; then files, the queue, and the former versions of the tables. Every step finds what an earlier
attempt has done and does nothing twice; at the end the tombstone says that all is done.
"""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from linkage.change_log import CHANGE
from linkage.erasure import blanking
from linkage.erasure.blanking import Erased
from linkage.erasure.old_versions import forget_versions
from linkage.erasure.rewriting import erase_from_reference, going
from linkage.errors import LockHeldError, NotPermittedError, UsageError
from linkage.identifiers import Nik
from linkage.nightly.change_log import NIGHT
from linkage.nightly.erased_rows import marks_of_residents, read_tombstones, write_tombstones
from linkage.nightly.project import Project
from linkage.nightly.residents import HEAD
from linkage.nightly.store import Store
from linkage.publishing.change_sets import write_publication
from linkage.publishing.inputs import in_one_form
from linkage.publishing.publish import open_reference, publication_folder, publications_folder, write_missing_files
from linkage.publishing.same_past import check_same_past
from linkage.reference.alias_feed import BEGUN_AFTER
from linkage.reference.decisions import decisions_of
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, KEYS, NIK_ALIAS, PUBLICATION, USULAN
from linkage.reference.tombstones import Tombstone, finished
from linkage.review.people import Role, user_name
from linkage.review.reasons import needed_text
from linkage.review.sql import SqlQueue, open_queue
from linkage.run.one_off import read_spec_file
from linkage.run.outputs import resume_folder
from linkage.spec import LinkageSpec

RESIDENTS: Final = "residents"
_NIK: Final = "nik"
_RECORD_ID: Final = re.compile(r"R[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """An erasure as it is asked for. ``fields``: columns to be corrected; none for the whole record.

    ``by`` and ``approved_by``: two users of the queue with the role pengelola for the nation.
    """

    record_ids: tuple[str, ...]
    reason: str
    by: str
    approved_by: str
    fields: tuple[str, ...] = ()


def erase(project: Project, asked: Asked, *, now: datetime | None = None) -> Tombstone:
    """Erase records, or correct fields of them, and return what is kept of it; what was not finished before goes first.

    A correction is carried out also where it finds nothing false in store and reference, and tells so: former versions
    of their tables may still hold something.

    Raises:
        UsageError: no such record or column, or no reason. NotPermittedError: the two may not. LockHeldError: a run
            works on the workspace, a publication is not finished, or somebody uses the database. InvariantError: the
            queue is older than workspace or reference, and would keep what is erased there.
    """
    moment = now or datetime.now(UTC)
    store = Store(project.workspace)
    with store.locked("linkage erase"), closing(_queue(project)) as queue:
        _check_users(queue, asked)
        spec = read_spec_file(project.spec, project.region_codes)
        killed = [one for one in read_tombstones(project.workspace) if not one.done and _is_same(one, asked)]
        _finish(project, store, queue, spec)
        # A correction may be asked for again when another value has turned out to be false.
        whole = [one for one in read_tombstones(project.workspace) if not one.fields and _is_same(one, asked)]
        for before in (*whole, *killed):
            return replace(before, done=True)
        decided = decisions_of(open_reference(project).read(DECISIONS))
        check_same_past(project, queue, store.ledger.run_id, decided)
        tombstone = _tombstone(project, store, spec, asked, moment)
        write_tombstones(project.workspace, (*read_tombstones(project.workspace), tombstone))
        _finish(project, store, queue, spec)
        return replace(tombstone, done=True)


def finish_erasures(project: Project) -> int:
    """Finish the erasures that were killed on their way, and return how many there were."""
    store = Store(project.workspace)
    with store.locked("linkage erase"), closing(_queue(project)) as queue:
        return _finish(project, store, queue, read_spec_file(project.spec, project.region_codes))


def lift(project: Project, record_id: str, *, by: str, approved_by: str) -> int:
    """Let an erased record come in again with the next extract that has it; return how many tombstones that lifts.

    Raises:
        UsageError: it was not erased. NotPermittedError: the two may not. LockHeldError: a run works on the workspace.
    """
    store = Store(project.workspace)
    with store.locked("linkage erase"), closing(_queue(project)) as queue:
        _check_users(queue, Asked((record_id,), "", by, approved_by))
        stones = read_tombstones(project.workspace)
        lifted = [one for one in stones if record_id in one.record_ids and one.marks and not one.lifted_by]
        if not lifted:
            raise UsageError("no tombstone keeps this record out", where=f"record {_shown(record_id)}")
        after = (replace(one, lifted_by=f"{by}, {approved_by}") if one in lifted else one for one in stones)
        write_tombstones(project.workspace, tuple(after))
        return len(lifted)


def regions_of(project: Project, record_ids: tuple[str, ...]) -> frozenset[str]:
    """Return the regencies whose offices sent these records, 4 digits."""
    rows = Store(project.workspace).rows_of(RESIDENTS, pa.array(record_ids, pa.string()))
    return frozenset(rows.column("region").to_pylist())


def _queue(project: Project) -> SqlQueue:
    return open_queue(project.database_url, settings=project.queue, secret=project.secret())


def _check_users(queue: SqlQueue, asked: Asked) -> None:
    names = [user_name(asked.by), user_name(asked.approved_by)]
    users = [queue.user(name) for name in names]
    if any(not user.active or Role.PENGELOLA not in user.roles or user.scope.code for user in users):
        raise NotPermittedError(
            f"an erasure is asked for and approved by two who have the role {Role.PENGELOLA} for the nation",
            where=f"users {', '.join(names)}",
            remedy="See: linkage queue user list",
        )
    if names[0] == names[1]:
        raise NotPermittedError("nobody approves what they ask for themselves", where=f"user {names[0]}")


def _is_same(one: Tombstone, asked: Asked) -> bool:
    same = one.record_ids == tuple(sorted(set(asked.record_ids))) and one.fields == tuple(sorted(set(asked.fields)))
    return same and not one.lifted_by


def _tombstone(project: Project, store: Store, spec: LinkageSpec, asked: Asked, now: datetime) -> Tombstone:
    record_ids, fields = tuple(sorted(set(asked.record_ids))), tuple(sorted(set(asked.fields)))
    if not store.ledger.run_id:
        raise UsageError("no run yet, so there is nobody to erase", remedy="Start one: linkage run")
    rows = store.rows_of(RESIDENTS, pa.array(record_ids, pa.string()))
    unknown = sorted(set(record_ids) - set(rows.column("record_id").to_pylist()))
    if unknown:
        raise UsageError("the store has no such record", where=", ".join(map(_shown, unknown)))
    known = [name for name in rows.column_names if name not in (*HEAD, CHANGE, NIGHT)]
    strange = sorted(set(fields) - set(known))
    if strange:
        raise UsageError(
            "residents have no such column", where=", ".join(strange), remedy=f"One of: {', '.join(known)}"
        )
    marks = () if fields else marks_of_residents(rows, spec, store.ledger.derived.latest_year, project.secret())
    stone = Tombstone(
        record_ids=record_ids,
        fields=fields,
        marks=marks,
        reason=needed_text(asked.reason, where="erasure"),
        asked_at=now.astimezone(UTC).isoformat(),
        by=user_name(asked.by),
        approved_by=user_name(asked.approved_by),
    )
    return replace(stone, false=_false(rows, project, store, spec, stone)) if fields else stone


def _false(
    rows: pa.Table, project: Project, store: Store, spec: LinkageSpec, one: Tombstone
) -> tuple[tuple[str, str], ...]:
    """Return (record, column) of the false values in store and reference, sorted."""
    erased = _erased(project, store, spec, one)
    in_store = {
        (row["record_id"], field)
        for row in rows.to_pylist()
        for field in one.fields
        if erased.goes(row["record_id"], field, row[field])
    }
    published = {(record, field) for record, field, _ in going(open_reference(project), erased)}
    return tuple(sorted(in_store | published))


def _shown(record_id: str) -> str:
    """Return what was typed as a record's id, unless it may be a resident's number instead: errors are kept."""
    return record_id if _RECORD_ID.fullmatch(record_id) else "what is no record id"


def _finish(project: Project, store: Store, queue: SqlQueue, spec: LinkageSpec) -> int:
    """Do all that open tombstones ask for, and return how many there were."""
    waiting = [one for one in read_tombstones(project.workspace) if not one.done]
    for one in waiting:
        reference = open_reference(project)
        if queue.begun(reference.number):
            raise LockHeldError("a publication is not finished", remedy="Finish it, then try again: linkage publish")
        write_missing_files(project, reference)
        erased = _erased(project, store, spec, one)
        asked_at = datetime.fromisoformat(one.asked_at)
        erase_from_reference(reference, queue, erased, publications_folder(project), asked_at)
        _erase_from_store(store, erased)
        _write_files_anew(project, reference)
        queue.erase(
            one.record_ids,
            by=one.by,
            approved_by=one.approved_by,
            reason=one.reason,
            fields=one.fields,
            now=asked_at,
        )
        _forget(project, store, reference)
        write_tombstones(project.workspace, finished(read_tombstones(project.workspace), one))
    return len(waiting)


def _erased(project: Project, store: Store, spec: LinkageSpec, one: Tombstone) -> Erased:
    """Return what is to go, from the rows of the store and of the reference that still hold it."""
    record_ids = pa.array(one.record_ids, pa.string())
    rows = store.rows_of(RESIDENTS, record_ids)
    today = store.read_records(RESIDENTS, store.ledger.tables[RESIDENTS], record_ids)
    stays: dict[tuple[str, str], frozenset[str]] = {}
    for table in (today, in_one_form(today, spec, store, 1)):
        for row in table.to_pylist() if one.fields else ():
            for field in one.fields:
                key = (row["record_id"], field)
                stays[key] = stays.get(key, frozenset()) | {row.get(field) or ""}
    told = Erased(frozenset(one.record_ids), frozenset(one.fields), stays, frozenset(), {}, project.secret())
    values: dict[str, set[str]] = {}
    for table in (rows, in_one_form(rows, spec, store, 1)):
        names = [name for name in table.column_names if name not in (*HEAD, "change", NIGHT, "open")]
        for row in table.to_pylist():
            for name in names:
                if told.goes(row["record_id"], name, row[name]):
                    values.setdefault(name, set()).add(row[name])
    for _, name, value in going(open_reference(project), told):
        values.setdefault(name, set()).add(value)
    niks = (Nik.parse(text) for text in values.get(_NIK, ()))
    return replace(
        told,
        niks=frozenset(nik.digits for nik in niks if nik),
        values={name: frozenset(found) for name, found in values.items()},
    )


def _erase_from_store(store: Store, erased: Erased) -> None:
    """Blank the rows of the standing residents. What is derived from them is made anew by the next run, a full one."""
    log = store.rows_of(RESIDENTS, pa.array(sorted(erased.record_ids), pa.string()))
    old, left = blanking.residents(log, erased)
    if not old.num_rows:
        return
    version, digest = store.replace_rows(RESIDENTS, old, left)
    ledger = store.ledger
    derived = replace(ledger.derived, folder="", state={}, snapshot="", digest="", program="", nights=0, rows=0, base=0)
    store.commit(
        replace(
            ledger,
            tables={**ledger.tables, RESIDENTS: version},
            state_hash={**ledger.state_hash, RESIDENTS: digest},
            derived=derived,
        )
    )


def _write_files_anew(project: Project, reference: Reference) -> None:
    """Write the files of each publication that told of an erased row again, from what is left."""
    numbers: set[int] = set()
    for name in (NIK_ALIAS, USULAN):
        rows = reference.erased(name)
        if rows is not None:
            numbers.update(rows.column(PUBLICATION).to_pylist())
    # A feed that begins anew tells again what earlier ones told.
    numbers.update(row.publication for row in reference.rows() if numbers and BEGUN_AFTER in row.counts)
    for number in sorted(numbers | ({reference.number} if reference.number else set())):
        folder = publication_folder(project, number)
        for stale in (folder, folder.with_name(f".{folder.name}.partial")):
            shutil.rmtree(stale, ignore_errors=True)
        write_publication(reference, number, folder)


def _forget(project: Project, store: Store, reference: Reference) -> None:
    """Delete whatever held the values before: former versions, derived files, snapshots, what a killed run left."""
    forget_versions(store.workspace / "store" / RESIDENTS, store.ledger.tables[RESIDENTS])
    last = reference.last()
    for name in KEYS if last else ():
        if last is not None and name in last.versions:
            forget_versions(reference.folder / name, last.versions[name])
    made_anew = (store.workspace / name for name in ("derived", "snapshots"))
    for folder in (*made_anew, resume_folder(project.workspace / "run")):
        shutil.rmtree(folder, ignore_errors=True)
    for staging in project.out.glob(".*.partial") if project.out.is_dir() else ():
        shutil.rmtree(staging, ignore_errors=True)
