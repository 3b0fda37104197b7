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
    Lease,
    Pair,
    Record,
    Standing,
    State,
    Verdict,
)
from linkage.review.families import family_json
from linkage.review.loading import OpenCase
from linkage.review.masking import brief_values
from linkage.review.memory import Arrival
from linkage.review.people import Role, Scope, User
from linkage.review.resolution import from_json, to_json
from linkage.review.sightings import Sighting
from linkage.review.transitions import OPEN
from linkage.words import kept

Values = dict[str, Any]
"""Column values of one row, ready to bind."""


def desk_of(state: State, *, waiting: bool = False) -> str | None:
    """Return the role a case in this state can be handed to: petugas, penyetuju, or None when to nobody."""
    if state is State.DIUSULKAN:
        return Role.PENYETUJU.value
    return Role.PETUGAS.value if state in OPEN and not waiting else None


def case_values(arrival: Arrival) -> Values:
    """Return the columns of ``review_case`` that a run sets."""
    case = arrival.case
    return {
        "case_id": case.case_id,
        "kind": case.kind,
        "scope": case.scope,
        "priority": case.priority,
        "reasons": list(arrival.reasons),
        "records": len(case.records),
        "content": arrival.content(),
        "snapshot": arrival.snapshot(),
    }


def new_case_values(
    number: int, arrival: Arrival, *, run_id: str, model: str, now: datetime, turn_at: datetime, waiting: bool
) -> Values:
    """Return a whole row of ``review_case`` for a case that is added."""
    return {
        "id": number,
        **case_values(arrival),
        "office": arrival.case.scope,
        "state": State.BARU.value,
        "version": 1,
        "run_id": run_id,
        "model": model,
        "opened_at": now,
        "turn_at": turn_at,
        "waiting": waiting,
        "desk": desk_of(State.BARU, waiting=waiting),
    }


def record_values(number: int, arrival: Arrival) -> list[Values]:
    """Return the rows of ``case_record``."""
    return [
        {
            "case": number,
            "record_id": record.record_id,
            "region": record.region,
            "brief": brief_values(dict(record.values)),
            "nik_digest": record.nik_digest,
        }
        for record in arrival.case.records
    ]


def region_values(number: int, arrival: Arrival) -> list[Values]:
    """Return the rows of ``case_region``."""
    return [{"case": number, "region": region} for region in sorted({r.region for r in arrival.case.records})]


def whole_values(number: int, arrival: Arrival) -> list[Values]:
    """Return the rows of ``record_value``: what the office that decides may compare, and families."""
    return [
        {
            "case": number,
            "record_id": record.record_id,
            "region": record.region,
            "values": record.values,
            "family": family_json(record.family),
        }
        for record in arrival.case.records
        if record.values or record.family
    ]


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
            "explained": explained,
        }
        for pair, explained in zip(arrival.pairs, arrival.explained, strict=True)
    ]


def decision_values(decision: Decision, *, audit_seq: int, asked: bytes | None = None) -> Values:
    """Return a row of ``decision``; ``asked``: digest of the command behind its ``idem``."""
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
        "persons": to_json(decision.persons) if decision.persons else None,
        "assignee": decision.assignee,
        "region": decision.region,
        "office": decision.office,
        "due_at": decision.due_at,
        "proposal_seq": decision.proposal_seq,
        "proposer": decision.proposer,
        "successor": decision.successor,
        "run_id": decision.run_id,
        "idem": decision.idem,
        "asked": asked,
        "audit_seq": audit_seq,
    }


def sighting_values(sighting: Sighting) -> Values:
    """Return a row of ``sighting``."""
    return {
        "audit_seq": sighting.audit_seq,
        "record_id": sighting.record_id,
        "case": sighting.case,
        "actor": sighting.actor,
        "at": sighting.at,
        "what": sighting.what,
        "reason": sighting.reason,
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
        persons=from_json(row.persons or ()),
        assignee=row.assignee,
        region=row.region,
        office=row.office,
        due_at=row.due_at,
        proposal_seq=row.proposal_seq,
        proposer=row.proposer,
        successor=row.successor,
        run_id=row.run_id,
        idem=row.idem,
        surviving_record=row.surviving_record,
    )


def user_of(row: sa.Row[Any]) -> User:
    """Return the user in a row of ``queue_user``."""
    return User(row.name, Scope(row.region), frozenset(Role(role) for role in row.roles), row.active, row.hours)


def user_values(user: User) -> Values:
    """Return a row of ``queue_user``."""
    return {
        "name": user.name,
        "region": user.scope.code,
        "roles": sorted(user.roles),
        "active": user.active,
        "hours": user.hours,
    }


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
        explained=None if row.explained is None else kept.from_json(row.explained, row.left_id, row.right_id),
    )


def summary_of(row: sa.Row[Any]) -> CaseSummary:
    """Return the line of the queue in a row of ``review_case``."""
    return CaseSummary(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        scope=row.scope,
        office=row.office,
        priority=row.priority,
        state=State(row.state),
        version=row.version,
        reasons=tuple(row.reasons),
        records=row.records,
        assignee=row.assignee,
        held_by=row.lease_owner,
        held_until=row.lease_until,
        due_at=row.due_at,
        opened_at=row.opened_at,
        turn_at=row.turn_at,
        waiting=row.waiting,
    )


def open_case_of(row: sa.Row[Any], record_ids: Iterable[str]) -> OpenCase:
    """Return what a load plan needs of a row of ``review_case``."""
    return OpenCase(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        state=State(row.state),
        content=bytes(row.content),
        snapshot=bytes(row.snapshot),
        record_ids=tuple(record_ids),
        scope=row.scope,
        office=row.office,
        opened_at=row.opened_at,
        due_at=row.due_at,
        waiting=row.waiting,
    )


def lease_of(row: sa.Row[Any]) -> Lease | None:
    """Return the lease in a row of ``review_case``, or None."""
    return Lease(row.lease_owner, row.lease_token, row.lease_until) if row.lease_owner is not None else None


def case_of(
    row: sa.Row[Any], records: Iterable[Record], pairs: Iterable[sa.Row[Any]], history: Iterable[sa.Row[Any]]
) -> Case:
    """Return a whole case with the given records, sorted by id."""
    return Case(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        scope=row.scope,
        office=row.office,
        priority=row.priority,
        state=State(row.state),
        version=row.version,
        reasons=tuple(row.reasons),
        assignee=row.assignee,
        assigned_until=row.assigned_until,
        lease=lease_of(row),
        due_at=row.due_at,
        run_id=row.run_id,
        model=row.model,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        turn_at=row.turn_at,
        waiting=row.waiting,
        records=tuple(records),
        pairs=tuple(pair_of(pair) for pair in pairs),
        history=tuple(decision_of(entry) for entry in history),
        reverts=row.reverts,
        published=row.published_at is not None,
    )
