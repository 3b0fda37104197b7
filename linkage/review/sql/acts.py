"""Reading the acts of the audit chain, as far as somebody's region goes, a bounded piece at a time."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linkage.review.acts import Act, Acts, act_of
from linkage.review.people import Role, Scope
from linkage.review.sql.backlog import with_role
from linkage.review.sql.session import Look, chunks
from linkage.review.sql.walls import begins, visible_to
from linkage.review.tables import ACTS, audit, queue_user, review_case

MOST_READ: Final = 2_000
"""Rows of the chain that one page reads at most. What is left is the next page's, which may come out short."""

_READERS: Final = frozenset({Role.PENGELOLA, Role.AUDITOR})


def acts(look: Look, after: int | None, limit: int) -> Acts:
    """Return acts of one's own region and below, newest first: of its users, on its users and regions, and about the
    cases that one may see. ``after``: only those older than this row."""
    user = with_role(look, _READERS)
    query = sa.select(audit.c.seq, audit.c.body).where(ACTS).order_by(audit.c.seq.desc()).limit(MOST_READ)
    if after is not None:
        query = query.where(audit.c.seq < after)
    read = look.connection.execute(query).all()
    told = [act for row in read if (act := act_of(row.seq, row.body)) is not None]
    own = told if not user.scope.code else _own(look, user.scope, told)
    if len(own) > limit:
        return Acts(tuple(own[:limit]), own[limit - 1].seq)
    return Acts(tuple(own), read[-1].seq if len(read) == MOST_READ else None)


def _own(look: Look, scope: Scope, told: list[Act]) -> list[Act]:
    """Return the acts that are of a region."""
    within = sa.select(queue_user.c.name).where(begins(queue_user.c.region, scope.code))
    people = set(look.connection.execute(within).scalars())
    seen = sa.or_(*visible_to(look.user))
    cases: set[int] = set()
    for piece in chunks(sorted({number for act in told for number in act.cases})):
        visible = sa.select(review_case.c.id).where(review_case.c.id.in_(piece), seen)
        cases.update(look.connection.execute(visible).scalars())
    return [
        act
        for act in told
        if act.actor in people
        or act.detail("user") in people
        or (act.detail("region") and scope.covers(act.detail("region")))
        or cases & set(act.cases)
    ]
