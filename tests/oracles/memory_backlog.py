"""What a supervisor sees, counted case by case over the queue of plain lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.backlog import AGE_DAYS, Backlog, Flow, Holding, Raised, age_of, region_below, spans
from linkage.review.cases import REVERT, Action, Case, CaseSummary, State
from linkage.review.people import SYSTEM, Role, User
from linkage.review.publications import Stop, StopReason, checked
from linkage.review.reasons import needed_text
from linkage.review.tally import Tally
from linkage.review.transitions import OPEN


class MemoryBacklog:
    """The supervisor's part of ``MemoryQueue``."""

    cases: dict[int, Case]
    people: dict[str, User]
    held_back: dict[int, Stop]

    def stop_publication(
        self, number: int, reasons: Iterable[StopReason], *, region: str = "", now: datetime | None = None
    ) -> bool:
        told = checked(number, reasons, region)
        if number in self.held_back:
            return False
        self.held_back[number] = Stop(number, region, told, now or datetime.now(UTC))
        self._append("stop_publication", SYSTEM)
        return True

    def is_released(self, number: int) -> bool:
        return number not in self.held_back or self.held_back[number].released_at is not None

    def stops(self, after: int) -> tuple[Stop, ...]:
        return tuple(stop for number, stop in sorted(self.held_back.items()) if number > after)

    def stopped(self, *, by: str, limit: int = 50) -> tuple[Stop, ...]:
        me = self._lead(by)
        own = [stop for stop in self.held_back.values() if me.scope.covers(stop.region)]
        return tuple(sorted(own, key=lambda stop: (stop.released_at is not None, -stop.number))[:limit])

    def release_publication(self, number: int, *, reason: str, by: str, now: datetime | None = None) -> Stop:
        me, why = self._lead(by), needed_text(reason, where="publication")
        stop = self.held_back.get(number)
        if stop is None or not me.scope.covers(stop.region):
            raise UsageError("no such publication was stopped")
        if stop.released_at is not None:
            raise CaseConflictError("it was let pass already")
        moment = now or datetime.now(UTC)
        self.held_back[number] = replace(stop, released_at=moment, released_by=me.name, reason=why)
        self._append("resume_publication", me.name)
        return self.held_back[number]

    def free_user(self, name: str, *, by: str, now: datetime | None = None) -> int:
        keeper, user = self._user(by), self.people.get(name)
        if user is None or Role.PENGELOLA not in keeper.roles or not keeper.scope.covers(user.scope.code):
            raise NotPermittedError("a user is changed by who keeps the list of their region")
        freed = 0
        for case in list(self.cases.values()):
            if case.lease is not None and case.lease.owner == name:
                freed += 1
                case = replace(case, lease=None)
            if case.assignee == name and case.state in OPEN:
                case = replace(case, assignee=None, assigned_until=None)
            self.cases[case.id] = case
        self._append("free", by)
        return freed

    def backlog(self, *, by: str, now: datetime | None = None) -> tuple[Backlog, ...]:
        me, moment = self._lead(by), now or datetime.now(UTC)
        lines: defaultdict[tuple[str, State, str, bool, int], list[datetime]] = defaultdict(list)
        for case in self._within(me):
            region = region_below(case.office, me.scope.code)
            key = (case.kind, case.state, region, case.waiting, age_of(case.opened_at, moment))
            lines[key].append(case.opened_at)
        return tuple(Backlog(*key, len(opened), min(opened)) for key, opened in sorted(lines.items()))

    def oldest(self, *, by: str) -> CaseSummary | None:
        first = min(self._within(self._lead(by)), key=lambda case: (case.opened_at, case.id), default=None)
        return None if first is None else self._line(first)

    def throughput(self, bounds: Sequence[datetime], *, by: str) -> tuple[Flow, ...]:
        me = self._lead(by)
        own = [case for case in self.cases.values() if me.scope.covers(case.office)]
        told = []
        for start, end in spans(bounds):
            ended = Counter(
                case.state is State.DITARIK
                for case in own
                if case.closed_at is not None and start <= case.closed_at < end
            )
            opened = sum(start <= case.opened_at < end for case in own)
            told.append(Flow(start, end, opened, ended[False], ended[True]))
        return tuple(told)

    def tally(self, since: datetime, until: datetime) -> tuple[Tally, ...]:
        told = []
        asked = [case for case in self.cases.values() if case.kind != REVERT]
        for scope, kind in sorted({(case.scope, case.kind) for case in asked}):
            own = [case for case in asked if (case.scope, case.kind) == (scope, kind)]
            left = [case.opened_at for case in own if case.closed_at is None and case.opened_at < until]
            ended = Counter(case.state for case in own if case.closed_at and since <= case.closed_at < until)
            ages = Counter(age_of(at, until) for at in left)
            one = Tally(
                scope,
                kind,
                found=sum(since <= case.opened_at < until for case in own),
                ended=dict(ended),
                confirmed=sum(
                    entry.action is Action.CONFIRM and since <= entry.at < until
                    for case in own
                    for entry in case.history
                ),
                ages=tuple(ages[band] for band in range(len(AGE_DAYS) + 1)),
                days_open=sum((until - at).days for at in left),
            )
            if one.found or one.ended or one.confirmed or left:
                told.append(one)
        return tuple(told)

    def raised(self, *, by: str, limit: int = 50) -> tuple[Raised, ...]:
        told = []
        for case in self._within(self._lead(by)):
            if case.office != case.scope:
                steps = [entry for entry in case.history if entry.action is Action.ESCALATE]
                last = steps[-1]
                told.append(Raised(self._line(case), last.actor, last.reason, last.at))
        return tuple(sorted(told, key=lambda one: (one.case.office, one.case.turn_at, one.case.id))[:limit])

    def holdings(self, *, by: str, now: datetime | None = None) -> tuple[Holding, ...]:
        me, moment = self._user(by), now or datetime.now(UTC)
        if not me.roles & {Role.PENGAWAS, Role.PENGELOLA}:
            raise NotPermittedError("the role is another's")
        told = []
        for case in self._within(me):
            lease = case.lease
            if lease is not None and lease.live(moment):
                since = max(
                    entry.at
                    for entry in case.history
                    if entry.actor == lease.owner and entry.action in (Action.CLAIM, Action.EXAMINE)
                )
                told.append(Holding(case.id, case.kind, case.state, case.office, lease.owner, since, lease.until))
        return tuple(sorted(told, key=lambda one: (one.since, one.case)))

    def _within(self, user: User) -> list[Case]:
        return [case for case in self.cases.values() if case.state in OPEN and user.scope.covers(case.office)]

    def _lead(self, name: str) -> User:
        user = self._user(name)
        if Role.PENGAWAS not in user.roles:
            raise NotPermittedError("the role is another's")
        return user

    def _user(self, name: str) -> User:
        raise NotImplementedError

    def _append(self, action: str, actor: str) -> None:
        raise NotImplementedError

    def _line(self, case: Case) -> CaseSummary:
        raise NotImplementedError
