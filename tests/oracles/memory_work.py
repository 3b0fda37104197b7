"""What lies around the cases, by asking every case: the plain counterpart of ``linkage/review/sql/work.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from linkage.errors import NotPermittedError
from linkage.review.cases import Action, Case, CaseSummary, Decision, State
from linkage.review.people import Role, User
from linkage.review.rules import sees
from linkage.review.transitions import OPEN
from linkage.review.work import AgeCount, Desk, Request, Step, Worked, worked
from tests.oracles.lines import summary

_BANDS = ((0, 7), (7, 30), (30, 90), (90, None))


class MemoryWork:
    """The part of a memory queue that asks nothing but its cases and people."""

    cases: dict[int, Case]

    def _user(self, name: str) -> User:
        raise NotImplementedError

    def _append(self, action: str, actor: str) -> None:
        raise NotImplementedError

    def ages(self, *, by: str, now: datetime | None = None) -> tuple[AgeCount, ...]:
        moment, me = now or datetime.now(UTC), self._user(by)
        mine = [case for case in self.cases.values() if case.state in OPEN and me.scope.covers(case.office)]
        old = [moment - case.opened_at for case in mine]
        return tuple(
            AgeCount(
                *(days, below),
                sum(timedelta(days) <= age and (below is None or age < timedelta(below)) for age in old),
            )
            for days, below in _BANDS
        )

    def desk(self, *, by: str, now: datetime | None = None) -> Desk:
        moment, me = now or datetime.now(UTC), self._user(by)
        everything = sorted(self.cases.values(), key=lambda case: (case.turn_at, case.id))
        held = [case for case in everything if case.lease and case.lease.owner == me.name and case.lease.live(moment)]
        free = [case for case in everything if case not in held and case.state in OPEN]
        waits = State.MENUNGGU_DOKUMEN
        given = [
            case
            for case in free
            if case.assignee == me.name
            and case.state is not waits
            and case.assigned_until is not None
            and case.assigned_until > moment
        ]
        returned = [case for case in free if case.state is State.DIKEMBALIKAN and _sent_back(case, me.name)]
        return Desk(
            held=_lines(sorted(held, key=lambda case: (case.lease.until if case.lease else moment, case.id))),
            given=_lines(given),
            returned=_lines(returned),
            waiting=_lines(case for case in free if case.assignee == me.name and case.state is waits),
        )

    def worked(self, *, by: str, since: datetime, now: datetime | None = None) -> Worked:
        me = self._user(by)
        own = [
            Step(case.id, entry.action, entry.at)
            for case in self.cases.values()
            for entry in case.history
            if entry.actor == me.name and entry.at >= since
        ]
        return worked(own, now=now or datetime.now(UTC))

    def requests(self, *, by: str, limit: int = 100) -> tuple[Request, ...]:
        me = self._user(by)
        waiting = [case for case in self.cases.values() if me.scope.code in case.asked()]
        found = [one for case in waiting for one in _questions(case) if one.region == me.scope.code]
        return _by_day(one for one in found if one.answered_at is None)

    def questions(self, *, by: str, limit: int = 100) -> tuple[Request, ...]:
        me = self._user(by)
        waiting = [
            case
            for case in self.cases.values()
            if (case.asked() and me.name == case.assignee)
            or (case.asked() and case.office == me.scope.code)
            or (case.state is State.DITUGASKAN and case.assignee == me.name)
        ]
        return _by_day(one for case in waiting for one in _questions(case))

    def find_record(self, record_id: str, *, by: str, now: datetime | None = None) -> tuple[CaseSummary, ...]:
        me = self._user(by)
        if not me.roles & {Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS, Role.AUDITOR}:
            raise NotPermittedError("the role may not search")
        found = [case for case in self.cases.values() if record_id in case.record_ids and sees(case, me)]
        self._append("search", me.name)
        return _lines(sorted(found, key=lambda case: case.id))


def _lines(cases: Iterable[Case]) -> tuple[CaseSummary, ...]:
    return tuple(summary(case) for case in cases)


def _sent_back(case: Case, name: str) -> bool:
    returns = [entry for entry in case.history if entry.action is Action.RETURN]
    return bool(returns) and returns[-1].proposer == name


def _questions(case: Case) -> Iterator[Request]:
    """The questions since the case was last taken up, the last to each office, with its answer if there is one."""
    since = [entry.seq for entry in case.history if entry.action is Action.CLAIM]
    entries = [entry for entry in case.history if entry.seq > max(since, default=0)]
    last = {entry.region: entry for entry in entries if entry.action is Action.ASK}
    for entry in entries:
        if entry in last.values():
            told = next((one for one in entries if _answers(one, entry)), None)
            yield Request(
                *(summary(case), entry.region or "", entry.actor, entry.at, entry.due_at, entry.reason),
                answered_at=told.at if told else None,
                answer=told.reason if told else "",
            )


def _answers(entry: Decision, question: Decision) -> bool:
    return entry.action is Action.ANSWER and entry.region == question.region and entry.seq > question.seq


def _by_day(requests: Iterable[Request]) -> tuple[Request, ...]:
    def order(one: Request) -> tuple[bool, datetime, int, str]:
        assert one.due_at is not None
        return one.answered_at is not None, one.due_at, one.case.id, one.region

    return tuple(sorted(requests, key=order))
