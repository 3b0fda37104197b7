"""Taking back what offices have carried out: sheets change how usulan stand, and cases that are all done move on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import CaseConflictError, LockHeldError, NotPermittedError, UnknownCaseError, UsageError
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.publishing.answers import Judged, judge
from linkage.publishing.change_sets import CONFIRMATIONS, write_publication
from linkage.publishing.numbers import begun_anew, next_number
from linkage.publishing.publish import open_reference, publication_folder, publications_folder
from linkage.publishing.returned import Answer, Refused, read_sheets
from linkage.publishing.same_past import check_same_past
from linkage.reference.decisions import decisions_of
from linkage.reference.store import LedgerRow, Reference
from linkage.reference.tables import DECISIONS, USULAN
from linkage.reference.usulan import Status, Usulan, usulan_of_table, usulan_table
from linkage.review.cases import Action, State
from linkage.review.people import Role, User
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue, open_queue


@dataclass(frozen=True)
class Confirmed:
    """What came of sheets. ``row``: the row of the ledger, None when nothing was new.

    Rows read = ``taken`` + ``known`` + ``unanswered`` + the rows in ``refused``. ``carried_out``: cases that moved on,
    by number; ``left``: cases that are all done, and that another office, or another role, must say so of. ``region``:
    whose steward gave the sheets, "" the centre.
    """

    row: LedgerRow | None
    taken: int
    known: int
    unanswered: int
    refused: tuple[Refused, ...]
    carried_out: tuple[int, ...]
    left: tuple[int, ...]
    region: str


def take_confirmations(project: Project, files: Sequence[Path], by: str, now: datetime | None = None) -> Confirmed:
    """Take the sheets that an office sent back, in the name of one of its stewards; the same again changes nothing.

    A row that cannot be taken is refused with a code, and the others go on. When all that was asked because of a case
    is carried out, the case is, too, as far as the queue lets ``by`` say so. Killed in between, the same command again
    does the rest.

    Raises:
        InputMissingError: a file does not exist. NotPermittedError: the user may not. UsageError: nothing was published
            yet. LockHeldError: a run works on the workspace, or a publication is not finished. InvariantError: the
            queue is older than workspace or reference.
    """
    store = Store(project.workspace)
    with store.locked("linkage publish --confirmations"), closing(_open(project)) as queue:
        user = _steward(queue, by)
        reference = open_reference(project)
        _write_files(project, reference)
        answers, unread = read_sheets(files, project.intake.limits)
        judged = judge(answers, _asked(reference, answers), user.scope)
        row = None
        if judged.taken:
            check_same_past(project, queue, store.ledger.run_id, decisions_of(reference.read(DECISIONS)))
            row = _commit(reference, queue, judged, publications_folder(project), now or datetime.now(UTC))
        _write_files(project, reference)
        answered = {one.usulan_id for one in judged.taken} | set(judged.known)
        carried_out, left = _carry_out(queue, _done(reference, answered), by, now)
    return Confirmed(
        row=row,
        taken=len(judged.taken),
        known=len(judged.known),
        unanswered=judged.unanswered,
        refused=tuple(sorted({*unread, *judged.refused}, key=lambda one: (one.source, one.line, one.column, one.code))),
        carried_out=carried_out,
        left=left,
        region=user.scope.code,
    )


def _open(project: Project) -> SqlQueue:
    return open_queue(project.database_url, settings=project.queue, secret=project.secret())


def _write_files(project: Project, reference: Reference) -> None:
    """Write the files of the last publication, should it have been killed before it did."""
    if reference.number:
        write_publication(reference, reference.number, publication_folder(project, reference.number))


def _steward(queue: SqlQueue, by: str) -> User:
    user = queue.user(by)
    if not user.active:
        raise NotPermittedError("the user is no longer active", where=f"user {by}", key="user.inactive")
    if Role.PETUGAS not in user.roles:
        raise NotPermittedError(
            f"{Action.CARRY_OUT} needs the role {Role.PETUGAS}",
            where=f"user {by}",
            key="role.missing",
            filled={"action": Action.CARRY_OUT, "roles": Role.PETUGAS},
        )
    return user


def _asked(reference: Reference, answers: Sequence[Answer]) -> Mapping[str, Usulan]:
    if not reference.number:
        raise UsageError("nothing was published yet", remedy="Publish first: linkage publish")
    wanted = pa.array(sorted({answer.usulan_id for answer in answers}), pa.string())
    return {one.usulan_id: one for one in usulan_of_table(reference.read(USULAN, keys=wanted))}


def _commit(reference: Reference, queue: SqlQueue, judged: Judged, publications: Path, now: datetime) -> LedgerRow:
    last = reference.rows()[-1]
    if queue.begun(reference.number):
        raise LockHeldError("a publication is not finished", remedy="Finish it, then try again: linkage publish")
    return reference.commit(
        next_number(reference, queue, publications),
        CONFIRMATIONS,
        {USULAN: usulan_table((), judged.taken).sort_by("usulan_id")},
        now=now,
        run_id=last.run_id,
        night=last.night,
        last_person=last.last_person,
        counts={f"usulan_{status.value.lower()}": n for status, n in _tally(judged).items()}
        | begun_anew(reference, publications),
    )


def _tally(judged: Judged) -> Mapping[Status, int]:
    stand = [one.status for one in judged.taken]
    return {status: stand.count(status) for status in (Status.DILAKSANAKAN, Status.GAGAL)}


def _done(reference: Reference, answered: set[str]) -> tuple[int, ...]:
    """Return the cases of these usulan of which all that is still asked for is carried out, by number."""
    table = reference.read(USULAN)
    if table is None or not answered:
        return ()
    asked = table.filter(pc.is_in(table.column("usulan_id"), value_set=pa.array(sorted(answered))))
    of_cases = table.filter(pc.is_in(table.column("case"), value_set=asked.column("case").combine_chunks().unique()))
    standing = of_cases.filter(pc.not_equal(of_cases.column("status"), Status.DIBATALKAN))
    waiting = standing.filter(pc.not_equal(standing.column("status"), Status.DILAKSANAKAN))
    return tuple(sorted(set(standing.column("case").to_pylist()) - set(waiting.column("case").to_pylist())))


def _carry_out(
    queue: SqlQueue, cases: Sequence[int], by: str, now: datetime | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Move the cases on that still wait for it; return those that did, and those that ``by`` may not move on."""
    moved: list[int] = []
    left: list[int] = []
    for case in cases:
        try:
            if queue.get(case, by=by).state is not State.DISETUJUI:
                continue
            queue.take(case, Command(Action.CARRY_OUT), by=by, now=now)
        except (NotPermittedError, UnknownCaseError, CaseConflictError):
            left.append(case)
        else:
            moved.append(case)
    return tuple(moved), tuple(left)
