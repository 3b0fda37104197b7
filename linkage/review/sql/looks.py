"""Looking at the queue: one case, the list, the counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from linkage.review import rows
from linkage.review.audit import Body
from linkage.review.cases import Case, CaseSummary, Count, State
from linkage.review.people import Role, Scope, User
from linkage.review.sql import requests, work
from linkage.review.sql.cases import found, learn_case, masked_case, sightings_of, whole_case
from linkage.review.sql.readings import read_now, veiled
from linkage.review.sql.session import Change, Look
from linkage.review.sql.walls import begins, line_for, visible_to
from linkage.review.tables import case_record, judgement, review_case
from linkage.review.transitions import OPEN

DECIDED = (
    State.DISETUJUI, State.DILAKSANAKAN_SIAK, State.TERKONFIRMASI, State.BUKAN_GANDA, State.KEMBAR,
)  # fmt: skip
"""States of the cases that tell who is who."""


def view(change: Change, case: int) -> tuple[Case, Mapping[str, Mapping[str, str]] | None]:
    """Return a case as the user may see it, in the two parts of :func:`linkage.review.sql.cases.masked_case`, and note
    that they saw it."""
    seen, whole = masked_case(change, veiled(change, found(change, case)))
    body: Body = {"action": "view", "actor": change.actor, "at": change.now.isoformat(), "case": case}
    change.append(body, sightings=sightings_of(change, seen))
    return seen, whole


def learn(look: Look) -> None:
    """Ask what the page asks again and again, of nobody and of no case."""
    nobody = replace(look, user=User("nobody", Scope(""), frozenset({Role.PETUGAS})))
    work.desk(nobody)
    work.worked(nobody, look.now)
    requests.questions(nobody, 1)
    learn_case(look.connection)


def get(look: Look, case: int) -> Case:
    """Return a case as the user may see it, without its records' values."""
    return veiled(look, found(look, case))


def list_cases(
    look: Look,
    *,
    state: State | None,
    kind: str | None,
    within: str,
    waiting: bool | None,
    assigned: bool,
    opened: tuple[datetime | None, datetime | None],
    after: tuple[datetime, int] | None,
    limit: int,
) -> tuple[CaseSummary, ...]:
    """Return the cases a user may see, by turn, then number."""
    order = (review_case.c.turn_at, review_case.c.id)
    states = OPEN if state is None else {state}
    wanted = sa.select(review_case.c.id).where(
        review_case.c.state.in_(sorted(states)), begins(review_case.c.office, within)
    )
    if states <= OPEN:
        # They are not closed; saying so lets the index of the open cases serve, which is in the order of the list.
        wanted = wanted.where(review_case.c.closed_at.is_(None))
    elif look.user is not None:
        # What they read again is open to them: a list of the closed ones would tell the answer.
        wanted = wanted.where(review_case.c.id.not_in(read_now(look.user)))
    if kind is not None:
        wanted = wanted.where(review_case.c.kind == kind)
    if waiting is not None:
        wanted = wanted.where(review_case.c.waiting == waiting)
    if assigned:
        wanted = wanted.where(review_case.c.assignee == (look.user.name if look.user else None))
    wanted = wanted.where(*_opened(opened))
    if after is not None:
        turn, number = after
        wanted = wanted.where(sa.or_(order[0] > turn, sa.and_(order[0] == turn, order[1] > number)))
    # The first of all are among the first of each kind of case that the user may see.
    first = [wanted.where(seen).order_by(*order).limit(limit).subquery() for seen in visible_to(look.user)]
    chosen = review_case.c.id.in_(sa.union(*(sa.select(part.c.id) for part in first)))
    query = sa.select(review_case).where(chosen).order_by(*order).limit(limit)
    return tuple(line_for(rows.summary_of(row), look.user) for row in look.connection.execute(query))


def _opened(bounds: tuple[datetime | None, datetime | None]) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of cases opened after the first instant and not after the second.

    No turn is before the opening; saying so lets an index in the order of turns begin there.
    """
    after, until = bounds
    columns = review_case.c
    late = () if after is None else (columns.opened_at > after, columns.turn_at > after)
    return late if until is None else (*late, columns.opened_at <= until)


def counts(look: Look) -> tuple[Count, ...]:
    """Return how many cases of the user's own region and below stand where."""
    columns = (review_case.c.kind, review_case.c.state, review_case.c.office, review_case.c.waiting)
    own = begins(review_case.c.office, look.user.scope.code if look.user else "")
    query = sa.select(*columns, sa.func.count().label("cases")).where(own).group_by(*columns)
    counted = [
        Count(row.kind, State(row.state), row.office, row.waiting, row.cases) for row in look.connection.execute(query)
    ]
    return tuple(sorted(counted, key=lambda count: (count.kind, count.state, count.office, count.waiting)))


def open_records(look: Look) -> tuple[str, ...]:
    """Return the records of all cases whose question nobody has answered yet, sorted, each once."""
    query = sa.select(case_record.c.record_id).join(review_case).where(review_case.c.closed_at.is_(None)).distinct()
    return tuple(sorted(look.connection.execute(query).scalars()))


def decided(look: Look) -> Iterator[Case]:
    """Yield the cases that people have decided, by number, without their records' values."""
    query = sa.select(review_case.c.id).where(review_case.c.state.in_(DECIDED)).order_by(review_case.c.id)
    for number in look.connection.execute(query).scalars().all():
        case = whole_case(look.connection, number)
        if case is not None:
            yield case


def judged_since(look: Look, seq: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the pairs judged after an entry of the audit chain, sorted, and the newest entry that judged any."""
    later = sa.select(judgement.c.left_id, judgement.c.right_id).where(judgement.c.audit_seq > seq)
    newest = look.connection.execute(sa.select(sa.func.max(judgement.c.audit_seq))).scalar_one()
    pairs = sorted({(row.left_id, row.right_id) for row in look.connection.execute(later)})
    return tuple(pairs), max(seq, newest or 0)
