"""Work that the crash tests kill: what each needs, what it does, and a process that dies at a statement of its choice.

Each is written as a caller would who does not know how far it came before: done again after it was done, it changes
nothing.
"""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from linkage.errors import CaseConflictError
from linkage.review.cases import Action, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.tables import metadata
from tests.oracles.queue_cases import NOON, PLAIN, answer, approved, later, make_case, propose, step

TOKEN = "t" * 43
"""Every lease's token: two databases can be compared only if chance has no part in them."""

WEEKS = timedelta(days=15)


@dataclass(frozen=True)
class Work:
    """``prepare`` makes what ``run`` starts from, out of a queue that knows the staff."""

    prepare: Callable[[SqlQueue], object]
    run: Callable[[SqlQueue], object]


def _load_first(queue: SqlQueue) -> None:
    queue.load("run1", [make_case("a", "b"), make_case("c", "d"), make_case("e", "f"), make_case("g", "h")], now=NOON)


def _proposed(queue: SqlQueue) -> None:
    _load_first(queue)
    propose(queue, 1, "ani", at=later(1))


def _approved(queue: SqlQueue) -> None:
    _load_first(queue)
    approved(queue, 1, at=later(1))


def _published(queue: SqlQueue) -> None:
    _approved(queue)
    _publish(queue)


def _claimed(queue: SqlQueue) -> None:
    _load_first(queue)
    queue.claim(by="ani", case=1, now=later(4))


def _examined(queue: SqlQueue) -> None:
    _proposed(queue)
    queue.claim(by="budi", case=1, examine=True, now=later(4))


def _asked(queue: SqlQueue) -> None:
    """One case whose office never answers, and two that wait for room, which there is by now."""
    steward = User("hana", Scope("32"), frozenset({Role.PETUGAS}), hours=0.001)
    queue.set_user(steward, by="kepala", now=NOON)
    queue.load("run1", [make_case(*pair, scope="32") for pair in ("ab", "cd", "ef")], now=NOON)
    queue.claim(by="hana", case=1, now=NOON)
    command = Command(Action.ASK, "mohon akta", region="3204", token=TOKEN)
    queue.take(1, command, by="hana", now=NOON)
    queue.set_user(replace(steward, hours=40.0), by="kepala", now=NOON)


def _load(queue: SqlQueue) -> None:
    cases = [make_case("a", "b", "x"), make_case("c", "d", "e", "f"), make_case("i", "j", kind="SHARED_NIK")]
    queue.load("run2", cases, now=later(5))


def _claim(queue: SqlQueue) -> None:
    if all(line.held_by != "ani" for line in queue.list(by="ani")):
        queue.claim(by="ani", now=later(5))


def _propose(queue: SqlQueue) -> None:
    command = Command(Action.PROPOSE, verdict=Verdict.DUPLICATE, token=TOKEN, idem="key 1")
    queue.take(1, command, by="ani", now=later(5))


def _different(queue: SqlQueue) -> None:
    queue.take(1, Command(Action.DIFFERENT, "twins", token=TOKEN, idem="key 1"), by="ani", now=later(5))


def _approve(queue: SqlQueue) -> None:
    queue.take(1, Command(Action.APPROVE, token=TOKEN, idem="key 1"), by="budi", now=later(5))


def _reopen(queue: SqlQueue) -> None:
    queue.take(1, Command(Action.REOPEN, "salah lihat", idem="key 1"), by="budi", now=later(5))


def _open_revert(queue: SqlQueue) -> None:
    try:
        queue.open_revert(1, by="ani", now=later(5))
    except CaseConflictError:
        return


def _revert_examined(queue: SqlQueue) -> None:
    _published(queue)
    queue.open_revert(1, by="ani", now=later(3))
    step(queue, 5, "ani", Action.PROPOSE, verdict=Verdict.REVERT, reason="salah", at=later(3))
    queue.claim(by="budi", case=5, examine=True, now=later(4))


def _revert(queue: SqlQueue) -> None:
    queue.take(5, Command(Action.APPROVE, token=TOKEN, idem="key 1"), by="budi", now=later(5))


def _publish(queue: SqlQueue) -> None:
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(2))


def _two_approved(queue: SqlQueue) -> None:
    _approved(queue)
    propose(queue, 2, "ani", at=later(1))
    answer(queue, 2, "budi", at=later(1))


def _sweep(queue: SqlQueue) -> None:
    queue.sweep(now=NOON + WEEKS)


def _dismiss(queue: SqlQueue) -> None:
    known = queue.user("ani")
    if known.active:
        queue.set_user(replace(known, active=False), by="kepala", now=later(5))


def _nothing(queue: SqlQueue) -> None:
    """To open the queue was all."""


WORKS = {
    "load": Work(_proposed, _load),
    "claim": Work(_load_first, _claim),
    "propose": Work(_claimed, _propose),
    "different": Work(_claimed, _different),
    "approve": Work(_examined, _approve),
    "reopen": Work(_approved, _reopen),
    "open_revert": Work(_published, _open_revert),
    "revert": Work(_revert_examined, _revert),
    "publish": Work(_two_approved, _publish),
    "sweep": Work(_asked, _sweep),
    "set_user": Work(_claimed, _dismiss),
    "open": Work(_nothing, _nothing),
}


def prepare(work: str, url: str) -> None:
    """Make what a work starts from, in a database that knows the staff."""
    queue = open_queue(url, settings=PLAIN)
    WORKS[work].prepare(queue)
    queue.close()


def finish(work: str, url: str) -> None:
    """Do a work, or what is left of it."""
    queue = open_queue(url, settings=PLAIN)
    WORKS[work].run(queue)
    queue.close()


def killed_at_every_statement(work: str, url: str) -> int:
    """Let processes do a work, each killed one statement later than the one before, until one lives to the end.

    Return how many were killed. Raises :class:`AssertionError` unless each of them leaves the database as it was.
    The statements of opening the queue count only where that is the work. To be called in a process without threads.
    """
    secrets.token_urlsafe = lambda nbytes=None: TOKEN
    before, killed = dump(url), 0
    queue = None if work == "open" else open_queue(url, settings=PLAIN)
    while True:
        child = os.fork()
        if child == 0:
            _die_at(killed, work, queue, url)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != -signal.SIGKILL:
            assert status == 0
            return killed
        assert dump(url) == before, f"killed before statement {killed} of {work}"
        killed += 1


def _die_at(fatal: int, work: str, opened: SqlQueue | None, url: str) -> NoReturn:
    sent = count()

    def before(*_: object) -> None:
        if next(sent) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "commit", before)
        if opened is not None:
            # The parent's connections are the parent's.
            opened.engine.dispose(close=False)
        WORKS[work].run(opened or open_queue(url, settings=PLAIN))
        status = 0
    finally:
        os._exit(status)


def dump(url: str) -> list[object]:
    """Return everything a database holds; of SQLite, its schema too."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(parsed.database))
        lines: list[object] = list(connection.iterdump())
        connection.close()
        return lines
    engine = sa.create_engine(parsed)
    with engine.connect() as connected:
        found: list[object] = [
            (table.name, *row)
            for table in metadata.sorted_tables
            for row in connected.execute(sa.select(table).order_by(*table.primary_key.columns))
        ]
    engine.dispose()
    return found
