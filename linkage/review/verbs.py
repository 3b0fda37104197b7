"""The verbs of the queue: one named method for each step a person can take, each of which builds one command.

Taking a case up (``claim``), opening a case that undoes another (``open_revert``) and prolonging a lease (``renew``)
give back something of their own, and so are methods of the store itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Required, TypedDict, Unpack

from linkage.errors import UsageError
from linkage.review.cases import Action, Aside, Case, Decision, Different, Verdict
from linkage.review.resolution import PersonOut, one_person
from linkage.review.rules import Command


class Signed(TypedDict, total=False):
    """What every step may be given: who takes it and, each optional, the token of their lease, the version they looked
    at, the key under which the step is taken once, what they say, and the moment (the database's clock otherwise)."""

    by: Required[str]
    token: str | None
    version: int | None
    idem: str | None
    reason: str
    now: datetime | None


class Verbs(ABC):
    """Named methods over :meth:`take`; refusals as there."""

    @abstractmethod
    def take(self, case: int, command: Command, *, by: str, now: datetime | None = None) -> Decision:
        """Carry ``command`` out; see :class:`linkage.review.repository.ReviewQueue`."""

    @abstractmethod
    def get(self, case: int, *, by: str) -> Case:
        """Return a case without its records' values; see :class:`linkage.review.repository.ReviewQueue`."""

    def assign(self, case: int, assignee: str, **signed: Unpack[Signed]) -> Decision:
        """Give the case to one person; after some days others are offered it too."""
        return self._step(case, Action.ASSIGN, assignee=assignee, **signed)

    def release(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Give the case back; a supervisor takes it from who holds it."""
        return self._step(case, Action.RELEASE, **signed)

    def propose(
        self,
        case: int,
        verdict: Verdict | str = Verdict.DUPLICATE,
        persons: Sequence[PersonOut] = (),
        keeps: str | None = None,
        **signed: Unpack[Signed],
    ) -> Decision:
        """Propose which persons there are. ``keeps``, instead of ``persons``: all records are one person, and this
        record's NIK stays. Raises :class:`UsageError` for both, or for no known verdict."""
        if verdict not in set(Verdict):
            raise UsageError(
                f"the verdict must be one of {', '.join(Verdict)}",
                where=f"case {case}",
                key="verdict.unknown",
                filled={"verdicts": ",".join(Verdict)},
            )
        if keeps is not None:
            if persons:
                raise UsageError(
                    "which record stays is said of each person", where=f"case {case}", key="persons.keeps_twice"
                )
            persons = one_person(self.get(case, by=signed["by"]).record_ids, keeps)
        return self._step(case, Action.PROPOSE, verdict=Verdict(verdict), persons=tuple(persons), **signed)

    def take_back(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Take one's own proposal back, while nobody examines it."""
        return self._step(case, Action.TAKE_BACK, **signed)

    def different(self, case: int, why: Different | str, **signed: Unpack[Signed]) -> Decision:
        """Say that no two of the records put forward are one person: twins, siblings, namesakes or other."""
        return self._step(case, Action.DIFFERENT, **_saying(why, signed))

    def set_aside(self, case: int, why: Aside | str, **signed: Unpack[Signed]) -> Decision:
        """Say that it is no question of persons: a death, a move or an error, to be reported elsewhere."""
        return self._step(case, Action.SET_ASIDE, **_saying(why, signed))

    def need(self, case: int, due_at: datetime, assignee: str | None = None, **signed: Unpack[Signed]) -> Decision:
        """Say what is missing (the reason), until when, and who brings it; the user by default."""
        return self._step(case, Action.NEED, due_at=due_at, assignee=assignee, **signed)

    def ask(self, case: int, region: str, due_at: datetime | None = None, **signed: Unpack[Signed]) -> Decision:
        """Ask the office of one of the records; the reason is the question."""
        return self._step(case, Action.ASK, region=region, due_at=due_at, **signed)

    def answer(self, case: int, region: str, **signed: Unpack[Signed]) -> Decision:
        """Answer for one's own office; the reason is the answer."""
        return self._step(case, Action.ANSWER, region=region, **signed)

    def escalate(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Hand the case to the next tier, with a reason."""
        return self._step(case, Action.ESCALATE, **signed)

    def approve(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Agree with a proposal; never who worked on the case."""
        return self._step(case, Action.APPROVE, **signed)

    def return_(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Send a proposal back for more work, with a reason; never who worked on the case."""
        return self._step(case, Action.RETURN, **signed)

    def reject(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Refuse a proposal, with a reason: its pairs are not put forward again while unchanged."""
        return self._step(case, Action.REJECT, **signed)

    def reopen(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Put the question of a decided case again, with a reason, as long as it is not published."""
        return self._step(case, Action.REOPEN, **signed)

    def carry_out(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Note that the office has carried the decision out in its register."""
        return self._step(case, Action.CARRY_OUT, **signed)

    def confirm(self, case: int, **signed: Unpack[Signed]) -> Decision:
        """Confirm for the centre what was carried out."""
        return self._step(case, Action.CONFIRM, **signed)

    def _step(
        self,
        case: int,
        action: Action,
        *,
        by: str,
        token: str | None = None,
        version: int | None = None,
        idem: str | None = None,
        reason: str = "",
        now: datetime | None = None,
        verdict: Verdict | None = None,
        persons: tuple[PersonOut, ...] = (),
        assignee: str | None = None,
        region: str | None = None,
        due_at: datetime | None = None,
    ) -> Decision:
        command = Command(
            action,
            reason=reason,
            verdict=verdict,
            persons=persons,
            assignee=assignee,
            region=region,
            due_at=due_at,
            version=version,
            token=token,
            idem=idem,
        )
        return self.take(case, command, by=by, now=now)


def _saying(why: str, signed: Signed) -> Signed:
    """Return what a step is given, with its code as the reason."""
    return {**signed, "reason": str(why)}
