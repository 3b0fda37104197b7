"""Invented cases for the tests of the review queue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from linkage.review.cases import CaseIn, PairIn

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def later(minutes: int) -> datetime:
    """An instant after noon."""
    return NOON + timedelta(minutes=minutes)


def make_pair(left: str, right: str, *, revisions: Mapping[str, int] | None = None, probability: float = 0.9) -> PairIn:
    """A pair whose fingerprint changes when the revision of one of its records does."""
    given = revisions or {}
    text = f"{left}@{given.get(left, 0)} {right}@{given.get(right, 0)}"
    fingerprint = hashlib.sha256(text.encode()).digest()
    evidence = (("nama", "equal"), ("tanggal_lahir", "typo"))
    return PairIn(left, right, fingerprint, probability, 3.5, evidence)


def make_case(
    *records: str,
    kind: str = "DUPLICATE",
    scope: str = "3273",
    priority: float = 0.5,
    reasons: Sequence[str] = ("GANDA_ORANG",),
    revisions: Mapping[str, int] | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    probability: float = 0.9,
) -> CaseIn:
    """A case of these records, with every pair of them unless ``pairs`` names some."""
    ordered = tuple(sorted(records))
    case_id = hashlib.sha256("\n".join([kind, *ordered]).encode()).hexdigest()[:16]
    ends = tuple(combinations(ordered, 2)) if pairs is None else pairs
    found = tuple(make_pair(left, right, revisions=revisions, probability=probability) for left, right in ends)
    return CaseIn(case_id, kind, scope, priority, ordered, tuple(reasons), found)
