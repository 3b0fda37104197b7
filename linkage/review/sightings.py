"""Who saw which record: what a person may ask for, and what a breach notice must say (UU 27/2022, art. 7 and 46)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SEEN = "seen"
"""The record was shown with its protected values masked."""


@dataclass(frozen=True)
class Sighting:
    """One look at one record. ``what`` is :data:`SEEN`, or the fields that were opened in full, joined by commas."""

    record_id: str
    case: int
    actor: str
    at: datetime
    what: str
    reason: str
    audit_seq: int
