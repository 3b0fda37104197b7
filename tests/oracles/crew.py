"""Stewards of :mod:`tests.oracles.hammer` in processes of their own, to be killed; and what must hold afterwards."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from linkage.review.sql import open_queue
from tests.oracles import hammer
from tests.oracles.history import LOST, OK, Operation, violations
from tests.oracles.postgres_process import PostgresProcess
from tests.oracles.stored import assert_whole, histories

CASES = 60
"""Few enough that stewards meet at one case."""


class Crew:
    """Stewards at work, from the beginning of a ``with`` block to its end. Their logs lie in ``folder``.

    ``skews``: how many hours the clocks are wrong, in turn.
    """

    def __init__(self, url: str, folder: Path, *, size: int, skews: Sequence[float] = (0,)) -> None:
        self._url, self._folder, self._skews = url, folder, skews
        self._stop = folder / "stop"
        self._logs: dict[int, Path] = {}
        self._context = hammer.processes()
        self._started = 0
        self._running: dict[int, Any] = {}
        hammer.prepare(url, stewards=size, cases=CASES)
        self._size = size

    def __enter__(self) -> Crew:
        for number in range(self._size):
            self._start(number)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._stop.touch()
        for process in self._running.values():
            process.join(20)
            process.kill()
        assert kind is not None or all(process.exitcode == 0 for process in self._running.values())

    def _start(self, number: int) -> None:
        self._started += 1
        self._logs[number] = log = self._folder / f"{self._started:05}.log"
        skew = timedelta(hours=self._skews[number % len(self._skews)])
        steward = hammer.Steward(number, self._url, log, self._stop, CASES, self._started, skew)
        self._running[number] = self._context.Process(target=hammer.work, args=(steward,))
        self._running[number].start()

    def kill_one(self, chance: random.Random) -> bool:
        """Kill one of them, whatever it is doing; another goes on under the same name. Return if it was waiting."""
        number = chance.randrange(self._size)
        process = self._running[number]
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "it ended before it was killed"
        waited = self._logs[number].exists() and any(
            call.outcome == LOST for call in hammer.read_log(self._logs[number])
        )
        self._start(number)
        return waited

    def wait_for_decision(self, *, after: int) -> int:
        """Wait until more than ``after`` decisions were told, half a minute at most; return how many are."""
        for _ in range(300):
            told = sum(call.outcome == OK and call.seq is not None for call in self.told())
            if told > after:
                return told
            time.sleep(0.1)
        raise AssertionError("nobody decides anything")

    def told(self) -> list[Operation]:
        """Return what all of them asked and were told."""
        return hammer.read_logs(self._folder.glob("*.log"))


def check(url: str, told: Sequence[Operation]) -> None:
    """Raise :class:`AssertionError` unless all that was told is stored, once, with all that follows from it."""
    queue = open_queue(url, settings=hammer.SETTINGS)
    report = queue.verify()
    queue.close()
    assert report.sound, report.problem
    assert_whole(url)
    wrong = violations(told, histories(url), lease=hammer.SETTINGS.lease)
    assert not wrong, "; ".join(wrong[:5])


def database_killed(
    folder: Path, *, rounds: int, size: int, seed: int, settings: Sequence[str] = ()
) -> list[Operation]:
    """Kill a PostgreSQL server again and again while stewards work, check, and return what they were told.

    ``settings`` are the server's. What stands in the queue before anybody works is on the disk in any case. It is never
    killed before somebody has decided, however slow the machine.
    """
    chance = random.Random(seed)
    decided = 0
    with PostgresProcess(*settings) as server:
        crew = Crew(server.url, folder, size=size)
        server.checkpoint()
        with crew:
            for _ in range(rounds):
                time.sleep(chance.uniform(0.7, 1.5))
                decided = crew.wait_for_decision(after=decided)
                server.kill()
                server.start()
            time.sleep(1.0)
        told = crew.told()
        check(server.url, told)
    return told


def workers_killed(url: str, folder: Path, *, rounds: int, size: int, seed: int) -> list[Operation]:
    """Kill stewards at any moment while others work, check, and return what they were told.

    On a quick disk all may be at rest whenever one is killed: after ``rounds`` it goes on until somebody was killed
    who waited for an answer, up to ten times as often.
    """
    chance = random.Random(seed)
    with Crew(url, folder, size=size) as crew:
        time.sleep(1.0)
        waited = 0
        for killed in range(10 * rounds):
            if killed >= rounds and waited:
                break
            time.sleep(chance.uniform(0.05, 0.25))
            waited += crew.kill_one(chance)
        time.sleep(0.7)
    told = crew.told()
    check(url, told)
    return told
