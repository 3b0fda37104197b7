"""The supervisor's view in SQL: every query is served by an index that begins with the office or the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from linkage.errors import NotPermittedError
from linkage.review import rows
from linkage.review.backlog import AGE_DAYS, Backlog, Flow, Holding, Raised, spans
from linkage.review.cases import Action, CaseSummary, State
from linkage.review.people import Role, User
from linkage.review.sql.session import Look
from linkage.review.sql.walls import begins
from linkage.review.tables import RAISED, decision, review_case

MOST_HELD: Final = 1_000
"""Cases that are held, of which a page tells."""

_REGENCY_DIGITS: Final = 4
_LEADS: Final = frozenset({Role.PENGAWAS})
_KEEPS: Final = frozenset({Role.PENGAWAS, Role.PENGELOLA})


def backlog(look: Look) -> tuple[Backlog, ...]:
    """Return the open cases of the supervisor's region by kind, state, region below and age."""
    user, columns = with_role(look, _LEADS), review_case.c
    depth = min(len(user.scope.code) + 2, _REGENCY_DIGITS)
    bands = [(columns.opened_at > look.now - timedelta(days=days), band) for band, days in enumerate(AGE_DAYS)]
    # Named once inside: outside, what is counted under may not be an expression with parameters of its own.
    lines = (
        sa.select(
            columns.kind,
            columns.state,
            columns.waiting,
            columns.opened_at,
            sa.func.substr(columns.office, 1, depth).label("region"),
            sa.case(*bands, else_=len(AGE_DAYS)).label("age"),
        )
        .where(columns.closed_at.is_(None), begins(columns.office, user.scope.code))
        .subquery()
    )
    keys = (lines.c.kind, lines.c.state, lines.c.region, lines.c.waiting, lines.c.age)
    figures = (sa.func.count().label("cases"), sa.func.min(lines.c.opened_at).label("oldest"))
    found = look.connection.execute(sa.select(*keys, *figures).group_by(*keys))
    counted = [
        Backlog(row.kind, State(row.state), row.region, row.waiting, row.age, row.cases, row.oldest) for row in found
    ]
    return tuple(sorted(counted, key=lambda one: (one.kind, one.state, one.region, one.waiting, one.age)))


def oldest(look: Look) -> CaseSummary | None:
    """Return the open case of the supervisor's region that was opened first, None when there is none."""
    user, columns = with_role(look, _LEADS), review_case.c
    query = (
        sa.select(review_case)
        .where(columns.closed_at.is_(None), begins(columns.office, user.scope.code))
        .order_by(columns.opened_at, columns.id)
        .limit(1)
    )
    row = look.connection.execute(query).one_or_none()
    return None if row is None else rows.summary_of(row)


def throughput(look: Look, bounds: Sequence[datetime]) -> tuple[Flow, ...]:
    """Return what came and went in the supervisor's region between each two of ``bounds``."""
    user, columns = with_role(look, _LEADS), review_case.c
    between = spans(bounds)
    opened = _by_span(look, columns.opened_at, between, user)
    withdrawn = _by_span(look, columns.closed_at, between, user, columns.state == State.DITARIK.value)
    decided = _by_span(look, columns.closed_at, between, user, columns.state != State.DITARIK.value)
    return tuple(
        Flow(start, end, opened.get(place, 0), decided.get(place, 0), withdrawn.get(place, 0))
        for place, (start, end) in enumerate(between)
    )


def raised(look: Look, limit: int) -> tuple[Raised, ...]:
    """Return the open cases that rose to the supervisor's tier or within their region, by office and turn.

    In the order of their index, so that the first are found at once however many there are.
    """
    user, columns = with_role(look, _LEADS), review_case.c
    query = (
        sa.select(review_case)
        .where(RAISED, begins(columns.office, user.scope.code))
        .order_by(columns.office, columns.turn_at, columns.id)
        .limit(limit)
    )
    cases = [rows.summary_of(row) for row in look.connection.execute(query)]
    passed = (
        sa.select(decision)
        .where(decision.c["case"].in_([case.id for case in cases]), decision.c.action == Action.ESCALATE.value)
        .order_by(decision.c["case"], decision.c.seq)
    )
    last = {row.case: row for row in look.connection.execute(passed)} if cases else {}
    return tuple(
        Raised(case, told.actor, told.reason, told.at) if told is not None else Raised(case, "", "", None)
        for case in cases
        for told in [last.get(case.id)]
    )


def holdings(look: Look) -> tuple[Holding, ...]:
    """Return the cases of one's own region that somebody holds now, those held longest first.

    Cases that are read again are not among them: whose they are tells that they are.
    """
    user, columns = with_role(look, _KEEPS), review_case.c
    query = (
        sa.select(review_case)
        .where(columns.lease_until > look.now, begins(columns.office, user.scope.code))
        .order_by(columns.lease_until, columns.id)
        .limit(MOST_HELD)
    )
    held = look.connection.execute(query).all()
    taking = [Action.CLAIM.value, Action.EXAMINE.value, Action.START.value]
    taken = (
        sa.select(decision.c["case"], decision.c.actor, sa.func.max(decision.c["at"]).label("since"))
        .where(decision.c["case"].in_([row.id for row in held]), decision.c.action.in_(taking))
        .group_by(decision.c["case"], decision.c.actor)
    )
    since = {(row.case, row.actor): row.since for row in look.connection.execute(taken)} if held else {}
    found = [
        Holding(
            case=row.id,
            kind=row.kind,
            state=State(row.state),
            office=row.office,
            holder=row.lease_owner,
            since=since.get((row.id, row.lease_owner), look.now),
            until=row.lease_until,
        )
        for row in held
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.case)))


def with_role(look: Look, roles: frozenset[Role]) -> User:
    """Return who asks; :class:`NotPermittedError` for who holds none of the roles."""
    if look.user is None or not look.user.roles & roles:
        raise NotPermittedError(
            f"this needs the role {' or '.join(sorted(roles))}",
            where="queue",
            key="role.needed",
            filled={"roles": ",".join(sorted(roles))},
        )
    return look.user


def _by_span(
    look: Look,
    moment: sa.Column[datetime | None] | sa.Column[datetime],
    between: Sequence[tuple[datetime, datetime]],
    user: User,
    *also: sa.ColumnElement[bool],
) -> dict[int, int]:
    """Return how many cases have ``moment`` in each of the spans, by its place."""
    place = sa.case(*((moment < end, number) for number, (_, end) in enumerate(between)))
    chosen = (moment >= between[0][0], moment < between[-1][1], begins(review_case.c.office, user.scope.code))
    lines = sa.select(place.label("place")).where(*chosen, *also).subquery()
    query = sa.select(lines.c.place, sa.func.count().label("cases")).group_by(lines.c.place)
    return {row.place: row.cases for row in look.connection.execute(query)}
