"""Whether a result is as good for every group of people."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from linkage.charts.theme import AGAINST, INK, NEUTRAL, SAME, altair, finished, inline
from linkage.errors import UsageError
from linkage.evaluation.fairness.groups import Fairness

if TYPE_CHECKING:
    import altair as alt

_ROW: Final = 20
_LINE: Final = 105
_AXIS: Final = "(datum.value > 0 ? '+' : '') + format(datum.value, '.0f')"
_MOST_GROUPS: Final = 25
"""Of one division; of more the best and the worst are drawn."""


def fairness_gaps(fairness: Fairness, *, divisions: Sequence[str] | None = None, bar: float = 0.02) -> alt.LayerChart:
    """Return by group how far recall lies above or below what pairs as hard as the group's have elsewhere.

    Args:
        fairness: of an evaluation. Groups it hides, of too few pairs, are not drawn; those that do not count are grey.
        divisions: names of those to show; None shows all. One with a single group has nothing to compare.
        bar: the largest gap that is allowed, as a share; drawn as a band of that width around 0.

    Raises:
        UsageError: there is no group to draw.
    """
    rows = _rows(fairness, divisions)
    groups = [row for row in rows if row["value"] is not None]
    if not groups:
        raise UsageError("no division has a group with pairs enough to be shown")
    alt = altair()
    keys = [row["key"] for row in rows]
    heading = "datum.value[0] == '#'"
    y = alt.Y("key:N", sort=keys, scale=alt.Scale(domain=keys), axis=alt.Axis(
        title=None, ticks=False, domain=False, labelExpr="split(datum.value, '|')[1]", labelPadding=8,
        labelFontWeight=alt.condition(heading, alt.value("bold"), alt.value("normal"))))  # fmt: skip
    x = alt.X(
        "value:Q", title="recall above or below what is expected, points", axis=alt.Axis(labelExpr=_AXIS, tickCount=9)
    )
    band = alt.Chart(inline([{"low": -50 * bar, "high": 50 * bar}])).mark_rect(color="#E9EEF3", opacity=1.0)
    zero = alt.Chart(inline([{"x": 0}])).mark_rule(color=NEUTRAL).encode(x="x:Q")
    base = alt.Chart(inline(groups)).encode(y=y)
    colour = alt.Color("side:N", legend=None, scale=alt.Scale(
        domain=["above", "below", "few"], range=[SAME, AGAINST, "#9A9A9A"]))  # fmt: skip
    bars = base.mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q", color=colour)
    dots = base.mark_point(filled=True, size=70, opacity=1.0).encode(x=x, color=colour)
    pairs = base.mark_text(align="left", fontSize=11, color=INK).encode(x=alt.value(545), text="told:N")
    gap = fairness.gap
    worst = f"{100 * gap.value:.1f} points ({100 * gap.low:.1f} to {100 * gap.high:.1f})"
    return finished(
        alt.layer(band.encode(x="low:Q", x2="high:Q"), zero, bars, dots, pairs).properties(
            width=540, height=_ROW * len(keys)
        ),
        "Is recall the same for everyone?",
        [*textwrap.wrap(f"One threshold for all; pairs with {fairness.same or 'nothing held equal'}.", _LINE),
         f"Largest gap: {worst if gap.value == gap.value else 'not measured'}"
         + (f", by {fairness.worst_division}." if fairness.worst_division else ".")
         + f" Shaded: a gap of {100 * bar:g} points. Grey: too few pairs to conclude from."],
    )  # fmt: skip


def _rows(fairness: Fairness, chosen: Sequence[str] | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, division in enumerate(fairness.divisions):
        told = [row for row in division.groups if row.difference is not None and row.recall is not None]
        if len(told) < 2 or (chosen is not None and division.name not in chosen):
            continue
        rows.append({"key": f"#{number}|{division.name}", "value": None})
        if len(told) > _MOST_GROUPS:
            ranked = sorted(told, key=lambda row: row.difference.value if row.difference else 0.0)
            told = [*ranked[: _MOST_GROUPS // 2], *ranked[-_MOST_GROUPS // 2 :]]
        for row in told:
            if row.difference is None or row.recall is None:
                continue
            value, low, high = (100.0 * end for end in (row.difference.value, row.difference.low, row.difference.high))
            side = "few" if not row.counts else "above" if value >= 0.0 else "below"
            rows.append({
                "key": f"{number}|{row.name}", "value": round(value, 4), "low": round(low, 4), "high": round(high, 4),
                "side": side, "told": f"{row.recall.value:.1%} of {row.pairs:,} pairs",
            })  # fmt: skip
    return rows
