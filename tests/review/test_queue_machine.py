"""The queue on SQLite under random histories, in step with the plain model; and that the guards are what holds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from linkage.errors import LinkageError
from linkage.review.memory import Memory
from linkage.review.outcomes import holding_after
from linkage.review.rules import take
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import NOON, PLAIN, staff
from tests.oracles.queue_guards import GUARDS
from tests.oracles.queue_machine import QueueMachine


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """A function that copies a database whose staff is known and returns the URL of the copy."""
    folder, numbers = tmp_path_factory.mktemp("queues"), count()
    template = folder / "template.db"
    queue = open_queue(f"sqlite:///{template}", settings=PLAIN)
    staff(queue)
    queue.close()

    def copy() -> str:
        file = folder / f"{next(numbers)}.db"
        shutil.copy(template, file)
        return f"sqlite:///{file}"

    return copy


@pytest.mark.no_cover
def test_sqlite_and_the_model_agree_and_the_invariants_hold(fresh: Callable[[], str]) -> None:
    """I1, I2, I4, I5, I6, I7, I9, I12, I13, I14, I15, I16."""
    machine = type("Machine", (QueueMachine,), {"address": staticmethod(fresh)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=settings.default.max_examples // 5, stateful_step_count=15)
    )


def nothing(*args: object, **kwargs: object) -> None:
    """What is left of a condition that was taken away."""


def whatever_version(case, command, **given):  # type: ignore[no-untyped-def]
    return take(case, replace(command, version=None), **given)


def lease_goes_on(*args, **given):  # type: ignore[no-untyped-def]
    return replace(holding_after(*args, **given), lease_ends=False)


CALLS = {
    "the lease of a step": ("linkage.review.rules.check_lease", nothing),
    "the lease that is renewed": ("linkage.review.sql.steps.check_lease", nothing),
    "the end of a lease": ("linkage.review.sql.storing.holding_after", lease_goes_on),
    "the token": ("linkage.review.leases.hmac.compare_digest", lambda *args: True),
    "the version": ("linkage.review.sql.steps.take", whatever_version),
    "the fresh eyes": ("linkage.review.rules._check_fresh_eyes", nothing),
    "the role and region of a step": ("linkage.review.rules._check_user", nothing),
    "who sees a case": ("linkage.review.sql.cases.sees", lambda *args: True),
    "whom a region covers": ("linkage.review.people.Scope.covers", lambda *args: True),
    "where a list begins": ("linkage.review.sql.looks.begins", lambda *args: sa.true()),
    "what a list shows": ("linkage.review.sql.looks.visible_to", lambda *args: (sa.true(),)),
    "where the next case lies": ("linkage.review.sql.steps.beyond", lambda code: "~"),
    "the key": ("linkage.review.sql.steps._asked_before", nothing),
    "the memory": ("linkage.review.sql.loads.memory_of", lambda connection: Memory(())),
    "what a decision settles": ("linkage.review.sql.storing.judgements", lambda *args: ()),
    "the turn": ("linkage.review.sql.loads._turn", lambda *args: NOON),
    "the outbox": ("linkage.review.sql.effects.put", nothing),
    "what leaves the outbox": ("linkage.review.sql.effects.cancel", nothing),
    "who took the place": ("linkage.review.sql.storing._check_reopened", nothing),
    "letting go": ("linkage.review.sql.users._free", nothing),
    "the silence of an office": ("linkage.review.sql.times._unanswered", lambda change: []),
    "the note of who saw": ("linkage.review.sql.looks.sightings_of", lambda *args: ()),
}
STATEMENTS = {
    "the lease, when the next is sought": ("review_case.lease_until <= ", "1 OR review_case.lease_until <= "),
    "the day, when the next is sought": ("review_case.due_at <= ", "1 OR review_case.due_at <= "),
    "the assignee, when the next is sought": ("review_case.assigned_until <= ", "1 OR review_case.assigned_until <= "),
    "who worked on it, when the next is sought": ("NOT (EXISTS (SELECT", "1 OR NOT (EXISTS (SELECT"),
    "the turn, when the next is sought": ("ORDER BY review_case.turn_at, review_case.id", "ORDER BY -review_case.id"),
    "what was published": ("outbox.publication IS NULL", "1"),
}


@pytest.fixture
def mutant(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The queue without one of its conditions."""
    if request.param in CALLS:
        place, instead = CALLS[request.param]
        monkeypatch.setattr(place, instead)
        yield
        return
    text, other = STATEMENTS[request.param]

    def rewrite(connection, cursor, statement, parameters, context, executemany):  # type: ignore[no-untyped-def]
        return statement.replace(text, other), parameters

    sa.event.listen(sa.Engine, "before_cursor_execute", rewrite, retval=True)
    yield
    sa.event.remove(sa.Engine, "before_cursor_execute", rewrite)


def guards(fresh: Callable[[], str]) -> None:
    for guard in GUARDS:
        queue = open_queue(fresh(), settings=PLAIN)
        try:
            guard(queue)
        except LinkageError as error:
            raise AssertionError(guard.__name__) from error
        finally:
            queue.close()


def test_the_short_histories_hold(fresh: Callable[[], str]) -> None:
    guards(fresh)


@pytest.mark.no_cover
@pytest.mark.parametrize("mutant", [*CALLS, *STATEMENTS], indirect=True)
@pytest.mark.usefixtures("mutant")
def test_a_queue_without_one_of_its_conditions_is_found_out(fresh: Callable[[], str]) -> None:
    with pytest.raises(AssertionError):
        guards(fresh)
