"""What each blocking rule costs, and what only it brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from linkage.blocking.plan import Estimate, RuleCost
from linkage.charts.theme import AGAINST, INK, NEUTRAL, PALE, SAME, altair, counted, finished, inline
from linkage.errors import UsageError

if TYPE_CHECKING:
    import altair as alt

_ROW: Final = 21
_COUNT: Final = "datum.value >= 1e6 ? format(datum.value / 1e6, '~f') + ' million' : format(datum.value, ',')"


def blocking_cost(rules: Sequence[RuleCost], agreeing: Sequence[Estimate]) -> alt.HConcatChart:
    """Return for each rule the pairs that a run compares under it, and the likely matches that no other rule brings.

    Args:
        rules: in their order, as a plan has them.
        agreeing: of the pairs that only this rule brings, those more likely a match than not; one for each rule.

    Raises:
        UsageError: not one number of agreeing pairs for each rule, or no rule.
    """
    if not rules or len(rules) != len(agreeing):
        raise UsageError("a chart of blocking needs a rule, and one number of agreeing pairs for each")
    alt = altair()
    rows: list[dict[str, Any]] = [
        {
            "rule": rule.report.name,
            "compared": rule.compared.pairs,
            "alone": min(rule.alone.pairs, rule.compared.pairs),
            "agreeing": well.pairs,
            "low": well.low,
            "high": well.high,
            "label": _cost(rule),
            "found": counted(well.pairs),
        }
        for rule, well in zip(rules, agreeing, strict=True)
    ]  # fmt: skip
    names = [row["rule"] for row in rows]
    base = alt.Chart(inline(rows))
    panels = [_costs(base, names), _gains(base, names)]
    total = sum(row["compared"] for row in rows)
    gained = sum(row["agreeing"] for row in rows)
    return finished(
        alt.hconcat(*panels, spacing=26),
        "What each blocking rule costs, and what only it finds",
        [f"{counted(total)} pairs are compared in all; a pair counts for the first rule that brings it.",
         f"{counted(gained)} likely matches hang on a single rule: they would be lost without it."],
    )  # fmt: skip


def _cost(rule: RuleCost) -> str:
    cut = f"  ({counted(rule.report.pairs_cut)} cut)" if rule.report.pairs_cut else ""
    return counted(rule.compared.pairs) + cut


def _costs(base: Any, names: Sequence[str]) -> Any:
    alt = altair()
    y = alt.Y("rule:N", sort=list(names), axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=8))
    x = alt.X(
        "compared:Q", title="pairs compared", scale=alt.Scale(domainMin=0), axis=alt.Axis(labelExpr=_COUNT, tickCount=4)
    )
    bars = base.mark_bar(height=_ROW - 8, color=PALE).encode(y=y, x=x)
    alone = base.mark_bar(height=_ROW - 8, color=NEUTRAL).encode(y=y, x=alt.X("alone:Q"))
    text = base.mark_text(align="left", dx=5, fontSize=11).encode(y=y, x="compared:Q", text="label:N")
    title = alt.TitleParams(
        "Cost (dark: no other rule brings the pair)",
        fontSize=12,
        fontWeight="normal",
        anchor="start",
        frame="group",
        color=INK,
    )
    return alt.layer(bars, alone, text).properties(width=330, height=_ROW * len(names), title=title)


def _gains(base: Any, names: Sequence[str]) -> Any:
    alt = altair()
    y = alt.Y("rule:N", sort=list(names), axis=None)
    x = alt.X("agreeing:Q", title="likely matches", scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=5))
    bars = base.mark_bar(height=_ROW - 8).encode(
        y=y, x=x, color=alt.condition("datum.agreeing > 0", alt.value(SAME), alt.value(AGAINST))
    )
    sure = base.transform_filter("datum.high > datum.low").mark_rule(color=INK).encode(y=y, x="low:Q", x2="high:Q")
    text = base.mark_text(align="left", dx=5, fontSize=11).encode(y=y, x="high:Q", text="found:N")
    title = alt.TitleParams(
        "Gain (likely matches that only this rule brings)",
        fontSize=12,
        fontWeight="normal",
        anchor="start",
        frame="group",
        color=INK,
    )
    return alt.layer(bars, sure, text).properties(width=250, height=_ROW * len(names), title=title)
