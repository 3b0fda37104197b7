"""The walls between regions, as conditions of a query: what a user may see, whatever else is asked."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from linkage.review.cases import CaseSummary
from linkage.review.people import User
from linkage.review.tables import case_region, review_case


def visible_to(user: User | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under any of which a user may see a case: its office, or one of its records, is within.

    They stand apart because an index serves each of them, and none serves the one or the other.
    """
    if user is None or not user.scope.code:
        return (sa.true(),)
    held = sa.select(case_region.c.case).where(begins(case_region.c.region, user.scope.code))
    return begins(review_case.c.office, user.scope.code), review_case.c.id.in_(held)


def begins(column: sa.Column[str], code: str) -> sa.ColumnElement[bool]:
    """Return whether a region column lies within ``code``; as a range, so that an index serves it and a user's text is
    no pattern. Codes are digits, which ":" follows."""
    if not code:
        return sa.true()
    return sa.and_(column >= code, column < beyond(code))


def beyond(code: str) -> str:
    """Return the first text after all codes within ``code``."""
    return f"{code}:"


def open_reasons(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Return why a case was opened, as far as an office may know that does not decide it: none that names a comparison,
    for how two records compare tells what the other one says."""
    return tuple(reason for reason in reasons if ":" not in reason)


def line_for(case: CaseSummary, user: User | None) -> CaseSummary:
    """Return a line of the queue as a user may see it."""
    if user is None or user.scope.covers(case.office):
        return case
    return replace(case, reasons=open_reasons(case.reasons))
