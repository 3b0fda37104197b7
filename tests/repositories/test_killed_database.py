"""Workers and the database itself are killed while people decide; what anybody was told stands, and nothing else."""

import pytest

from tests.oracles.crew import database_killed, workers_killed
from tests.oracles.history import LOST, OK


def _somebody_decided_and_somebody_waited(told):
    assert sum(call.outcome == OK and call.seq is not None for call in told) > 20
    assert any(call.outcome == LOST for call in told), "nobody was waiting for an answer when something was killed"


@pytest.mark.soak
def test_a_database_killed_again_and_again_keeps_what_it_said_it_would(tmp_path):
    _somebody_decided_and_somebody_waited(database_killed(tmp_path, rounds=3, size=4, seed=1))


@pytest.mark.slow
def test_a_database_that_answers_before_its_disk_has_it_is_found_out(tmp_path):
    late = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB")
    with pytest.raises(AssertionError, match=r"is lost|nobody asked"):
        database_killed(tmp_path, rounds=1, size=4, seed=3, settings=late)


@pytest.mark.slow
def test_workers_killed_at_any_moment_leave_no_half_of_anything(staffed_url, tmp_path):
    _somebody_decided_and_somebody_waited(workers_killed(staffed_url, tmp_path, rounds=8, size=4, seed=2))
