"""A refusal as one line on a terminal."""

from __future__ import annotations

from linkage.errors import LinkageError
from linkage.review.refusals import refusal
from linkage.review.terminal_layout import Style


def refusal_line(error: LinkageError, style: Style) -> str:
    """Return where it is, what happened, until when it stays so, and what to do."""
    told = refusal(error, style.language)
    until = "" if told.until is None else f"{style.label('until').capitalize()} {style.moment(told.until)}."
    said = " ".join(part for part in (told.problem, until, told.remedy) if part)
    return f"{told.where}: {said}" if told.where else said
