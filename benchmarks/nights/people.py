"""The people of the offices, and a day of their work: cases taken up, proposals answered, errors found, papers sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from benchmarks.nights.answers import answer, examined, is_wrong
from benchmarks.nights.scenario import Scenario, work_at
from benchmarks.nights.steps import Office, Told
from linkage.review.cases import REVERT, Action, Case, Claim, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue

CHIEF: Final = "kepala"
_PACE: Final = timedelta(seconds=8)
_REVERTS_BY_MISTAKE: Final = 0.3
"""On so many days a right decision is undone, and its question is open again."""
_CARRIED_OUT: Final = 0.2
_CLOSING: Final = (Action.DIFFERENT, Action.REJECT, Action.SET_ASIDE)


def staff(regions: tuple[str, ...]) -> tuple[User, ...]:
    """Return the people: a steward and an approver for each regency, each province and the centre, and a chief."""
    offices = sorted({*regions, *(region[:2] for region in regions), ""})
    pairs = ((office, role) for office in offices for role in (Role.PETUGAS, Role.PENYETUJU))
    chief = User(CHIEF, Scope(""), frozenset({Role.PENGELOLA, Role.PENGAWAS}))
    return (chief, *(User(_name(role, office), Scope(office), frozenset({role})) for office, role in pairs))


def hire(queue: SqlQueue, regions: tuple[str, ...], at: datetime) -> None:
    """Make the people users of a queue."""
    for user in staff(regions):
        queue.set_user(user, by=None if user.name == CHIEF else CHIEF, now=at)


@dataclass(frozen=True)
class Settled:
    """A case as people closed it. ``wrong``: against the truth."""

    case: int
    by: str
    action: Action
    record_ids: tuple[str, ...]
    persons: tuple[PersonOut, ...]
    wrong: bool


@dataclass
class People:
    """Everybody, and what they remember. ``settled``: cases that stand closed as far as they know, by number.

    ``told``: how often each step ended how. ``reverted``: the case that asks to undo each. ``carried_out`` in SIAK.
    """

    scenario: Scenario
    regions: tuple[str, ...]
    settled: dict[int, Settled] = field(default_factory=dict)
    reverted: dict[int, int] = field(default_factory=dict)
    carried_out: set[int] = field(default_factory=set)
    told: dict[str, int] = field(default_factory=dict)

    def day(self, office: Office, night: int, person: Mapping[str, str], *, last: bool = False) -> None:
        """Work from the morning after a night until the next. ``person``: who each record is in truth."""
        day = _Day(self, office, person, self.scenario.stream("day", night), work_at(night))
        day.answer_questions()
        day.find_errors()
        day.carry_out()
        day.take_up(self.scenario.cases_a_day)
        day.examine(self.scenario.cases_a_day + self.scenario.cases_a_day // 2)


@dataclass
class _Day:
    people: People
    office: Office
    person: Mapping[str, str]
    rng: np.random.Generator
    now: datetime

    def take_up(self, cases: int) -> None:
        """Let stewards take up cases in turn until so many were, or none is left."""
        stewards = [user for user in staff(self.people.regions) if Role.PETUGAS in user.roles]
        for user in _in_turn(stewards, cases, self.rng):
            claim = self.office.claim(user.name, self._tick())
            if claim is None:
                stewards.remove(user)
                if not stewards:
                    return
                continue
            self._decide(user, claim)

    def examine(self, cases: int) -> None:
        """Let approvers answer proposals likewise."""
        approvers = [user for user in staff(self.people.regions) if Role.PENYETUJU in user.roles]
        for user in _in_turn(approvers, cases, self.rng):
            claim = self.office.claim(user.name, self._tick(), examine=True)
            if claim is None:
                approvers.remove(user)
                if not approvers:
                    return
                continue
            case, notices = claim.case, self.people.scenario.approver_notices
            command = examined(case, self.person, notices=notices, rng=self.rng)
            told = self._take(case.id, command, user.name)
            if told[0] == case.id:
                self._remember(case, command, user.name)

    def answer_questions(self) -> None:
        """Let the offices that were asked answer."""
        for region in self.people.regions:
            name = _name(Role.PETUGAS, region)
            for request in self.office.queue.requests(by=name):
                self._take(request.case.id, Command(Action.ANSWER, region=region, reason="sudah pindah"), name)

    def find_errors(self) -> None:
        """Let some wrong decisions be found: published ones are undone, others asked again. Now and then a right one
        is undone too."""
        share = self.people.scenario.found_a_day
        found = [one for one in self.people.settled.values() if one.wrong and self.rng.random() < share]
        right = [one for one in self.people.settled.values() if not one.wrong and one.action is Action.APPROVE]
        if right and self.rng.random() < _REVERTS_BY_MISTAKE:
            found.append(right[int(self.rng.integers(len(right)))])
        for one in found:
            if one.action is Action.APPROVE:
                self._undo(one)
            else:
                told = self._take(one.case, Command(Action.REOPEN, reason="ternyata keliru"), CHIEF)
                self.people.settled.pop(one.case)
                self._count("error found, asked again" if told[0] == one.case else "error found, refused")

    def carry_out(self) -> None:
        """Let offices report what they have carried out in SIAK, and the centre confirm it."""
        ready = [one for one in self.people.settled.values() if one.action is Action.APPROVE and not one.wrong]
        for one in ready:
            if self.rng.random() < _CARRIED_OUT and one.case not in self.people.carried_out:
                self.people.carried_out.add(one.case)
                told = self._take(one.case, Command(Action.CARRY_OUT), one.by)
                if told[0] == one.case:
                    self._take(one.case, Command(Action.CONFIRM), _name(Role.PENYETUJU, ""))

    def _decide(self, user: User, claim: Claim) -> None:
        case, scenario = claim.case, self.people.scenario
        reads_again = case.id in self.people.settled and len(case.history) == 1
        command = answer(
            case,
            self.person,
            office=user.scope.code,
            errors=(scenario.steward_error, scenario.look_alike_error),
            rng=self.rng,
            now=self.now,
        )
        told = self._take(case.id, command, user.name)
        if told[0] == "refused":
            # What was settled before stands against it: that has to be looked into first.
            due = self.now + timedelta(days=9)
            command = Command(Action.NEED, reason="bertentangan dengan keputusan lain", due_at=due)
            self._take(case.id, command, user.name)
        elif reads_again:
            self._count("read again")
        elif command.action in _CLOSING:
            self._remember(case, command, user.name)
        else:
            self.people.settled.pop(case.id, None)

    def _undo(self, one: Settled) -> None:
        claim = self.office.open_revert(one.case, one.by, self._tick())
        if claim is None:
            self._count("undoing refused")
            return
        apart = tuple(PersonOut((record,)) for record in one.record_ids)
        alone = one.wrong and len({self.person[record] for record in one.record_ids}) == len(one.record_ids)
        command = Command(Action.PROPOSE, verdict=Verdict.REVERT, persons=apart if alone else ())
        self._take(claim.case.id, command, one.by)
        self.people.settled.pop(one.case)
        self.people.reverted[one.case] = claim.case.id
        self._count("undone, wrong" if one.wrong else "undone by mistake")

    def _remember(self, case: Case, command: Command, by: str) -> None:
        action = command.action
        if action is Action.RETURN or case.kind == REVERT:
            return
        persons: tuple[PersonOut, ...] = tuple(PersonOut((record,)) for record in case.record_ids)
        if action is Action.APPROVE:
            proposal = next(entry for entry in reversed(case.history) if entry.action is Action.PROPOSE)
            persons, by = proposal.persons, proposal.actor
        wrong = action is not Action.SET_ASIDE and is_wrong(persons, self.person)
        self.people.settled[case.id] = Settled(case.id, by, action, case.record_ids, persons, wrong)
        self._count(f"{action}, {'wrong' if wrong else 'right'}")

    def _take(self, case: int, command: Command, by: str) -> Told:
        told = self.office.take(case, command, by, self._tick())
        self._count(f"{command.action}{' refused: ' + str(told[2]) if told[0] == 'refused' else ''}")
        return told

    def _tick(self) -> datetime:
        self.now += _PACE
        return self.now

    def _count(self, what: str) -> None:
        self.people.told[what] = self.people.told.get(what, 0) + 1


def _in_turn(users: list[User], times: int, rng: np.random.Generator) -> Iterator[User]:
    """Yield a user, drawn evenly from those who are left, so many times."""
    for _ in range(times):
        if not users:
            return
        yield users[int(rng.integers(len(users)))]


def _name(role: Role, office: str) -> str:
    return f"{role.value}-{office or 'pusat'}"
