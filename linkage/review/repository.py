"""What a store of the review queue offers, whatever holds it: the contract of the conformance suite.

Every call names the user it is made for (``by``); the store looks up the user's region and roles in the same
transaction, so that a change of them acts on the very next call. A case a user may not see does not exist for them.
``now`` is an instant with a time zone; None asks the database's clock. Each change is one transaction with one row of
the audit chain, and visible to every later call once it returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from linkage.review.acts import Acts
from linkage.review.audit import AuditHead, AuditReport
from linkage.review.backlog import Backlog, Flow, Holding, Raised
from linkage.review.cases import Case, CaseIn, CaseSummary, Claim, Count, Decision, LoadResult, State
from linkage.review.effects import Effect
from linkage.review.exports import ExportForm, Render
from linkage.review.people import User
from linkage.review.publications import Stop, StopReason
from linkage.review.readings import Agreement, Reading
from linkage.review.rules import Command
from linkage.review.sightings import Sighting
from linkage.review.tally import Tally
from linkage.review.work import AgeCount, Desk, Request, Worked


class ReviewQueue(Protocol):
    """Cases in, decisions out."""

    # --- batch: called by jobs, signed by the system

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
        """Bring the queue in line with what a run found; see :mod:`linkage.review.loading`.

        ``complete=False``: the cases are only those a delta run looked at, so none is withdrawn for not being among
        them, but those whose ``case_id`` is in ``gone``. ``model``: digest of the model that found them. Raises
        :class:`InvariantError` for a case that breaks its contract.
        """

    def sweep(self, *, now: datetime | None = None) -> tuple[int, int]:
        """Do what time brings: cases whose offices did not answer in time go to the next tier, and offices whose queue
        has room get waiting cases. Return (cases escalated, cases admitted). Doing it again does nothing."""

    def pending(self, *, limit: int = 1000) -> tuple[Effect, ...]:
        """Return decisions that are to be published and have not been, oldest first."""

    def open_records(self) -> tuple[str, ...]:
        """Return the records of all cases whose question nobody has answered yet, sorted, each once."""

    def tally(self, since: datetime, until: datetime) -> tuple[Tally, ...]:
        """Return the cases of all regions by scope and kind, sorted: found, ended and confirmed from ``since``
        (included) to ``until`` (not), and open now with their age at ``until``. Requests to undo are not counted."""

    def mark_published(self, effects: Iterable[int], publication: int, *, now: datetime | None = None) -> int:
        """Note that the effects of these numbers are in a publication; return how many were news. The same again is
        no news; another publication for the same effect is an :class:`InvariantError`."""

    def begun(self, after: int) -> tuple[int, tuple[Effect, ...]] | None:
        """Return the publication beyond ``after`` that effects were marked with, and these effects, oldest first; None
        when there is none. Two of them are an :class:`InvariantError`: one is finished before the next begins."""

    def stops(self, after: int) -> tuple[Stop, ...]:
        """Return the publications beyond ``after`` that were stopped, by number, for the system."""

    def retain(self, *, now: datetime | None = None) -> int:
        """Delete the records' values of cases withdrawn longer ago than the settings keep them; return the records."""

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
        """Delete values, families and evidence of records in all cases, and withdraw those that wait for a decision
        about one of them; return the cases that held one. Decisions and judgements stay. ``fields``: only false values
        were corrected, so open cases, which show the values of today, are left alone.

        ``by`` and ``approved_by`` are two ``pengelola`` of the nation; :class:`NotPermittedError` for anybody else.
        The same asked at the same instant does nothing the second time.
        """

    def stop_publication(
        self, number: int, reasons: Iterable[StopReason], *, region: str = "", now: datetime | None = None
    ) -> bool:
        """Stop a publication until a supervisor whose region covers ``region`` lets it pass; return whether that was
        news. A number that was stopped before stays as it is: what changes gets another number."""

    def is_released(self, number: int) -> bool:
        """Return whether nothing holds a publication back: it was never stopped, or was let pass."""

    # --- users

    def set_user(self, user: User, *, by: str | None, now: datetime | None = None) -> User:
        """Add or change a user. The first one needs no ``by``; later ones a ``pengelola`` whose region covers theirs.

        What a user who is no longer active, or works elsewhere, held is free at once.
        """

    def user(self, name: str) -> User:
        """Return a user; :class:`NotPermittedError` when there is none of this name."""

    def users(self, *, by: str) -> tuple[User, ...]:
        """Return the users of one's own region and below, by name."""

    def free_user(self, name: str, *, by: str, now: datetime | None = None) -> int:
        """Free all that a user holds or was given, who stays what they are; return how many cases they held.

        For a ``pengelola`` whose region covers theirs; :class:`NotPermittedError` for anybody else.
        """

    # --- work

    def claim(
        self, *, by: str, case: int | None = None, examine: bool = False, now: datetime | None = None
    ) -> Claim | None:
        """Hand a case to a user: the one named, else the next in turn; None when there is nothing for them.

        ``examine``: a proposal to answer instead of a case to work on. The next is the one whose turn is first, at the
        user's own tier before those below. Claiming a case one holds already gives a new token; the old one is void.
        A case may be one whose answer is known, or was given by another: see :mod:`linkage.review.readings`.
        Raises :class:`CaseConflictError` when the named one is held by another or not to be had.
        """

    def renew(self, case: int, token: str, *, by: str, now: datetime | None = None) -> datetime:
        """Prolong a lease that is still held, and return until when; :class:`CaseConflictError` when it is over."""

    def take(self, case: int, command: Command, *, by: str, now: datetime | None = None) -> Decision:
        """Carry ``command`` out on a case and return the decision; refusals as in :func:`linkage.review.rules.take`.

        The same ``idem`` with the same command returns the same decision again and changes nothing; with another
        command of the same user it is a :class:`UsageError`. Raises :class:`UsageError` for a case the user cannot see.
        """

    def open_revert(self, case: int, *, by: str, now: datetime | None = None) -> Claim:
        """Open a case that asks to undo a published decision, and hand it to the user, who then proposes ``revert``."""

    # --- looking

    def view(self, case: int, *, by: str, now: datetime | None = None) -> Case:
        """Return a case as the user may see it, and note that they saw it."""

    def get(self, case: int, *, by: str) -> Case:
        """Return a case as the user may see it, without its records' values and so without a note."""

    def open_fields(
        self, case: int, record_id: str, fields: Sequence[str], reason: str, *, by: str, now: datetime | None = None
    ) -> Mapping[str, str]:
        """Return masked values of a record in full, and note who opened which, why.

        For a record of the user's own region, or of a case their region decides. Raises :class:`UsageError` without a
        reason.
        """

    def find(self, digest: bytes, *, by: str, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        """Return the cases with a record of this NIK (keyed digest) that the user may see, and note the search."""

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
        """Return the cases a user may see, by turn, then number. No ``state`` means all open ones.

        ``within``: only cases whose office begins with this region code. ``assigned``: only those given to the user.
        ``opened``: only those opened after the first instant and not after the second; None: no bound. ``after``: only
        those behind this (turn, number), for the next page.
        """

    def counts(self, *, by: str | None) -> tuple[Count, ...]:
        """Return how many cases of the user's own region and below stand where, sorted by kind, state, office.

        None is the system, which counts all.
        """

    def ages(self, *, by: str, now: datetime | None = None) -> tuple[AgeCount, ...]:
        """Return how many open cases of the user's own region and below are how old, the youngest first."""

    def desk(self, *, by: str, now: datetime | None = None) -> Desk:
        """Return what the user has to do with: what they hold, were given, were sent back, and wait for."""

    def worked(self, *, by: str, since: datetime, now: datetime | None = None) -> Worked:
        """Return what the user did since then; nobody's work but one's own."""

    def requests(self, *, by: str, limit: int = 100) -> tuple[Request, ...]:
        """Return the questions of other offices that wait for the answer of the user's own, the soonest due first.

        ``limit``: of how many cases at most. A user of a province or of the nation is asked nothing.
        """

    def questions(self, *, by: str, limit: int = 100) -> tuple[Request, ...]:
        """Return the questions that the user's office has asked and that wait, or whose case is kept for the user since
        the last answer: those without an answer first, the soonest due first."""

    def find_record(self, record_id: str, *, by: str, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        """Return the cases with this record that the user may see, and note the search."""

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
        """Return what ``render`` makes of cases as the user may see them, and note what left the queue and what for.

        Raises :class:`NotPermittedError` for a role that may not, :class:`UsageError` without a purpose,
        :class:`UnknownCaseError` for a case the user cannot see; then nothing leaves.
        """

    # --- quality

    def seed(self, case: int, *, by: str, now: datetime | None = None) -> None:
        """Let a confirmed case be read as a known one; for a ``pengawas``."""

    def readings(self, *, by: str, since: datetime | None = None) -> tuple[Reading, ...]:
        """Return finished readings: one's own, or for a ``pengawas`` those of the region."""

    def agreement(self, *, by: str, since: datetime | None = None, office: str | None = None) -> tuple[Agreement, ...]:
        """Return how far each steward's readings and decisions agree with others', by name; never a ranking.

        ``office``: only of those who work for exactly this office.
        """

    # --- supervision: for a ``pengawas``, of their own region and below; :class:`NotPermittedError` for others

    def backlog(self, *, by: str, now: datetime | None = None) -> tuple[Backlog, ...]:
        """Return the open cases by kind, state, region below and age, sorted by these."""

    def oldest(self, *, by: str) -> CaseSummary | None:
        """Return the open case that was opened first, None when there is none."""

    def throughput(self, bounds: Sequence[datetime], *, by: str) -> tuple[Flow, ...]:
        """Return what came and went between each two of these instants, which are in order; see :class:`Flow`."""

    def raised(self, *, by: str, limit: int = 50) -> tuple[Raised, ...]:
        """Return the open cases that a higher tier decides than the one they were found for, by office
        and turn: those of one's own office first."""

    def holdings(self, *, by: str, now: datetime | None = None) -> tuple[Holding, ...]:
        """Return the cases that somebody holds now, those held longest first; for a ``pengelola`` too."""

    def stopped(self, *, by: str, limit: int = 50) -> tuple[Stop, ...]:
        """Return the stopped publications: those that wait first, then the newest."""

    def release_publication(self, number: int, *, reason: str, by: str, now: datetime | None = None) -> Stop:
        """Let a stopped publication pass, once, with a reason; return how it stands now.

        Raises :class:`UsageError` without a reason, or for one that was not stopped or is another region's;
        :class:`CaseConflictError` when it was let pass before.
        """

    # --- for the engine and the analysts

    def cannot_links(self, until: int | None = None) -> tuple[tuple[str, str, bytes], ...]:
        """Return (left id, right id, fingerprint) of each pair called different, sorted; for the engine.

        ``until``: as it was after this entry of the audit chain.
        """

    def judged_since(self, seq: int) -> tuple[tuple[tuple[str, str], ...], int]:
        """Return the pairs judged after an entry of the audit chain, sorted, and the newest entry that judged any."""

    def decided(self) -> Iterable[Case]:
        """Yield the cases that people have decided, by number, without their records' values."""

    # --- audit

    def seen(self, record_id: str, *, by: str) -> tuple[Sighting, ...]:
        """Return who saw a record, when and why, oldest first; for an ``auditor`` whose region covers the record."""

    def acts(self, *, by: str, after: int | None = None, limit: int = 50) -> Acts:
        """Return what was done beside the work on cases, newest first: users changed, values opened, searches, signing
        in refused, publications stopped; for a ``pengelola`` or ``auditor``, of their own region and below.

        ``after``: only what is older than this row of the audit chain. A page may come out short, and not be the last.
        """

    def verify(self, *, anchors: Iterable[AuditHead] = ()) -> AuditReport:
        """Check the audit chain and all it seals."""

    def head(self) -> AuditHead:
        """Return the head of the audit chain, to be kept elsewhere as an anchor."""
