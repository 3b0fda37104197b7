"""How the extracts of one region follow each other: what is missing between two of them, and what comes twice.

An extract's place is its cut-off day and its sequence number. Offices number their extracts on and on, or anew each
day; both are in order when a number follows the last one, or is 1 on a later day. Where a delta says from which day on
it covers (``since``), the days decide and not the numbers. A full extract holds everything: nothing is missing before
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from linkage.errors import InputDataError
from linkage.nightly.extract import Extract

Place = tuple[int, int]
"""Cut-off day (yyyymmdd) and sequence number."""

NEVER: Final[Place] = (0, 0)


@dataclass(frozen=True)
class Gap:
    """Something is missing between two extracts of a region."""

    after: Place
    before: Place


@dataclass(frozen=True)
class RegionState:
    """How far a region has come.

    ``last``: place of the newest extract taken, ``kind`` and ``source`` (file name) are its own; both are "" where an
    older ledger did not tell. ``full``: place of the newest full one, :data:`NEVER` when none came. ``gaps``: what has
    been missing since then, oldest first.
    """

    last: Place
    kind: str
    source: str
    full: Place = NEVER
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something to be noticed of an extract that was taken. ``count``: how many days, numbers or rows it is about."""

    code: str
    hint: str
    count: int = 0


def check_newer(state: RegionState | None, extract: Extract) -> None:
    """Raise EXTRACT_NOT_NEWER unless the extract's place lies after the last of its region."""
    if state is not None and place_of(extract) <= state.last:
        raise InputDataError(
            "EXTRACT_NOT_NEWER",
            "an extract of this region with the same or a later cut-off and sequence was taken already",
            where=extract.path.name,
            remedy="Send it with a new sequence number if it is a correction",
        )


def follow(state: RegionState | None, extract: Extract) -> tuple[RegionState, tuple[Fact, ...]]:
    """Return where a region stands after an extract that is newer than its last, and what is to be noticed of it.

    The facts are EXTRACT_NO_FULL (a delta, and the region has never sent a full extract), EXTRACT_GAP and
    EXTRACT_OVERLAP.
    """
    here = place_of(extract)
    if extract.kind == "full":
        return RegionState(here, extract.kind, extract.path.name, full=here), ()
    facts = []
    if state is None or state.full == NEVER:
        facts.append(Fact("EXTRACT_NO_FULL", "this region has not sent a full extract yet; ask for one"))
    if state is None:
        return RegionState(here, extract.kind, extract.path.name), tuple(facts)
    gaps = tuple(gap for gap in state.gaps if not _covers(extract, gap))
    if gap := _missing(state, extract):
        facts.append(gap)
        gaps = (*gaps, Gap(state.last, here))
    if extract.since and extract.since < state.last[0]:
        days = (as_day(state.last[0]) - as_day(extract.since)).days
        hint = f"it covers {days} days that an extract taken before covers too; rows known already change nothing"
        facts.append(Fact("EXTRACT_OVERLAP", hint, days))
    return RegionState(here, extract.kind, extract.path.name, state.full, gaps), tuple(facts)


def days_late(state: RegionState, newest: int) -> int:
    """Return by how many days the region's cut-off lies behind ``newest`` (yyyymmdd)."""
    return (as_day(newest) - as_day(state.last[0])).days


def place_of(extract: Extract) -> Place:
    """Return where an extract stands in the row of its region's."""
    return extract.cut_off, extract.sequence


def as_day(yyyymmdd: int) -> date:
    """Return the day that a number such as 20260630 stands for."""
    return date(yyyymmdd // 10_000, yyyymmdd // 100 % 100, yyyymmdd % 100)


def _missing(state: RegionState, extract: Extract) -> Fact | None:
    """Return the gap between the last extract and this delta, None when there is none to be seen."""
    ask = "send what is missing under a new number, or a full extract"
    (day, number), sequence = state.last, extract.sequence
    if extract.since:
        days = (as_day(extract.since) - as_day(day)).days - 1
        return Fact("EXTRACT_GAP", f"{days} days before it were never sent; {ask}", days) if days > 0 else None
    if sequence == number + 1 or (sequence <= 1 and extract.cut_off > day):
        return None
    first = number + 1 if sequence > number else 1
    missing = f"number {first} is" if first == sequence - 1 else f"numbers {first} to {sequence - 1} are"
    return Fact("EXTRACT_GAP", f"{missing} missing before it; {ask}", sequence - first)


def _covers(extract: Extract, gap: Gap) -> bool:
    return bool(extract.since) and as_day(extract.since) <= as_day(gap.after[0]) + timedelta(days=1)
