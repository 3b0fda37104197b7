"""Whether stated probabilities hold: what was said beside what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkage.charts.theme import NEUTRAL, SAME, altair, counted, finished, inline
from linkage.errors import UsageError
from linkage.evaluation.calibration import CalibrationError
from linkage.evaluation.intervals import wilson_interval

if TYPE_CHECKING:
    import altair as alt


def reliability(calibration: CalibrationError) -> alt.LayerChart:
    """Return a reliability diagram: by bin of equal numbers of pairs the mean probability and the share found.

    Bars are Wilson's 95 % intervals of the share; they take pairs as independent.

    Raises:
        UsageError: the calibration holds no pair.
    """
    if not calibration.bins:
        raise UsageError("no pair has a probability in the range that calibration looks at")
    alt = altair()
    rows = []
    for item in calibration.bins:
        sure = wilson_interval(round(item.share * item.n_pairs), item.n_pairs)
        rows.append({"stated": item.probability, "found": item.share, "low": sure.low, "high": sure.high,
                     "pairs": item.n_pairs})  # fmt: skip
    axis = alt.Axis(format=".0%", tickCount=6)
    ends = alt.Scale(domain=[0, 1])
    x = alt.X("stated:Q", title="stated probability of one person (mean of the bin)", axis=axis, scale=ends)
    diagonal = alt.Chart(inline([{"stated": 0, "found": 0}, {"stated": 1, "found": 1}])).mark_line(
        color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1
    )
    y = alt.Y("found:Q", title="share that is one person", axis=axis, scale=ends)
    base = alt.Chart(inline(rows)).encode(x=x)
    bars = base.mark_rule(color=SAME, strokeWidth=1.5).encode(y=alt.Y("low:Q"), y2="high:Q")
    dots = base.mark_point(filled=True, color=SAME, size=80, opacity=1.0).encode(y=y)
    notes = [
        {"stated": 0.05, "found": 0.95, "text": "more often one person than stated", "side": "left"},
        {"stated": 0.95, "found": 0.05, "text": "less often than stated", "side": "right"},
    ]
    words = [
        alt.Chart(inline([note]))
        .mark_text(align=note["side"], color=NEUTRAL, fontSize=12, fontStyle="italic")
        .encode(x="stated:Q", y="found:Q", text="text:N")
        for note in notes
    ]
    found = calibration
    return finished(
        alt.layer(diagonal.encode(x=x, y=y), bars, dots, *words).properties(width=420, height=420),
        "Do the probabilities hold?",
        [f"Expected calibration error {found.error:.3f} ({found.interval.low:.3f} to {found.interval.high:.3f}); "
         f"chance alone would give {found.noise:.3f}.",
         f"{counted(found.n_pairs)} pairs in {len(rows)} bins of equal size; points on the line hold."],
    )  # fmt: skip
