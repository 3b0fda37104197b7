"""Stewards and approvers at work: each claims a case, reads it for a while, decides, and claims the next."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Final

import numpy as np

from benchmarks.review_queue.invented import SEED
from linkage.errors import LinkageError
from linkage.review.cases import Action, Claim, Different, Verdict
from linkage.review.people import Role, User
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.survivorship import default_persons
from linkage.review.transitions import VERDICTS

_SECRET: Final = b"benchmark of the review queue..."


@dataclass
class Work:
    """What was done: seconds of each claim that gave a case, of each that gave none, of each decision; errors by
    class."""

    claims: list[float] = field(default_factory=list)
    nothing: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: Work) -> None:
        """Take in what another did."""
        self.claims += other.claims
        self.nothing += other.nothing
        self.decisions += other.decisions
        self.actions += other.actions
        self.errors += other.errors


def work(url: str, people: Sequence[User], *, seconds: float, pause: float, processes: int) -> Work:
    """Let the people work for so long, each in a thread of one of the processes, and return what was done.

    ``pause``: seconds for which a case is read, on average; 0 is a mean test of the database and no office.
    """
    context = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[Work] = context.Queue()
    shares = [people[number::processes] for number in range(min(processes, len(people)))]
    start = context.Barrier(len(shares))
    children = [context.Process(target=_office, args=(url, share, seconds, pause, start, done)) for share in shares]
    for child in children:
        child.start()
    total = Work()
    for _ in children:
        total.add(done.get(timeout=seconds + 120))
    for child in children:
        child.join()
    return total


def _office(
    url: str, people: Sequence[User], seconds: float, pause: float, start: Barrier, done: multiprocessing.Queue[Work]
) -> None:
    queue = open_queue(url, secret=_SECRET)
    own = [Work() for _ in people]
    start.wait()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_person, args=(queue, user, until, pause, one))
        for user, one in zip(people, own, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.close()
    total = Work()
    for one in own:
        total.add(one)
    done.put(total)


def _person(queue: SqlQueue, user: User, until: float, pause: float, done: Work) -> None:
    rng = np.random.default_rng([SEED, *user.name.encode()])
    examine = Role.PENYETUJU in user.roles
    claim: Claim | None = None
    while _waited(rng, pause, until):
        try:
            if claim is not None:
                _decide(queue, user, claim, rng, done)
            claim = _claim(queue, user, examine, done)
        except LinkageError as error:
            claim = None
            done.errors[f"{type(error).__name__}: {error}"] += 1


def _waited(rng: np.random.Generator, pause: float, until: float) -> bool:
    """Wait as long as a case is read, at most to the end of the day; return whether it has not come."""
    time.sleep(max(min(rng.exponential(pause), until - time.monotonic()), 0.0))
    return time.monotonic() < until


def _claim(queue: SqlQueue, user: User, examine: bool, done: Work) -> Claim | None:
    began = time.perf_counter()
    claim = queue.claim(by=user.name, examine=examine)
    (done.nothing if claim is None else done.claims).append(time.perf_counter() - began)
    return claim


def _decide(queue: SqlQueue, user: User, claim: Claim, rng: np.random.Generator, done: Work) -> None:
    command = (answer if Role.PENYETUJU in user.roles else decide)(claim, rng)
    began = time.perf_counter()
    queue.take(claim.case.id, command, by=user.name)
    done.decisions.append(time.perf_counter() - began)
    done.actions[command.action] += 1


def decide(claim: Claim, rng: np.random.Generator) -> Command:
    """Return what a steward says: three in five are one person, or a NIK is split; the rest are not, or lack papers."""
    case, drawn = claim.case, rng.random()
    if drawn < 0.1:
        due = datetime.now(UTC) + timedelta(days=7)
        return Command(Action.NEED, reason="akta kelahiran", due_at=due, token=claim.token)
    verdict = VERDICTS[case.kind][0]
    if drawn < 0.4 and verdict is not Verdict.SPLIT:
        return Command(Action.DIFFERENT, reason=Different.NAMESAKES, token=claim.token)
    persons = default_persons(case.kind, case.record_ids, case.survivors)
    return Command(Action.PROPOSE, verdict=verdict, persons=persons, token=claim.token)


def answer(claim: Claim, rng: np.random.Generator) -> Command:
    """Return what an approver says: nine in ten proposals are approved, the rest go back."""
    if rng.random() < 0.1:
        return Command(Action.RETURN, reason="periksa kembali", token=claim.token)
    return Command(Action.APPROVE, token=claim.token)
