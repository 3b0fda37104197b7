"""What more labels are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from linkage.charts.theme import SERIES, altair, finished, inline
from linkage.errors import UsageError

if TYPE_CHECKING:
    import altair as alt

Curve = Sequence[tuple[int, float]]
"""A number of labels, and the figure that a model learnt from them reached."""

_WIDTH: Final = 520


def learning_curves(
    curves: Mapping[str, Curve], *, figure: str = "pair F1", reference: Mapping[str, float] | None = None
) -> alt.LayerChart:
    """Return how a figure grows with the number of labels, one line for each way of learning or choosing pairs.

    Args:
        curves: by name, up to five; each at least two points.
        figure: what is measured, 0 to 1.
        reference: figures by name that need no labels of their own, drawn as level lines.

    Raises:
        UsageError: no curve, more than five, or a curve of one point.
    """
    if not 1 <= len(curves) <= len(SERIES) or min(map(len, curves.values())) < 2:
        raise UsageError(f"a chart shows 1 to {len(SERIES)} curves of two points or more")
    alt = altair()
    rows: list[dict[str, Any]] = [
        {"labels": n, "value": v, "name": name} for name, points in curves.items() for n, v in points
    ]
    ends = [max((row for row in rows if row["name"] == name), key=lambda row: int(row["labels"])) for name in curves]
    level: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in (reference or {}).items()]
    low = min([row["value"] for row in rows] + [row["value"] for row in level])
    floor = max(0.0, round(low - 0.02, 2))
    colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(curves), range=list(SERIES[: len(curves)])))
    sizes = sorted({row["labels"] for row in rows})
    x = alt.X("labels:Q", title="labelled pairs (logarithmic)", scale=alt.Scale(type="log", nice=False),
              axis=alt.Axis(values=sizes, format=","))  # fmt: skip
    y = alt.Y("value:Q", title=figure, axis=alt.Axis(format=".2f"), scale=alt.Scale(domain=[floor, 1.0], nice=False))
    base = alt.Chart(inline(rows)).encode(x=x, y=y, color=colour)
    layers = [base.mark_line(strokeWidth=2.5), base.mark_point(filled=True, size=55, opacity=1.0)]
    if level:
        flat = alt.Chart(inline(level))
        layers += [
            flat.mark_rule(strokeDash=[4, 3], color="#6B6B6B").encode(y="value:Q"),
            flat.mark_text(align="right", baseline="top", dx=-6, dy=5, color="#4A4A4A").encode(
                x=alt.value(_WIDTH), y="value:Q", text="name:N"
            ),
        ]
    names = alt.Chart(inline(_spread(ends, (1.0 - floor) / 22.0))).mark_text(align="left", dx=8, fontWeight="bold")
    layers.append(names.encode(x=alt.value(_WIDTH), y=alt.Y("place:Q"), text="name:N", color=colour))
    return finished(
        alt.layer(*layers).properties(width=_WIDTH, height=320), "What more labels are worth",
        "Each point is a model learnt from so many labelled pairs and measured on pairs it has not seen.",
    )  # fmt: skip


def _spread(ends: list[dict[str, Any]], least: float) -> list[dict[str, Any]]:
    """Return the ends with a ``place`` each, so far apart that their names do not lie on each other."""
    placed: list[dict[str, Any]] = []
    top = float("inf")
    for end in sorted(ends, key=lambda row: -float(row["value"])):
        place = min(float(end["value"]), top - least)
        placed.append({**end, "place": place})
        top = place
    return placed
