"""Publishing: approved decisions and clean records to the national reference, once however often it is started.

The order makes it safe to kill at any point. The draft is made without a trace; the effects are marked in the queue,
after which nobody reopens their cases; the rows are appended; one row of the ledger makes them count; the files are
written from the committed rows. Started again, what was marked and not committed is published under its number, and
files that are missing are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import CaseConflictError, PublicationStoppedError, UsageError
from linkage.nightly.erased_rows import refuse_unfinished
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.progress import Observer, Stages
from linkage.publishing.breaking import proposed, region_counts
from linkage.publishing.change_sets import write_publication
from linkage.publishing.inputs import began_at, born_by_nik, in_question, review_changes, touched
from linkage.publishing.numbers import begun_anew, next_number
from linkage.publishing.orders import usulan_changes
from linkage.publishing.same_past import check_same_past
from linkage.reference.breaker import Proposed, covered, reasons_to_stop
from linkage.reference.build import Draft, Touched, build
from linkage.reference.decisions import Decided, decided_of, decisions_of, decisions_table, holding
from linkage.reference.folders import PUBLICATIONS, REFERENCE_FOLDER
from linkage.reference.persons import Group, groups
from linkage.reference.settings import PublishSettings
from linkage.reference.store import LedgerRow, Reference
from linkage.reference.tables import CHANGE, DECISIONS, IN_REVIEW, USULAN
from linkage.review.effects import Effect
from linkage.review.publications import StopReason
from linkage.review.sql import SqlQueue, open_queue
from linkage.run.manifest import MANIFEST_NAME
from linkage.run.one_off import read_spec_file

_TRIES: Final = 3
_ALL: Final = 2**31
_MOST_REASONS: Final = 10
"""So many reasons are said on the terminal; the page has all."""


@dataclass(frozen=True)
class Publication:
    """What was published: the row of the ledger, and the folder with the change sets."""

    row: LedgerRow
    folder: Path


def open_reference(project: Project) -> Reference:
    """Return the reference of a project."""
    return Reference(project.workspace / REFERENCE_FOLDER, project.secret())


def publications_folder(project: Project) -> Path:
    """Return where the folders of publications are."""
    return project.out / PUBLICATIONS


def publication_folder(project: Project, number: int) -> Path:
    """Return where the files of a publication are."""
    return publications_folder(project) / f"{number:06d}"


def publish(
    project: Project, *, observer: Observer, threads: int = 1, now: datetime | None = None
) -> Publication | None:
    """Bring the reference in line with the last committed night and the decisions taken since; None when it is already.

    Raises:
        UsageError: there was no run yet. LockHeldError: a run, or another publication, works on the workspace.
        PublicationStoppedError: the circuit breaker holds it back until a supervisor lets it pass.
        CaseConflictError: cases were reopened while it was made, several times over.
        InvariantError: the queue is older than the workspace or the reference.
    """
    began = now or datetime.now(UTC)
    stages = Stages(observer)
    store = Store(project.workspace)
    with store.locked("linkage publish"), _queue(project) as queue:
        if not store.ledger.run_id:
            raise UsageError("no run yet, so there is nothing to publish", remedy="Start one: linkage run")
        reference = open_reference(project)
        reference.roll_back()
        refuse_unfinished(project.workspace)
        write_missing_files(project, reference)
        for left in reversed(range(_TRIES)):
            try:
                return _publish(project, store, queue, reference, stages, began, threads)
            except CaseConflictError:
                if not left:
                    raise
    return None


@contextmanager
def _queue(project: Project) -> Iterator[SqlQueue]:
    queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
    try:
        yield queue
    finally:
        queue.close()


def _publish(
    project: Project,
    store: Store,
    queue: SqlQueue,
    reference: Reference,
    stages: Stages,
    began: datetime,
    threads: int,
) -> Publication | None:
    with stages.stage("gather") as counts:
        # First who waits: a case that is approved meanwhile then waits a publication longer. The other way round it
        # would be in no open case and not decided, and its records would be let in alone.
        waiting = queue.open_records()
        begun = queue.begun(reference.number)
        mark, marked = begun if begun else (0, ())
        effects = sorted({*marked, *queue.pending(limit=_ALL)}, key=lambda effect: effect.id)
        decided = decisions_of(reference.read(DECISIONS))
        news = [decided_of(effect) for effect in effects]
        check_same_past(project, queue, store.ledger.run_id, decided)
        held = holding([*decided, *news])
        persons, parted = groups(held), _parted(decided, news)
        review = in_question(waiting, held, began_at(store.ledger.run_id))
        spec, settings = read_spec_file(project.spec, project.region_codes), project.publish
        looked_at = touched(
            store,
            reference,
            spec,
            news,
            persons,
            parted,
            review,
            review_too=settings.publish_in_review,
            threads=threads,
        )
        counts.update(records=looked_at.residents.num_rows, decisions=len(news))
    with stages.stage("build") as counts:
        last = reference.last()
        draft = build(
            looked_at,
            held,
            persons,
            last.last_person if last else 0,
            review_too=settings.publish_in_review,
            rules=spec.survivorship,
        )
        changed = _changed(reference, draft, looked_at, news, review)
        counts.update({name: rows.num_rows for name, rows in changed.items()})
    anew = begun_anew(reference, publications_folder(project))
    # After an erasure there is always one, so that nobody is told for ever to publish.
    new = last is None or last.kind == "erasure" or anew or any(rows.num_rows for rows in changed.values())
    if last is not None and last.run_id == store.ledger.run_id and not new:
        return None
    with stages.stage("breaker"):
        asked = proposed(reference, draft, looked_at, lambda niks: born_by_nik(store, spec, niks))
        unused = next_number(reference, queue, publications_folder(project))
        _check(asked, settings, reference, queue, unused, began)
        mark = mark or unused
        # Of a backup that was taken of a publication half done, the files have gone out since, and stay what they were.
        number = unused if publication_folder(project, mark).exists() else mark
    with stages.stage("commit"):
        queue.mark_published([effect.id for effect in effects], mark, now=began)
        row = reference.commit(
            number,
            "publication",
            changed,
            now=began,
            run_id=store.ledger.run_id,
            night=store.ledger.counters.get("night", 0),
            last_person=draft.last_person,
            counts=_counts(changed, effects, review, settings) | region_counts(asked.now) | anew,
            rules=spec.survivorship.digest(),
        )
    with stages.stage("files"):
        folder = _write_files(project, reference, number)
    return Publication(row, folder)


def _parted(decided: Sequence[Decided], news: Sequence[Decided]) -> tuple[Group, ...]:
    """Return who was one person by the decisions before, where one of them is undone now."""
    undone = {one.reverts for one in news if one.reverts is not None}
    before = holding(decided)
    named = [one.record_ids for one in before.decisions if one.case in undone]
    records = frozenset().union(*named)
    return tuple(group for group in groups(before) if not records.isdisjoint(group.record_ids)) if named else ()


def _changed(
    reference: Reference,
    draft: Draft,
    looked_at: Touched,
    news: Sequence[Decided],
    review: pa.StringArray,
) -> Mapping[str, pa.Table]:
    return {
        **draft.changed,
        IN_REVIEW: review_changes(reference, review),
        DECISIONS: decisions_table(news),
        USULAN: usulan_changes(reference, draft, looked_at, news),
    }


def _check(
    asked: Proposed, settings: PublishSettings, reference: Reference, queue: SqlQueue, number: int, now: datetime
) -> None:
    """Raise :class:`PublicationStoppedError` unless nothing is amiss, or a supervisor has let pass what is."""
    reasons = reasons_to_stop(asked, settings)
    # Offices may have answered since it was stopped; what was let pass still is.
    published = max((row.publication for row in reference.rows() if row.kind == "publication"), default=0)
    stops = queue.stops(published)
    if not reasons or covered(reasons, stops):
        return
    same = next((stop for stop in stops if stop.reasons == reasons and stop.released_at is None), None)
    if same is None:
        queue.stop_publication(number, reasons, now=now)
    raise _stopped(same.number if same else number, reasons)


def _stopped(number: int, reasons: Sequence[StopReason]) -> PublicationStoppedError:
    told = [
        f"{one.code} {one.region or 'all'}: {one.figure:.10g}, bar {one.limit:.10g}" for one in reasons[:_MOST_REASONS]
    ]
    if len(reasons) > _MOST_REASONS:
        told.append(f"and {len(reasons) - _MOST_REASONS} more")
    return PublicationStoppedError(
        f"stopped before it took effect: {'; '.join(told)}",
        where=f"publication {number}",
        remedy="A supervisor lets it pass on the page, or what is wrong is undone; then publish again",
    )


def _counts(
    changed: Mapping[str, pa.Table], effects: Sequence[Effect], review: pa.StringArray, settings: PublishSettings
) -> dict[str, int]:
    told = {"effects": len(effects), "in_review": len(review), "review_too": int(settings.publish_in_review)}
    for name, rows in changed.items():
        counted = {row["values"]: row["counts"] for row in pc.value_counts(rows.column(CHANGE)).to_pylist()}
        told |= {f"{name}_{change}": counted.get(change, 0) for change in ("added", "changed", "closed")}
    return told


def write_missing_files(project: Project, reference: Reference) -> None:
    """Write the files of the newest publications that were killed before they had any."""
    for row in reversed(reference.rows()):
        if (publication_folder(project, row.publication) / MANIFEST_NAME).is_file():
            break
        _write_files(project, reference, row.publication)


def _write_files(project: Project, reference: Reference, number: int) -> Path:
    folder = publication_folder(project, number)
    write_publication(reference, number, folder)
    return folder
