"""One file's columns and what they mean: headers and values weighed, then all columns looked at together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from linkage.proposal.columns.attributes import ColumnSample, Recognised
from linkage.proposal.columns.candidates import Candidate
from linkage.proposal.columns.content import content_weights
from linkage.proposal.columns.header import HeaderEvidence, read_headers
from linkage.proposal.columns.measures import Measures, measure
from linkage.proposal.columns.reasons import reasons
from linkage.proposal.columns.roles import NAME_ROLES, PARENTS, ROLES
from linkage.proposal.columns.together import look_together
from linkage.proposal.columns.value_headers import are_values

_WARMTH: Final = 1.4
"""Weights are judgements: a difference of one is not yet a factor of e."""
_FLOOR: Final = -8.0
_PLAIN: Final = 6.0
_AGAINST: Final = 0.6
"""Share of the weight that is left to values which speak against a plain header."""
_CONSTANT: Final = 0.3
"""... and to a column with one value: what is constant in one file may not be in the next."""


def recognise(columns: Sequence[ColumnSample]) -> tuple[Recognised, ...]:
    """Return what each column of one file is taken for, in the order of the columns.

    Headers and values are weighed for every role; then columns that depend on one another are settled: one record id,
    one date of birth, a name and its parts. A header that is itself a value (a file without a header line) says nothing
    and is not repeated in any reason.
    """
    headerless = are_values(columns)
    headers = [HeaderEvidence({}) for _ in columns] if headerless else read_headers([column.name for column in columns])
    candidates = [_weigh(column, header) for column, header in zip(columns, headers, strict=True)]
    look_together(candidates)
    return tuple(_settled(candidate, headerless) for candidate in candidates)


def _weigh(column: ColumnSample, header: HeaderEvidence) -> Candidate:
    measures = measure(column)
    content = content_weights(measures)
    weights = {role: _together(max(_FLOOR, content.get(role, 0.0)), role, header, measures) for role in ROLES}
    if header.truth:
        weights["noise"] += 6.0
    return Candidate(column.name, measures, header, weights, header.about, [])


def _together(content: float, role: str, header: HeaderEvidence, measures: Measures) -> float:
    """Add up header and values. A header that is plain is believed against middling values, not against clear ones."""
    said = header.weights.get(role, 0.0)
    if max(header.weights.values(), default=0.0) < _PLAIN:
        return content + said
    trust = _CONSTANT if measures.distinct == 1 else 1.0
    return trust * content * (_AGAINST if (content < 0.0) == (said > 0.0) else 1.0) + said


def _settled(candidate: Candidate, headerless: bool) -> Recognised:
    role = candidate.role
    about = candidate.about
    if about in PARENTS and role in NAME_ROLES:
        role = "parent_name"
    facts = _facts(candidate.measures)
    if role == "parent_name":
        about = about or "parent"
        facts["part"] = candidate.header.part or "full"
    if role in ("record_id", "source", "noise") and about != "household":
        about = ""
    if role in ("birth_date", "event_date") and candidate.measures.dates.share:
        reading = candidate.measures.dates
        facts |= {"date_order": reading.order, "earliest_year": reading.years[0], "latest_year": reading.years[2]}
    facts["plain_header"] = "" if headerless else candidate.name
    facts["concepts"] = " ".join(sorted(candidate.header.concepts))
    return Recognised(
        name=candidate.name,
        role=role,
        about=about,
        confidence=_confidence(candidate),
        because=reasons(replace(candidate, about=about), role),
        facts=facts,
    )


def _facts(m: Measures) -> dict[str, float | str]:
    return {
        "filled": round(m.filled, 4),
        "distinct": float(m.distinct),
        "distinct_share": round(m.distinct_share, 4),
        "mean_length": round(m.mean_length, 2),
        "digits": round(m.shares.get("digits", 0.0), 4),
        "most_common": round(m.most_common, 4),
    }


def _confidence(candidate: Candidate) -> float:
    weights: Mapping[str, float] = candidate.weights
    best = weights[candidate.role]
    share = 1.0 / sum(math.exp((weight - best) / _WARMTH) for weight in weights.values())
    # Little evidence of any kind is little confidence, however far the rest is behind.
    return round(min(0.99, share * (1.0 - math.exp(-max(best, 0.2) / 2.0))), 3)
