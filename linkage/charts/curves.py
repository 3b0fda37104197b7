"""What every choice of a threshold would give: precision and recall, and the receiver operating characteristic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from linkage.charts.theme import AGAINST, INK, NEUTRAL, SAME, THIRD, altair, counted, finished, inline, thinned
from linkage.errors import UsageError
from linkage.evaluation.metrics import PairCurve
from linkage.models.fellegi_sunter import log2odds, probability

if TYPE_CHECKING:
    import altair as alt

Float64 = npt.NDArray[np.float64]

_MOST_POINTS: Final = 600
_MARKED: Final = (0.05, 0.5, 0.95, 0.999)
"""Probabilities whose points are named along a curve."""

_FARTHEST: Final = 40.0
_ROOM: Final = 0.03
"""Of recall, left of the first named point, for its name."""

_NOT_EMPTY: Final = "the curve holds no pair, or no pair of one person"


def precision_recall(curve: PairCurve, *, link_threshold: float) -> alt.HConcatChart:
    """Return precision against recall, and beside it precision, recall and F1 at every threshold.

    Args:
        curve: of match weights in bits, as :func:`linkage.evaluation.metrics.pair_curve` makes it.
        link_threshold: the run's, a probability.

    Raises:
        UsageError: the curve is empty.
    """
    _check(curve)
    alt = altair()
    at = curve.at(float(log2odds(link_threshold)))
    best, most = curve.best_f1()
    subtitle = [
        f"At the run's threshold p = {link_threshold:g}: precision {at.precision:.3f}, recall {at.recall:.3f}, "
        f"F1 {at.f1:.3f}.",
        f"Best F1 {most.f1:.3f} at p = {float(probability(best)):.3g}, chosen with the truth in hand: a bound, "
        "not a result.",
    ]
    panels = alt.hconcat(_against(curve, link_threshold), _by_threshold(curve, link_threshold), spacing=36)
    return finished(panels, "Precision and recall, threshold by threshold", subtitle)


def roc(curve: PairCurve) -> alt.LayerChart:
    """Return the receiver operating characteristic of the pairs of a curve, with the area below it.

    Both shares are of the pairs that were scored. A linkage that scores only likely pairs leaves out the easy
    negatives, and one that scores all pairs drowns in them: compare areas only over the same pairs.

    Raises:
        UsageError: the curve is empty, or has no pair of two persons.
    """
    _check(curve)
    alt = altair()
    positives = int(curve.true_positives[-1])
    negatives = int(curve.predicted[-1]) - positives
    if not negatives:
        raise UsageError("every pair is of one person: there is no false positive to count")
    right = np.append(0.0, curve.true_positives / positives)
    wrong = np.append(0.0, (curve.predicted - curve.true_positives) / negatives)
    area = float(((right[1:] + right[:-1]) / 2.0 * np.diff(wrong)).sum())
    rows = [
        {"wrong": float(wrong[place]), "right": float(right[place]), "order": order}
        for order, place in enumerate(thinned(right.size, _MOST_POINTS))
    ]
    axis = alt.Axis(format="%", tickCount=5)
    x = alt.X("wrong:Q", title="pairs of two persons taken for one", axis=axis, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("right:Q", title="pairs of one person found", axis=axis, scale=alt.Scale(domain=[0, 1]))
    diagonal = alt.Chart(inline([{"wrong": 0, "right": 0}, {"wrong": 1, "right": 1}])).mark_line(
        color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1
    )
    line = alt.Chart(inline(rows)).mark_line(color=SAME, strokeWidth=2.5).encode(order="order:Q")
    chance = alt.Chart(inline([{"wrong": 0.62, "right": 0.56, "text": "chance"}])).mark_text(
        color=NEUTRAL, align="left"
    )
    named = alt.Chart(inline([{"wrong": 0.97, "right": 0.06, "text": f"area {area:.4f}"}]))
    named = named.mark_text(align="right", fontSize=15, fontWeight="bold", color=SAME)
    layers = [diagonal, line, chance.encode(text="text:N"), named.encode(text="text:N")]
    return finished(
        alt.layer(*(layer.encode(x=x, y=y) for layer in layers)).properties(width=420, height=420),
        "How well the weight ranks pairs (ROC)",
        [f"Of the {counted(positives + negatives)} pairs that were scored: {counted(positives)} of one person,",
         f"{counted(negatives)} of two. Pairs that blocking never brought are not in it."],
    )  # fmt: skip


def _check(curve: PairCurve) -> None:
    if not curve.thresholds.size or not curve.true_total or not curve.true_positives[-1]:
        raise UsageError(_NOT_EMPTY)


def _against(curve: PairCurve, link_threshold: float) -> Any:
    alt = altair()
    rows: list[dict[str, Any]] = [
        {"recall": float(curve.recall[place]), "precision": float(curve.precision[place]), "order": order}
        for order, place in enumerate(thinned(curve.thresholds.size, _MOST_POINTS))
    ]
    marked: list[dict[str, Any]] = []
    for p in sorted({*_MARKED, link_threshold}):
        at = curve.at(float(log2odds(p)))
        if at.predicted:
            name = f"p {p:g}" + (" (this run)" if p == link_threshold else "")
            marked.append({"recall": at.recall, "precision": at.precision, "name": name, "run": p == link_threshold})
    marked = _apart(marked)
    lowest = _floor([*(row["precision"] for row in rows[len(rows) // 4 :]), *(row["precision"] for row in marked)])
    axis = alt.Axis(format=".0%", tickCount=6)
    start = _floor([row["recall"] - _ROOM for row in marked])
    x = alt.X("recall:Q", title="recall: true pairs that are linked", axis=alt.Axis(format=".0%", tickCount=6),
              scale=alt.Scale(domain=[start, 1.0]))  # fmt: skip
    y = alt.Y("precision:Q", title="precision: linked pairs that are right", axis=axis,
              scale=alt.Scale(domain=[lowest, 1.0]))  # fmt: skip
    line = alt.Chart(inline(rows)).mark_line(color=SAME, strokeWidth=2.5, clip=True).encode(x=x, y=y, order="order:Q")
    base = alt.Chart(inline(marked)).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=70, opacity=1.0, color=INK)
    here = base.transform_filter("datum.run").mark_point(filled=False, size=190, color=AGAINST, strokeWidth=2.5)
    names = base.mark_text(align="right", baseline="top", dx=-9, dy=5, fontSize=12)
    return alt.layer(line, dots, here, names.encode(text="name:N")).properties(width=380, height=340)


def _apart(marked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the marks whose names would not lie on each other; the run's own always stays."""
    kept: list[dict[str, Any]] = [row for row in marked if row["run"]]
    for row in marked:
        near = any(
            abs(row["recall"] - other["recall"]) < 0.02 and abs(row["precision"] - other["precision"]) < 0.004
            for other in kept
        )
        if not row["run"] and not near:
            kept.append(row)
    return sorted(kept, key=lambda row: (row["recall"], row["precision"]))


def _floor(values: list[float]) -> float:
    """Return a round number somewhat below all values, where an axis may begin."""
    low = min(values)
    step = 0.05 if low > 0.7 else 0.1
    return max(0.0, float(np.floor((low - 0.01) / step) * step))


def _by_threshold(curve: PairCurve, link_threshold: float) -> Any:
    alt = altair()
    inside = np.flatnonzero(np.abs(curve.thresholds) <= _FARTHEST)
    weights = curve.thresholds
    series = {"precision": (curve.precision, AGAINST), "recall": (curve.recall, SAME), "F1": (curve.f1, THIRD)}
    places = inside[thinned(inside.size, _MOST_POINTS)].tolist()
    rows = [
        {"weight": float(weights[place]), "share": float(values[place]), "of": name}
        for name, (values, _) in series.items()
        for place in places
    ]
    scale = alt.Scale(domain=list(series), range=[told for _, told in series.values()])
    colour = alt.Color("of:N", legend=None, scale=scale)
    x = alt.X("weight:Q", title="threshold: match weight in bits", scale=alt.Scale(nice=False))
    y = alt.Y("share:Q", title="share", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    lines = alt.Chart(inline(rows)).mark_line(strokeWidth=2.5, interpolate="step-before").encode(x=x, y=y, color=colour)
    run = alt.Chart(inline([{"weight": float(log2odds(link_threshold)), "text": "this run"}]))
    rule = run.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="weight:Q")
    word = run.mark_text(align="left", dx=5, baseline="bottom", fontSize=12).encode(
        x="weight:Q", y=alt.value(334), text="text:N"
    )
    names = _names_of_lines(rows, colour)
    return alt.layer(lines, rule, word, *names).properties(width=380, height=340)


def _names_of_lines(rows: list[dict[str, Any]], colour: Any) -> list[Any]:
    """Return the name of each line, beside a point of it where the lines are apart."""
    alt = altair()
    wanted = {"recall": (0.6, "right", -8, "middle"), "F1": (0.75, "left", 8, "middle"),
              "precision": (0.0, "right", 0, "top")}  # fmt: skip
    names = []
    for name, (level, align, shift, baseline) in wanted.items():
        mine = [row for row in rows if row["of"] == name]
        if not mine:
            continue
        at = min(mine, key=lambda row: (abs(row["share"] - level) if level else 0.0, -row["weight"]))
        mark = alt.Chart(inline([at])).mark_text(
            align=align, dx=shift, dy=6 if baseline == "top" else 0, baseline=baseline, fontWeight="bold", fontSize=13
        )
        names.append(mark.encode(x="weight:Q", y="share:Q", text="of:N", color=colour))
    return names
