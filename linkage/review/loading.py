"""What a load changes in the queue, as a plan: a pure function of the open cases, the memory and the run's cases.

The rules are those of the queue's contract. A case the run finds again keeps its number: first the open case
with the same ``case_id``, then the one that shares most records with it (same family of kinds; ties go to
the older number). An open case that shares records with the run's but was not taken is superseded by
the one that took most of its records. Under a complete load, what the run no longer finds is withdrawn.
Loading the same cases again plans nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linkage.errors import InvariantError
from linkage.review.case_contract import check_case
from linkage.review.cases import CaseIn, Family, LoadResult, State, Withdrawal, family_of
from linkage.review.memory import Arrival, Memory


@dataclass(frozen=True)
class OpenCase:
    """What a plan needs to know of a case that is open in the queue."""

    id: int
    case_id: str
    kind: str
    state: State
    content: bytes
    snapshot: bytes
    record_ids: tuple[str, ...]
    scope: str
    office: str
    opened_at: datetime
    due_at: datetime | None
    waiting: bool


@dataclass(frozen=True)
class Withdrawn:
    """An open case that leaves the queue; ``successor`` is set when it is superseded."""

    case: OpenCase
    reason: Withdrawal
    successor: int | None = None


@dataclass(frozen=True)
class LoadPlan:
    """What to write. ``added`` holds (number, arrival); ``refreshed`` and ``rescored`` the open case and its news.

    Refreshed cases differ in what a verdict is about, rescored ones only in scores, reasons and order.
    """

    added: tuple[tuple[int, Arrival], ...]
    refreshed: tuple[tuple[OpenCase, Arrival], ...]
    rescored: tuple[tuple[OpenCase, Arrival], ...]
    withdrawn: tuple[Withdrawn, ...]
    result: LoadResult

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.added or self.refreshed or self.rescored or self.withdrawn)


def checked(cases: Iterable[CaseIn]) -> tuple[CaseIn, ...]:
    """Return the cases sorted by ``case_id``; raise :class:`InvariantError` for a bad or repeated one."""
    ordered = tuple(sorted(cases, key=lambda case: case.case_id))
    for place, case in enumerate(ordered):
        check_case(case)
        if place and ordered[place - 1].case_id == case.case_id:
            raise InvariantError("the case is given twice in one load", where=f"case {case.case_id}")
    return ordered


def plan_load(
    cases: Sequence[CaseIn],
    *,
    open_cases: Sequence[OpenCase],
    memory: Memory,
    decided: Collection[str],
    last_id: int,
    complete: bool,
    gone: Collection[str] = (),
) -> LoadPlan:
    """Return what loading ``cases`` (checked, sorted) changes.

    ``complete``: they are all there are. Otherwise only those named in ``gone`` are found no longer, and of the open
    cases those matter that share a record with ``cases`` or are gone. ``decided`` holds the ``case_id`` of decided
    cases, at least of those given without pairs; numbers are issued from ``last_id + 1`` in the order of ``case_id``.
    """
    arrivals = [memory.arrive(case) for case in cases]
    settled = [a for a in arrivals if a.settled or (not a.pairs and a.case.case_id in decided)]
    resting = {arrival.case.case_id for arrival in settled}
    live = [arrival for arrival in arrivals if arrival.case.case_id not in resting]
    taken = _take_over(live, open_cases)
    added = [arrival for arrival in live if arrival.case.case_id not in taken]
    numbers = {arrival.case.case_id: last_id + place for place, arrival in enumerate(added, start=1)}
    numbers |= {case_id: case.id for case_id, case in taken.items()}
    staying = {case.id for case in taken.values()}
    leaving = _leave(live, settled, open_cases, staying, numbers, None if complete else gone)
    kept = [(taken[a.case.case_id], a) for a in live if a.case.case_id in taken]
    refreshed = tuple((case, a) for case, a in kept if case.content != a.content())
    fresh = {case.id for case, _ in refreshed}
    suppressed = sum(arrival.suppressed for arrival in settled)
    superseded = sum(case.successor is not None for case in leaving)
    return LoadPlan(
        added=tuple((numbers[arrival.case.case_id], arrival) for arrival in added),
        refreshed=refreshed,
        rescored=tuple((case, a) for case, a in kept if case.id not in fresh and case.snapshot != a.snapshot()),
        withdrawn=leaving,
        result=LoadResult(
            added=len(added),
            kept=len(kept) + len(settled) - suppressed,
            withdrawn=len(leaving) - superseded,
            superseded=superseded,
            suppressed=suppressed,
            refreshed=len(refreshed),
        ),
    )


def office_after_load(case: OpenCase, scope: str) -> str:
    """Return which office decides a kept case: that of its scope, or the tier it was escalated to if that is above."""
    escalated = case.office != case.scope and scope.startswith(case.office)
    return case.office if escalated else scope


def state_after_refresh(case: OpenCase, scope: str) -> State:
    """Return the state of a case whose content a run changed.

    A proposal falls, and what was waited for may be moot: who works on it looks anew. An assignment ends when another
    office decides from now on. Other states stay.
    """
    if case.state in (State.DIUSULKAN, State.MENUNGGU_DOKUMEN):
        return State.DIKEMBALIKAN
    moved = office_after_load(case, scope) != case.office
    return State.BARU if moved and case.state is State.DITUGASKAN else case.state


def _take_over(live: Sequence[Arrival], open_cases: Sequence[OpenCase]) -> dict[str, OpenCase]:
    """Return which open case each arrival takes, by ``case_id``; one to one."""
    by_key = {case.case_id: case for case in open_cases}
    taken = {a.case.case_id: by_key[a.case.case_id] for a in live if a.case.case_id in by_key}
    used = {case.id for case in taken.values()}
    by_id = {case.id: case for case in open_cases}
    holding = _holders(open_cases)
    candidates = [
        (-shared, number, arrival.case.case_id)
        for arrival in live
        if arrival.case.case_id not in taken
        for number, shared in _shared(arrival.case.record_ids, family_of(arrival.case.kind), holding).items()
    ]
    for _, number, case_id in sorted(candidates):
        if case_id not in taken and number not in used:
            taken[case_id] = by_id[number]
            used.add(number)
    return taken


def _leave(
    live: Sequence[Arrival],
    settled: Sequence[Arrival],
    open_cases: Sequence[OpenCase],
    staying: set[int],
    numbers: dict[str, int],
    gone: Collection[str] | None,
) -> tuple[Withdrawn, ...]:
    """Return the open cases that leave, in the order of their numbers.

    ``gone``: ``case_id`` of those that are found no longer, None for all that are not given.
    """
    arriving: dict[tuple[Family, str], list[int]] = defaultdict(list)
    for arrival in live:
        for record in arrival.case.record_ids:
            arriving[family_of(arrival.case.kind), record].append(numbers[arrival.case.case_id])
    resting = {(family_of(a.case.kind), record) for a in settled for record in a.case.record_ids}
    leaving: list[Withdrawn] = []
    for case in open_cases:
        if case.id in staying:
            continue
        family = family_of(case.kind)
        shared = _shared(case.record_ids, family, arriving)
        if shared:
            successor = min(shared, key=lambda number: (-shared[number], number))
            leaving.append(Withdrawn(case, Withdrawal.SUPERSEDED, successor))
        elif any((family, record) in resting for record in case.record_ids):
            leaving.append(Withdrawn(case, Withdrawal.DECIDED_ELSEWHERE))
        elif gone is None or case.case_id in gone:
            leaving.append(Withdrawn(case, Withdrawal.NO_LONGER_FOUND))
    return tuple(sorted(leaving, key=lambda gone: gone.case.id))


def _holders(open_cases: Sequence[OpenCase]) -> dict[tuple[Family, str], list[int]]:
    holding: dict[tuple[Family, str], list[int]] = defaultdict(list)
    for case in open_cases:
        for record in case.record_ids:
            holding[family_of(case.kind), record].append(case.id)
    return holding


def _shared(records: Sequence[str], family: Family, holding: dict[tuple[Family, str], list[int]]) -> Counter[int]:
    """Return how many of ``records`` each number of ``holding`` has."""
    return Counter(number for record in records for number in holding.get((family, record), ()))
