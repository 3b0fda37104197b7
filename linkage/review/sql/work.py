"""A person's own desk and day, and the age of what is open; every query begins at an index."""

from __future__ import annotations

from datetime import datetime
from operator import sub
from typing import Any, Final

import sqlalchemy as sa

from linkage.review import rows
from linkage.review.cases import Action, CaseSummary, Count, State
from linkage.review.sql.readings import as_new
from linkage.review.sql.session import Look
from linkage.review.sql.walls import begins
from linkage.review.tables import decision, reading, review_case
from linkage.review.transitions import OPEN
from linkage.review.work import LAST_PROPOSALS, AgeCount, AgedCount, Desk, Step, Worked, age_bands
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
    found = {row.band: row.cases for row in look.connection.execute(query)}
    return tuple(AgeCount(days, below, found.get(place, 0)) for place, (days, below, _, _) in enumerate(bands))


def counted(look: Look) -> tuple[AgedCount, ...]:
    """Return how many cases of all that the look may see stand where, and how old the open ones are, in one walk."""
    columns, is_open = review_case.c, review_case.c.closed_at.is_(None)
    keys = (columns.kind, columns.state, columns.office, columns.waiting)
    # Filters and no key of their own: PostgreSQL would expect so many groups that it sorts all cases for them.
    younger = [
        sa.and_(is_open, columns.opened_at > after) for _, _, after, _ in age_bands(look.now) if after is not None
    ]
    sums = [sa.func.count().filter(condition) for condition in (*younger, is_open)]
    found = look.connection.execute(sa.select(*keys, sa.func.count(), *sums).group_by(*keys))
    return tuple(
        AgedCount(Count(kind, State(state), office, waiting, cases), tuple(map(sub, upto, (0, *upto))))
        for kind, state, office, waiting, cases, *upto in found
    )


def _held(look: Look, name: str) -> tuple[CaseSummary, ...]:
    """Return what the user holds, what they are reading again among it, as any other case would stand there."""
    asked = {"name": name, "now": look.now}
    cases = [rows.summary_of(row) for row in look.connection.execute(_HELD, asked)]
    cases += [as_new(rows.summary_of(row), name, row.read_until) for row in look.connection.execute(_READ, asked)]
    return tuple(sorted(cases, key=lambda case: (case.held_until or look.now, case.id)))


def _assigned(look: Look, name: str) -> tuple[CaseSummary, ...]:
    """Return the open cases that are kept for the user, or wait for what they bring, by turn."""
    return _listed(look, _ASSIGNED, name)


def _returned(look: Look, name: str) -> tuple[CaseSummary, ...]:
    """Return what the user proposed and was last sent back, by turn."""
    return _listed(look, _RETURNED, name)


def _listed(look: Look, query: sa.Select[Any], name: str) -> tuple[CaseSummary, ...]:
    found = look.connection.execute(query, {"name": name, "now": look.now})
    return tuple(rows.summary_of(row) for row in found)


_NAME: Final[sa.BindParameter[str]] = sa.bindparam("name")
_NOW: Final[sa.BindParameter[datetime]] = sa.bindparam("now")


def _was_sent_back() -> sa.ColumnElement[bool]:
    """Return that a case is what the user proposed and was last sent back."""
    taken, back, later = decision.c, decision.alias("back"), decision.alias("later")
    own = sa.and_(taken.actor == _NAME, taken.action == Action.PROPOSE.value)
    last = sa.select(taken["case"]).where(own).order_by(taken["at"].desc()).limit(LAST_PROPOSALS).subquery()
    sent = sa.select(sa.literal(1)).where(
        back.c["case"] == review_case.c.id,
        back.c.action == Action.RETURN.value,
        back.c.proposer == _NAME,
        sa.not_(
            sa.select(sa.literal(1))
            .where(later.c["case"] == back.c["case"], later.c.seq > back.c.seq, later.c.action == Action.RETURN.value)
            .exists()
        ),
    )
    state = review_case.c.state == State.DIKEMBALIKAN.value
    return sa.and_(state, review_case.c.id.in_(sa.select(last.c.case)), sent.exists())


def _by_turn(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    order = (review_case.c.turn_at, review_case.c.id)
    return sa.select(review_case).where(*conditions).order_by(*order).limit(_LISTED)


# Every day begins with these, so they are put together once: that takes longer than to ask them.
_HELD: Final = sa.select(review_case).where(review_case.c.lease_owner == _NAME, review_case.c.lease_until > _NOW)
_READ: Final = (
    sa.select(review_case, reading.c.lease_until.label("read_until"))
    .join(reading, reading.c["case"] == review_case.c.id)
    .where(reading.c.reader == _NAME, reading.c["at"].is_(None), reading.c.lease_until > _NOW)
)
_ASSIGNED: Final = _by_turn(
    review_case.c.assignee == _NAME,
    review_case.c.closed_at.is_(None),
    sa.or_(*(review_case.c.state == state.value for state in sorted(OPEN))),
    sa.or_(review_case.c.state == State.MENUNGGU_DOKUMEN.value, review_case.c.assigned_until > _NOW),
)
_RETURNED: Final = _by_turn(_was_sent_back())
