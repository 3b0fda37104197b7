"""Loading what a run found: the plan is :mod:`linkage.review.loading`'s; here it is read for and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from linkage.review import order, rows
from linkage.review.audit import Body
from linkage.review.cases import Action, CaseIn, Decision, Family, LoadResult, State, family_of
from linkage.review.loader import loader_decisions
from linkage.review.loading import LoadPlan, OpenCase, checked, office_after_load, plan_load, state_after_refresh
from linkage.review.memory import Arrival, Memory
from linkage.review.settings import QueueSettings
from linkage.review.sql import times
from linkage.review.sql.session import Change, chunks, insert
from linkage.review.tables import (
    case_pair,
    case_record,
    case_region,
    counter,
    decision,
    judgement,
    record_value,
    review_case,
)
from linkage.review.transitions import CLOSED

_PARTS: Final = (
    (case_record, rows.record_values),
    (case_region, rows.region_values),
    (record_value, rows.whole_values),
    (case_pair, rows.pair_values),
)
"""The tables that hold what is in a case, and how their rows are made."""


def load(
    change: Change, run_id: str, cases: Iterable[CaseIn], *, complete: bool, gone: Iterable[str], model: str
) -> LoadResult:
    """Bring the queue in line with what a run found."""
    connection = change.connection
    arriving, left = checked(cases), frozenset(gone)
    plan = plan_load(
        arriving,
        open_cases=_open_cases(connection, None if complete else _concerned(connection, arriving, left)),
        memory=memory_of(connection),
        decided=_decided(connection, [case.case_id for case in arriving if not case.pairs]),
        last_id=connection.execute(sa.select(counter.c.value).where(counter.c.name == "case")).scalar_one(),
        complete=complete,
        gone=left,
    )
    if not plan.empty:
        _write(change, plan, run_id=run_id, model=model)
    return plan.result


def memory_of(connection: sa.Connection, until: int | None = None) -> Memory:
    """Return all that was ever settled; ``until``: up to this entry of the audit chain, itself included."""
    query = sa.select(judgement).order_by(judgement.c.audit_seq)
    if until is not None:
        query = query.where(judgement.c.audit_seq <= until)
    return Memory(rows.judgement_of(row) for row in connection.execute(query))


def _write(change: Change, plan: LoadPlan, *, run_id: str, model: str) -> None:
    connection, now = change.connection, change.now
    done = loader_decisions(plan, _histories(connection, plan), run_id=run_id, now=now)
    audited: Body = {
        "action": "load",
        "added": plan.result.added,
        "at": now.isoformat(),
        "model": model,
        "refreshed": plan.result.refreshed,
        "rescored": len(plan.rescored),
        "run": run_id,
        "superseded": plan.result.superseded,
        "withdrawn": plan.result.withdrawn,
    }
    # Cases that leave free their case_id, and their place, before one that arrives may claim it.
    _close(connection, [one for one in done if one.action is Action.WITHDRAW], now)
    turns = {number: _turn(arrival, now, change.settings) for number, arrival in plan.added}
    waiting = _who_waits(change, plan, turns)
    insert(
        connection,
        review_case,
        (
            rows.new_case_values(
                number, new, run_id=run_id, model=model, now=now, turn_at=turns[number], waiting=number in waiting
            )
            for number, new in plan.added
        ),
    )
    for table, values_of in _PARTS:
        insert(connection, table, (row for number, new in plan.added for row in values_of(number, new)))
    _rewrite(change, plan)
    change.append(audited, done)
    if plan.added:
        connection.execute(sa.update(counter).where(counter.c.name == "case").values(value=plan.added[-1][0]))


def _turn(arrival: Arrival, opened_at: datetime, settings: QueueSettings) -> datetime:
    case, doubt = arrival.case, order.doubt_of(arrival.pairs)
    return order.turn_at(opened_at, kind=case.kind, priority=case.priority, doubt=doubt, settings=settings)


def _who_waits(change: Change, plan: LoadPlan, turns: Mapping[int, datetime]) -> frozenset[int]:
    """Return the numbers of the new cases for which the stewards' hours leave no room yet."""
    places = [order.Place(turns[number], number, arrival.case.scope) for number, arrival in plan.added]
    rooms = times.rooms(change.connection, change.settings, sorted({place.office for place in places}))
    return order.place_new(rooms, places)


def _concerned(connection: sa.Connection, cases: Sequence[CaseIn], gone: frozenset[str]) -> set[int]:
    """Return the numbers of the open cases that hold a record of the arriving ones, or are gone."""
    numbers: set[int] = set()
    for piece in chunks(sorted({record for case in cases for record in case.record_ids})):
        numbers.update(
            connection.execute(sa.select(case_record.c.case).where(case_record.c.record_id.in_(piece))).scalars()
        )
    for piece in chunks(sorted(gone)):
        numbers.update(
            connection.execute(sa.select(review_case.c.id).where(review_case.c.case_id.in_(piece))).scalars()
        )
    return numbers


def _open_cases(connection: sa.Connection, numbers: set[int] | None) -> list[OpenCase]:
    """Return the open cases of these numbers that a run may change; all of them for None."""
    if numbers is None:
        return _open_among(connection, sa.true())
    return [case for piece in chunks(sorted(numbers)) for case in _open_among(connection, review_case.c.id.in_(piece))]


def _open_among(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> list[OpenCase]:
    still_open = sa.and_(review_case.c.closed_at.is_(None), chosen)
    records: dict[int, list[str]] = defaultdict(list)
    held = sa.select(case_record.c.case, case_record.c.record_id).join(review_case).where(still_open)
    for number, record in connection.execute(held):
        records[number].append(record)
    opened = connection.execute(sa.select(review_case).where(still_open).order_by(review_case.c.id))
    # A request to undo a decision is no run's finding, and no run's to withdraw.
    found = (row for row in opened if family_of(row.kind) is not Family.REVERT)
    return [rows.open_case_of(row, sorted(records[row.id])) for row in found]


def _decided(connection: sa.Connection, case_ids: Sequence[str]) -> set[str]:
    decided: set[str] = set()
    people = sorted(CLOSED - {State.DITARIK, State.DIBATALKAN})
    for piece in chunks(case_ids):
        query = sa.select(review_case.c.case_id).where(
            review_case.c.case_id.in_(piece), review_case.c.state.in_(people)
        )
        decided.update(connection.execute(query).scalars())
    return decided


def _histories(connection: sa.Connection, plan: LoadPlan) -> dict[int, int]:
    """Return the last decision's number for each case the plan changes or withdraws."""
    lengths: dict[int, int] = {}
    for piece in chunks([case.id for case, _ in plan.refreshed] + [gone.case.id for gone in plan.withdrawn]):
        query = (
            sa.select(decision.c.case, sa.func.max(decision.c.seq))
            .where(decision.c.case.in_(piece))
            .group_by(decision.c.case)
        )
        lengths.update((number, length) for number, length in connection.execute(query))
    return lengths


_FREE: Final = {
    "desk": None,
    "waiting": False,
    "assignee": None,
    "assigned_until": None,
    "due_at": None,
    "lease_owner": None,
    "lease_token": None,
    "lease_until": None,
}


def _close(connection: sa.Connection, withdrawals: Sequence[Decision], now: datetime) -> None:
    if withdrawals:
        connection.execute(
            sa.update(review_case)
            .where(review_case.c.id == sa.bindparam("number"))
            .values(state=State.DITARIK.value, version=review_case.c.version + 1, closed_at=now, **_FREE),
            [{"number": one.case} for one in withdrawals],
        )


def _rewrite(change: Change, plan: LoadPlan) -> None:
    """Give refreshed and rescored cases their new content; only the former get a new version, and lose their holder."""
    news = [(case, arrival, True) for case, arrival in plan.refreshed]
    news += [(case, arrival, False) for case, arrival in plan.rescored]
    if not news:
        return
    connection = change.connection
    numbers = [{"number": case.id} for case, _, _ in news]
    for table, _ in _PARTS:
        connection.execute(sa.delete(table).where(table.c["case"] == sa.bindparam("number")), numbers)
    values = [_new_values(change, case, arrival, refreshed=refreshed) for case, arrival, refreshed in news]
    columns: dict[str, Any] = {name: sa.bindparam(name) for name in values[0] if name not in ("number", "step")}
    connection.execute(
        sa.update(review_case)
        .where(review_case.c.id == sa.bindparam("number"))
        .values(version=review_case.c.version + sa.bindparam("step"), **columns),
        values,
    )
    for table, values_of in _PARTS:
        insert(connection, table, (row for case, new, _ in news for row in values_of(case.id, new)))
    _let_go(change, plan)


def _let_go(change: Change, plan: LoadPlan) -> None:
    """Take refreshed cases from who holds them, end what they wait for, and the assignment where the office changed."""
    columns = review_case.c
    own = columns.id == sa.bindparam("number")
    held = sa.update(review_case).where(own).values(lease_owner=None, lease_token=None, lease_until=None)
    if plan.refreshed:
        change.connection.execute(held, [{"number": case.id} for case, _ in plan.refreshed])
    waited = [{"number": case.id} for case, _ in plan.refreshed if case.state is State.MENUNGGU_DOKUMEN]
    if waited:
        change.connection.execute(sa.update(review_case).where(own).values(due_at=None), waited)
    moved = [
        {"number": case.id}
        for case, arrival in plan.refreshed
        if office_after_load(case, arrival.case.scope) != case.office
    ]
    if moved:
        free = sa.update(review_case).where(own).values(assignee=None, assigned_until=None)
        change.connection.execute(free, moved)


def _new_values(change: Change, case: OpenCase, arrival: Arrival, *, refreshed: bool) -> rows.Values:
    state = state_after_refresh(case, arrival.case.scope) if refreshed else case.state
    turn = _turn(arrival, case.opened_at, change.settings)
    due_at = case.due_at if state is case.state else None
    return {
        "number": case.id,
        "step": int(refreshed),
        **rows.case_values(arrival),
        "state": state.value,
        "office": office_after_load(case, arrival.case.scope),
        "turn_at": turn if due_at is None else max(turn, due_at),
        "desk": rows.desk_of(state, waiting=case.waiting),
    }
