"""Measuring the queue: a few counts, for those who watch over it."""

from __future__ import annotations

import sqlalchemy as sa

from linkage.review.cases import State
from linkage.review.figures import OpenCases, QueueFigures
from linkage.review.sql.session import Sessions
from linkage.review.tables import audit_head, decision, outbox, publication_stop, review_case


def queue_figures(sessions: Sessions) -> QueueFigures:
    """Return the figures of a queue, as the system sees it; ``sessions``: the queue's own."""
    columns = review_case.c
    groups = (columns.kind, columns.state, columns.waiting)
    open_cases = (
        sa.select(*groups, sa.func.count().label("cases"), sa.func.min(columns.opened_at).label("oldest"))
        .where(columns.closed_at.is_(None))
        .group_by(*groups)
        .order_by(*groups)
    )
    left = (
        sa.select(sa.func.count().label("decisions"), sa.func.min(decision.c["at"]).label("oldest"))
        .select_from(outbox)
        .join(decision, sa.and_(decision.c["case"] == outbox.c["case"], decision.c.seq == outbox.c.seq))
        .where(outbox.c.publication.is_(None), sa.not_(outbox.c.cancelled))
    )
    stopped = (
        sa.select(publication_stop.c.number)
        .where(publication_stop.c.released_at.is_(None))
        .order_by(publication_stop.c.number)
    )
    with sessions.look(None) as look:
        connection = look.connection
        to_publish = connection.execute(left).one()
        return QueueFigures(
            tuple(
                OpenCases(row.kind, State(row.state), row.waiting, row.cases, row.oldest)
                for row in connection.execute(open_cases)
            ),
            to_publish.decisions,
            to_publish.oldest,
            tuple(connection.execute(stopped).scalars()),
            connection.execute(sa.select(audit_head.c.seq)).scalar_one(),
        )
