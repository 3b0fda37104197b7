"""The queue as one object: every method is one transaction, whose work stands in the module of its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

import sqlalchemy as sa

from linkage.review.acts import Acts
from linkage.review.audit import AuditHead, AuditReport
from linkage.review.backlog import Backlog, Flow, Holding, Raised
from linkage.review.cases import Case, CaseIn, CaseSummary, Claim, Count, Decision, LoadResult, State
from linkage.review.comparing import with_comparison
from linkage.review.database import open_engine, translated
from linkage.review.effects import Effect
from linkage.review.exports import ExportForm, Render
from linkage.review.people import User
from linkage.review.publications import Stop, StopReason
from linkage.review.readings import Agreement, Reading
from linkage.review.reasons import needed_text
from linkage.review.rules import Command
from linkage.review.settings import DEFAULTS, QueueSettings
from linkage.review.sightings import Sighting
from linkage.review.sql import acts as acts_
from linkage.review.sql import backlog as backlog_
from linkage.review.sql import (
    cases,
    chain,
    effects,
    erasing,
    exports,
    loads,
    looks,
    privacy,
    publications,
    readings,
    requests,
    searching,
    steps,
    times,
    users,
    work,
)
from linkage.review.sql import tally as tally_
from linkage.review.sql.session import Sessions
from linkage.review.tally import Tally
from linkage.review.verbs import Verbs
from linkage.review.work import AgeCount, AgedCount, Desk, Request, Worked
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules


def open_queue(
    url: str,
    *,
    settings: QueueSettings = DEFAULTS,
    secret: bytes = b"",
    survivorship: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> SqlQueue:
    """Open the queue at ``url`` (``sqlite:///path`` or ``postgresql://…``), creating or upgrading its schema.

    ``secret`` keys the choice of what is read again, so that nobody can foresee it. ``survivorship``: by which rules a
    case shows which values would stay, those of the project's spec. Raises
    :class:`ServiceUnavailableError` when the database cannot be reached, :class:`ConfigurationError` when the URL or
    the schema's version is none this code can use, :class:`LockHeldError` when it is busy.
    """
    return SqlQueue(open_engine(url), settings, secret, survivorship)


class SqlQueue(Verbs):
    """A :class:`linkage.review.repository.ReviewQueue` on an engine from ``open_engine``."""

    def __init__(
        self,
        engine: sa.Engine,
        settings: QueueSettings = DEFAULTS,
        secret: bytes = b"",
        survivorship: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
    ) -> None:
        self.engine = engine
        self.sessions = Sessions(engine, settings, secret, survivorship)

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()

    def make_ready(self, connections: int) -> None:
        """Open so many connections to a server before anybody waits for one, and let each learn the tables that every
        page needs: on a fresh one the first look takes some thirty milliseconds."""
        if self.engine.dialect.name != "postgresql":
            return
        with ExitStack() as stack:
            for look in [stack.enter_context(self.sessions.look(None)) for _ in range(connections)]:
                looks.learn(look)

    # --- batch

    def load(
        self,
        run_id: str,
        cases: Iterable[CaseIn],
        *,
        complete: bool = True,
        gone: Iterable[str] = (),
        model: str = "",
        now: datetime | None = None,
    ) -> LoadResult:
        """Bring the queue in line with what a run found."""
        with self.sessions.change(None, f"run {run_id}", now) as change:
            return loads.load(change, run_id, cases, complete=complete, gone=gone, model=model)

    def sweep(self, *, now: datetime | None = None) -> tuple[int, int]:
        """Do what time brings; return (cases escalated, cases admitted)."""
        with self.sessions.change(None, "sweep", now) as change:
            return times.sweep(change)

    def retain(self, *, now: datetime | None = None) -> int:
        """Delete values that are kept no longer; return the records."""
        with self.sessions.change(None, "retention", now) as change:
            return times.retain(change)

    def erase(
        self,
        record_ids: Iterable[str],
        *,
        by: str,
        approved_by: str,
        reason: str,
        fields: Iterable[str] = (),
        now: datetime | None = None,
    ) -> int:
        """Delete the values of records in all cases, to the last file of the database; return the cases."""
        with self.sessions.change(by, "erasure", now) as change:
            cases = erasing.erase(change, list(record_ids), approved_by, reason, list(fields))
        with translated("erasure"):
            erasing.scrub(self.engine)
        return cases

    def pending(self, *, limit: int = 1000) -> tuple[Effect, ...]:
        """Return decisions that are to be published and have not been, oldest first."""
        with self.sessions.look(None) as look:
            return effects.pending(look, limit)

    def open_records(self) -> tuple[str, ...]:
        """Return the records of all open cases, sorted."""
        with self.sessions.look(None) as look:
            return looks.open_records(look)

    def tally(self, since: datetime, until: datetime) -> tuple[Tally, ...]:
        """Return the cases of all regions by scope and kind."""
        with self.sessions.look(None) as look:
            return tally_.tally(look, since, until)

    def mark_published(self, effects_: Iterable[int], publication: int, *, now: datetime | None = None) -> int:
        """Note that effects are in a publication; return how many were news."""
        with self.sessions.change(None, f"publication {publication}", now) as change:
            return effects.mark_published(change, effects_, publication)

    def begun(self, after: int) -> tuple[int, tuple[Effect, ...]] | None:
        """Return the publication beyond ``after`` that effects were marked with, and these; None when there is none."""
        with self.sessions.look(None) as look:
            return effects.begun(look, after)

    def published(self) -> frozenset[int]:
        """Return the numbers of all decisions that were handed over to a publication."""
        with self.sessions.look(None) as look:
            return effects.marked(look)

    def stops(self, after: int) -> tuple[Stop, ...]:
        """Return the publications beyond ``after`` that were stopped, by number."""
        with self.sessions.look(None) as look:
            return publications.stops(look, after)

    def stop_publication(
        self, number: int, reasons: Iterable[StopReason], *, region: str = "", now: datetime | None = None
    ) -> bool:
        """Stop a publication until a supervisor lets it pass; return whether that was news."""
        with self.sessions.change(None, f"publication {number}", now) as change:
            return publications.stop(change, number, reasons, region)

    def is_released(self, number: int) -> bool:
        """Return whether nothing holds a publication back."""
        with self.sessions.look(None) as look:
            return publications.is_released(look, number)

    # --- users

    def set_user(self, user: User, *, by: str | None, now: datetime | None = None) -> User:
        """Add or change a user."""
        with self.sessions.change(by, f"user {user.name}", now) as change:
            return users.set_user(change, user)

    def user(self, name: str) -> User:
        """Return a user."""
        with self.sessions.look(None) as look:
            return users.user(look, name)

    def users(self, *, by: str) -> tuple[User, ...]:
        """Return the users of one's own region and below, by name."""
        with self.sessions.look(by) as look:
            return users.users(look)

    def free_user(self, name: str, *, by: str, now: datetime | None = None) -> int:
        """Free all that a user holds or was given; return how many cases they held."""
        with self.sessions.change(by, f"user {name}", now) as change:
            return users.free(change, name)

    # --- work

    def claim(
        self, *, by: str, case: int | None = None, examine: bool = False, now: datetime | None = None
    ) -> Claim | None:
        """Hand a case to a user: the one named, else the next in turn; None when there is nothing for them."""
        with self.sessions.change(by, "next case" if case is None else f"case {case}", now) as change:
            handed = steps.claim(change, case, examine=examine)
        return None if handed is None else handed.told(change.survivorship)

    def claim_next(self, *, by: str, examine: bool = False, now: datetime | None = None) -> tuple[int, str] | None:
        """Hand the next case in turn to a user as :meth:`claim` does, and return its number and token: for who looks at
        it afterwards."""
        with self.sessions.change(by, "next case", now) as change:
            handed = steps.claim(change, None, examine=examine, values=False)
        return None if handed is None else (handed.claim.case.id, handed.claim.token)

    def renew(self, case: int, token: str, *, by: str, now: datetime | None = None) -> datetime:
        """Prolong a lease that is still held, and return until when."""
        with self.sessions.change(by, f"case {case}", now) as change:
            return steps.renew(change, case, token)

    def take(self, case: int, command: Command, *, by: str, now: datetime | None = None) -> Decision:
        """Carry a command out on a case and return the decision."""
        with self.sessions.change(by, f"case {case}", now) as change:
            return steps.carry_out(change, case, command)

    def check_proposed(self, case: int, proposed: Decision, *, by: str) -> None:
        """Refuse what :meth:`take` would refuse of a proposal for the values that it chooses; nothing is changed."""
        with self.sessions.look(by) as look:
            cases.check_proposed(look, cases.found(look, case), proposed)

    def open_revert(self, case: int, *, by: str, now: datetime | None = None) -> Claim:
        """Open a case that asks to undo a published decision, and hand it to the user."""
        with self.sessions.change(by, f"case {case}", now) as change:
            handed = steps.open_revert(change, case)
        return handed.told(change.survivorship)

    # --- looking

    def view(self, case: int, *, by: str, now: datetime | None = None) -> Case:
        """Return a case as the user may see it, and note that they saw it."""
        with self.sessions.change(by, f"case {case}", now) as change:
            seen, whole = looks.view(change, case)
        # Found out while nobody waits.
        return seen if whole is None else with_comparison(seen, whole, change.survivorship)

    def get(self, case: int, *, by: str) -> Case:
        """Return a case as the user may see it, without its records' values and so without a note."""
        with self.sessions.look(by) as look:
            return looks.get(look, case)

    def open_fields(
        self, case: int, record_id: str, fields: Sequence[str], reason: str, *, by: str, now: datetime | None = None
    ) -> Mapping[str, str]:
        """Return masked values of a record in full, and note who opened which, why."""
        with self.sessions.change(by, f"case {case}", now) as change:
            return privacy.open_fields(change, case, record_id, fields, reason)

    def find(self, digest: bytes, *, by: str, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        """Return the cases with a record of this NIK (keyed digest) that the user may see, and note the search."""
        with self.sessions.change(by, "search", now) as change:
            return privacy.find(change, digest)

    def list(
        self,
        *,
        by: str,
        state: State | None = None,
        kind: str | None = None,
        within: str = "",
        waiting: bool | None = None,
        assigned: bool = False,
        opened: tuple[datetime | None, datetime | None] = (None, None),
        after: tuple[datetime, int] | None = None,
        limit: int = 50,
    ) -> tuple[CaseSummary, ...]:
        """Return the cases a user may see, by turn, then number."""
        with self.sessions.look(by) as look:
            return looks.list_cases(
                look,
                state=state,
                kind=kind,
                within=within,
                waiting=waiting,
                assigned=assigned,
                opened=opened,
                after=after,
                limit=limit,
            )

    def counts(self, *, by: str | None) -> tuple[Count, ...]:
        """Return how many cases of the user's own region and below stand where."""
        with self.sessions.look(by) as look:
            return looks.counts(look)

    def ages(self, *, by: str, now: datetime | None = None) -> tuple[AgeCount, ...]:
        """Return how many open cases of the user's own region and below are how old."""
        with self.sessions.look(by, now) as look:
            return work.ages(look)

    def counted(self) -> tuple[AgedCount, ...]:
        """Return how many cases of all offices stand where, and how old the open ones are."""
        with self.sessions.look(None) as look:
            return work.counted(look)

    def desk(self, *, by: str, now: datetime | None = None) -> Desk:
        """Return what the user has to do with."""
        with self.sessions.look(by, now) as look:
            return work.desk(look)

    def worked(self, *, by: str, since: datetime, now: datetime | None = None) -> Worked:
        """Return what the user did since then."""
        with self.sessions.look(by, now) as look:
            return work.worked(look, since)

    def requests(self, *, by: str, limit: int = 100) -> tuple[Request, ...]:
        """Return the questions that wait for the answer of the user's own office."""
        with self.sessions.look(by) as look:
            return requests.requests(look, limit)

    def questions(self, *, by: str, limit: int = 100) -> tuple[Request, ...]:
        """Return the questions that the user's office has asked."""
        with self.sessions.look(by) as look:
            return requests.questions(look, limit)

    def find_record(self, record_id: str, *, by: str, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        """Return the cases with this record that the user may see, and note the search."""
        with self.sessions.change(by, "search", now) as change:
            return searching.find_record(change, record_id)

    def export(
        self,
        numbers: Sequence[int],
        render: Render,
        *,
        form: ExportForm,
        purpose: str,
        by: str,
        now: datetime | None = None,
    ) -> bytes:
        """Return cases as ``render`` makes them, and note what left the queue."""
        needed_text(purpose, where="export")
        with self.sessions.look(by, now) as look:
            cases = exports.gather(look, numbers, form)
        # Made while nobody waits; what is not noted is not handed out.
        content = render(cases)
        with self.sessions.change(by, "export", now) as change:
            exports.note(change, cases, form, content, purpose)
        return content

    def note_index(
        self,
        region: str,
        records: int,
        *,
        export_id: str,
        login: str,
        by: str | None = None,
        now: datetime | None = None,
    ) -> None:
        """Note that so many records of a region went into an index for teams without a network."""
        with self.sessions.change(by, "precheck export", now) as change:
            exports.note_index(change, region, records, export_id, login)

    # --- quality

    def seed(self, case: int, *, by: str, now: datetime | None = None) -> None:
        """Let a confirmed case be read as a known one."""
        with self.sessions.change(by, f"case {case}", now) as change:
            readings.seed(change, case)

    def readings(self, *, by: str, since: datetime | None = None) -> tuple[Reading, ...]:
        """Return finished readings: one's own, or for a supervisor those of the region."""
        with self.sessions.look(by) as look:
            return readings.readings(look, since)

    def agreement(self, *, by: str, since: datetime | None = None, office: str | None = None) -> tuple[Agreement, ...]:
        """Return how far each steward's readings and decisions agree with others', by name."""
        with self.sessions.look(by) as look:
            return readings.agreement(look, since, office)

    # --- supervision

    def backlog(self, *, by: str, now: datetime | None = None) -> tuple[Backlog, ...]:
        """Return the open cases of a supervisor's region by kind, state, region below and age."""
        with self.sessions.look(by, now) as look:
            return backlog_.backlog(look)

    def oldest(self, *, by: str) -> CaseSummary | None:
        """Return the open case of a supervisor's region that was opened first."""
        with self.sessions.look(by) as look:
            return backlog_.oldest(look)

    def throughput(self, bounds: Sequence[datetime], *, by: str) -> tuple[Flow, ...]:
        """Return what came and went in a supervisor's region between each two of these instants."""
        with self.sessions.look(by) as look:
            return backlog_.throughput(look, bounds)

    def raised(self, *, by: str, limit: int = 50) -> tuple[Raised, ...]:
        """Return the open cases of a supervisor's region that rose a tier, by office and turn."""
        with self.sessions.look(by) as look:
            return backlog_.raised(look, limit)

    def holdings(self, *, by: str, now: datetime | None = None) -> tuple[Holding, ...]:
        """Return the cases of one's own region that somebody holds now, those held longest first."""
        with self.sessions.look(by, now) as look:
            return backlog_.holdings(look)

    def stopped(self, *, by: str, limit: int = 50) -> tuple[Stop, ...]:
        """Return the stopped publications of a supervisor's region: those that wait first, then the newest."""
        with self.sessions.look(by) as look:
            return publications.stopped(look, limit)

    def release_publication(self, number: int, *, reason: str, by: str, now: datetime | None = None) -> Stop:
        """Let a stopped publication pass, with a reason."""
        with self.sessions.change(by, f"publication {number}", now) as change:
            return publications.release(change, number, reason)

    # --- for the engine and the analysts

    def cannot_links(self, until: int | None = None) -> tuple[tuple[str, str, bytes], ...]:
        """Return the pairs called different, sorted; ``until``: as it was after this entry of the audit chain."""
        with self.sessions.look(None) as look:
            return tuple(loads.memory_of(look.connection, until).cannot_links())

    def judged_since(self, seq: int) -> tuple[tuple[tuple[str, str], ...], int]:
        """Return the pairs judged after an entry of the audit chain, sorted, and the newest entry that judged any."""
        with self.sessions.look(None) as look:
            return looks.judged_since(look, seq)

    def decided(self) -> Iterator[Case]:
        """Yield the cases that people have decided, by number, without their records' values."""
        with self.sessions.look(None) as look:
            yield from looks.decided(look)

    # --- audit

    def seen(self, record_id: str, *, by: str) -> tuple[Sighting, ...]:
        """Return who saw a record, when and why, oldest first."""
        with self.sessions.look(by) as look:
            return privacy.seen(look, record_id)

    def acts(self, *, by: str, after: int | None = None, limit: int = 50) -> Acts:
        """Return what was done beside the work on cases, newest first."""
        with self.sessions.look(by) as look:
            return acts_.acts(look, after, limit)

    def verify(self, *, anchors: Iterable[AuditHead] = ()) -> AuditReport:
        """Check the audit chain and all it seals."""
        with self.sessions.look(None) as look:
            return chain.verify(look, anchors)

    def holds(self, head: AuditHead) -> bool:
        """Return whether the audit chain has come as far as a head that was kept elsewhere, and was the same there."""
        with self.sessions.look(None) as look:
            return chain.holds(look, head)

    def head(self) -> AuditHead:
        """Return the head of the audit chain."""
        with self.sessions.look(None) as look:
            return chain.head(look)
