"""Bars as SVG that stands inside a page: no script, no font and nothing else from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Final

from linkage.reports.document import Bars

WIDTH: Final = 720
LABELS: Final = 300
NUMBERS: Final = 90
STEP: Final = 26
NOW: Final = "#0072B2"
BEFORE: Final = "#9BC4DE"
INK: Final = "#1a1a1a"
_LONGEST: Final = 44


def svg(chart: Bars) -> str:
    """Return a chart as an ``svg`` element. Its numbers stand in the table beside it, so a reader is told its name."""
    thick = STEP if not chart.compared else STEP + 8
    height = thick * len(chart.bars) + 8
    drawn = "".join(_bar(chart, place, thick) for place in range(len(chart.bars)))
    return (
        f'<svg role="img" aria-label="{escape(chart.title)}" viewBox="0 0 {WIDTH} {height}" '
        f'xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    )


def lengths(chart: Bars) -> tuple[tuple[float, float], ...]:
    """Return how long each bar is now and was before, as a share of the longest, 0 for what is not told."""
    longest = max((value for bar in chart.bars for value in (bar.now, bar.before) if value), default=0.0)
    return tuple(
        ((bar.now or 0.0) / longest, (bar.before or 0.0) / longest) if longest else (0.0, 0.0) for bar in chart.bars
    )


def short(label: str) -> str:
    """Return a label that fits beside its bar."""
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1].rstrip()}…"


def _bar(chart: Bars, place: int, thick: int) -> str:
    bar, (now, before) = chart.bars[place], lengths(chart)[place]
    room = WIDTH - LABELS - NUMBERS
    top = 4 + place * thick
    high = 16 if not chart.compared else 12
    middle = top + 5 + high / 2
    parts = [
        f'<text x="{LABELS - 8}" y="{middle:g}" text-anchor="end" dominant-baseline="central">'
        f"{escape(short(bar.label))}</text>",
        f'<rect x="{LABELS}" y="{top + 5}" width="{now * room:.1f}" height="{high}" fill="{NOW}"/>',
        f'<text x="{LABELS + now * room + 6:.1f}" y="{middle:g}" dominant-baseline="central">'
        f"{escape(bar.shown)}</text>",
    ]
    if chart.compared and bar.before is not None:
        parts.append(f'<rect x="{LABELS}" y="{top + 18}" width="{before * room:.1f}" height="8" fill="{BEFORE}"/>')
    return "".join(parts)
