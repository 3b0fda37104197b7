"""What readings and decisions tell of how far stewards agree, as far as a user may look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from linkage.review import rows
from linkage.review.cases import Action, Decision, Family, family_of
from linkage.review.people import Role
from linkage.review.readings import Answer, Purpose, Reading, one_person_share
from linkage.review.resolution import from_json
from linkage.review.sql.session import Look, chunks
from linkage.review.sql.walls import begins
from linkage.review.tables import case_pair, decision, queue_user, reading, review_case


def answer_from(stored: dict[str, Any]) -> Answer:
    """Return the answer in a JSON column of ``reading``."""
    return Answer(from_json(stored["persons"]))


def finished(look: Look, chosen: sa.ColumnElement[bool], since: datetime | None) -> Iterator[Reading]:
    """Yield the chosen readings that were answered, oldest first."""
    done = sa.and_(reading.c.audit_seq.is_not(None), chosen)
    recent = sa.true() if since is None else reading.c["at"] >= since
    for row in look.connection.execute(sa.select(reading).where(done, recent).order_by(reading.c.audit_seq)):
        yield Reading(
            id=row.id,
            case=row.case,
            purpose=Purpose(row.purpose),
            reader=row.reader,
            first_reader=row.first_reader,
            expected=answer_from(row.expected),
            answer=answer_from(row.answer),
            agrees=row.agrees,
            at=row.at,
        )


def stewards(look: Look, office: str | None = None) -> list[str]:
    """Return whose agreement the user may look at, by name; with ``office``, of those who work for exactly that one."""
    user = look.user
    if user is not None and Role.PENGAWAS not in user.roles:
        return [user.name]
    region = begins(queue_user.c.region, "" if user is None else user.scope.code)
    exactly = sa.true() if office is None else queue_user.c.region == office
    return sorted(look.connection.execute(sa.select(queue_user.c.name).where(region, exactly)).scalars())


def decisions_of(
    look: Look, names: list[str], since: datetime | None
) -> tuple[dict[str, int], dict[str, list[tuple[float, float]]]]:
    """Return for each steward how many decisions, and of each case the (observed, expected) share of one person.

    Of several decisions of one steward on a case the last one tells. Cases about a NIK ask another question.
    """
    recent = sa.true() if since is None else decision.c["at"] >= since
    query = (
        sa.select(decision, review_case.c.kind)
        .join(review_case, review_case.c.id == decision.c["case"])
        .where(
            decision.c.actor.in_(names),
            decision.c.action.in_([Action.PROPOSE.value, Action.DIFFERENT.value, Action.SET_ASIDE.value]),
            recent,
        )
        .order_by(decision.c["case"], decision.c.seq)
    )
    counted: dict[str, int] = defaultdict(int)
    last: dict[tuple[str, int], Decision] = {}
    for row in look.connection.execute(query):
        counted[row.actor] += 1
        if family_of(row.kind) is Family.PERSON and row.action != Action.SET_ASIDE:
            last[row.actor, row.case] = rows.decision_of(row)
    expected = _expected(look, sorted({case for _, case in last}))
    judged: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (name, case), taken in last.items():
        pairs = expected.get(case, {})
        if pairs:
            judged[name].append((one_person_share(taken, list(pairs)), sum(pairs.values()) / len(pairs)))
    return counted, judged


def _expected(look: Look, cases: list[int]) -> dict[int, dict[tuple[str, str], float]]:
    """Return the match probability of each pair that a case put forward."""
    expected: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for piece in chunks(cases):
        query = sa.select(case_pair).where(case_pair.c["case"].in_(piece))
        for row in look.connection.execute(query):
            if rows.pair_of(row).standing.live:
                expected[row.case][row.left_id, row.right_id] = row.match_probability
    return expected
