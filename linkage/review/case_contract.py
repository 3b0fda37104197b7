"""What a run must keep to when it hands cases to the queue."""

from __future__ import annotations

import math
from itertools import pairwise

from linkage.errors import InvariantError
from linkage.review.cases import KINDS, CaseIn, PairIn
from linkage.review.people import is_scope


def check_case(case: CaseIn) -> None:
    """Raise :class:`InvariantError` unless ``case`` keeps the contract of a case (names no record)."""
    problem = _problem(case) or next(filter(None, (_pair_problem(pair) for pair in case.pairs)), None)
    if problem is None:
        inside = set(case.record_ids)
        ends = [(pair.left_id, pair.right_id) for pair in case.pairs]
        if len(set(ends)) != len(ends):
            problem = "a pair is given twice"
        elif not all(left in inside and right in inside for left, right in ends):
            problem = "a pair holds a record that is not in the case"
    if problem is not None:
        raise InvariantError(problem, where=f"case {case.case_id}")


def _problem(case: CaseIn) -> str | None:
    records = case.record_ids
    if case.kind not in KINDS:
        return f"the kind must be one of {', '.join(KINDS)}"
    if not is_scope(case.scope):
        return "the scope must be empty, or 2 or 4 digits"
    if not 0.0 <= case.priority <= 1.0:
        return "the priority must lie between 0 and 1"
    if len(records) < 2 or any(a >= b for a, b in pairwise(records)):
        return "the record ids must be two or more, distinct and sorted"
    if any("\0" in record for record in records):
        return "a record id holds a NUL character"
    if not all(is_scope(record.region) for record in case.records):
        return "a record's region must be empty, or 2 or 4 digits"
    return None


def _pair_problem(pair: PairIn) -> str | None:
    if not pair.left_id < pair.right_id:
        return "left_id must be smaller than right_id"
    if not pair.fingerprint:
        return "a pair has no fingerprint"
    if not 0.0 <= pair.match_probability <= 1.0 or math.isnan(pair.match_weight_log2):
        return "a pair's probability or weight is no number in range"
    return None
