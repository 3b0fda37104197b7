"""Looking a record up by its id."""

from __future__ import annotations

import sqlalchemy as sa

from linkage.errors import NotPermittedError
from linkage.review import rows
from linkage.review.cases import CaseSummary
from linkage.review.sql.privacy import FOUND_AT_MOST, SEARCHERS
from linkage.review.sql.readings import as_posed
from linkage.review.sql.session import Change
from linkage.review.sql.walls import visible_to
from linkage.review.tables import case_record, review_case


def find_record(change: Change, record_id: str) -> tuple[CaseSummary, ...]:
    """Return the cases with a record of this id that the user may see, by number, and note the search.

    At most :data:`linkage.review.sql.privacy.FOUND_AT_MOST` cases. The note holds their numbers alone: an id that was
    typed may be anything. Raises :class:`NotPermittedError` for a role that may not search.
    """
    if not change.person.roles & SEARCHERS:
        raise NotPermittedError(
            f"this needs the role {' or '.join(sorted(SEARCHERS))}",
            where="search",
            key="role.needed",
            filled={"roles": ",".join(sorted(SEARCHERS))},
        )
    held = sa.select(case_record.c["case"]).where(case_record.c.record_id == record_id)
    query = (
        sa.select(review_case)
        .where(review_case.c.id.in_(held), sa.or_(*visible_to(change.user)))
        .order_by(review_case.c.id)
        .limit(FOUND_AT_MOST)
    )
    cases = as_posed(change, [rows.summary_of(row) for row in change.connection.execute(query)])
    numbers = ",".join(str(case.id) for case in cases)
    change.append({"action": "search", "actor": change.actor, "at": change.now.isoformat(), "cases": numbers})
    return cases
