"""Tables in text: columns set apart by two blanks, the first to the left and the others to the right."""

from __future__ import annotations

from collections.abc import Sequence

from linkage.evaluation.figures import Figure


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table; rows may be shorter than the head."""
    filled = [[*row, *[""] * (len(head) - len(row))] for row in (head, *rows)]
    widths = [max(len(row[place]) for row in filled) for place in range(len(head))]
    return [_line(row, widths) for row in filled]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join([first, *others]).rstrip()


def percent(told: Figure, digits: int = 1) -> str:
    """Return a share with its interval in per cent: ``97.1 (96.8-97.4)``; a dash where nothing was measured."""
    if told.value != told.value:
        return "-"
    if told.low != told.low:
        return f"{100 * told.value:.{digits}f}"
    return f"{100 * told.value:.{digits}f} ({100 * told.low:.{digits}f}-{100 * told.high:.{digits}f})"


def points(told: Figure) -> str:
    """Return a difference with its interval in points: ``-1.2 (-2.0 to -0.4)``."""
    if told.value != told.value:
        return "-"
    return f"{_signed(told.value)} ({_signed(told.low)} to {_signed(told.high)})"


def _signed(value: float) -> str:
    text = f"{100 * value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text
