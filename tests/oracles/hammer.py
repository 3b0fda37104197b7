"""Stewards who work a queue as fast as they can, each a process that writes down what it asked and what it was told.

Each line is on the disk before the next thing happens, so what a killed process had been told is known.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from linkage.errors import (
    CaseConflictError,
    LinkageError,
    LockHeldError,
    NotPermittedError,
    ServiceUnavailableError,
    UsageError,
)
from linkage.review.cases import Action, Claim, Decision, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.transitions import CLOSED
from tests.oracles.history import DENIED, LOST, OK, REFUSED, RENEW, Operation
from tests.oracles.queue_cases import PLAIN, make_case, staff

SETTINGS: Final = replace(PLAIN, lease_minutes=0.01)
"""A case is held for 0.6 s: those that a killed process held are handed out again while the test runs."""

_ANSWERS: Final = (Action.APPROVE, Action.APPROVE, Action.REJECT)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Steward:
    """Who works, on which queue, and by which clock. Even numbers work on cases, odd ones answer proposals.

    ``cases``: the numbers of the cases to choose from. ``skew``: how far the own clock is wrong. ``stop``: a file; once
    it is there the work ends.
    """

    number: int
    url: str
    log: Path
    stop: Path
    cases: int
    seed: int
    skew: timedelta = timedelta()

    @property
    def name(self) -> str:
        """The user's name."""
        return f"steward{self.number}"

    @property
    def examines(self) -> bool:
        """Whether this one answers proposals."""
        return self.number % 2 == 1


def prepare(url: str, *, stewards: int, cases: int) -> None:
    """Fill a queue with cases and the people who will work them."""
    queue = open_queue(url, settings=SETTINGS)
    roles = [frozenset({Role.PETUGAS}), frozenset({Role.PENYETUJU})]
    staff(queue, *(User(f"steward{number}", Scope("3273"), roles[number % 2]) for number in range(stewards)))
    queue.load("run1", [make_case(f"a{number}", f"b{number}") for number in range(cases)], now=datetime.now(UTC))
    queue.close()


def processes() -> Any:
    """Return where processes come from: a clean one, which has the modules already, is forked."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "alembic.command", "alembic.config", "psycopg", "tests.oracles.hammer"])
    return context


def work(steward: Steward) -> None:
    """Work until told to stop, whatever becomes of the database meanwhile."""
    with steward.log.open("a", encoding="utf-8") as log:
        worker = _Worker(steward, log)
        while not steward.stop.exists():
            worker.turn()


def read_log(path: Path) -> Iterator[Operation]:
    """Yield what a process did; what it had not heard the end of is lost. The last line may be torn."""
    begun: dict[int, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        begun[entry["n"]] = begun.get(entry["n"], {"ended": None, "outcome": LOST}) | entry
    for entry in begun.values():
        del entry["n"]
        yield Operation(**(entry | {"now": datetime.fromisoformat(entry["now"])}))


def read_logs(paths: Iterable[Path]) -> list[Operation]:
    """Return what all processes did."""
    return [call for path in sorted(paths) for call in read_log(path)]


class _Worker:
    def __init__(self, steward: Steward, log: Any) -> None:
        self.steward = steward
        self.log = log
        self.chance = random.Random(steward.seed)
        self.count = 0
        self.queue = self._open()

    def _open(self) -> SqlQueue:
        while True:
            try:
                return open_queue(self.steward.url, settings=SETTINGS)
            except (ServiceUnavailableError, LockHeldError):
                time.sleep(0.05)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.steward.skew

    def turn(self) -> None:
        """Take a case up and do something with it, or put one's last decision in question."""
        claim = self._claim()
        if claim is None:
            time.sleep(0.01)
            return
        case, token = claim
        # Most decide at once; some are slow, and a few come back when their time is over.
        time.sleep(self.chance.choices([0, 0.005, 0.02, SETTINGS.lease_minutes * 61], [20, 4, 4, 1])[0])
        if self.chance.random() < 0.2 and self._renew(case, token) is None:
            return
        if self.steward.examines:
            command = Command(self.chance.choice(_ANSWERS), "sudah diperiksa")
        elif self.chance.random() < 0.3:
            command = Command(Action.DIFFERENT, "namesakes")
        else:
            command = Command(Action.PROPOSE, verdict=Verdict.DUPLICATE)
        taken = self._take(case, replace(command, token=token))
        if taken is not None and taken.to_state in CLOSED and self.chance.random() < 0.5:
            self._take(case, Command(Action.REOPEN, "ada berkas baru"))

    def _claim(self) -> tuple[int, str] | None:
        examine = self.steward.examines
        case = self.chance.randint(1, self.steward.cases) if self.chance.random() < 0.4 else None
        number = self._begin(Action.EXAMINE if examine else Action.CLAIM, case)
        claim: Claim | None = self._heard(
            number, lambda now: self.queue.claim(by=self.steward.name, case=case, examine=examine, now=now), _of_claim
        )
        return None if claim is None else (claim.case.id, claim.token)

    def _renew(self, case: int, token: str) -> datetime | None:
        number = self._begin(RENEW, case, token=_short(token))
        return self._heard(
            number, lambda now: self.queue.renew(case, token, by=self.steward.name, now=now), lambda until: {}
        )

    def _take(self, case: int, command: Command) -> Decision | None:
        key = f"{self.steward.log.stem} {self.count}"
        asked = replace(command, idem=key)
        number = self._begin(command.action, case, token=_short(command.token), idem=key)

        def ask(now: datetime) -> Decision:
            return self.queue.take(case, asked, by=self.steward.name, now=now)

        taken: Decision | None = self._heard(number, ask, _of_decision, again=True)
        if taken is not None and self.chance.random() < 0.1:
            # A browser that sends a form twice; the second time the clock has gone on.
            self._same(taken, ask)
        return taken

    def _same(self, taken: Decision, ask: Callable[[datetime], Decision]) -> None:
        try:
            same = ask(self.now()) == taken
        except (ServiceUnavailableError, LockHeldError):
            return
        except LinkageError:
            same = False
        if not same:
            self._write({"n": self.count, "outcome": "told otherwise when asked again"})

    def _begin(self, action: str, case: int | None, **more: str | None) -> int:
        self.count += 1
        self.asked = self.now()
        entry = {"n": self.count, "user": self.steward.name, "action": action, "began": time.monotonic()}
        self._write({**entry, "now": self.asked.isoformat(), "case": case, **more})
        return self.count

    def _heard(
        self, number: int, ask: Callable[[datetime], _T], told: Callable[[_T], dict[str, Any]], *, again: bool = False
    ) -> _T | None:
        """Ask, ``again`` until there is an answer, and write it down."""
        while True:
            try:
                answer = ask(self.asked)
            except (ServiceUnavailableError, LockHeldError):
                if not again or self.steward.stop.exists():
                    return None
                time.sleep(0.02)
            except CaseConflictError:
                self._end(number, REFUSED)
                return None
            except (NotPermittedError, UsageError):
                self._end(number, DENIED)
                return None
            except LinkageError as error:
                self._end(number, f"broken by {error}")
                return None
            else:
                self._end(number, OK, **({} if answer is None else told(answer)))
                return answer

    def _end(self, number: int, outcome: str, **more: object) -> None:
        self._write({"n": number, "outcome": outcome, "ended": time.monotonic(), **more})

    def _write(self, entry: dict[str, Any]) -> None:
        self.log.write(json.dumps(entry) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())


def _short(token: str | None) -> str | None:
    return None if token is None else hashlib.sha256(token.encode()).hexdigest()[:16]


def _of_claim(claim: Claim) -> dict[str, Any]:
    return {"case": claim.case.id, "token": _short(claim.token), "seq": len(claim.case.history)}


def _of_decision(taken: Decision) -> dict[str, Any]:
    return {"seq": taken.seq}
