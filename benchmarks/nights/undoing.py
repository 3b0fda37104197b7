"""Decisions taken and undone, in any order: the reference is then what it was before, to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from benchmarks.nights.answers import SEEN, chosen_persons, parts_of
from benchmarks.nights.checks import Checks
from benchmarks.nights.house import House
from benchmarks.nights.life import Diary, publish_by_supervisor
from benchmarks.nights.scenario import Scenario, publish_at
from linkage.errors import LinkageError
from linkage.review.cases import SHARED_NIK, Action, Case, Claim, State, Verdict
from linkage.review.people import Role
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue
from linkage.review.transitions import VERDICTS

RESTORED: Final = "undoing decisions in any order restores the state before, to the last bit"
CHANGED: Final = "what was undone had changed the state"
_STEWARD: Final = f"{Role.PETUGAS.value}-pusat"
_APPROVER: Final = f"{Role.PENYETUJU.value}-pusat"
_PACE: Final = timedelta(seconds=8)


def try_undoing(checks: Checks, house: House, scenario: Scenario, person: Mapping[str, str], cases: int) -> int:
    """Let the centre decide open cases, publish, undo them in another order, publish; return how many they were."""
    began = publish_at(scenario.nights + 2)
    moments = (began + number * _PACE for number in count())
    before = house.reference.state_hash()
    diary = Diary()
    decided: list[int] = []
    with house.queue() as queue:
        for line in queue.list(by=_STEWARD, state=State.BARU, limit=2 * cases):
            if len(decided) < cases and _decide(queue, line.id, person, next(moments)):
                decided.append(line.id)
    publish_by_supervisor(house, diary, scenario.nights + 2, next(moments))
    between = house.reference.state_hash()
    with house.queue() as queue:
        for case in scenario.stream("undoing").permutation(decided).tolist():
            now = next(moments)
            asked = queue.open_revert(case, by=_STEWARD, now=now)
            _two_people(queue, asked, Command(Action.PROPOSE, verdict=Verdict.REVERT), now)
    publish_by_supervisor(house, diary, scenario.nights + 3, next(moments))
    house.machine.stop()
    checks.look(RESTORED, ["it is another"] * (house.reference.state_hash() != before), at=len(decided))
    checks.look(CHANGED, ["nothing had changed"] * (between == before), at=len(decided))
    return len(decided)


def _decide(queue: SqlQueue, case: int, person: Mapping[str, str], now: datetime) -> bool:
    try:
        claim = queue.claim(by=_STEWARD, case=case, now=now)
        if claim is None:
            return False
        _two_people(queue, claim, _proposal(claim.case, person), now)
    except LinkageError:
        return False  # what was settled before stands against it
    return True


def _two_people(queue: SqlQueue, claim: Claim, command: Command, now: datetime) -> None:
    case = claim.case.id
    queue.take(case, replace(command, token=claim.token), by=_STEWARD, now=now)
    examined = queue.claim(by=_APPROVER, case=case, examine=True, now=now)
    assert examined is not None
    queue.take(case, Command(Action.APPROVE, token=examined.token), by=_APPROVER, now=now)


def _proposal(case: Case, person: Mapping[str, str]) -> Command:
    """The truth where it can be published, else what joins or parts all: it is undone anyway."""
    parts = parts_of(case.record_ids, person)
    if case.kind == SHARED_NIK:
        parts = parts if len(parts) > 1 else tuple((record,) for record in case.record_ids)
        owners = tuple(PersonOut(part, part[0] if place == 0 else None) for place, part in enumerate(parts))
        return Command(Action.PROPOSE, SEEN, Verdict.SPLIT, owners)
    if len(parts) == len(case.record_ids):
        parts = (tuple(sorted(case.record_ids)),)
    return Command(Action.PROPOSE, SEEN, VERDICTS[case.kind][0], chosen_persons(case, parts))
