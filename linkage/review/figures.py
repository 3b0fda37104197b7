"""What those who watch over a queue measure of it. Values only; no SQL, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linkage.review.cases import State


@dataclass(frozen=True)
class OpenCases:
    """How many open cases of a kind stand in a state, and when the oldest of them was opened.

    ``waiting``: they are not handed out yet, for want of stewards' hours.
    """

    kind: str
    state: State
    waiting: bool
    cases: int
    oldest: datetime


@dataclass(frozen=True)
class QueueFigures:
    """The queue at an instant. ``outbox``: decisions that are to be published and have not been, ``outbox_oldest`` when
    the first of them was taken. ``stopped``: publications that wait for a supervisor. ``audit_seq``: the number of the
    audit chain's last row.
    """

    open: tuple[OpenCases, ...]
    outbox: int
    outbox_oldest: datetime | None
    stopped: tuple[int, ...]
    audit_seq: int

    def cases(self, *states: State, waiting: bool | None = None) -> int:
        """Return how many open cases stand in one of these states, in any when none is named."""
        return sum(
            one.cases
            for one in self.open
            if (not states or one.state in states) and (waiting is None or one.waiting == waiting)
        )

    @property
    def oldest(self) -> datetime | None:
        """When the oldest open case was opened."""
        return min((one.oldest for one in self.open), default=None)
