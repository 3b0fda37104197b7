"""What time brings: silent offices lose a case to the next tier, waiting cases get room, old values are deleted.

An office's *room* is what its stewards' hours can do within the horizon (:func:`linkage.review.order.capacity`) less
what they have on their desk already. An office where nobody stated any hours is not bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from linkage.review import order, rows
from linkage.review.cases import Action, Case, Decision, State
from linkage.review.people import SYSTEM, Role, Scope
from linkage.review.settings import QueueSettings
from linkage.review.sql.cases import whole_case
from linkage.review.sql.session import Change, chunks
from linkage.review.sql.storing import changes_of, guarded
from linkage.review.tables import case_pair, case_record, decision, queue_user, record_value, review_case

NO_ANSWER: Final = "NO_ANSWER"
"""Why the system passes a case on: an office that was asked did not answer in time."""

_DESK: Final = Role.PETUGAS.value
_WAITS: Final = sa.and_(review_case.c.waiting, review_case.c.closed_at.is_(None))


def sweep(change: Change) -> tuple[int, int]:
    """Pass on the cases whose offices did not answer in time, and admit what there is room for.

    Return (cases escalated, cases admitted). All of it is one row of the audit chain; if there is nothing to do, none.
    """
    passed = [(case, _passed_on(change, case)) for case in _unanswered(change)]
    for case, taken in passed:
        guarded(change, case, None, changes_of(change, case, taken))
    count = _admit_all(change)
    if passed or count:
        change.append(
            {"action": "sweep", "admitted": count, "at": change.now.isoformat(), "escalated": len(passed)},
            [taken for _, taken in passed],
        )
    return len(passed), count


def rooms(connection: sa.Connection, settings: QueueSettings, offices: Iterable[str]) -> Mapping[str, int | None]:
    """Return for each office the places that no case has a claim to; None: not bound.

    Cases that wait already have one: they go first where their turn is earlier, and only :func:`sweep` sees them all.
    """
    bound = _capacities(connection, settings)
    own = sa.and_(review_case.c.closed_at.is_(None), sa.or_(review_case.c.desk == _DESK, review_case.c.waiting))
    taken = _counted(connection, own, [office for office in offices if office in bound])
    return {office: max(bound[office] - taken[office], 0) if office in bound else None for office in offices}


def admit(change: Change, office: str) -> int:
    """Admit waiting cases of an office whose stewards have run out of work; return how many. Part of a claim, whose
    audit row stands for it.

    The bound keeps a list from growing that nobody can get through; it is no reason to send a steward home. So here
    only what can be worked on counts as taken, not cases that wait for documents, and one case is admitted at least.
    """
    bound = _capacities(change.connection, change.settings).get(office)
    workable = sa.and_(
        review_case.c.desk == _DESK, sa.or_(review_case.c.due_at.is_(None), review_case.c.due_at <= change.now)
    )
    if bound is None:
        return _admit(change.connection, office, None)
    return _admit(change.connection, office, max(bound - _counted(change.connection, workable, [office])[office], 1))


def retain(change: Change) -> int:
    """Delete the values, families, evidence and search keys of cases withdrawn longer ago than ``values_days``; return
    how many records that concerns. Who saw them, and what was decided, stays."""
    columns, connection = review_case.c, change.connection
    limit = change.now - timedelta(days=change.settings.values_days)
    old = sa.select(columns.id).where(columns.state == State.DITARIK.value, columns.closed_at < limit)
    # A JSON column has no equality of its own in PostgreSQL; its text has.
    known = sa.or_(sa.cast(case_record.c.brief, sa.Text) != "[]", case_record.c.nik_digest.is_not(None))
    told = sa.or_(sa.cast(case_pair.c.evidence, sa.Text) != "[]", case_pair.c.explained.is_not(None))
    emptied = (
        sa.delete(record_value).where(record_value.c["case"].in_(old)),
        sa.update(case_record).where(case_record.c["case"].in_(old), known).values(brief=[], nik_digest=None),
        sa.update(case_pair).where(case_pair.c["case"].in_(old), told).values(evidence=[], explained=sa.null()),
    )
    records, briefs, pairs = (connection.execute(statement).rowcount for statement in emptied)
    if records or briefs or pairs:
        change.append(
            {
                "action": "retain",
                "at": change.now.isoformat(),
                "before": limit.isoformat(),
                "pairs": pairs,
                "records": records,
            }
        )
    return records


def _unanswered(change: Change) -> list[Case]:
    """Return the cases that wait for an office whose time is over."""
    columns = review_case.c
    asked, since = decision.alias("asked"), decision.alias("since")
    # As Case.asked tells it: a question is open until its office answers or the case stops waiting.
    ended = sa.select(sa.literal(1)).where(
        since.c["case"] == asked.c["case"],
        since.c.seq > asked.c.seq,
        sa.or_(
            sa.and_(since.c.action == Action.ANSWER.value, since.c.region == asked.c.region),
            sa.and_(
                since.c.action.not_in([Action.ASK.value, Action.ANSWER.value]),
                since.c.to_state != State.MENUNGGU_DOKUMEN.value,
            ),
        ),
    )
    question = sa.select(sa.literal(1)).where(
        asked.c["case"] == columns.id, asked.c.action == Action.ASK.value, sa.not_(ended.exists())
    )
    query = (
        sa.select(columns.id)
        .where(columns.state == State.MENUNGGU_DOKUMEN.value, columns.due_at <= change.now, question.exists())
        .order_by(columns.id)
    )
    numbers = change.connection.execute(query).scalars().all()
    found = (whole_case(change.connection, number) for number in numbers)
    return [case for case in found if case is not None]


def _passed_on(change: Change, case: Case) -> Decision:
    """Return the step to the next tier; at the nation, above which there is none, the case comes back there."""
    parent = Scope(case.office).parent
    return Decision(
        case=case.id,
        seq=len(case.history) + 1,
        action=Action.ESCALATE,
        actor=SYSTEM,
        from_state=case.state,
        to_state=State.BARU,
        at=change.now,
        reason=NO_ANSWER,
        office=None if parent is None else parent.code,
    )


def _admit_all(change: Change) -> int:
    connection = change.connection
    waiting = _counted(connection, _WAITS, None)
    if not waiting:
        return 0
    bound = _capacities(connection, change.settings)
    taken = _counted(connection, review_case.c.desk == _DESK, [office for office in waiting if office in bound])
    places = {office: bound[office] - taken[office] if office in bound else None for office in waiting}
    return sum(_admit(connection, office, room) for office, room in sorted(places.items()) if room is None or room > 0)


def _admit(connection: sa.Connection, office: str, places: int | None) -> int:
    """Admit the first waiting cases of an office in the order of :func:`linkage.review.order.admitted`."""
    columns = review_case.c
    first = (
        sa.select(columns.id)
        .where(_WAITS, columns.office == office)
        .order_by(columns.turn_at, columns.id)
        .limit(places)
    )
    admitted = sa.update(review_case).where(columns.id.in_(first)).values(waiting=False, desk=_DESK)
    count: int = connection.execute(admitted).rowcount
    return count


def _capacities(connection: sa.Connection, settings: QueueSettings) -> dict[str, int]:
    """Return how many cases the stewards of each office can decide within the horizon, where hours are known."""
    hours: dict[str, float] = defaultdict(float)
    query = sa.select(queue_user).where(queue_user.c.active, queue_user.c.hours.is_not(None))
    for row in connection.execute(query):
        user = rows.user_of(row)
        if Role.PETUGAS in user.roles:
            hours[user.scope.code] += user.hours or 0.0
    known = {office: order.capacity(total, settings) for office, total in hours.items()}
    return {office: cases for office, cases in known.items() if cases is not None}


def _counted(
    connection: sa.Connection, chosen: sa.ColumnElement[bool], offices: Iterable[str] | None
) -> defaultdict[str, int]:
    """Count the chosen cases of each of the offices, or for None of all."""
    office = review_case.c.office
    query = sa.select(office, sa.func.count()).where(chosen).group_by(office)
    counted: defaultdict[str, int] = defaultdict(int)
    for piece in [None] if offices is None else chunks(list(offices)):
        limited = query if piece is None else query.where(office.in_(piece))
        counted.update((code, cases) for code, cases in connection.execute(limited))
    return counted
