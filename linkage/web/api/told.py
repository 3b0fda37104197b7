"""The queue's values in the form of the API's answers."""

from __future__ import annotations

from datetime import datetime

from linkage.review.cases import Case, CaseSummary, Claim, Count, Decision, Pair, Record
from linkage.review.people import User
from linkage.review.resolution import PersonOut
from linkage.review.steps import open_steps
from linkage.web.api.answers import (
    CaseOut,
    ClaimOut,
    CountOut,
    DecisionOut,
    KinOut,
    MarkOut,
    PairOut,
    PartOut,
    PersonIn,
    RecordOut,
    SummaryOut,
    SurvivorOut,
)


def summary_out(case: CaseSummary) -> SummaryOut:
    """Return a line of the queue."""
    return SummaryOut.model_validate(case, from_attributes=True)


def count_out(count: Count) -> CountOut:
    """Return a count."""
    return CountOut.model_validate(count, from_attributes=True)


def claim_out(claim: Claim, user: User, *, now: datetime) -> ClaimOut:
    """Return a case that was handed out, without scores."""
    return ClaimOut(case=case_out(claim.case, user, now=now, score=False), token=claim.token, until=claim.until)


def case_out(case: Case, user: User, *, now: datetime, score: bool) -> CaseOut:
    """Return a case as its user may see it. ``score``: with probabilities and weights."""
    lease = case.lease if case.lease is not None and case.lease.live(now) else None
    return CaseOut(
        id=case.id,
        kind=case.kind,
        scope=case.scope,
        office=case.office,
        state=case.state,
        version=case.version,
        reasons=list(case.reasons),
        assignee=case.assignee,
        held_by=lease.owner if lease else None,
        held_until=lease.until if lease else None,
        due_at=case.due_at,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        waiting=case.waiting,
        published=case.published,
        reverts=case.reverts,
        run=case.run_id,
        model=case.model,
        records=[_record(record) for record in case.records],
        pairs=[_pair(pair, score=score) for pair in case.pairs],
        agreements=dict(case.agreements),  # type: ignore[arg-type]  # the schema checks the words
        marks=[
            MarkOut(
                field=mark.field,
                record=mark.record_id,
                parts=[PartOut(text=text, kind=kind) for text, kind in mark.parts],  # type: ignore[arg-type]
            )
            for mark in case.marks
        ],
        survivors=[
            SurvivorOut(field=one.field, record=one.record_id, rule=one.rule, at=one.at) for one in case.survivors
        ],
        history=[decision_out(entry) for entry in case.history],
        steps=list(open_steps(case, user, now=now)),
    )


def decision_out(entry: Decision) -> DecisionOut:
    """Return something that happened."""
    return DecisionOut(
        seq=entry.seq,
        action=entry.action,
        actor=entry.actor,
        from_state=entry.from_state,
        to_state=entry.to_state,
        at=entry.at,
        reason=entry.reason,
        verdict=entry.verdict,
        persons=[
            PersonIn(records=list(person.record_ids), keeps=person.keeps, fields=dict(person.fields))
            for person in entry.persons
        ],
        assignee=entry.assignee,
        region=entry.region,
        office=entry.office,
        due_at=entry.due_at,
        proposal_seq=entry.proposal_seq,
        proposer=entry.proposer,
        successor=entry.successor,
    )


def person_of(person: PersonIn) -> PersonOut:
    """Return a person of a proposal as the queue takes it."""
    return PersonOut(tuple(sorted(person.records)), person.keeps, tuple(sorted(person.fields.items())))


def _record(record: Record) -> RecordOut:
    return RecordOut(
        id=record.record_id,
        region=record.region,
        own=record.own,
        values=dict(record.values),
        family=[KinOut(values=dict(kin.values), also=list(kin.also)) for kin in record.family],
    )


def _pair(pair: Pair, *, score: bool) -> PairOut:
    return PairOut(
        left=pair.left_id,
        right=pair.right_id,
        standing=pair.standing,
        evidence=dict(pair.evidence),
        match_probability=pair.match_probability if score else None,
        match_weight_log2=pair.match_weight_log2 if score else None,
    )
