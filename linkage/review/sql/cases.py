"""Reading whole cases, as the system sees them and as one user may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from linkage.errors import UnknownCaseError
from linkage.review import rows
from linkage.review.cases import Action, Case, Claim, Decision, Judgement, Record
from linkage.review.choosing import check_choices
from linkage.review.comparing import with_comparison
from linkage.review.families import family_of_json, found_again, masked_family
from linkage.review.masking import masked_values
from linkage.review.people import User
from linkage.review.rules import sees
from linkage.review.sightings import SEEN, Sighting
from linkage.review.sql.session import Change, Look
from linkage.review.sql.walls import open_reasons
from linkage.review.tables import case_pair, case_record, decision, judgement, record_value, review_case
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules

_NUMBER: Final = sa.bindparam("number", type_=sa.BigInteger)
# Made once: to make a statement takes longer than to send it.
_CASE: Final = sa.select(review_case).where(review_case.c.id == _NUMBER)
_RECORDS: Final = sa.select(case_record.c.record_id, case_record.c.region).where(case_record.c.case == _NUMBER)
_PAIRS: Final = sa.select(case_pair).where(case_pair.c.case == _NUMBER)
_HISTORY: Final = sa.select(decision).where(decision.c.case == _NUMBER).order_by(decision.c.seq)
_INSIDE: Final = sa.select(case_record.c.record_id).where(case_record.c.case == _NUMBER)
_JUDGED: Final = (
    sa.select(judgement)
    .where(judgement.c.left_id.in_(_INSIDE), judgement.c.right_id.in_(_INSIDE))
    .order_by(judgement.c.audit_seq)
)
_VALUES: Final = (
    sa.select(
        case_record.c.record_id, case_record.c.brief, record_value.c["values"].label("whole"), record_value.c.family
    )
    .outerjoin(
        record_value,
        sa.and_(record_value.c.case == case_record.c.case, record_value.c.record_id == case_record.c.record_id),
    )
    .where(case_record.c.case == _NUMBER)
)


def whole_case(connection: sa.Connection, number: int) -> Case | None:
    """Return a case with its pairs and history, its records without their values; None when there is none."""
    asked = {"number": number}
    row = connection.execute(_CASE, asked).one_or_none()
    if row is None:
        return None
    records = sorted(connection.execute(_RECORDS, asked), key=lambda record: record.record_id)
    case = rows.case_of(
        row,
        [Record(record.record_id, record.region, (), own=False) for record in records],
        sorted(connection.execute(_PAIRS, asked), key=lambda pair: (pair.left_id, pair.right_id)),
        connection.execute(_HISTORY, asked),
    )
    return replace(case, settled=_settled(connection, number))


def learn_case(connection: sa.Connection) -> None:
    """Ask for all of a case that is none, so that the connection knows the tables."""
    for query in (_CASE, _RECORDS, _PAIRS, _HISTORY, _JUDGED, _VALUES):
        connection.execute(query, {"number": 0})


def _settled(connection: sa.Connection, number: int) -> tuple[Judgement, ...]:
    """Return the latest judgement of each pair of a case's records in each family, by pair, then oldest first."""
    told = connection.execute(_JUDGED, {"number": number})
    latest = {(row.left_id, row.right_id, row.family): row for row in told}
    ordered = sorted(latest.values(), key=lambda row: (row.left_id, row.right_id, row.audit_seq))
    return tuple(rows.judgement_of(row) for row in ordered)


def found(look: Look, number: int) -> Case:
    """Return a case that the user of the transaction may see, its records without their values.

    Raises :class:`UnknownCaseError`, the same for a case that does not exist and for one the user may not know of.
    """
    case = whole_case(look.connection, number)
    if case is None or (look.user is not None and not sees(case, look.user)):
        raise UnknownCaseError(
            "the queue has no case of this number for you",
            where=f"case {number}",
            remedy="See linkage queue list",
            key="case.unknown",
        )
    return case if look.user is None else _within(case, look.user)


def _within(case: Case, user: User) -> Case:
    """Return a case without what the user's office may not know of another's.

    An office that is asked sees no pairs, for how the records compare and how likely they are one person tells what the
    other one says; of the reasons none that names a comparison; and of the history the steps, but beside the questions
    and answers neither what was written nor what was proposed.
    """
    case = replace(case, records=tuple(_whose(case.records, user)))
    if user.scope.covers(case.office):
        return case
    return replace(
        case,
        reasons=open_reasons(case.reasons),
        pairs=(),
        settled=(),
        history=tuple(entry if entry.action in _ASKING else _untold(entry) for entry in case.history),
    )


def _untold(entry: Decision) -> Decision:
    return replace(entry, reason="", verdict=None, persons=(), surviving_record=None)


_ASKING: Final = (Action.ASK, Action.ANSWER)


def shown(look: Look, case: Case) -> Case:
    """Return ``case`` with its records' values and families as the user may see them, and how the values compare.

    All values, masked, for whom the case's office belongs to and for records of the own region; of other records what
    an office may know of another's. Who stands in several families is told where all of them are shown.
    """
    told, whole = masked_case(look, case)
    return told if whole is None else with_comparison(told, whole, look.survivorship)


def masked_case(look: Look, case: Case) -> tuple[Case, Mapping[str, Mapping[str, str]] | None]:
    """Return what :func:`shown` does but for how the values compare, and the whole values to find that by; None for who
    is not told. Finding it takes milliseconds, of long and hostile values seconds, for which no lock should be held."""
    user = look.user
    stored = look.connection.execute(_VALUES, {"number": case.id}).all()
    briefs = {row.record_id: row.brief for row in stored}
    values = {row.record_id: dict(row.whole) for row in stored if row.whole is not None}
    families = {row.record_id: family_of_json(row.family) for row in stored}
    decides = user is None or user.scope.covers(case.office)
    if decides:
        families = found_again(families)
    records = [
        replace(
            record, values=masked_values(values[record.record_id]), family=masked_family(families[record.record_id])
        )
        if (decides or record.own) and record.record_id in values
        else replace(record, values=tuple((field, value) for field, value in briefs[record.record_id]))
        for record in case.records
    ]
    return replace(case, records=tuple(records)), values if decides else None


def check_proposed(look: Look, case: Case, taken: Decision) -> None:
    """Refuse a proposal that chooses what the rules of survivorship never let stay, or otherwise without a reason."""
    if taken.action is Action.PROPOSE:
        stored = look.connection.execute(_VALUES, {"number": case.id})
        whole = {row.record_id: dict(row.whole) for row in stored if row.whole is not None}
        check_choices(case, taken.persons, taken.reason, whole, look.survivorship)


@dataclass(frozen=True)
class Handed:
    """A case that was handed out, and the whole values of :func:`masked_case` by which it is told once the lock is let
    go."""

    claim: Claim
    whole: Mapping[str, Mapping[str, str]] | None

    def told(self, rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP) -> Claim:
        """Return the claim, its case with how the values compare and, by these rules, which would stay."""
        if self.whole is None:
            return self.claim
        return replace(self.claim, case=with_comparison(self.claim.case, self.whole, rules))


def sightings_of(change: Change, case: Case) -> Sequence[Sighting]:
    """Return that the user of the transaction saw each record of a case."""
    return [
        Sighting(record.record_id, case.id, change.actor, change.now, SEEN, "", change.seq) for record in case.records
    ]


def _whose(records: Iterable[Record], user: User) -> Iterable[Record]:
    return (replace(record, own=user.scope.covers(record.region)) for record in records)
