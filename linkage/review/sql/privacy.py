"""Protected values: opening them, searching by NIK, and the list of who saw which record.

Each use leaves an audit row. It names the user, the case and the fields; never a value, and of a search nothing by
which the number that was searched could be told or matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import NotPermittedError, UsageError
from linkage.review import rows
from linkage.review.audit import Body
from linkage.review.cases import CaseSummary
from linkage.review.people import Role, User
from linkage.review.reasons import needed_text
from linkage.review.sightings import Sighting
from linkage.review.sql.cases import found
from linkage.review.sql.readings import as_posed
from linkage.review.sql.session import Change, Look
from linkage.review.sql.walls import begins
from linkage.review.tables import case_record, record_value, review_case, sighting

FOUND_AT_MOST: Final = 50
"""Cases that a search returns."""

OPENERS: Final = frozenset({Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS})
"""Roles that may open protected values."""

SEARCHERS: Final = OPENERS | {Role.AUDITOR}
"""Roles that may search by NIK."""

DIGEST_BYTES: Final = 32


def open_fields(change: Change, case: int, record_id: str, fields: Sequence[str], reason: str) -> Mapping[str, str]:
    """Return the named fields of a record in full, and note who opened which, why.

    Raises :class:`UsageError` for a case the user cannot see, a record or field that is not there, or a reason that is
    none; :class:`NotPermittedError` for a role that may not, or a record of a region that is not the user's in a case
    that is not theirs to decide.
    """
    where = f"case {case}"
    user = _with_role(change, OPENERS, where)
    held = found(change, case)
    why = needed_text(reason, where=where)
    record = next((record for record in held.records if record.record_id == record_id), None)
    if record is None:
        raise UsageError(
            "the case holds no such record", where=where, remedy="Look at the case again", key="record.unknown"
        )
    if not (record.own or user.scope.covers(held.office)):
        raise NotPermittedError(
            "the record is another region's",
            where=where,
            remedy="Ask its office what you need to know",
            key="record.foreign",
        )
    values = _values(change, case, record_id)
    wanted = sorted(set(fields))
    if not wanted or not values.keys() >= set(wanted):
        raise UsageError(
            "no field is named, or one that the record does not hold",
            where=where,
            remedy="Name fields that are shown",
            key="field.unknown",
        )
    names = ",".join(wanted)
    body: Body = {"action": "open", "actor": change.actor, "at": change.now.isoformat(), "case": case, "fields": names}
    change.append(body, sightings=[Sighting(record_id, case, change.actor, change.now, names, why, change.seq)])
    return {name: values[name] for name in wanted}


def find(change: Change, digest: bytes) -> tuple[CaseSummary, ...]:
    """Return the cases with a record of this NIK (from :func:`linkage.review.nik_digest.nik_digest`), by number.

    Only records count whose NIK the user may open: in a case of another's, the search would otherwise tell whether a
    guess at the masked digits is right. At most :data:`FOUND_AT_MOST` cases. The note holds the numbers of the cases
    found and nothing of the digest: two searches for one number must not be told to be so.
    """
    user = _with_role(change, SEARCHERS, "search")
    if len(digest) != DIGEST_BYTES:
        raise UsageError("this is no digest of a NIK", where="search", key="nik.none")
    code = user.scope.code
    holding = (
        sa.select(case_record.c.case)
        .join(review_case)
        .where(
            case_record.c.nik_digest == digest,
            sa.or_(begins(review_case.c.office, code), begins(case_record.c.region, code)),
        )
        .distinct()
        .order_by(case_record.c.case)
        .limit(FOUND_AT_MOST)
    )
    chosen = sorted(change.connection.execute(holding).scalars())
    query = sa.select(review_case).where(review_case.c.id.in_(chosen)).order_by(review_case.c.id)
    cases = as_posed(change, [rows.summary_of(row) for row in change.connection.execute(query)])
    numbers = ",".join(map(str, chosen))
    change.append({"action": "search", "actor": change.actor, "at": change.now.isoformat(), "cases": numbers})
    return cases


def seen(look: Look, record_id: str) -> tuple[Sighting, ...]:
    """Return who saw a record, when and why, oldest first; for an ``auditor`` whose region covers the record.

    A record belongs to every region under which a case holds it. Raises :class:`NotPermittedError` for other users, and
    for a record of another region the same as for one that does not exist.
    """
    user = _with_role(look, frozenset({Role.AUDITOR}), "seen")
    if user.scope.code:
        query = sa.select(sa.literal(1)).where(
            case_record.c.record_id == record_id, begins(case_record.c.region, user.scope.code)
        )
        if look.connection.execute(query.limit(1)).first() is None:
            raise NotPermittedError("no record of your region has this id", where="seen", key="seen.unknown")
    listed = sa.select(sighting).where(sighting.c.record_id == record_id).order_by(sighting.c.audit_seq)
    return tuple(sighting_of(row) for row in look.connection.execute(listed))


def sighting_of(row: sa.Row[Any]) -> Sighting:
    """Return the sighting in a row of ``sighting``."""
    return Sighting(row.record_id, row.case, row.actor, row.at, row.what, row.reason, row.audit_seq)


def _values(look: Look, case: int, record_id: str) -> dict[str, str]:
    """Return a record's stored values by plain column name; none when they are no longer kept."""
    columns = record_value.c
    query = sa.select(columns["values"]).where(columns.case == case, columns.record_id == record_id)
    return dict(look.connection.execute(query).scalar_one_or_none() or ())


def _with_role(look: Look, roles: frozenset[Role], where: str) -> User:
    if look.user is None or not look.user.roles & roles:
        raise NotPermittedError(
            f"this needs the role {' or '.join(sorted(roles))}",
            where=where,
            key="role.needed",
            filled={"roles": ",".join(sorted(roles))},
        )
    return look.user
