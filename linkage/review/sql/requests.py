"""Questions between offices: which wait for one's own answer, and which one's own office has asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from linkage.review import rows
from linkage.review.cases import Action, Decision, State
from linkage.review.sql.session import Look
from linkage.review.sql.walls import line_for
from linkage.review.tables import case_region, decision, review_case
from linkage.review.work import Request, requests_in

_WAITS: Final = review_case.c.state == State.MENUNGGU_DOKUMEN.value


def requests(look: Look, limit: int) -> tuple[Request, ...]:
    """Return the questions that wait for the answer of the user's own office, the soonest due first."""
    code = look.user.scope.code if look.user else ""
    if not code:
        return ()  # Only the office of a record is asked, and no record is the nation's.
    numbers = look.connection.execute(_ASKED, {"region": code, "most": limit}).scalars().all()
    found = _told(look, numbers)
    return tuple(one for one in found if one.region == code and one.answered_at is None)


def questions(look: Look, limit: int) -> tuple[Request, ...]:
    """Return the questions that the user's office has asked, the soonest due first.

    Those of cases that wait at the office, and, answered ones too, of those kept for the user because they asked.
    """
    if look.user is None:
        return ()
    columns, code = review_case.c, look.user.scope.code
    question = _open_question(None).exists()
    # As a range that begins with the desk: in the index of that order an office's cases lie together.
    at_office = sa.and_(columns.desk == "petugas", columns.office >= code, columns.office <= code)
    own = sa.and_(columns.assignee == look.user.name, columns.closed_at.is_(None))
    back = columns.state == State.DITUGASKAN.value
    parts = [
        _first(sa.and_(_WAITS, at_office, question), limit).subquery(),
        _first(sa.and_(_WAITS, own, question), limit).subquery(),
        _first(sa.and_(back, own), limit).subquery(),
    ]
    return _told(look, look.connection.execute(sa.union(*(sa.select(part.c.id) for part in parts))).scalars().all())


def _open_question(region: sa.BindParameter[str] | None) -> sa.Select[Any]:
    """Return the questions of a case that wait, to one office or any; as :func:`requests_in` finds them."""
    put, later = decision.alias("put"), decision.alias("later")
    over = sa.or_(
        sa.and_(later.c.action == Action.ANSWER.value, later.c.region == put.c.region),
        later.c.to_state != State.MENUNGGU_DOKUMEN.value,
    )
    ended = sa.select(sa.literal(1)).where(later.c["case"] == put.c["case"], later.c.seq > put.c.seq, over)
    chosen = sa.and_(put.c["case"] == review_case.c.id, put.c.action == Action.ASK.value, sa.not_(ended.exists()))
    if region is not None:
        chosen = sa.and_(chosen, put.c.region == region)
    return sa.select(sa.literal(1)).where(chosen)


def _first(condition: sa.ColumnElement[bool], limit: int | sa.BindParameter[int]) -> sa.Select[tuple[int]]:
    return sa.select(review_case.c.id).where(condition).order_by(review_case.c.turn_at, review_case.c.id).limit(limit)


def _asked() -> sa.Select[Any]:
    """Return the cases with an open question to the office ``region``, ``most`` of them."""
    region: sa.BindParameter[str] = sa.bindparam("region")
    held = sa.select(case_region.c["case"]).where(case_region.c.region == region)
    asked = sa.and_(_WAITS, review_case.c.id.in_(held), _open_question(region).exists())
    return _first(asked, sa.bindparam("most", type_=sa.Integer))


# Every home page asks it, so it is put together once.
_ASKED: Final = _asked()


def _told(look: Look, numbers: Sequence[int]) -> tuple[Request, ...]:
    if not numbers:
        return ()
    lines = sa.select(review_case).where(review_case.c.id.in_(numbers))
    told = sa.select(decision).where(decision.c["case"].in_(numbers)).order_by(decision.c["case"], decision.c.seq)
    histories: dict[int, list[Decision]] = defaultdict(list)
    for row in look.connection.execute(told):
        histories[row.case].append(rows.decision_of(row))
    cases = [line_for(rows.summary_of(row), look.user) for row in look.connection.execute(lines)]
    return tuple(sorted((one for case in cases for one in requests_in(case, histories[case.id])), key=_by_day))


def _by_day(request: Request) -> tuple[bool, float, int, str]:
    due = request.due_at.timestamp() if request.due_at else 0.0
    return request.answered_at is not None, due, request.case.id, request.region
