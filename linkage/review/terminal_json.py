"""The queue for scripts: cases, lines of the list, counts and agreement as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from linkage.review.cases import Case, CaseSummary, Count, Decision
from linkage.review.readings import Agreement
from linkage.review.resolution import to_json

Plain = dict[str, Any]
"""Texts, numbers, booleans, None, and lists and dicts of them; instants in ISO 8601, UTC."""


def summary_json(case: CaseSummary) -> Plain:
    """Return a line of the list."""
    return _plain(asdict(case))


def count_json(count: Count) -> Plain:
    """Return a count."""
    return _plain(asdict(count))


def agreement_json(agreement: Agreement) -> Plain:
    """Return how far one steward agrees with others."""
    return _plain(asdict(agreement))


def case_json(case: Case) -> Plain:
    """Return a case as its user may see it: values masked, no token and no fingerprint."""
    lease = case.lease
    plain = {name: value for name, value in asdict(case).items() if name not in _MADE}
    return _plain(plain) | {
        "lease": None if lease is None else {"owner": lease.owner, "until": lease.until.isoformat()},
        "records": [
            {
                "id": record.record_id,
                "region": record.region,
                "own": record.own,
                "values": dict(record.values),
                "family": [
                    {"id": kin.record_id, "values": dict(kin.values), "also": list(kin.also)} for kin in record.family
                ],
            }
            for record in case.records
        ],
        "pairs": [
            {
                "left": pair.left_id,
                "right": pair.right_id,
                "standing": pair.standing.value,
                "match_probability": pair.match_probability,
                "match_weight_log2": pair.match_weight_log2,
                "evidence": dict(pair.evidence),
                "explained": None if pair.explained is None else pair.explained.to_dict(),
            }
            for pair in case.pairs
        ],
        "agreements": dict(case.agreements),
        "marks": [
            {"field": mark.field, "record": mark.record_id, "parts": [list(part) for part in mark.parts]}
            for mark in case.marks
        ],
        "survivors": [
            {
                "field": survivor.field,
                "record": survivor.record_id,
                "rule": survivor.rule,
                "at": None if survivor.at is None else survivor.at.isoformat(),
            }
            for survivor in case.survivors
        ],
        "settled": [
            {
                "left": judged.left_id,
                "right": judged.right_id,
                "family": judged.family.value,
                "standing": judged.standing.value,
                "case": judged.case,
            }
            for judged in case.settled
        ],
        "history": [_decision(entry) for entry in case.history],
    }


_MADE = frozenset({"lease", "records", "pairs", "agreements", "marks", "survivors", "settled", "history"})


def _decision(entry: Decision) -> Plain:
    plain = {name: value for name, value in asdict(entry).items() if name != "persons"}
    return _plain(plain) | {"persons": to_json(entry.persons)}


def _plain(values: Plain) -> Plain:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
