"""Records that could not be linked even to themselves, for there is too little in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from linkage.charts.theme import AGAINST, INK, SAME, altair, counted, finished, inline
from linkage.errors import UsageError
from linkage.models.fellegi_sunter import log2odds

if TYPE_CHECKING:
    import altair as alt

Float64 = npt.NDArray[np.float64]

_LOW, _HIGH, _STEP = -10.0, 40.0, 0.25
_MOST_ROWS: Final = 400


def unlinkables(self_weight_log2: Float64, *, link_threshold: float) -> alt.LayerChart:
    """Return the share of records whose own copy would not reach a threshold, for every threshold.

    Args:
        self_weight_log2: float64 (n_records,), the match weight of each record with an exact copy of itself, in bits;
            nan where no blocking rule brings the two together, or too little speaks for them to be kept.
        link_threshold: the run's, a probability.

    Raises:
        UsageError: no record.
    """
    if self_weight_log2.ndim != 1 or not self_weight_log2.size:
        raise UsageError("a chart of unlinkable records needs one weight a record")
    alt = altair()
    n = self_weight_log2.size
    lost = int(np.isnan(self_weight_log2).sum())
    ranked = np.sort(self_weight_log2[~np.isnan(self_weight_log2)])
    cut = float(log2odds(link_threshold))
    high = min(_HIGH, max(cut + 5.0, float(np.ceil(ranked[-1])) if ranked.size else 0.0))
    thresholds = np.arange(min(_LOW, cut), high + _STEP, _STEP)
    below = (lost + np.searchsorted(ranked, thresholds, side="left")) / n
    rows = [{"weight": float(x), "share": float(y)} for x, y in zip(thresholds, below, strict=True)][:_MOST_ROWS]
    at = (lost + int(np.searchsorted(ranked, cut, side="left"))) / n
    x = alt.X(
        "weight:Q",
        title="threshold: match weight in bits",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(values=list(range(-100, 101, 5))),
    )
    y = alt.Y("share:Q", title="records that cannot reach it", axis=alt.Axis(format="~%"), scale=alt.Scale(domainMin=0))
    unmet = f"{counted(lost)} of them would not even meet it" if lost else "Every record meets its copy"
    reason = ": no rule has a key for them, or too little speaks for one person" if lost else ""
    area = alt.Chart(inline(rows)).mark_area(
        color=SAME, opacity=0.18, line={"color": SAME, "strokeWidth": 2.5}, interpolate="step-after"
    )
    word = f"p {link_threshold:g}, this run: {at:.2%} of records"
    run = alt.Chart(inline([{"weight": cut, "share": at, "text": word}]))
    rule = run.mark_rule(color=INK, strokeDash=[4, 3]).encode(x="weight:Q")
    dot = run.mark_point(filled=True, color=AGAINST, size=90, opacity=1.0).encode(x="weight:Q", y="share:Q")
    name = run.mark_text(align="left", dx=8, fontSize=12, fontWeight="bold").encode(
        x="weight:Q", y=alt.value(12), text="text:N"
    )
    return finished(
        alt.layer(area.encode(x=x, y=y), rule, dot, name).properties(width=620, height=300),
        "Records too empty to be linked, threshold by threshold",
        [f"Each of {counted(n)} records beside an exact copy of itself.",
         f"{unmet}{reason}.",
         "No model finds duplicates of a record that its own copy would not find."],
    )  # fmt: skip
