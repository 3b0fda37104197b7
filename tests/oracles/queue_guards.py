"""Short histories that end in an AssertionError when a condition that guards the queue is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from linkage.errors import CaseConflictError, LinkageError, NotPermittedError, UsageError
from linkage.review.cases import Action, Standing
from linkage.review.repository import ReviewQueue
from linkage.review.rules import Command
from tests.oracles.queue_cases import NOON, answer, approved, different, later, make_case, propose, step

DISMISS = Command(Action.DIFFERENT, "other")


@contextmanager
def refused(queue: ReviewQueue, *kinds: type[LinkageError]) -> Iterator[None]:
    """What is done inside must be refused in one of these ways, and leave no trace."""
    head = queue.head()
    try:
        yield
    except kinds:
        pass
    except LinkageError as error:
        raise AssertionError(f"refused by another wall: {error}") from error
    else:
        raise AssertionError("not refused")
    assert queue.head() == head


def a_lease_keeps_others_out(queue: ReviewQueue) -> None:
    """I1, I6."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    claim = queue.claim(by="ani", now=later(1))
    assert claim is not None
    assert queue.claim(by="budi", now=later(2)) is None
    with refused(queue, CaseConflictError):
        queue.claim(by="budi", case=1, now=later(2))
    for token, user, minute in [(None, "ani", 2), ("x", "ani", 2), (claim.token, "budi", 2), (claim.token, "ani", 12)]:
        with refused(queue, CaseConflictError):
            queue.take(1, replace(DISMISS, token=token), by=user, now=later(minute))
        with refused(queue, CaseConflictError):
            queue.renew(1, token or "", by=user, now=later(minute))
    queue.take(1, replace(DISMISS, token=claim.token), by="ani", now=later(3))
    assert queue.get(1, by="ani").lease is None


def a_step_ends_the_lease(queue: ReviewQueue) -> None:
    """I1: a proposal can be taken up at once."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    claim = queue.claim(by="budi", examine=True, now=later(1))
    assert claim is not None


def a_stale_version_decides_nothing(queue: ReviewQueue) -> None:
    """I2, I6."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    claim = queue.claim(by="ani", now=later(1))
    assert claim is not None
    queue.load("run2", [make_case("a", "b", revisions={"a": 1})], now=later(2))
    anew = queue.claim(by="ani", now=later(2))
    assert anew is not None
    with refused(queue, CaseConflictError):
        queue.take(1, replace(DISMISS, token=anew.token, version=claim.case.version), by="ani", now=later(3))


def a_key_is_carried_out_once(queue: ReviewQueue) -> None:
    """I5."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    claim = queue.claim(by="ani", now=later(1))
    assert claim is not None
    command = replace(DISMISS, token=claim.token, idem="key")
    first, head = queue.take(1, command, by="ani", now=later(2)), queue.head()
    try:
        assert queue.take(1, command, by="ani", now=later(3)) == first
    except LinkageError as error:
        raise AssertionError("the same command was refused") from error
    assert queue.head() == head
    with refused(queue, UsageError):
        queue.take(1, replace(command, reason="twins"), by="ani", now=later(3))


def approval_has_four_eyes(queue: ReviewQueue) -> None:
    """I9."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    step(queue, 1, "citra", Action.RELEASE, at=later(1), hold=True)
    propose(queue, 1, "ani", at=later(1))
    for user in ("ani", "citra"):
        assert queue.claim(by=user, examine=True, now=later(2)) is None
        with refused(queue, NotPermittedError):
            queue.claim(by=user, case=1, examine=True, now=later(2))
    with refused(queue, NotPermittedError):
        queue.claim(by="dewi", case=1, examine=True, now=later(2))
    answer(queue, 1, "budi", at=later(2))


def regions_are_walls(queue: ReviewQueue) -> None:
    """I10."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d", scope="32")], now=NOON)
    here, both = sorted((1, 2), key=lambda number: queue.get(number, by="joko").office, reverse=True)
    assert queue.claim(by="oka", now=later(1)) is None
    assert queue.claim(by="gilang", now=later(1)) is None
    assert queue.list(by="oka") == queue.counts(by="oka") == queue.counts(by="gilang") == ()
    for number in (here, both):
        with refused(queue, UsageError):
            queue.get(number, by="oka")
        with refused(queue, UsageError):
            queue.claim(by="oka", case=number, now=later(1))
    with refused(queue, NotPermittedError):
        queue.claim(by="ani", case=both, now=later(1))
    with refused(queue, NotPermittedError):
        queue.open_fields(both, "d", ["nik"], "perlu", by="ani", now=later(1))
    assert [dict(record.values).keys() for record in queue.view(both, by="ani", now=later(1)).records if not record.own]
    foreign = next(record for record in queue.view(both, by="ani", now=later(1)).records if not record.own)
    assert "nik" not in dict(foreign.values)


def what_was_called_different_is_not_asked_again(queue: ReviewQueue) -> None:
    """I12."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    approved(queue, 2, at=later(1))
    again = queue.load("run2", [make_case("a", "b"), make_case("c", "d")], now=later(2))
    assert (again.added, again.suppressed, again.kept) == (0, 1, 1)
    assert len(queue.cannot_links()) == 1


def what_is_undone_is_asked_again(queue: ReviewQueue) -> None:
    """I11, as far as it is the queue's."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    step(queue, 1, "ani", Action.REOPEN, at=later(2), reason="salah")
    queue.load("run2", [], now=later(3))
    queue.load("run3", [make_case("a", "b")], now=later(4))
    try:
        assert [pair.standing for pair in queue.get(2, by="ani").pairs] == [Standing.PROPOSED]
    except UsageError as error:
        raise AssertionError("it was not asked again") from error


def an_approval_is_published_once_and_not_if_reopened(queue: ReviewQueue) -> None:
    """I4, I7."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    approved(queue, 1, at=later(1))
    approved(queue, 2, at=later(1))
    step(queue, 2, "budi", Action.REOPEN, at=later(2), reason="salah")
    effects = [effect.id for effect in queue.pending()]
    assert [effect.case for effect in queue.pending()] == [1]
    assert queue.mark_published(effects, 1, now=later(3)) == 1
    assert queue.pending() == ()
    assert queue.mark_published(effects, 1, now=later(3)) == 0
    with refused(queue, CaseConflictError):
        step(queue, 1, "budi", Action.REOPEN, at=later(4), reason="salah")


def a_case_is_open_once(queue: ReviewQueue) -> None:
    """I12, I13."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    queue.load("run2", [make_case("a", "b", revisions={"a": 1})], now=later(2))
    with refused(queue, CaseConflictError):
        step(queue, 1, "ani", Action.REOPEN, at=later(3), reason="salah")


def turns_are_kept(queue: ReviewQueue) -> None:
    """I15."""
    queue.load("run1", [make_case(f"{one}1", f"{one}2", priority=ord(one) / 200) for one in "abcde"], now=NOON)
    turns = [case.id for case in queue.list(by="ani")]
    priorities = [case.priority for case in queue.list(by="ani")]
    assert priorities == sorted(priorities, reverse=True)
    step(queue, turns[-1], "fitri", Action.ASSIGN, at=later(1), assignee="budi")
    step(queue, turns[0], "citra", Action.NEED, at=later(1), reason="akta", due_at=later(9))
    offered = [claim.case.id for _ in turns if (claim := _next(queue, "ani"))]
    assert offered == turns[1:-1]


def _next(queue: ReviewQueue, user: str):  # type: ignore[no-untyped-def]
    try:
        return queue.claim(by=user, now=later(2))
    except LinkageError as error:
        raise AssertionError("what is offered next cannot be had") from error


def who_leaves_lets_go(queue: ReviewQueue) -> None:
    """I1, I15."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    claim = queue.claim(by="ani", now=later(1))
    assert claim is not None
    queue.set_user(replace(queue.user("ani"), active=False), by="kepala", now=later(2))
    with refused(queue, NotPermittedError):
        queue.take(1, replace(DISMISS, token=claim.token), by="ani", now=later(2))
    assert queue.claim(by="budi", now=later(2)) is not None


def silence_passes_a_case_on(queue: ReviewQueue) -> None:
    """I15."""
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    step(queue, 1, "hana", Action.ASK, at=later(1), reason="x", region="3204", hold=True)
    assert queue.sweep(now=later(2)) == (0, 0)
    assert queue.sweep(now=NOON + timedelta(days=15)) == (1, 0)
    assert queue.get(1, by="joko").office == ""


def every_change_is_one_row_of_a_sound_chain(queue: ReviewQueue) -> None:
    """I4, I14."""
    before = queue.head().seq
    queue.load("run1", [make_case("a", "b")], now=NOON)
    approved(queue, 1, at=later(1))
    queue.view(1, by="ani", now=later(2))
    assert queue.head().seq == before + 6
    assert queue.verify().sound
    assert len(queue.seen("a", by="made")) == 3


GUARDS: tuple[Callable[[ReviewQueue], None], ...] = (
    a_lease_keeps_others_out,
    a_step_ends_the_lease,
    a_stale_version_decides_nothing,
    a_key_is_carried_out_once,
    approval_has_four_eyes,
    regions_are_walls,
    what_was_called_different_is_not_asked_again,
    what_is_undone_is_asked_again,
    an_approval_is_published_once_and_not_if_reopened,
    a_case_is_open_once,
    turns_are_kept,
    who_leaves_lets_go,
    silence_passes_a_case_on,
    every_change_is_one_row_of_a_sound_chain,
)
