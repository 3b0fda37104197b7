"""A chart as files: a page that needs no network, and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from linkage.charts.theme import altair
from linkage.errors import OutputError

if TYPE_CHECKING:
    import altair as alt

_SCALE: Final = 2.0


def save_chart(chart: alt.Chart, path: str | Path) -> tuple[Path, Path]:
    """Write a chart as ``<path>.html`` and ``<path>.png``, and return both paths.

    ``path``: without a suffix; missing folders are made. The page carries the drawing library in itself and fetches
    nothing; the picture has two pixels a point. The same chart gives the same bytes.

    Raises:
        OutputError: a file cannot be written. UsageError: Altair is not installed.
    """
    altair()
    target = Path(path)
    page, picture = target.with_name(f"{target.name}.html"), target.with_name(f"{target.name}.png")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        chart.save(str(page), format="html", inline=True)
        chart.save(str(picture), format="png", scale_factor=_SCALE)
    except OSError as error:
        raise OutputError("the chart cannot be written", where=str(target)) from error
    return page, picture
