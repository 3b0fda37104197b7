"""What a case shows beside its records' values: families, where values differ, and which would stay. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Kin:
    """Another member of the family that a record is in.

    ``values``: by plain column name (name, sex, date of birth, place in the family ...), missing ones left out; whole
    on the way into the queue, masked on the way out. ``also``: on the way out, the records of the case in whose family
    this member stands too, by whole values.
    """

    record_id: str
    values: tuple[tuple[str, str], ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A record's value as it may be shown, cut where it differs from that of another record of the case.

    ``parts``: (text, ``same`` | ``changed`` | ``space``) in order; together the masked value, but for a changed space,
    which is its own part. Where the difference lies is found on the whole values, so that masking hides no evidence.
    With two records each is marked against the other; with more, all but the first are marked against the first.
    """

    field: str
    record_id: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Survivor:
    """Whose value of a field stays by the rules, were all records of the case one person.

    ``rule``: why, a code of the queue's words. ``at``: since when the record says so (its last change, else its entry);
    None when it does not tell.
    """

    field: str
    record_id: str
    rule: str
    at: date | None
