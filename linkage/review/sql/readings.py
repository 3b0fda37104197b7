"""Cases that are read again: choosing them, handing them out unnoticed, taking the answer, telling how people agree.

A reading changes nothing of its case but once: where a second reader contradicts a decision that one person took alone,
the question is put again. While it runs, its lease stands in the row of the reading, and the reader is shown the case
as :func:`linkage.review.readings.blind` makes it. The row keeps what was asked and told, so that a command sent twice
is answered twice and done once.

A row is one reader's. Who gives a reading back, or lets it lapse until another takes it up, may have seen the decision
since: their row is closed without an answer, and the others get a fresh one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.audit import Body
from linkage.review.cases import REVERT, Action, Case, CaseSummary, Claim, Decision, Lease, State, Verdict
from linkage.review.leases import check_lease, new_token, token_digest
from linkage.review.outcomes import judgements
from linkage.review.people import SYSTEM, Role, User
from linkage.review.readings import (
    Agreement,
    Answer,
    Purpose,
    Reading,
    agreement_of,
    agrees,
    answer_of,
    blind,
    draw,
    sampled,
)
from linkage.review.resolution import from_json, to_json
from linkage.review.rules import Command, take
from linkage.review.sql.agreement import answer_from, decisions_of, finished, stewards
from linkage.review.sql.cases import Handed, check_proposed, found, masked_case, sightings_of
from linkage.review.sql.session import Change, Look
from linkage.review.sql.storing import changes_of, command_digest, guarded, open_with
from linkage.review.sql.walls import begins, line_for
from linkage.review.tables import decision, reading, review_case
from linkage.review.transitions import CLOSED

DIFFERS: Final = "SECOND_READING_DIFFERS"
"""Why the system reopens a case: a second person, who did not know the first answer, gave another."""

_READ_AGAIN: Final = (Action.DIFFERENT, Action.SET_ASIDE, Action.APPROVE)
_ALONE: Final = (State.BUKAN_GANDA, State.KEMBAR, State.WAFAT, State.PINDAH_BELUM_TUNTAS, State.ANOMALI)
_STANDING: Final = sorted(CLOSED - {State.DITARIK, State.DIBATALKAN, State.DITOLAK})
_OPEN: Final = reading.c["at"].is_(None)
_STANDS: Final = sa.or_(*(review_case.c.state == state.value for state in _STANDING))
_READER: Final = reading.c.reader == sa.bindparam("name")
_OTHER: Final = reading.alias("other")
# What every claim and every answer asks is put together once: that takes longer than to ask it.
_NEXT: Final = (
    sa.select(reading)
    .join(review_case, review_case.c.id == reading.c["case"])
    .where(
        _OPEN,
        reading.c.office == sa.bindparam("own"),
        reading.c.purpose == sa.bindparam("purpose"),
        sa.or_(reading.c.lease_until.is_(None), reading.c.lease_until <= sa.bindparam("now")),
        _STANDS,
        sa.not_(
            sa.select(sa.literal(1))
            .where(decision.c["case"] == reading.c["case"], decision.c.actor == sa.bindparam("name"))
            .exists()
        ),
        sa.not_(
            sa.select(sa.literal(1))
            .where(
                _OTHER.c["case"] == reading.c["case"],
                _OTHER.c.id != reading.c.id,
                _OTHER.c.reader == sa.bindparam("name"),
            )
            .exists()
        ),
    )
    .order_by(reading.c.id)
    .limit(1)
)
_READ_NOW: Final = (
    sa.select(reading)
    .join(review_case, review_case.c.id == reading.c["case"])
    .where(
        _OPEN, reading.c.office == sa.bindparam("own"), reading.c["case"] == sa.bindparam("number"), _READER, _STANDS
    )
    .order_by(reading.c.lease_until.desc(), reading.c.id)
    .limit(1)
)
_TOKENS: Final = sa.select(reading).where(
    reading.c["case"] == sa.bindparam("number"), _READER, reading.c.lease_token == sa.bindparam("digest")
)
_ANSWERED: Final = sa.select(reading).where(
    _READER,
    reading.c["at"].is_not(None),
    reading.c.answer["decision", "idem"].as_string() == sa.bindparam("idem", type_=sa.String),
)


def after_decision(change: Change, case: Case, taken: Decision) -> None:
    """Let a decision be read again if the lot falls on it; what is put again is not read again."""
    if taken.action is Action.REOPEN:
        void = sa.and_(_OPEN, reading.c.office == case.office, reading.c["case"] == case.id)
        change.connection.execute(sa.update(reading).where(void).values(at=change.now))
    if taken.action not in _READ_AGAIN or case.kind == REVERT:
        return
    if sampled(case.id, taken.seq, change.settings.second_reading_share, change.secret):
        first = taken.proposer or taken.actor
        _open(change, case, Purpose.SECOND, answer_of(taken, case), first)


def seed(change: Change, case: int) -> None:
    """Let a confirmed case be read as a known one; again does nothing."""
    user, known = change.person, found(change, case)
    where = f"case {case}"
    if Role.PENGAWAS not in user.roles or not user.scope.covers(known.office):
        raise NotPermittedError(
            f"this needs the role {Role.PENGAWAS} of the office that decided",
            where=where,
            key="seed.office",
            filled={"roles": Role.PENGAWAS, "office": known.office},
        )
    if known.state is not State.TERKONFIRMASI or known.kind == REVERT:
        raise CaseConflictError("only a confirmed case has a known answer", where=where, key="seed.state")
    already = sa.select(reading.c.id).where(_OPEN, reading.c["case"] == case, reading.c.purpose == Purpose.KNOWN.value)
    if change.connection.execute(already).first() is not None:
        return
    approval = next(entry for entry in reversed(known.history) if entry.action is Action.APPROVE)
    change.append(_body(change, "seed", case))
    _open(change, known, Purpose.KNOWN, answer_of(approval, known), None)


def hand_out(change: Change) -> Handed | None:
    """Hand a case to the user of the transaction that is to be read again, None when the queue's next case is due.

    A second reading that waits at the user's own office comes first, a known case with probability ``known_share``:
    by a keyed draw on the user and the number of the audit row, which the user cannot foresee.
    """
    user = change.person
    row = _next(change, user, Purpose.SECOND)
    if row is None and draw(change.secret, "known", user.name, change.seq) < change.settings.known_share:
        row = _next(change, user, Purpose.KNOWN)
    if row is None:
        return None
    number = row.id if row.reader in (None, user.name) else _pass_on(change, row)
    return _hand(change, user, number, row.case)


def hand_again(change: Change, case: int) -> Handed | None:
    """Hand a case anew that the user is reading, with a new token; None when they are not."""
    user = change.person
    row = _held(change, user, case)
    return None if row is None else _hand(change, user, row.id, case)


def veiled(look: Look, case: Case) -> Case:
    """Return ``case`` as its reader is to see it while reading; for everybody else, and later, as it is."""
    row = None if look.user is None else _held(look, look.user, case.id)
    return case if row is None or look.user is None else _blind(case, row, look.user.name, look.settings.lease)


def read_now(user: User) -> sa.Select[tuple[int]]:
    """Return the numbers of the cases that a user is reading, whether or not they may answer still."""
    own = sa.and_(_OPEN, reading.c.office == user.scope.code, reading.c.reader == user.name)
    return sa.select(reading.c["case"]).where(own)


def as_posed(look: Look, cases: Sequence[CaseSummary]) -> tuple[CaseSummary, ...]:
    """Return lines of the queue as the user may see them, those of cases that they are reading as new ones: no line is
    to tell what :func:`veiled` keeps from them."""
    if look.user is None or not cases:
        return tuple(cases)
    query = read_now(look.user).add_columns(reading.c.lease_until)
    told = look.connection.execute(query.where(reading.c["case"].in_([case.id for case in cases])))
    until = {row.case: row.lease_until for row in told}
    return tuple(
        as_new(case, look.user.name, until[case.id])
        if case.id in until and case.state in _STANDING
        else line_for(case, look.user)
        for case in cases
    )


def as_new(case: CaseSummary, reader: str, until: datetime) -> CaseSummary:
    """Return the line of a case that is read again, as :func:`linkage.review.readings.blind` shows the case."""
    return replace(
        case, state=State.DALAM_VERIFIKASI, version=2, office=case.scope, assignee=None, held_by=reader,
        held_until=until, due_at=None, waiting=False,
    )  # fmt: skip


def renew(change: Change, case: int, token: str) -> datetime | None:
    """Prolong the lease of a reading and return until when; None when the token is none of a reading's."""
    user = change.person
    row = _of_token(change, user, case, token)
    if row is None or row.at is not None:
        return None
    check_lease(_blind(found(change, case), row, user.name, change.settings.lease), user.name, token, now=change.now)
    until = change.now + change.settings.lease
    _set(change, row.id, lease_until=until)
    return until


def answer(change: Change, case: int, command: Command) -> Decision | None:
    """Take a command on a case that the user is reading, by the rules of any case, and return the decision that it
    would be; None when the command's token is none of a reading's.

    A proposal, ``different`` or ``set_aside`` answers the reading. Everything else gives it back. A command under a key
    (``idem``) that ended a reading of the user's before is told what it was told then, whatever its token.
    """
    user = change.person
    before = _asked_before(change, user, case, command)
    if before is not None:
        return before
    row = None if command.token is None else _of_token(change, user, case, command.token)
    if row is None:
        return None
    if row.at is not None:
        raise CaseConflictError(
            "the case has changed since it was shown",
            where=f"case {case}",
            remedy="Look at it again",
            key="case.changed",
        )
    original = found(change, case)
    posed = _blind(original, row, user.name, change.settings.lease)
    taken = take(posed, command, by=user, now=change.now, settings=change.settings)
    check_proposed(change, posed, taken)
    given = answer_of(taken, original)
    told = {"asked": command_digest(case, user.name, command).hex(), "decision": _told(taken)}
    if given is None:
        change.append({**_body(change, "give back", case), "reading": row.id})
        _set(change, row.id, answer=told)
        _pass_on(change, row)
        return taken
    agreeing = agrees(answer_from(row.expected), given)
    back = () if agreeing else _put_again(change, original)
    settled = [one for reopening in back for one in judgements(original, reopening)]
    body = {**_body(change, "read again", case), "agrees": int(agreeing), "reading": row.id}
    change.append(body, back, judgements=settled)
    for reopening in back:
        guarded(change, original, None, changes_of(change, original, reopening))
    stored = {**_stored(given), **told}
    _set(change, row.id, answer=stored, agrees=agreeing, at=change.now, audit_seq=change.seq, lease_until=change.now)
    if row.purpose == Purpose.KNOWN:
        _open(change, original, Purpose.KNOWN, answer_from(row.expected), None)
    return taken


def has_read(connection: sa.Connection, case: int, user: str) -> bool:
    """Return whether a user (by name) answered a reading of a case: they have said already which persons there are."""
    answered = sa.and_(reading.c["case"] == case, reading.c.reader == user, reading.c.audit_seq.is_not(None))
    return connection.execute(sa.select(reading.c.id).where(answered).limit(1)).first() is not None


def read_by(user: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """Return :func:`has_read` as a condition of a query over ``review_case``, for each of its rows."""
    answered = sa.select(sa.literal(1)).where(
        reading.c["case"] == review_case.c.id, reading.c.reader == user, reading.c.audit_seq.is_not(None)
    )
    return answered.correlate(review_case).exists()


def readings(look: Look, since: datetime | None) -> tuple[Reading, ...]:
    """Return finished readings, oldest first: one's own, or for a supervisor those of the region."""
    user = look.user
    if user is None or Role.PENGAWAS in user.roles:
        mine: sa.ColumnElement[bool] = begins(reading.c.office, "" if user is None else user.scope.code)
    else:
        mine = reading.c.reader == user.name
    return tuple(finished(look, mine, since))


def agreement(look: Look, since: datetime | None, office: str | None = None) -> tuple[Agreement, ...]:
    """Return how far stewards agree with others, by name: one's own line, or for a supervisor those of the region, or
    of one office there."""
    names = stewards(look, office)
    told: dict[str, list[Reading]] = defaultdict(list)
    for one in finished(look, sa.or_(reading.c.reader.in_(names), reading.c.first_reader.in_(names)), since):
        for name in {one.reader, one.first_reader}:
            told[name or ""].append(one)
    decided, judged = decisions_of(look, names, since)
    return tuple(
        agreement_of(name, decisions=decided[name], readings=told[name], judged=judged[name])
        for name in names
        if decided[name] or told[name]
    )


def _body(change: Change, action: str, case: int) -> Body:
    return {"action": action, "actor": change.actor, "at": change.now.isoformat(), "case": case}


def _open(change: Change, case: Case, purpose: Purpose, expected: Answer | None, first: str | None) -> None:
    # The number of the audit row is the reading's: a transaction opens one at most, and numbers are never used again.
    values = {
        "id": change.seq,
        "case": case.id,
        "purpose": purpose.value,
        "office": case.office,
        "expected": _stored(expected or Answer(())),
        "first_reader": first,
    }
    change.connection.execute(sa.insert(reading), [values])


def _next(change: Change, user: User, purpose: Purpose) -> sa.Row[Any] | None:
    """Return the oldest reading of the user's office that is free and whose case they never had to do with, be it in
    another reading that they answered, gave back or hold."""
    asked = {"name": user.name, "own": user.scope.code, "purpose": purpose.value, "now": change.now}
    return change.connection.execute(_NEXT, asked).one_or_none()


def _held(look: Look, user: User, case: int) -> sa.Row[Any] | None:
    """Return what the user is reading of a case. A lapsed reading is theirs until another takes it up, as any case."""
    asked = {"name": user.name, "own": user.scope.code, "number": case}
    return look.connection.execute(_READ_NOW, asked).one_or_none()


def _of_token(change: Change, user: User, case: int, token: str) -> sa.Row[Any] | None:
    asked = {"name": user.name, "number": case, "digest": token_digest(token)}
    return change.connection.execute(_TOKENS, asked).one_or_none()


def _hand(change: Change, user: User, number: int, case: int) -> Handed:
    token, until = new_token(), change.now + change.settings.lease
    _set(change, number, reader=user.name, lease_token=token_digest(token), lease_until=until)
    lease = Lease(user.name, token_digest(token), until)
    seen, whole = masked_case(change, blind(found(change, case), user.name, lease, at=change.now))
    change.append({**_body(change, "hand out", case), "reading": number}, sightings=sightings_of(change, seen))
    return Handed(Claim(seen, token, until), whole)


def _pass_on(change: Change, row: sa.Row[Any]) -> int:
    """Close a reading that its reader did not answer, open it anew for the others, and return the new number."""
    _set(change, row.id, at=change.now)
    kept = {name: getattr(row, name) for name in ("case", "purpose", "office", "expected", "first_reader")}
    change.connection.execute(sa.insert(reading), [{"id": change.seq, **kept}])
    return change.seq


def _blind(case: Case, row: sa.Row[Any], reader: str, length: timedelta) -> Case:
    return blind(case, reader, Lease(reader, row.lease_token, row.lease_until), at=row.lease_until - length)


def _set(change: Change, number: int, **values: Any) -> None:
    change.connection.execute(sa.update(reading).where(reading.c.id == number).values(**values))


def _put_again(change: Change, case: Case) -> tuple[Decision, ...]:
    """Return the reopening of a case that one person decided alone, unless another case has taken its place."""
    if case.state not in _ALONE or open_with(change, case.case_id) is not None:
        return ()
    reopening = Decision(
        case=case.id,
        seq=len(case.history) + 1,
        action=Action.REOPEN,
        actor=SYSTEM,
        from_state=case.state,
        to_state=State.DIKEMBALIKAN,
        at=change.now,
        reason=DIFFERS,
    )
    return (reopening,)


def _asked_before(change: Change, user: User, case: int, command: Command) -> Decision | None:
    """Return what the same command of the user under the same ``idem`` was told when it ended a reading."""
    if command.idem is None:
        return None
    row = change.connection.execute(_ANSWERED, {"name": user.name, "idem": command.idem}).one_or_none()
    if row is None:
        return None
    if row.answer["asked"] != command_digest(case, user.name, command).hex():
        raise UsageError(
            "the key was used for another command", where=f"case {case}", remedy="Use a fresh key", key="key.used"
        )
    told = row.answer["decision"]
    return Decision(
        case=case,
        seq=told["seq"],
        action=Action(told["action"]),
        actor=user.name,
        from_state=State.DALAM_VERIFIKASI,
        to_state=State(told["to"]),
        at=row.at,
        reason=told["reason"],
        verdict=Verdict(told["verdict"]) if told["verdict"] else None,
        persons=from_json(told["persons"]),
        assignee=told["assignee"],
        region=told["region"],
        office=told["office"],
        due_at=datetime.fromisoformat(told["due_at"]) if told["due_at"] else None,
        idem=told["idem"],
    )


def _told(taken: Decision) -> dict[str, Any]:
    return {
        "seq": taken.seq,
        "action": taken.action.value,
        "to": taken.to_state.value,
        "reason": taken.reason,
        "verdict": taken.verdict.value if taken.verdict else None,
        "persons": to_json(taken.persons),
        "assignee": taken.assignee,
        "region": taken.region,
        "office": taken.office,
        "due_at": taken.due_at.isoformat() if taken.due_at else None,
        "idem": taken.idem,
    }


def _stored(answered: Answer) -> dict[str, Any]:
    return {"persons": to_json(answered.persons)}
