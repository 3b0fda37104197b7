"""How text is laid out on a terminal: as wide as the terminal, in colour where that is wanted, columns aligned."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from linkage.review.words import word
from linkage.words.levels import Language

NARROWEST: Final = 40
"""Columns below which nothing is laid out any narrower."""

_BOLD, _YELLOW, _DIM, _PLAIN = "\x1b[1m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True)
class Style:
    """How to show: the terminal's columns, the language, whether in colour, and in whose time instants are told."""

    width: int = 80
    language: Language = "id"
    colour: bool = False
    zone: tzinfo = UTC

    @property
    def room(self) -> int:
        """The columns there are, and 40 at least."""
        return max(self.width, NARROWEST)

    def label(self, code: str) -> str:
        """Return a label's word."""
        return word("labels", code, self.language)

    def word(self, table: str, code: str) -> str:
        """Return the word for a code; see :func:`linkage.review.words.word`."""
        return word(table, code, self.language)

    def office(self, code: str) -> str:
        """Return how a tier is told: its code, or the centre."""
        return code or self.label("nation")

    def moment(self, at: datetime) -> str:
        """Return an instant to the minute, with the name of its time zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"

    def day(self, at: datetime) -> str:
        """Return the day of an instant."""
        return f"{at.astimezone(self.zone):%Y-%m-%d}"

    def bold(self, line: str) -> str:
        """Return a line that stands out."""
        return self._painted(_BOLD, line)

    def warning(self, line: str) -> str:
        """Return a line to be looked at."""
        return self._painted(_YELLOW, line)

    def dim(self, line: str) -> str:
        """Return a line that matters less."""
        return self._painted(_DIM, line)

    def _painted(self, code: str, line: str) -> str:
        return f"{code}{line}{_PLAIN}" if self.colour and line else line


def section(style: Style, label: str, lines: Sequence[str]) -> str:
    """Return lines under the heading ``label``, indented by two; nothing without lines."""
    return "\n".join([style.bold(style.label(label)), *(f"  {line}".rstrip() for line in lines)]) if lines else ""


def aligned(rows: Sequence[Sequence[str]], right: Set[int] = frozenset()) -> list[str]:
    """Return rows as lines, columns two spaces apart; those in ``right`` are flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(size) if column in right else cell.ljust(size)
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def table(style: Style, heading: Sequence[str], rows: Sequence[Sequence[str]], right: Set[int] = frozenset()) -> str:
    """Return a table; where it would be wider than the terminal, each row as lines of ``heading: cell`` instead."""
    lines = aligned([heading, *rows], right)
    if max(map(len, lines)) <= style.room:
        return "\n".join([style.bold(lines[0]), *lines[1:]])
    blocks: list[str] = []
    for row in rows:
        first, *rest = (f"{name}: {cell}" if name else cell for name, cell in zip(heading, row, strict=True) if cell)
        blocks += [style.bold(cut(first, style.room)), *wrapped(" · ".join(rest), style.room - 2, "", "  ")]
    return "\n".join(blocks)


def cut(text: str, size: int) -> str:
    """Return ``text`` in at most ``size`` columns."""
    return text if len(text) <= size else text[: size - 1] + "…"


def wrapped(text: str, width: int, indent: str, margin: str = "") -> list[str]:
    """Return ``text`` in lines of at most ``width`` columns beside ``margin``, all but the first indented."""
    lines = textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
    return [margin + line for line in lines]


def command_lines(parts: Sequence[str], width: int) -> list[str]:
    """Return a command in lines that a shell reads as one; a part that is wider than the terminal stays whole."""
    lines, line = [], parts[0]
    for part in parts[1:]:
        if len(line) + 1 + len(part) + 2 > width:
            lines.append(f"{line} \\")
            line = f"  {part}"
        else:
            line = f"{line} {part}"
    return [*lines, line]
