"""Between the queue's values and the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from linkage.review.cases import (
    Action,
    Case,
    CaseSummary,
    Decision,
    Family,
    Judgement,
    Pair,
    Standing,
    State,
    Verdict,
)
from linkage.review.loading import OpenCase
from linkage.review.memory import Arrival

Values = dict[str, Any]
"""Column values of one row, ready to bind."""


def case_values(arrival: Arrival) -> Values:
    """Return the columns of ``review_case`` that a run sets."""
    case = arrival.case
    return {
        "case_id": case.case_id,
        "kind": case.kind,
        "scope": case.scope,
        "priority": case.priority,
        "reasons": list(arrival.reasons),
        "records": len(case.record_ids),
        "content": arrival.content(),
        "snapshot": arrival.snapshot(),
    }


def new_case_values(number: int, arrival: Arrival, *, run_id: str, now: datetime) -> Values:
    """Return a whole row of ``review_case`` for a case that is added."""
    return {
        "id": number,
        **case_values(arrival),
        "state": State.BARU.value,
        "version": 1,
        "run_id": run_id,
        "opened_at": now,
    }


def record_values(number: int, arrival: Arrival) -> list[Values]:
    """Return the rows of ``case_record``."""
    return [{"case": number, "record_id": record} for record in arrival.case.record_ids]


def pair_values(number: int, arrival: Arrival) -> list[Values]:
    """Return the rows of ``case_pair``."""
    return [
        {
            "case": number,
            "left_id": pair.left_id,
            "right_id": pair.right_id,
            "fingerprint": pair.fingerprint,
            "match_probability": pair.match_probability,
            "match_weight_log2": pair.match_weight_log2,
            "evidence": pair.evidence,
            "standing": pair.standing.value,
        }
        for pair in arrival.pairs
    ]


def decision_values(decision: Decision, *, audit_seq: int) -> Values:
    """Return a row of ``decision``."""
    return {
        "case": decision.case,
        "seq": decision.seq,
        "action": decision.action.value,
        "actor": decision.actor,
        "from_state": decision.from_state.value,
        "to_state": decision.to_state.value,
        "at": decision.at,
        "reason": decision.reason,
        "verdict": decision.verdict.value if decision.verdict else None,
        "surviving_record": decision.surviving_record,
        "assignee": decision.assignee,
        "proposal_seq": decision.proposal_seq,
        "proposer": decision.proposer,
        "successor": decision.successor,
        "run_id": decision.run_id,
        "audit_seq": audit_seq,
    }


def judgement_values(judgement: Judgement, *, audit_seq: int) -> Values:
    """Return a row of ``judgement``."""
    return {
        "audit_seq": audit_seq,
        "left_id": judgement.left_id,
        "right_id": judgement.right_id,
        "family": judgement.family.value,
        "standing": judgement.standing.value,
        "fingerprint": judgement.fingerprint,
        "case": judgement.case,
    }


def decision_of(row: sa.Row[Any]) -> Decision:
    """Return the decision in a row of ``decision``."""
    return Decision(
        case=row.case,
        seq=row.seq,
        action=Action(row.action),
        actor=row.actor,
        from_state=State(row.from_state),
        to_state=State(row.to_state),
        at=row.at,
        reason=row.reason,
        verdict=Verdict(row.verdict) if row.verdict else None,
        surviving_record=row.surviving_record,
        assignee=row.assignee,
        proposal_seq=row.proposal_seq,
        proposer=row.proposer,
        successor=row.successor,
        run_id=row.run_id,
    )


def judgement_of(row: sa.Row[Any]) -> Judgement:
    """Return the judgement in a row of ``judgement``."""
    return Judgement(
        row.left_id, row.right_id, Family(row.family), Standing(row.standing), bytes(row.fingerprint), row.case
    )


def pair_of(row: sa.Row[Any]) -> Pair:
    """Return the pair in a row of ``case_pair``."""
    return Pair(
        row.left_id,
        row.right_id,
        bytes(row.fingerprint),
        row.match_probability,
        row.match_weight_log2,
        tuple((comparison, level) for comparison, level in row.evidence),
        Standing(row.standing),
    )


def summary_of(row: sa.Row[Any]) -> CaseSummary:
    """Return the line of the queue in a row of ``review_case``."""
    return CaseSummary(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        scope=row.scope,
        priority=row.priority,
        state=State(row.state),
        version=row.version,
        reasons=tuple(row.reasons),
        records=row.records,
        assignee=row.assignee,
        opened_at=row.opened_at,
    )


def open_case_of(row: sa.Row[Any], record_ids: Iterable[str]) -> OpenCase:
    """Return what a load plan needs of a row of ``review_case``."""
    return OpenCase(
        row.id, row.case_id, row.kind, State(row.state), bytes(row.content), bytes(row.snapshot), tuple(record_ids)
    )


def case_of(
    row: sa.Row[Any], record_ids: Iterable[str], pairs: Iterable[sa.Row[Any]], history: Iterable[sa.Row[Any]]
) -> Case:
    """Return a whole case."""
    return Case(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        scope=row.scope,
        priority=row.priority,
        state=State(row.state),
        version=row.version,
        reasons=tuple(row.reasons),
        assignee=row.assignee,
        run_id=row.run_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        record_ids=tuple(record_ids),
        pairs=tuple(pair_of(pair) for pair in pairs),
        history=tuple(decision_of(entry) for entry in history),
    )
