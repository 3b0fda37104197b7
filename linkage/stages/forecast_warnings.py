"""What a forecast says should be looked at before running."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linkage.stages.forecast import Forecast, RuleForecast

_LEAST_SHARE: Final = 0.05
_LEAST_EXCESS: Final = 10.0
"""A rule costs much for little when it alone brings such a part of all pairs, and its part of those that agree well is
so many times smaller."""


def find_warnings(told: Forecast) -> tuple[str, ...]:
    """Return warnings: rules that give no keys, blocks that are cut, and the rule that costs most for least."""
    found = []
    for rule in told.rules:
        report = rule.cost.report
        if not report.records:
            found.append(f"rule {report.name} gives no keys: its fields are empty, or hold nothing but placeholders")
        elif not report.pairs and not report.cut_blocks:
            found.append(f"rule {report.name} brings no pairs: no two records share a key")
        if report.cut_blocks:
            found.append(
                f"rule {report.name}: {report.cut_blocks:,} blocks stay over the cap and are cut; {report.pairs_cut:,} "
                f"pairs of {report.cut_records:,} records are not compared under it. A finer refinement keeps more"
            )
    costly = _costly(told.rules, told)
    if costly is not None:
        cost = costly.cost
        found.append(
            f"rule {cost.report.name} costs most for least: {cost.alone.pairs / told.compared.pairs:.0%} of all pairs "
            f"come from it alone, and about {costly.agreeing.pairs:,.0f} of them agree well, of "
            f"{told.agreeing.pairs:,.0f} that do in all"
        )
    return tuple(found)


def _costly(rules: Sequence[RuleForecast], told: Forecast) -> RuleForecast | None:
    """Return the rule whose own pairs are most in excess of what they bring, if any much is."""
    worst, excess = None, _LEAST_EXCESS
    for rule in rules:
        share = rule.cost.alone.pairs / max(told.compared.pairs, 1.0)
        brings = max(rule.agreeing.high, 1.0) / max(told.agreeing.pairs, 1.0)
        if share >= _LEAST_SHARE and share / brings >= excess:
            worst, excess = rule, share / brings
    return worst
