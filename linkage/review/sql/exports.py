"""Cases on paper or in a file: looked at as any other time, and noted with what left the queue and what for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from linkage.errors import NotPermittedError
from linkage.review.audit import Body
from linkage.review.cases import Case
from linkage.review.exports import ExportForm
from linkage.review.people import Role
from linkage.review.reasons import needed_text
from linkage.review.sightings import Sighting
from linkage.review.sql.cases import found, shown
from linkage.review.sql.privacy import OPENERS
from linkage.review.sql.readings import veiled
from linkage.review.sql.session import Change, Look


def gather(look: Look, numbers: Sequence[int], form: ExportForm) -> tuple[Case, ...]:
    """Return the cases of these numbers as the user may see them, in that order.

    Raises :class:`NotPermittedError` for a role that may not: printing is for who may open a case's values, a file for
    a ``pengawas``; :class:`UnknownCaseError` for a case the user cannot see.
    """
    check_role(look, form)
    return tuple(shown(look, veiled(look, found(look, number))) for number in numbers)


def note(change: Change, cases: Sequence[Case], form: ExportForm, content: bytes, purpose: str) -> None:
    """Note who took which cases out, in what form and what for. The chain seals how many and the file's digest; the
    purpose stands with each record that was seen."""
    check_role(change, form)
    why = needed_text(purpose, where="export")
    body: Body = {
        "action": "export",
        "actor": change.actor,
        "at": change.now.isoformat(),
        "cases": len(cases),
        "records": sum(len(case.records) for case in cases),
        "form": form.value,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    looks = {(record.record_id, case.id) for case in cases for record in case.records}
    # One audit row knows a record once, however many of the cases hold it.
    first = dict(sorted(looks, reverse=True))
    change.append(
        body,
        sightings=[
            Sighting(record, case, change.actor, change.now, form.value, why, change.seq)
            for record, case in sorted(first.items())
        ],
    )


def note_index(change: Change, region: str, records: int, export_id: str, login: str) -> None:
    """Note that an index of a region's residents was made for teams without a network (``linkage precheck export``).

    ``login``: who was signed in to the machine, for a user of the queue need not be named.
    """
    change.append(
        {
            # Acts are found by how their names begin, and one that is an export begins as such.
            "action": "export_precheck",
            "actor": change.actor,
            "at": change.now.isoformat(),
            "export": export_id,
            "login": login,
            "region": region,
            "rows": records,
        }
    )


def check_role(look: Look, form: ExportForm) -> None:
    """Raise :class:`NotPermittedError` for a user whose role does not take cases out in this form."""
    needed = OPENERS if form is ExportForm.PRINT else frozenset({Role.PENGAWAS})
    if look.user is None or not look.user.roles & needed:
        raise NotPermittedError(
            f"this needs the role {' or '.join(sorted(needed))}",
            where="export",
            key="role.needed",
            filled={"roles": ",".join(sorted(needed))},
        )
