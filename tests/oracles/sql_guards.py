"""What the guards of the store are for, each as a trial on a queue in a database.

A trial raises :class:`AssertionError` when the guard does not do its work; the tests run them, and run them again with
the guard taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle
from threading import Barrier, BrokenBarrierError

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from linkage.errors import CaseConflictError, InvariantError, LinkageError
from linkage.review.cases import Action, Claim, Decision, State, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.sql.cases import whole_case
from linkage.review.tables import decision
from tests.oracles.at_once import at_once
from tests.oracles.queue_cases import NOON, PLAIN, answer, different, later, make_case, propose, staff
from tests.oracles.stored import assert_whole

MANY = 50
SERVERS = 4
PROPOSAL = Command(Action.PROPOSE, verdict=Verdict.DUPLICATE)

Trial = Callable[[SqlQueue, str], None]
"""What is done with a queue that knows the staff, and the URL of its database."""


def crew(queue: SqlQueue, people: int = MANY, role: Role = Role.PETUGAS) -> list[str]:
    """Add people of Bandung to the staff and return their names."""
    names = [f"{role.value}{number}" for number in range(people)]
    staff(queue, *(User(name, Scope("3273"), frozenset({role})) for name in names))
    return names


def load(queue: SqlQueue, cases: int) -> None:
    """Load cases of two records each, numbered from 1."""
    queue.load("run1", [make_case(f"a{number}", f"b{number}") for number in range(cases)], now=NOON)


@contextmanager
def servers(url: str) -> Iterator[Iterator[SqlQueue]]:
    """Open the queue as several web servers would, each of which puts its own threads in a line; give them in turn."""
    opened = [open_queue(url, settings=PLAIN) for _ in range(SERVERS)]
    try:
        yield cycle(opened)
    finally:
        for queue in opened:
            queue.close()


def one_of_many_posts_succeeds(queue: SqlQueue, url: str) -> None:
    """The form of one case is sent many times at once, each without a key."""
    load(queue, 1)
    claim = _claimed(queue.claim(by="ani", now=NOON))
    command = replace(PROPOSAL, token=claim.token)
    with servers(url) as turn:
        _one_wins(at_once([partial(next(turn).take, 1, command, by="ani", now=later(1)) for _ in range(MANY)]))
    assert [entry.action for entry in queue.get(1, by="ani").history] == [Action.CLAIM, Action.PROPOSE]
    assert_whole(url)


def one_of_many_gets_the_case(queue: SqlQueue, url: str) -> None:
    """Many people want the same case at once."""
    load(queue, 1)
    with servers(url) as turn:
        told = at_once([partial(next(turn).claim, by=name, case=1, now=NOON) for name in crew(queue)])
    _one_wins(told)
    refusals = [one for one in told if isinstance(one, CaseConflictError)]
    assert {one.holder for one in refusals} == {queue.get(1, by="ani").history[0].actor}
    assert_whole(url)


def many_get_a_case_each(queue: SqlQueue, url: str) -> None:
    """Many people ask for the next case at once."""
    load(queue, MANY)
    with servers(url) as turn:
        told = at_once([partial(next(turn).claim, by=name, now=NOON) for name in crew(queue)])
    assert sorted(_claimed(one).case.id for one in told) == list(range(1, MANY + 1)), _kinds(told)
    assert_whole(url)


def two_that_begin_together_follow_one_another(queue: SqlQueue, url: str, *, patience: float = 0.3) -> None:
    """Two people ask for a case, and neither goes on before both have read the head of the chain, if both can.

    ``patience``: seconds after which one who waits goes on alone.
    """
    load(queue, 2)
    both = Barrier(2)

    def meet(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "audit_head" in statement:
            try:
                both.wait(patience)
            except BrokenBarrierError:
                return

    with servers(url) as turn:
        claims = []
        for name in ("ani", "budi"):
            server = next(turn)
            event.listen(server.engine, "after_cursor_execute", meet)
            claims.append(partial(server.claim, by=name, now=NOON))
        told = at_once(claims)
    assert sorted(_claimed(one).case.id for one in told) == [1, 2]


def one_key_is_one_decision(queue: SqlQueue, url: str) -> None:
    """A command is sent many times at once under one key."""
    load(queue, 1)
    command = replace(PROPOSAL, token=_claimed(queue.claim(by="ani", now=NOON)).token, idem="key")
    with servers(url) as turn:
        told = at_once([partial(next(turn).take, 1, command, by="ani", now=later(1)) for _ in range(MANY)])
    assert all(isinstance(one, Decision) for one in told), _kinds(told)
    assert all(one == told[0] for one in told)
    assert len(queue.get(1, by="ani").history) == 2
    assert_whole(url)


def a_key_stands_once_in_the_database(queue: SqlQueue, url: str) -> None:
    """Somebody writes a second decision under the same key with plain SQL."""
    load(queue, 2)
    for number in (1, 2):
        token = _claimed(queue.claim(by="ani", case=number, now=NOON)).token
        queue.take(number, replace(PROPOSAL, token=token, idem=f"key {number}"), by="ani", now=later(1))
    row = sa.select(decision).where(decision.c.idem == "key 1")
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            other = {**connection.execute(row).one()._mapping, "case": 2, "seq": 3}
            connection.execute(sa.insert(decision), [other])
    except IntegrityError:
        return
    finally:
        engine.dispose()
    raise AssertionError("one key, two decisions")


def a_case_that_changed_meanwhile_is_not_written(queue: SqlQueue, url: str) -> None:
    """A transaction goes on with a case as it was before another change."""
    load(queue, 1)
    with queue.sessions.change(None, "trial", later(1)) as change:
        stale = whole_case(change.connection, 1)
    assert stale is not None
    propose(queue, 1, "ani", at=later(2))
    try:
        with queue.sessions.change(None, "trial", later(3)) as change:
            guarded_now()(change, stale, None, {"state": State.BUKAN_GANDA.value})
    except InvariantError:
        return
    raise AssertionError("a stale case was written")


def guarded_now() -> Callable[..., None]:
    """Return the guard as the store has it at this moment, which a test may have changed."""
    from linkage.review.sql import storing

    found: Callable[..., None] = storing.guarded
    return found


def only_who_holds_a_case_decides(queue: SqlQueue, url: str) -> None:
    """A step by somebody else, with another token, and after the time is over."""
    load(queue, 1)
    first = _claimed(queue.claim(by="ani", now=NOON))
    second = _claimed(queue.claim(by="ani", case=1, now=later(1)))
    trials = [("ani", first.token, 2), ("budi", second.token, 2), ("ani", second.token, 60), ("ani", None, 2)]
    for by, token, minute in trials:
        try:
            queue.take(1, replace(PROPOSAL, token=token), by=by, now=later(minute))
        except CaseConflictError:
            continue
        raise AssertionError("somebody decided who did not hold the case")
    assert len(queue.get(1, by="ani").history) == 2


def all_that_follows_is_written(queue: SqlQueue, url: str) -> None:
    """Decisions of each kind, one of them taken back, and what is to be known of them afterwards."""
    load(queue, 4)
    for number in (1, 4):
        propose(queue, number, "ani", at=later(1))
        answer(queue, number, "budi", at=later(2))
    queue.take(4, Command(Action.REOPEN, "salah lihat"), by="budi", now=later(2))
    different(queue, 2, "ani", "twins", at=later(3))
    propose(queue, 3, "ani", at=later(4))
    answer(queue, 3, "budi", at=later(5), action=Action.REJECT, reason="tidak terbukti")
    assert_whole(url)
    assert queue.verify().sound


def _claimed(claim: object) -> Claim:
    assert isinstance(claim, Claim), _kinds([claim])
    return claim


def _one_wins(told: Sequence[object]) -> None:
    refused = [one for one in told if isinstance(one, LinkageError)]
    assert len(refused) == len(told) - 1, _kinds(told)
    assert all(type(one) is CaseConflictError for one in refused), _kinds(told)


def _kinds(told: Sequence[object]) -> list[str]:
    return sorted({type(one).__name__ for one in told})
