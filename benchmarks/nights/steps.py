"""What people do in the queue, step by step, in a form that can be done again elsewhere and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from linkage.errors import LinkageError
from linkage.review.cases import Claim
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue

Told = tuple[object, ...]


class Do(StrEnum):
    """Kinds of step."""

    CLAIM = "claim"
    EXAMINE = "examine"
    TAKE = "take"
    REVERT = "revert"
    RELEASE = "release"


@dataclass(frozen=True)
class Step:
    """One call of the queue. ``case``: the one named, or the number of the publication to be released."""

    at: datetime
    by: str
    do: Do
    case: int | None = None
    command: Command | None = None


@dataclass
class Office:
    """The queue as people work in it: carries steps out, and writes down what each was told.

    ``log``: every step with what it was told: the case with its records, the state it came to, or the refusal.
    """

    queue: SqlQueue
    log: list[tuple[Step, Told]] = field(default_factory=list)
    _tokens: dict[tuple[str, int], str] = field(default_factory=dict)

    def claim(self, by: str, at: datetime, *, examine: bool = False) -> Claim | None:
        """Hand the next case to a user."""
        claims: list[Claim | None] = []
        self._note(Step(at, by, Do.EXAMINE if examine else Do.CLAIM), claims.append)
        return claims[0] if claims else None

    def open_revert(self, case: int, by: str, at: datetime) -> Claim | None:
        """Ask to undo a case; None when that is refused."""
        claims: list[Claim | None] = []
        self._note(Step(at, by, Do.REVERT, case), claims.append)
        return claims[0] if claims else None

    def take(self, case: int, command: Command, by: str, at: datetime) -> Told:
        """Carry a command out and return what was told."""
        return self._note(Step(at, by, Do.TAKE, case, command))

    def release(self, publication: int, by: str, at: datetime) -> Told:
        """Let a publication pass that the circuit breaker stopped."""
        return self._note(Step(at, by, Do.RELEASE, publication))

    def again(self, steps: Iterable[tuple[Step, Told]]) -> list[str]:
        """Do steps of another log again, and return what they were told otherwise."""
        wrong = []
        for step, told in steps:
            now = self._note(step)
            if now != told:
                wrong.append(f"{step.do} by {step.by} at {step.at:%m-%d %H:%M:%S}: {told}, and again: {now}")
        return wrong

    def _note(self, step: Step, given: Callable[[Claim | None], None] | None = None) -> Told:
        try:
            told = self._carry_out(step, given)
        except LinkageError as error:
            told = ("refused", type(error).__name__, getattr(error, "key", ""))
        self.log.append((step, told))
        return told

    def _carry_out(self, step: Step, given: Callable[[Claim | None], None] | None) -> Told:
        if step.do is Do.RELEASE:
            assert step.case is not None
            self.queue.release_publication(step.case, reason="diperiksa", by=step.by, now=step.at)
            return ("released", step.case)
        if step.do is Do.TAKE:
            assert step.case is not None
            assert step.command is not None
            command = replace(step.command, token=self._tokens.get((step.by, step.case)))
            taken = self.queue.take(step.case, command, by=step.by, now=step.at)
            return (step.case, taken.action.value, taken.to_state.value)
        if step.do is Do.REVERT:
            assert step.case is not None
            claim: Claim | None = self.queue.open_revert(step.case, by=step.by, now=step.at)
        else:
            claim = self.queue.claim(by=step.by, examine=step.do is Do.EXAMINE, now=step.at)
        if given is not None:
            given(claim)
        if claim is None:
            return ("nothing",)
        self._tokens[step.by, claim.case.id] = claim.token
        return (claim.case.id, claim.case.kind, claim.case.state.value, claim.case.record_ids)
