"""A model check as text: what was fixed beside what stands, what people said, and the bars."""

from __future__ import annotations

from linkage.checking.model_check import ModelCheck
from linkage.evaluation.figures import FEW, Figure
from linkage.lookback.evaluate.columns import columns, percent
from linkage.lookback.evaluate.report import gate_lines


def report(check: ModelCheck) -> str:
    """Return a check in words and tables; no resident's value."""
    parts = [_head(check), _drift(check), _claims(check), _said(check), gate_lines(check.bars)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _head(check: ModelCheck) -> list[str]:
    return [
        f"Model check of {check.day}, of what stands after run {check.run_id}",
        f"Model, frequencies and blocking plan are those of the full run {check.fixed_by}.",
        "Shares in per cent; in brackets the 95 % interval.",
    ]


def _drift(check: ModelCheck) -> list[str]:
    drift = check.drift
    rows = [
        [one.field, _share(one.values), _share(one.filled_then), _share(one.filled_now)]
        for one in sorted(drift.fields, key=lambda one: (-one.values, one.field))
    ]
    return [
        f"The register: {drift.records_then:,} records then, {drift.records_now:,} now",
        *columns(["FIELD", "values moved", "filled then", "filled now"], rows),
    ]


def _claims(check: ModelCheck) -> list[str]:
    rows = [
        [when, f"{claim.linked:,}", percent(claim.precision), percent(claim.recall_of_compared), percent(claim.recall)]
        for when, claim in (("then", check.then), ("now", check.now))
    ]
    return columns(["WHAT THE MODEL CLAIMS", "linked", "precision", "recall of compared", "recall"], rows)


def _said(check: ModelCheck) -> list[str]:
    said = check.said
    if not said.pairs:
        return ["Since then people have decided no case that proposed a merge."]
    told = (
        f"Since then people have decided {said.cases:,} cases that proposed a merge, with {said.pairs:,} linked pairs:"
    )
    few = "" if said.enough else f" No bar is held against fewer than {FEW} cases."
    return [told, f"{percent(said.precision)} are one person; the model expected {_share(said.expected)}.{few}"]


def _share(value: float) -> str:
    return percent(Figure(value, float("nan"), float("nan")))
