"""What is known of when a record came to be: issued, enrolled, entered, changed, and where it stands now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from linkage.review.cases import Case, Record
from linkage.review.masking import visible
from linkage.review.survivorship import FINISHED, enrolment_progress
from linkage.web.views.case_fields import shortened
from linkage.web.views.case_values import value_word
from linkage.words.levels import Language

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_REGENCY = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True)
class Event:
    """Something that is known of a record.

    ``what``: ``born``, ``issued``, ``entered``, ``changed``, ``enrolled``, ``enrolling``, ``not_enrolled``, ``moved``
    or ``now``. ``at``: the day, None when only that it happened is known. ``region``: where, "" when unknown or
    nowhere; ``word``: what else the record says of it.
    """

    what: str
    at: date | None = None
    region: str = ""
    word: str = ""


@dataclass(frozen=True)
class Timeline:
    """The events of a record, by its number, in the order of a life. ``unknown``: events whose day nobody noted."""

    record: int
    events: tuple[Event, ...]
    unknown: tuple[str, ...]


def timelines(case: Case, language: Language) -> tuple[Timeline, ...]:
    """Return what is known of each record; nothing when none says anything of itself."""
    told = tuple(_timeline(number, record, language) for number, record in enumerate(case.records, start=1))
    return told if any(len(line.events) > 1 for line in told) else ()


def _timeline(number: int, record: Record, language: Language) -> Timeline:
    values = {field: shortened(visible(value)) for field, value in record.values}
    issued = values.get("nik", "")[:4]
    issued = issued if _REGENCY.fullmatch(issued) else ""
    entered, changed = day_of(values.get("tgl_entri", "")), day_of(values.get("tgl_ubah", ""))
    events = [Event("born", word=values["tanggal_lahir"][:4])] if values.get("tanggal_lahir", "*")[:1] != "*" else []
    if issued:
        events.append(Event("issued", region=issued))
    if entered is not None:
        events.append(Event("entered", entered))
    if issued and record.region and issued != record.region:
        events.append(Event("moved", region=record.region))
    if values.get("status_ktpel"):
        events.append(_enrolment(values["status_ktpel"], language))
    if changed is not None and changed != entered:
        events.append(Event("changed", changed))
    events.append(Event("now", region=record.region))
    unknown = tuple(what for what, day in (("entered", entered), ("changed", changed)) if day is None)
    return Timeline(number, tuple(events), unknown)


def _enrolment(status: str, language: Language) -> Event:
    progress = enrolment_progress(status)
    what = "enrolled" if progress == FINISHED else "enrolling" if progress > 0 else "not_enrolled"
    return Event(what, word=value_word("status_ktpel", status, language))


def day_of(text: str) -> date | None:
    """Return the day that a value in the form yyyy-mm-dd names, None for any other text."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
