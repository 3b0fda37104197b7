"""Figures that many pages show and that cost a walk over the queue: counted once, and kept for a little while."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar

from linkage.review.cases import Count
from linkage.review.people import Role, User
from linkage.review.readings import Agreement, agreement_of
from linkage.review.sql import SqlQueue
from linkage.review.work import AgeCount, AgedCount, ages_within, counts_within

COUNTS_FOR: Final = 20.0
"""Seconds for which counts are kept: those of a million cases take half a second to count."""

AGREEMENT_FOR: Final = 600.0
"""Seconds for which a person's agreement is kept; a reading changes it little."""

AGREEMENT_SINCE: Final = timedelta(days=90)
"""Readings that are older tell of somebody who has learned since."""

_MOST: Final = 5_000

Value = TypeVar("Value")


@dataclass(frozen=True)
class Counted:
    """How many cases of a region stand where and how old the open ones are, as counted at an instant."""

    counts: tuple[Count, ...]
    ages: tuple[AgeCount, ...]
    at: datetime


class _All:
    """What was counted of all offices at an instant, and what a region was told of it."""

    def __init__(self, counted: tuple[AgedCount, ...], at: datetime) -> None:
        self._counted = counted
        self._at = at
        self._told: dict[str, Counted] = {}

    def within(self, code: str) -> Counted:
        """Return what is a region's own."""
        told = self._told.get(code)
        if told is None:
            counts, ages = counts_within(self._counted, code), ages_within(self._counted, code, self._at)
            told = self._told.setdefault(code, Counted(counts, ages, self._at))
        return told


class Kept(Generic[Value]):
    """Values by key, each made anew when it is older than ``seconds``.

    While one thread makes it anew, the others take the old one; only where there is none they wait.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._values: dict[str, tuple[float, Value]] = {}
        self._making: dict[str, Lock] = {}
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        """Return the value under ``key``, made by ``make`` where there is none that is new enough."""
        with self._lock:
            held = self._values.get(key)
            making = self._making.setdefault(key, Lock())
        if held is not None and (self._new(held) or not making.acquire(blocking=False)):
            return held[1]
        if held is None:
            making.acquire()
        try:
            made = self._values.get(key)
            if made is not None and self._new(made):
                return made[1]
            value = make()
            with self._lock:
                if len(self._values) >= _MOST:
                    self._values.clear()
                    self._making.clear()
                self._values[key] = (self._clock(), value)
            return value
        finally:
            making.release()

    def _new(self, held: tuple[float, Value]) -> bool:
        return self._clock() - held[0] < self._seconds


class Figures:
    """What is counted of a queue. The cases of the whole nation are counted at once, in one walk however many ask, and
    everybody is told of their own region and below."""

    def __init__(self, queue: SqlQueue) -> None:
        self._queue = queue
        self._all: Kept[_All] = Kept(COUNTS_FOR)
        self._requests: Kept[int] = Kept(COUNTS_FOR)
        self._agreement: Kept[Agreement] = Kept(AGREEMENT_FOR)

    def counted(self, user: User) -> Counted:
        """Return the counts of a user's region and below."""
        return self._all.get("", self._count).within(user.scope.code)

    def make_ready(self) -> None:
        """Count before anybody asks."""
        self._all.get("", self._count)

    def _count(self) -> _All:
        return _All(self._queue.counted(), datetime.now(UTC))

    def requests(self, user: User) -> int:
        """Return how many questions wait for the answer of a user's own office."""
        return self._requests.get(user.scope.code, lambda: len(self._queue.requests(by=user.name)))

    def agreement(self, user: User) -> Agreement | None:
        """Return how far what a user read agrees with known answers and with others; None for a supervisor, whose
        page tells of everybody's."""
        if Role.PENGAWAS in user.roles or not user.roles & {Role.PETUGAS, Role.PENYETUJU}:
            return None

        def read() -> Agreement:
            since = datetime.now(UTC) - AGREEMENT_SINCE
            own = self._queue.readings(by=user.name, since=since)
            return agreement_of(user.name, decisions=0, readings=own, judged=())

        return self._agreement.get(user.name, read)
