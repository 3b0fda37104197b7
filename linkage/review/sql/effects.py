"""The outbox: approved decisions on their way to the national reference."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from linkage.errors import CaseConflictError, InvariantError
from linkage.review.cases import Action, Case, Decision, Verdict
from linkage.review.effects import Effect, has_effect
from linkage.review.resolution import PersonOut, from_json, one_person
from linkage.review.sql.session import Change, Look, chunks
from linkage.review.tables import case_record, decision, outbox, review_case


def put(change: Change, taken: Decision) -> None:
    """Put a decision with an effect into the outbox, in the transaction that takes it."""
    if has_effect(taken):
        row = {"id": change.seq, "case": taken.case, "seq": taken.seq, "cancelled": False}
        change.connection.execute(sa.insert(outbox), [row])


def cancel(change: Change, case: Case) -> None:
    """Take back what a case that is reopened has in the outbox."""
    own = sa.and_(outbox.c.case == case.id, outbox.c.publication.is_(None))
    change.connection.execute(sa.update(outbox).where(own).values(cancelled=True))


def pending(look: Look, limit: int) -> tuple[Effect, ...]:
    """Return decisions that are to be published and have not been, oldest first."""
    return _effects(look, _SENT.where(outbox.c.publication.is_(None), sa.not_(outbox.c.cancelled)).limit(limit))


def begun(look: Look, after: int) -> tuple[int, tuple[Effect, ...]] | None:
    """Return the publication beyond ``after`` that effects were marked with, and these, oldest first."""
    later = outbox.c.publication > after
    numbers = look.connection.execute(sa.select(outbox.c.publication).where(later).distinct()).scalars().all()
    if len(numbers) > 1:
        raise InvariantError(
            f"effects are marked with {len(numbers)} publications that were not finished",
            where=f"publication {min(numbers)}",
            remedy="The reference is older than the queue: restore both from one backup",
        )
    return (numbers[0], _effects(look, _SENT.where(later))) if numbers else None


def marked(look: Look) -> frozenset[int]:
    """Return the numbers of all effects that are marked with a publication."""
    query = sa.select(outbox.c.id).where(outbox.c.publication.is_not(None))
    return frozenset(look.connection.execute(query).scalars())


_SENT: Final = (
    sa.select(outbox.c.id, decision, review_case.c.kind, review_case.c.reverts, review_case.c.id.label("number"))
    .join(decision, sa.and_(decision.c.case == outbox.c.case, decision.c.seq == outbox.c.seq))
    .join(review_case, review_case.c.id == outbox.c.case)
    .order_by(outbox.c.id)
)


def _effects(look: Look, query: sa.Select[tuple[object, ...]]) -> tuple[Effect, ...]:
    found = look.connection.execute(query).all()
    approved = _approvals(look, [row.number for row in found if row.action == Action.CONFIRM])
    return tuple(_effect(look, row, approved.get(row.number, row)) for row in found)


def mark_published(change: Change, effects: Iterable[int], publication: int) -> int:
    """Note that effects are in a publication; return how many were news."""
    numbers = sorted(set(effects))
    stored = {
        row.id: row
        for piece in chunks(numbers)
        for row in change.connection.execute(sa.select(outbox).where(outbox.c.id.in_(piece)))
    }
    for number in numbers:
        row = stored.get(number)
        if row is None or row.publication not in (None, publication):
            raise InvariantError("the effect is unknown, or in another publication", where=f"effect {number}")
        if row.cancelled:
            raise CaseConflictError(
                "its case was reopened meanwhile",
                where=f"effect {number}",
                remedy="Ask anew for what is to be published",
            )
    news = [number for number in numbers if stored[number].publication is None]
    if news:
        for piece in chunks(news):
            change.connection.execute(sa.update(outbox).where(outbox.c.id.in_(piece)).values(publication=publication))
        for cases in chunks(sorted({stored[number].case for number in news})):
            change.connection.execute(
                sa.update(review_case)
                .where(review_case.c.id.in_(cases), review_case.c.published_at.is_(None))
                .values(published_at=change.now)
            )
        change.append(
            {"action": "publish", "at": change.now.isoformat(), "effects": len(news), "publication": publication}
        )
    return len(news)


def _approvals(look: Look, cases: list[int]) -> dict[int, sa.Row[tuple[object, ...]]]:
    """Return the latest approval of each case: what the centre confirms."""
    found: dict[int, sa.Row[tuple[object, ...]]] = {}
    for piece in chunks(sorted(set(cases))):
        query = (
            sa.select(decision)
            .where(decision.c.case.in_(piece), decision.c.action == Action.APPROVE.value)
            .order_by(decision.c.case, decision.c.seq)
        )
        found.update((row.case, row) for row in look.connection.execute(query))
    return found


def _effect(look: Look, row: sa.Row[tuple[object, ...]], approval: sa.Row[tuple[object, ...]]) -> Effect:
    verdict = Verdict(approval.verdict)
    return Effect(
        id=row.id,
        case=row.number,
        kind=row.kind,
        verdict=verdict,
        persons=from_json(approval.persons) if approval.persons else _untold(look, row.number, verdict, approval),
        proposer=approval.proposer,
        approver=approval.actor,
        at=row.at,
        reverts=row.reverts,
        confirmed=row.action == Action.CONFIRM,
    )


def _untold(look: Look, case: int, verdict: Verdict, approval: sa.Row[tuple[object, ...]]) -> tuple[PersonOut, ...]:
    """Return the persons of an approval of the first version, which named a surviving record at most."""
    if verdict is Verdict.REVERT:
        return ()
    held = sa.select(case_record.c.record_id).where(case_record.c.case == case)
    records = sorted(look.connection.execute(held).scalars())
    survivor = approval.surviving_record
    if verdict is Verdict.SPLIT:
        return tuple(PersonOut((record,), record if record == survivor else None) for record in records)
    return one_person(records, survivor)
