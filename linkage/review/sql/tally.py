"""Counting for reports in SQL. A load opens all its cases at one instant, so grouping by instant stays small."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from linkage.review.cases import REVERT, Action, State
from linkage.review.sql.session import Look
from linkage.review.tables import decision, review_case
from linkage.review.tally import Tally, open_ages

_Key = tuple[str, str]


def tally(look: Look, since: datetime, until: datetime) -> tuple[Tally, ...]:
    """Return the cases of all regions by scope and kind; arguments as in the contract of the queue."""
    columns = review_case.c
    keys = (columns.scope, columns.kind)
    amount = sa.func.count().label("cases")
    asked = columns.kind != REVERT

    def within(moment: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
        return sa.and_(moment >= since, moment < until)

    found: dict[_Key, int] = defaultdict(int)
    for row in look.connection.execute(
        sa.select(*keys, amount).where(within(columns.opened_at), asked).group_by(*keys)
    ):
        found[row.scope, row.kind] = row.cases
    ended: dict[_Key, dict[State, int]] = defaultdict(dict)
    for row in look.connection.execute(
        sa.select(*keys, columns.state, amount).where(within(columns.closed_at), asked).group_by(*keys, columns.state)
    ):
        ended[row.scope, row.kind][State(row.state)] = row.cases
    confirmed: dict[_Key, int] = defaultdict(int)
    for row in look.connection.execute(
        sa.select(*keys, amount)
        .join(decision, decision.c["case"] == columns.id)
        .where(decision.c.action == Action.CONFIRM.value, within(decision.c["at"]), asked)
        .group_by(*keys)
    ):
        confirmed[row.scope, row.kind] = row.cases
    opened: dict[_Key, dict[datetime, int]] = defaultdict(dict)
    for row in look.connection.execute(
        sa.select(*keys, columns.opened_at, amount)
        .where(columns.closed_at.is_(None), columns.opened_at < until, asked)
        .group_by(*keys, columns.opened_at)
    ):
        opened[row.scope, row.kind][row.opened_at] = row.cases
    return tuple(
        Tally(*key, found[key], dict(sorted(ended[key].items())), confirmed[key], *open_ages(opened[key], until))
        for key in sorted({*found, *ended, *confirmed, *opened})
    )
