"""A person's own desk and day, and the age of what is open; every query begins at an index."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from linkage.review import rows
from linkage.review.cases import Action, CaseSummary, State
from linkage.review.sql.readings import as_new
from linkage.review.sql.session import Look
from linkage.review.sql.walls import begins
from linkage.review.tables import decision, reading, review_case
from linkage.review.transitions import OPEN
from linkage.review.work import LAST_PROPOSALS, AgeCount, Desk, Step, Worked, age_bands
from linkage.review.work import worked as amount_to

_LISTED: Final = 200
"""Cases of one heading at most; nobody is given more."""


def desk(look: Look) -> Desk:
    """Return what the user has to do with; the system has no desk."""
    if look.user is None:
        return Desk()
    name = look.user.name
    held = _held(look, name)
    holding = {case.id for case in held}
    given = [case for case in _assigned(look, name) if case.id not in holding]
    waiting = tuple(case for case in given if case.state is State.MENUNGGU_DOKUMEN)
    kept = tuple(case for case in given if case.state is not State.MENUNGGU_DOKUMEN)
    returned = tuple(case for case in _returned(look, name) if case.id not in holding)
    return Desk(held, kept, returned, waiting)


def worked(look: Look, since: datetime) -> Worked:
    """Return what the user did since then. A case read again counts as any other: nobody is to tell which it was."""
    if look.user is None:
        return amount_to((), now=look.now)
    name, taken, read = look.user.name, decision.c, reading.c
    own = sa.select(taken["case"], taken.action, taken["at"]).where(taken.actor == name, taken["at"] >= since)
    steps = [Step(row.case, Action(row.action), row.at) for row in look.connection.execute(own.order_by(taken["at"]))]
    action = read.answer["decision", "action"].as_string().label("action")
    answered = sa.select(read["case"], action, read["at"]).where(
        read.reader == name, read["at"] >= since, read.audit_seq.is_not(None)
    )
    steps += [Step(row.case, Action(row.action), row.at) for row in look.connection.execute(answered)]
    return amount_to(steps, now=look.now)


def ages(look: Look) -> tuple[AgeCount, ...]:
    """Return how old the open cases of the user's own region and below are, the youngest band first."""
    opened = review_case.c.opened_at
    bands = age_bands(look.now)
    number = sa.case(*((opened > after, place) for place, (_, _, after, _) in enumerate(bands) if after is not None),
                     else_=len(bands) - 1)  # fmt: skip
    own = begins(review_case.c.office, look.user.scope.code if look.user else "")
    query = sa.select(number.label("band"), sa.func.count().label("cases"))
    query = query.where(review_case.c.closed_at.is_(None), own).group_by(sa.literal_column("band"))
    counted = {row.band: row.cases for row in look.connection.execute(query)}
    return tuple(AgeCount(days, below, counted.get(place, 0)) for place, (days, below, _, _) in enumerate(bands))


def _held(look: Look, name: str) -> tuple[CaseSummary, ...]:
    """Return what the user holds, what they are reading again among it, as any other case would stand there."""
    columns = review_case.c
    live = sa.and_(columns.lease_owner == name, columns.lease_until > look.now)
    cases = [rows.summary_of(row) for row in look.connection.execute(sa.select(review_case).where(live))]
    read = reading.c
    open_ones = sa.and_(read.reader == name, read["at"].is_(None), read.lease_until > look.now)
    query = sa.select(review_case, read.lease_until.label("read_until")).join(reading, read["case"] == columns.id)
    cases += [
        as_new(rows.summary_of(row), name, row.read_until) for row in look.connection.execute(query.where(open_ones))
    ]
    return tuple(sorted(cases, key=lambda case: (case.held_until or look.now, case.id)))


def _assigned(look: Look, name: str) -> tuple[CaseSummary, ...]:
    """Return the open cases that are kept for the user, or wait for what they bring, by turn."""
    columns = review_case.c
    own = sa.and_(columns.assignee == name, columns.closed_at.is_(None), columns.state.in_(sorted(OPEN)))
    kept = sa.or_(columns.state == State.MENUNGGU_DOKUMEN.value, columns.assigned_until > look.now)
    return _listed(look, sa.and_(own, kept))


def _returned(look: Look, name: str) -> tuple[CaseSummary, ...]:
    """Return what the user proposed and was last sent back, by turn."""
    taken, back, later = decision.c, decision.alias("back"), decision.alias("later")
    own = sa.and_(taken.actor == name, taken.action == Action.PROPOSE.value)
    last = sa.select(taken["case"]).where(own).order_by(taken["at"].desc()).limit(LAST_PROPOSALS).subquery()
    sent = sa.select(sa.literal(1)).where(
        back.c["case"] == review_case.c.id,
        back.c.action == Action.RETURN.value,
        back.c.proposer == name,
        sa.not_(
            sa.select(sa.literal(1))
            .where(later.c["case"] == back.c["case"], later.c.seq > back.c.seq, later.c.action == Action.RETURN.value)
            .exists()
        ),
    )
    state = review_case.c.state == State.DIKEMBALIKAN.value
    return _listed(look, sa.and_(state, review_case.c.id.in_(sa.select(last.c.case)), sent.exists()))


def _listed(look: Look, condition: sa.ColumnElement[bool]) -> tuple[CaseSummary, ...]:
    order = (review_case.c.turn_at, review_case.c.id)
    query = sa.select(review_case).where(condition).order_by(*order).limit(_LISTED)
    return tuple(rows.summary_of(row) for row in look.connection.execute(query))
