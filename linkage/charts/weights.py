"""How the match weights of a run are spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from linkage.charts.theme import AGAINST, INK, NEUTRAL, SAME, altair, counted, finished, inline
from linkage.errors import UsageError
from linkage.models.fellegi_sunter import log2odds

if TYPE_CHECKING:
    import altair as alt

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]

_MOST_BINS: Final = 400
_WIDTH: Final = 700
_FARTHEST: Final = 60.0
"""Bits either way; what lies beyond is drawn in the outermost bin."""


def weight_histogram(
    match_weight_log2: Float64,
    same: Bool | None = None,
    *,
    thresholds: Mapping[str, float] | None = None,
    bin_bits: float = 1.0,
) -> alt.LayerChart:
    """Return the numbers of pairs by match weight.

    Args:
        match_weight_log2: float64 (n_pairs,), in bits, no nan.
        same: bool (n_pairs,), which pairs are one person; they are drawn upwards and the others downwards. None when
            that is not known.
        thresholds: probabilities by name, drawn as lines.
        bin_bits: the width of a bin, above 0.

    Raises:
        UsageError: lengths that differ, a weight that is nan, or a width of no use.
    """
    alt = altair()
    rows = _rows(match_weight_log2, same, bin_bits)
    top = max((row["pairs"] for row in rows), default=1)
    least = min((row["pairs"] for row in rows), default=0)
    bars = (
        alt.Chart(inline(rows))
        .mark_bar(stroke="white", strokeWidth=0.6)
        .encode(
            x=alt.X("low:Q", title="match weight in bits (0 = even odds)", scale=alt.Scale(nice=False, padding=6)),
            x2="high:Q",
            y2=alt.Y2Datum(0),
            y=alt.Y(
                "pairs:Q",
                title=f"pairs per {bin_bits:g} bit" + ("s" if bin_bits != 1 else ""),
                axis=alt.Axis(labelExpr="format(abs(datum.value), ',')", tickCount=6),
                scale=alt.Scale(domain=[min(least, -top // 3) if same is not None else 0, max(top, 1)], nice=True),
            ),
            color=alt.Color("kind:N", legend=None, scale=alt.Scale(
                domain=["one person", "two persons", "pairs"], range=[SAME, AGAINST, SAME])),
            tooltip=["low:Q", "high:Q", "kind:N", "pairs:Q"],
        )
    )  # fmt: skip
    zero = alt.Chart(inline([{"y": 0}])).mark_rule(color=INK).encode(y="y:Q")
    layers = [bars, zero, *_lines(thresholds or {})]
    if same is not None:
        layers += _words()
    return finished(
        alt.layer(*layers).properties(width=_WIDTH, height=320 if same is not None else 260),
        "How sure the pairs are: match weights",
        _subtitle(match_weight_log2, same),
    )


def _rows(weights: Float64, same: Bool | None, width: float) -> list[dict[str, Any]]:
    if weights.ndim != 1 or np.isnan(weights).any() or (same is not None and same.shape != weights.shape):
        raise UsageError("a histogram needs one weight a pair, none of them nan, and one label a pair or none")
    if not width > 0.0 or 2.0 * _FARTHEST / width > _MOST_BINS:
        raise UsageError("bin_bits is the width of a bin in bits, 0.3 or more")
    last = int(np.ceil(_FARTHEST / width))
    bin_of = np.clip(np.floor(weights / width), -last, last - 1).astype(np.int64)
    parts = [("pairs", np.ones(weights.size, np.bool_), 1)]
    if same is not None:
        parts = [("one person", same, 1), ("two persons", ~same, -1)]
    rows = []
    for kind, chosen, sign in parts:
        bins, pairs = np.unique(bin_of[chosen], return_counts=True)
        for low, number in zip(bins.tolist(), pairs.tolist(), strict=True):
            ends = {"low": round(low * width, 6), "high": round((low + 1) * width, 6)}
            rows.append({**ends, "kind": kind, "pairs": sign * number})
    return rows


def _lines(thresholds: Mapping[str, float]) -> list[Any]:
    if not thresholds:
        return []
    alt = altair()
    data = inline(
        [
            {"x": float(np.clip(log2odds(p), -_FARTHEST, _FARTHEST)), "text": f"{name}: p {p:g}", "row": place}
            for place, (name, p) in enumerate(sorted(thresholds.items(), key=lambda item: item[1]))
        ]
    )
    base = alt.Chart(data).encode(x="x:Q")
    names = base.mark_text(align="right", baseline="top", dx=-4, color=NEUTRAL, fontSize=11)
    return [
        base.mark_rule(color=NEUTRAL, strokeDash=[4, 3]),
        names.encode(text="text:N", y=alt.value(2), yOffset=alt.value(0)),
    ]


def _words() -> list[Any]:
    """Return the names of both kinds, each where there are seldom bars: of the likely upwards, of the others down."""
    alt = altair()
    halo = {"stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}
    layers = []
    for text, colour, align, x, y in (
        ("one person", SAME, "left", 10, 46),
        ("two persons", AGAINST, "right", _WIDTH - 10, 300),
    ):
        base = alt.Chart(inline([{"text": text}])).encode(x=alt.value(x), y=alt.value(y), text="text:N")
        for style in (halo, {"color": colour}):
            layers.append(base.mark_text(align=align, fontSize=14, fontWeight="bold", **style))
    return layers


def _subtitle(weights: Float64, same: Bool | None) -> str:
    if same is None:
        return f"{counted(weights.size)} pairs. A good linkage has two hills, and few pairs in the valley between."
    doubt = int(((weights > -4.0) & (weights < 4.0)).sum())
    return (
        f"{counted(int(same.sum()))} pairs of one person upwards, {counted(int((~same).sum()))} of two downwards; "
        f"{counted(doubt)} of them within 4 bits of even odds."
    )
