"""The steward's verbs: each builds one command, and the store carries it out in one transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from linkage.errors import UsageError
from linkage.review.cases import Action, Decision, Different, Scope, Verdict
from linkage.review.transitions import Command


class Verbs(ABC):
    """Named methods over :meth:`take`. All: ``version`` is the version the user looked at (``None``: any)."""

    @abstractmethod
    def take(self, case: int, command: Command, *, scope: Scope, now: datetime) -> Decision:
        """Carry ``command`` out; see :class:`linkage.review.repository.ReviewQueue`."""

    def assign(
        self, case: int, actor: str, assignee: str, *, scope: Scope, now: datetime, version: int | None = None
    ) -> Decision:
        """Give the case to one person, who alone may then propose or dismiss."""
        command = Command(Action.ASSIGN, actor, assignee=assignee, version=version)
        return self.take(case, command, scope=scope, now=now)

    def start(self, case: int, actor: str, *, scope: Scope, now: datetime, version: int | None = None) -> Decision:
        """Take the case up; it is then assigned to ``actor``."""
        return self.take(case, Command(Action.START, actor, version=version), scope=scope, now=now)

    def propose(
        self,
        case: int,
        actor: str,
        *,
        scope: Scope,
        now: datetime,
        verdict: str = Verdict.DUPLICATE,
        surviving: str | None = None,
        reason: str = "",
        version: int | None = None,
    ) -> Decision:
        """Propose ``duplicate`` (one person) or ``split`` (a shared NIK), with the record that keeps its NIK."""
        if verdict not in set(Verdict):
            raise UsageError(f"the verdict must be one of {', '.join(Verdict)}", where=f"case {case}")
        command = Command(
            Action.PROPOSE,
            actor,
            reason=reason,
            verdict=Verdict(verdict),
            surviving_record=surviving,
            version=version,
        )
        return self.take(case, command, scope=scope, now=now)

    def approve(
        self, case: int, actor: str, *, scope: Scope, now: datetime, reason: str = "", version: int | None = None
    ) -> Decision:
        """Agree with a proposal; never the person who proposed."""
        return self.take(case, Command(Action.APPROVE, actor, reason=reason, version=version), scope=scope, now=now)

    def return_(
        self, case: int, actor: str, reason: str, *, scope: Scope, now: datetime, version: int | None = None
    ) -> Decision:
        """Send a proposal back for more work; never the person who proposed."""
        return self.take(case, Command(Action.RETURN, actor, reason=reason, version=version), scope=scope, now=now)

    def reject(
        self, case: int, actor: str, reason: str, *, scope: Scope, now: datetime, version: int | None = None
    ) -> Decision:
        """Refuse a proposal for good; its pairs are not put forward again while unchanged."""
        return self.take(case, Command(Action.REJECT, actor, reason=reason, version=version), scope=scope, now=now)

    def different(
        self, case: int, actor: str, reason: str, *, scope: Scope, now: datetime, version: int | None = None
    ) -> Decision:
        """Say that the pairs of the case are different persons: ``twins``, ``siblings``, ``namesakes``, ``other``."""
        if reason not in set(Different):
            raise UsageError(f"the reason must be one of {', '.join(Different)}", where=f"case {case}")
        return self.take(case, Command(Action.DIFFERENT, actor, reason=reason, version=version), scope=scope, now=now)
