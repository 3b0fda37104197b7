"""Acts: what the audit chain tells beside the work on cases. Who changed users, opened values, searched, signed off."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linkage.review.people import SYSTEM

TOLD: Final = (
    "user", "region", "roles", "active", "hours", "sessions", "case", "cases", "records", "fields", "approver", "rows",
    "purpose", "publication", "minutes",
)  # fmt: skip
"""What is told of an act, in this order. Nothing else of a body is, whoever writes it there: none of these holds a
resident's value, and digests mean nothing to a reader."""


@dataclass(frozen=True)
class Act:
    """A row of the audit chain. ``action``: the code of what was done; ``details``: what to, of :data:`TOLD`."""

    seq: int
    at: datetime
    actor: str
    action: str
    details: tuple[tuple[str, str], ...]

    def detail(self, name: str) -> str:
        """Return one detail, "" when it is not told."""
        return dict(self.details).get(name, "")

    @property
    def cases(self) -> tuple[int, ...]:
        """The cases it was about."""
        numbers = [*self.detail("cases").split(","), self.detail("case")]
        return tuple(sorted({int(number) for number in numbers if number.isascii() and number.isdigit()}))


@dataclass(frozen=True)
class Acts:
    """A page of acts, newest first. ``older``: the row to go on behind; None when there is nothing older."""

    acts: tuple[Act, ...]
    older: int | None


def act_of(seq: int, body: str) -> Act | None:
    """Return the act in a row's body; None for one that no program of this queue wrote."""
    try:
        told = json.loads(body)
        at = datetime.fromisoformat(told["at"])
        action = str(told["action"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    details = tuple((name, _plain(told[name])) for name in TOLD if told.get(name) not in (None, ""))
    return Act(seq, at, str(told.get("actor", SYSTEM)), action, details)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
