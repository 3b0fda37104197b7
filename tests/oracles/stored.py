"""What must hold in the queue's tables themselves, whoever wrote them; asked with plain SQL, past all walls."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from linkage.review import rows
from linkage.review.cases import Action, Decision, State
from linkage.review.tables import audit, case_pair, decision, judgement, outbox, review_case
from linkage.review.transitions import CLOSED

SETTLING = (Action.APPROVE, Action.DIFFERENT, Action.REJECT, Action.REOPEN)
"""Steps after which something is known of each pair of a case, or no longer."""


def histories(url: str) -> dict[int, list[Decision]]:
    """Return the steps of every case of a database, by number; of a case without steps an empty list."""
    with _read(url) as connection:
        found: dict[int, list[Decision]] = {
            number: [] for number in connection.execute(sa.select(review_case.c.id)).scalars()
        }
        for row in connection.execute(sa.select(decision).order_by(decision.c.case, decision.c.seq)):
            found[row.case].append(rows.decision_of(row))
    return found


def broken(url: str) -> list[str]:
    """Return what does not hold of the cases and all that was written of them, a sentence each.

    For queues whose cases were loaded once: every later change of a case is a step that a person took.
    """
    steps = histories(url)
    with _read(url) as connection:
        cases = connection.execute(sa.select(review_case).order_by(review_case.c.id)).all()
        numbers = dict(connection.execute(sa.select(decision.c.idem, sa.func.count()).group_by(decision.c.idem)).all())
        found = [f"key {idem}: used twice" for idem, times in numbers.items() if idem is not None and times > 1]
        for case in cases:
            found += [f"case {case.id}: {wrong}" for wrong in _case(case, steps[case.id])]
        found += _sealed(connection)
        found += _followed(connection, steps)
    return found


def assert_whole(url: str) -> None:
    """Raise :class:`AssertionError` that says what does not hold."""
    found = broken(url)
    assert not found, "; ".join(found[:5])


@contextmanager
def _read(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sa.make_url(url))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _case(case: Any, steps: list[Decision]) -> Iterator[str]:
    if [entry.seq for entry in steps] != list(range(1, len(steps) + 1)):
        yield "its steps are not numbered 1, 2, 3"
    states = [State.BARU, *(entry.to_state for entry in steps)]
    if any(entry.from_state is not state for entry, state in zip(steps, states, strict=False)):
        yield "a step does not begin where the one before ended"
    if states[-1] != case.state or case.version != len(steps) + 1:
        yield "the case is not where its steps lead"
    if (case.closed_at is not None) != (states[-1] in CLOSED):
        yield "the case is both open and closed"
    if any(entry.action is not Action.REOPEN and entry.from_state in CLOSED for entry in steps):
        yield "it was decided twice"
    if (case.lease_owner is None) != (case.lease_token is None) or (case.lease_owner is None) != (
        case.lease_until is None
    ):
        yield "its lease is half a lease"
    if case.lease_owner is not None and (not steps or steps[-1].actor != case.lease_owner):
        yield "somebody holds it who did not take it up"
    if any(entry.action is Action.APPROVE and entry.proposer in (None, entry.actor) for entry in steps):
        yield "it was approved with two eyes"
    for earlier, entry in pairwise(steps):
        if entry.action is Action.APPROVE and earlier.action is not Action.EXAMINE:
            yield "it was approved without being examined"


def _sealed(connection: sa.Connection) -> Iterator[str]:
    """Yield the steps without an audit row that tells of them."""
    bodies = {row.seq: json.loads(row.body) for row in connection.execute(sa.select(audit))}
    for row in connection.execute(sa.select(decision)):
        body = bodies.get(row.audit_seq, {})
        if (body.get("action"), body.get("actor"), body.get("case")) != (row.action, row.actor, row.case):
            yield f"case {row.case}: the audit chain does not tell of step {row.seq}"


def _followed(connection: sa.Connection, steps: dict[int, list[Decision]]) -> Iterator[str]:
    """Yield where the outbox and the judgements are not what the steps lead to."""
    told = {(row.case, row.seq): row for row in connection.execute(sa.select(outbox))}
    approved = {
        (entry.case, entry.seq): any(later.action is Action.REOPEN for later in history[entry.seq :])
        for history in steps.values()
        for entry in history
        if entry.action is Action.APPROVE
    }
    if {key: row.cancelled for key, row in told.items()} != approved:
        yield f"the outbox holds {len(told)} effects, and there were {len(approved)} approvals"
    pairs: defaultdict[int, int] = defaultdict(int)
    for row in connection.execute(sa.select(case_pair.c.case)):
        pairs[row.case] += 1
    judged: defaultdict[int, int] = defaultdict(int)
    for row in connection.execute(sa.select(judgement.c.audit_seq)):
        judged[row.audit_seq] += 1
    for row in connection.execute(sa.select(decision)):
        if judged[row.audit_seq] != (pairs[row.case] if row.action in SETTLING else 0):
            yield f"case {row.case}: what step {row.seq} settles is not remembered"
