"""May a full extract close the standing records it no longer has? A cut-off export must not close half a regency.

A full extract that would close an improbable share of its region's records is refused. In one with rejected rows an
absent record may stand in such a row. Where the row shows a NIK, that record is spared. Rows that show none may be any
of the absent records: closing waits for a better extract unless such rows are few beside them; then all are closed, and
that is said. The sender may confirm both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from linkage.errors import InputDataError
from linkage.nightly.extract import Extract
from linkage.nightly.succession import Fact

_MANY_ROWS_IN_ONE: Final = frozenset({"ROW_TOO_LONG"})
"""Codes of a reject that may hold any number of rows: line ends are missing."""

_FEW: Final = 10
"""So many records may be closed whatever share they are: small regions change by large shares."""


@dataclass(frozen=True)
class ClosingRules:
    """``largest_closed_share``: of the region's standing records that one full extract may close, 0 to 1.
    ``largest_hidden_share``: unrecognised rows per record to be closed up to which closing does not wait, 0 to 1.
    """

    largest_closed_share: float = 0.3
    largest_hidden_share: float = 0.01


@dataclass(frozen=True)
class Closing:
    """Whether to close what is absent and not spared, and what is to be noticed of it."""

    close: bool
    facts: tuple[Fact, ...] = ()


def check_size(extract: Extract, *, standing: int, absent: int, rows: int, rules: ClosingRules) -> None:
    """Refuse a full extract that would close too much.

    Args:
        extract: only a full one closes anything.
        standing: open records of the region before. absent: those of them that the extract does not have.
        rows: rows the extract has, rejected ones too.

    Raises:
        InputDataError: EXTRACT_SHRUNK, the extract must not be taken.
    """
    if extract.kind != "full" or not absent or extract.confirmed:
        return
    if not rows or absent > max(_FEW, rules.largest_closed_share * standing):
        raise InputDataError(
            "EXTRACT_SHRUNK",
            f"it would close {absent:,} of the region's {standing:,} standing records",
            where=extract.path.name,
            remedy="Export it again whole; if so many are gone indeed, put confirmed = true into its sidecar",
        )


def decide_closing(
    extract: Extract, *, absent: int, spared: int, unrecognised: int, codes: Collection[str], rules: ClosingRules
) -> Closing:
    """Return whether an extract closes the absent records of its region.

    Args:
        extract: only a full one closes anything.
        absent: open records of the region that the extract does not have. spared: those of them that stand in rejected
            rows, or may.
        unrecognised: rejected rows that do not tell whose they are. codes: the codes of all rejected rows.
    """
    if extract.kind != "full" or not absent:
        return Closing(close=False)
    facts: tuple[Fact, ...] = ()
    if spared:
        hint = f"{spared:,} absent records may stand in rejected rows and stay open; mend the rows and send them again"
        facts = (Fact("CLOSING_SPARED", hint, spared),)
    gone = absent - spared
    if not gone or not unrecognised:
        return Closing(bool(gone), facts)
    countless = not _MANY_ROWS_IN_ONE.isdisjoint(codes)
    if not extract.confirmed and (countless or unrecognised > rules.largest_hidden_share * gone):
        hint = f"{unrecognised:,} rejected rows may be any of the {absent:,} absent records; none was closed"
        return Closing(False, (Fact("CLOSING_POSTPONED", f"{hint}; mend the rows and send a full extract", absent),))
    hint = f"{gone:,} absent records were closed though {unrecognised:,} rejected rows may be among them"
    return Closing(True, (*facts, Fact("CLOSED_WITH_REJECTS", f"{hint}; mend the rows", unrecognised)))
