"""What a store of the review queue offers, whatever holds it: the contract of the conformance suite."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from linkage.review.audit import AuditHead, AuditReport
from linkage.review.cases import Case, CaseIn, CaseSummary, Count, Decision, LoadResult, Scope, State
from linkage.review.transitions import Command


class ReviewQueue(Protocol):
    """Cases in, decisions out. Every method that shows or changes a case takes the user's :class:`Scope`.

    Each change is one transaction with one audit row, and visible to every later call once it returned.
    """

    def load(
        self, run_id: str, cases: Iterable[CaseIn], *, complete: bool = True, gone: Iterable[str] = (), now: datetime
    ) -> LoadResult:
        """Bring the queue in line with what a run found; see :mod:`linkage.review.loading`.

        ``complete=False``: the cases are only those a delta run looked at, so none is withdrawn for not being among
        them, but those whose ``case_id`` is in ``gone``. Raises :class:`InvariantError` for a case that breaks its
        contract.
        """

    def take(self, case: int, command: Command, *, scope: Scope, now: datetime) -> Decision:
        """Carry ``command`` out on a case and return the decision; refusals as in ``transitions.take``.

        Raises :class:`UsageError` for a number the queue never issued.
        """

    def get(self, case: int, *, scope: Scope) -> Case:
        """Return a case; :class:`UsageError` when unknown, :class:`NotPermittedError` outside ``scope``."""

    def list(
        self,
        *,
        scope: Scope,
        state: State | None = None,
        kind: str | None = None,
        within: str = "",
        limit: int = 50,
    ) -> tuple[CaseSummary, ...]:
        """Return cases by falling priority, then number. No ``state`` means all open ones.

        ``within``: only cases whose scope begins with this region code.
        """

    def counts(self, *, scope: Scope) -> tuple[Count, ...]:
        """Return how many cases stand where, sorted by kind, state, scope."""

    def cannot_links(self) -> tuple[tuple[str, str, bytes], ...]:
        """Return (left id, right id, fingerprint) of each pair called different, sorted; for the engine."""

    def judged_since(self, seq: int) -> tuple[tuple[tuple[str, str], ...], int]:
        """Return the pairs judged after an entry of the audit chain, sorted, and the newest entry that judged any."""

    def verify(self, *, anchor: AuditHead | None = None) -> AuditReport:
        """Check the audit chain and the decisions it seals."""
