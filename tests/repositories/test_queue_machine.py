"""The queue on PostgreSQL under random histories, in step with the plain model."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.oracles.queue_guards import GUARDS
from tests.oracles.queue_machine import QueueMachine


@pytest.mark.no_cover
def test_postgresql_and_the_model_agree_and_the_invariants_hold(server) -> None:
    """I1, I2, I4, I5, I6, I7, I9, I12, I13, I14, I15, I16."""
    address = staticmethod(lambda: server.fresh("queue_staffed"))
    machine = type("Machine", (QueueMachine,), {"address": address})
    run_state_machine_as_test(machine, settings=settings(max_examples=5, stateful_step_count=10, deadline=None))


@pytest.mark.parametrize("guard", GUARDS)
def test_the_short_histories_hold(queue, guard) -> None:
    """The guards of ``tests/oracles/queue_guards.py``, each of which a mutation of SQLite's store fails."""
    guard(queue)
