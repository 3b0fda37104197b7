"""What all charts have in common: Altair itself, colours, fonts, titles, and data that are small enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from linkage.errors import InvariantError, UsageError

MOST_ROWS: Final = 5_000
"""Rows of all data of a chart together; a browser stays quick, and nobody reads more."""

SAME: Final = "#0072B2"
AGAINST: Final = "#D55E00"
THIRD: Final = "#009E73"
FOURTH: Final = "#AA4499"
NEUTRAL: Final = "#6B6B6B"
PALE: Final = "#C9C9C9"
INK: Final = "#222222"
SERIES: Final = (SAME, AGAINST, THIRD, FOURTH, NEUTRAL)
"""Colours that stay apart for every kind of colour vision (M. Okabe and K. Ito, "Color universal design", 2008; the
fourth from P. Tol, "Colour schemes", 2021): blue speaks for one person, orange against."""

_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
_MENU: Final = {"export": True, "source": False, "compiled": False, "editor": False}
"""Of a chart on a page. The editor would send its data to a site on the internet."""

Row = Mapping[str, Any]


def altair() -> Any:
    """Return the module Altair.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import altair as alt
    except ModuleNotFoundError:
        raise UsageError(
            "charts need Altair, which is not installed",
            remedy="Install this package with its extra: tunggal[notebooks]",
        ) from None
    return alt


def inline(rows: Sequence[Row]) -> Any:
    """Return rows as data of a chart; they are stored in it.

    Raises:
        InvariantError: more than :data:`MOST_ROWS`.
    """
    if len(rows) > MOST_ROWS:
        raise InvariantError(f"a chart holds at most {MOST_ROWS:,} rows, not {len(rows):,}", where="chart")
    return altair().InlineData(values=[dict(row) for row in rows])


def finished(chart: Any, title: str, subtitle: str | Sequence[str] = "") -> Any:
    """Return a chart in the common theme, with a title that says what is seen and a subtitle that says how to read it.

    ``subtitle``: one line, or several.
    """
    alt = altair()
    lines = [subtitle] if isinstance(subtitle, str) else list(subtitle)
    told = alt.TitleParams(text=title, subtitle=[line for line in lines if line], anchor="start", frame="bounds")
    chart = chart.properties(title=told, usermeta={"embedOptions": {"actions": _MENU, "mode": "vega-lite"}})
    return chart.configure(
        font=_FONT,
        background="white",
        padding={"left": 16, "right": 20, "top": 14, "bottom": 14},
        view=alt.ViewConfig(stroke=None),
        title=alt.TitleConfig(
            fontSize=16, fontWeight="bold", color=INK, subtitleFontSize=12, subtitleColor="#4A4A4A",
            subtitlePadding=5, subtitleLineHeight=16, offset=14,
        ),
        axis=alt.AxisConfig(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", titleColor=INK, labelColor=INK,
            gridColor="#E4E4E4", domainColor="#8A8A8A", tickColor="#8A8A8A", titlePadding=8, labelLimit=320,
            titleLimit=600, labelFlush=False,
        ),
        legend=alt.LegendConfig(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", orient="top"),
        header=alt.HeaderConfig(labelFontSize=12, titleFontSize=12),
        text=alt.MarkConfig(fontSize=12, color=INK),
    )  # fmt: skip


def counted(number: float) -> str:
    """Return a count as it is read: 950, 12,300, 1.24 million."""
    return f"{number / 1e6:,.2f} million" if number >= 1e6 else f"{number:,.0f}"


def signed(bits: float) -> str:
    """Return bits to one decimal with their sign; what rounds to nothing has none."""
    told = f"{bits:+.1f}".replace("-", "\u2212")
    return "0.0" if told[1:] == "0.0" else told


def thinned(n: int, most: int) -> list[int]:
    """Return up to ``most`` places of ``n``, evenly spread, the first and the last among them."""
    if n <= most:
        return list(range(n))
    return sorted({round(place * (n - 1) / (most - 1)) for place in range(most)})
