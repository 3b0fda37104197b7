"""Fairness as text: every group beside what is to be expected of it, and the gap of each division."""

from __future__ import annotations

import textwrap
from typing import Final

from linkage.evaluation.breakdown import HIDDEN_BELOW
from linkage.evaluation.fairness.gaps import Gap
from linkage.evaluation.fairness.groups import LEAST_PAIRS, DivisionRows, Fairness, GroupRow
from linkage.lookback.evaluate.columns import columns, percent, points

_SHOWN: Final = 12
"""Of more groups the best and the worst are shown; all stand in the JSON."""


def fairness_lines(told: Fairness | None) -> list[str]:
    """Return the lines; none when nothing is known of the people."""
    if told is None:
        return []
    head = [
        f"FAIRNESS: recall at one threshold for all, {told.threshold:.4f} ({told.chosen})",
        *textwrap.wrap(
            f"Expected: what the groups together give for pairs with {told.same or 'nothing held equal'}, in the "
            "group's own mixture. The difference is what remains. Of groups marked (few), under "
            f"{LEAST_PAIRS} pairs, nothing is concluded; those under {HIDDEN_BELOW} are not shown.",
            110,
        ),
        "",
    ]
    rows: list[list[str]] = []
    for division in told.divisions:
        rows += [[division.name], *_group_rows(division)]
        rows.append([f"  gap: {_gap(division)}"])
    title = ["", "pairs", "recall", "expected", "difference", "precision"]
    return [*head, *_table(title, rows), "", _conclusion(told)]


def _table(title: list[str], rows: list[list[str]]) -> list[str]:
    """Lines that hold one cell only must not widen its column."""
    full = columns(title, [row for row in rows if len(row) > 1])
    lines = iter(full[1:])
    return [full[0], *(next(lines) if len(row) > 1 else row[0] for row in rows)]


def _group_rows(division: DivisionRows) -> list[list[str]]:
    shown = [row for row in division.groups if not row.hidden]
    if len(shown) > _SHOWN:
        ranked = sorted((row for row in shown if row.counts), key=lambda row: _difference(row))
        chosen = {row.name for row in (*ranked[: _SHOWN // 2], *ranked[-_SHOWN // 2 :])}
        left_out = [f"  ({len(shown) - len(chosen):,} groups between, in --json)"]
        return [*(_row(row) for row in shown if row.name in chosen), left_out]
    return [_row(row) for row in shown]


def _row(row: GroupRow) -> list[str]:
    if row.recall is None or row.expected is None or row.difference is None or row.precision is None:
        return [f"  {row.name}"]
    name = f"  {row.name}" + ("" if row.counts else " (few)")
    expected = f"{100 * row.expected:.1f}"
    return [name, f"{row.pairs:,}", percent(row.recall), expected, points(row.difference), percent(row.precision)]


def _difference(row: GroupRow) -> float:
    return row.difference.value if row.difference is not None else 0.0


def _gap(division: DivisionRows) -> str:
    if division.gap.value != division.gap.value:
        return f"fewer than two groups of {LEAST_PAIRS} pairs"
    return f"{_points(division.gap)}, {division.best} before {division.worst}"


def _points(gap: Gap) -> str:
    return (
        f"{100 * gap.value:.1f} points ({100 * gap.low:.1f} to {100 * gap.high:.1f}; "
        f"{100 * gap.as_counted:.1f} as counted)"
    )


def _conclusion(told: Fairness) -> str:
    if not told.worst_division:
        return "Largest gap: not measured, no division has two groups with enough pairs."
    return f"Largest gap: {_points(told.gap)}, by {told.worst_division}."
