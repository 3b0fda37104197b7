"""How a plan is told: a table for people, JSON for machines; counts and seconds, never a resident's value."""

from __future__ import annotations

import json
from typing import Any, Final

from linkage.blocking.plan import Estimate
from linkage.run.plan import RunPlan
from linkage.stages.forecast import RuleForecast


def plan_json(plan: RunPlan) -> str:
    """Return the plan as one JSON object; estimated pairs as ``{pairs, low, high}``, the interval at 95 %."""
    return json.dumps(plan_values(plan), indent=2)


def plan_values(plan: RunPlan) -> dict[str, Any]:
    """Return the plan as plain JSON values."""
    told = plan.forecast
    return {
        "records": told.records,
        "rows_read": plan.rows_read,
        "rows_rejected": plan.rows_rejected,
        "pairs_compared": _plain(told.compared),
        "pairs_per_record": round(told.compared.pairs / max(told.records, 1), 3),
        "pairs_agreeing": _plain(told.agreeing),
        "pairs_surviving": _plain(told.surviving),
        "seconds_comparing": round(told.seconds, 3),
        "threads": told.threads,
        "seconds_planning": dict(plan.seconds),
        "memory_bytes": round(plan.memory_bytes),
        "bytes_per_record": round(told.bytes_per_record, 1),
        "rules": [_rule_values(rule) for rule in told.rules],
        "warnings": list(plan.warnings),
    }


def _rule_values(rule: RuleForecast) -> dict[str, Any]:
    report = rule.cost.report
    return {
        "name": report.name,
        "records_with_key": report.records,
        "blocks": report.blocks,
        "largest_block": report.largest_block,
        "blocks_half_as_large": rule.wide_blocks,
        "pairs_in_blocks": report.pairs,
        "pairs_met": _plain(rule.cost.met),
        "pairs_compared": _plain(rule.cost.compared),
        "pairs_alone": _plain(rule.cost.alone),
        "pairs_alone_agreeing": _plain(rule.agreeing),
        "seconds": round(rule.seconds, 3),
        "refined_blocks": report.refined_blocks,
        "pairs_refined_away": report.pairs_refined_away,
        "cut_blocks": report.cut_blocks,
        "cut_records": report.cut_records,
        "pairs_cut": report.pairs_cut,
        "placeholder_values": report.placeholder_values,
        "placeholder_records": report.placeholder_records,
    }


def _plain(number: Estimate) -> dict[str, int]:
    return {"pairs": round(number.pairs), "low": round(number.low), "high": round(number.high)}


_HEADINGS: Final = (
    "rule", "with a key", "largest block", "in blocks", "compared", "alone", "agree", "cut", "seconds",
)  # fmt: skip


def plan_text(plan: RunPlan) -> str:
    """Return the plan in words and a table, for a terminal."""
    told = plan.forecast
    records = max(told.records, 1)
    rows = [_HEADINGS, *(_row(rule, records) for rule in told.rules)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        numbers = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join([f"{row[0]:<{widths[0]}}", *numbers]))
    before = sum(plan.seconds.get(name, 0.0) for name in ("intake", "encode", "block"))
    lines += [
        "",
        f"{told.records:,} records, {_number(told.compared)} pairs to compare, "
        f"{told.compared.pairs / records:.1f} for each record; {_number(told.agreeing)} agree well",
        f"{_seconds(told.seconds)} to compare them on {told.threads} threads, after {_seconds(before)} to read, encode "
        "and block; the model and the decisions come on top",
        f"{plan.memory_bytes / 2**30:.2f} GiB of memory",
    ]
    lines += ["", *(f"warning: {warning}" for warning in plan.warnings)] if plan.warnings else []
    return "\n".join(lines)


def _row(rule: RuleForecast, records: int) -> tuple[str, ...]:
    report = rule.cost.report
    largest = f"{report.largest_block:,}"
    if rule.wide_blocks > 1:
        largest += f" ({rule.wide_blocks:,} from {(report.largest_block + 1) // 2:,})"
    return (
        report.name,
        f"{report.records / records:.0%}",
        largest,
        f"{report.pairs:,}",
        _number(rule.cost.compared),
        _number(rule.cost.alone),
        _number(rule.agreeing),
        f"{report.pairs_cut:,}",
        f"{rule.seconds:.1f}",
    )


def _number(number: Estimate) -> str:
    """Return a number of pairs, with its sampling error at 95 % where it was not counted."""
    if number.exact:
        return f"{number.pairs:,.0f}"
    error = max(number.high - number.pairs, number.pairs - number.low)
    step = 10 ** max(len(f"{error:.0f}") - 2, 0)
    return f"{round(number.pairs / step) * step:,} \N{PLUS-MINUS SIGN} {round(error / step) * step:,}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120.0 else f"{seconds / 60.0:.0f} min"
