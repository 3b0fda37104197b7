"""Each guard of the store does its work, and would be missed: with it taken away, the trial of it fails."""

from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGCompiler

from linkage.errors import InvariantError
from linkage.review import database, leases, rules
from linkage.review.sql import effects, open_queue, readings, session, steps, storing, times
from linkage.review.sql.cases import whole_case
from linkage.review.tables import review_case
from tests.oracles import sql_guards as trials
from tests.oracles.queue_cases import PLAIN

MODULES_THAT_GUARD = (storing, steps, times, readings)

PATIENT = partial(trials.two_that_begin_together_follow_one_another, patience=30.0)
"""Without the guard the two are sure to meet."""

TRIALS = (
    trials.two_that_begin_together_follow_one_another,
    trials.a_case_that_changed_meanwhile_is_not_written,
    trials.only_who_holds_a_case_decides,
    trials.a_key_stands_once_in_the_database,
    trials.all_that_follows_is_written,
)


@pytest.mark.parametrize("trial", TRIALS)
def test_the_guard_does_its_work(staffed_url, trial):
    run(trial, staffed_url)


def run(trial, url):
    queue = open_queue(url, settings=PLAIN)
    try:
        trial(queue, url)
    finally:
        queue.close()


def replace_guard(patch, weaker):
    for module in MODULES_THAT_GUARD:
        if hasattr(module, "guarded"):
            patch.setattr(module, "guarded", weaker)


def no_version(patch, _):
    strong = storing.guarded

    def whatever_the_version(change, case, token, values):
        present = whole_case(change.connection, case.id)
        strong(change, replace(case, version=present.version), token, values)

    replace_guard(patch, whatever_the_version)


def no_lease(patch, _):
    strong = storing.guarded
    replace_guard(patch, lambda change, case, token, values: strong(change, case, None, values))
    no_look_at_the_lease(patch)


def no_look_at_the_lease(patch):
    for module in (rules, steps, readings):
        patch.setattr(module, "check_lease", lambda *_, **__: None)


def no_token(patch, _):
    columns, any_token = review_case.c, sa.bindparam("known_token", type_=sa.String)
    weaker = storing.UNCHANGED.where(
        columns.lease_owner == sa.bindparam("known_owner"),
        columns.lease_until > sa.bindparam("known_now"),
        any_token == any_token,
    )
    patch.setattr(storing, "HELD", weaker)
    patch.setattr(leases.hmac, "compare_digest", lambda *_: True)


def no_unique_key(patch, url):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX uq_decision_idem"))
    engine.dispose()


def no_look_for_the_key(patch, _):
    patch.setattr(steps, "_asked_before", lambda *_: None)


def no_outbox(patch, _):
    patch.setattr(effects, "put", lambda *_: None)


def no_cancelling(patch, _):
    patch.setattr(effects, "cancel", lambda *_: None)


def no_judgement(patch, _):
    patch.setattr(storing, "judgements", lambda *_: ())


@pytest.mark.parametrize(
    ("take_away", "trial", "missed"),
    [
        (no_version, trials.a_case_that_changed_meanwhile_is_not_written, "a stale case was written"),
        (no_lease, trials.only_who_holds_a_case_decides, "who did not hold"),
        (no_token, trials.only_who_holds_a_case_decides, "who did not hold"),
        (no_unique_key, trials.a_key_stands_once_in_the_database, "one key, two decisions"),
        (no_look_for_the_key, trials.one_key_is_one_decision, "CaseConflictError"),
        (no_outbox, trials.all_that_follows_is_written, "the outbox holds"),
        (no_cancelling, trials.all_that_follows_is_written, "the outbox holds"),
        (no_judgement, trials.all_that_follows_is_written, "is not remembered"),
    ],
)
def test_a_guard_taken_away_is_missed(staffed_url, monkeypatch, take_away, trial, missed):
    take_away(monkeypatch, staffed_url)
    with pytest.raises(AssertionError, match=missed):
        run(trial, staffed_url)


def test_the_lease_is_looked_at_again_as_the_case_is_written(staffed_url, monkeypatch):
    no_look_at_the_lease(monkeypatch)
    with pytest.raises(InvariantError, match="under a lock"):
        run(trials.only_who_holds_a_case_decides, staffed_url)


def test_without_the_lock_on_the_head_the_database_turns_one_of_two_away(server, monkeypatch):
    url = server.fresh("queue_staffed")
    monkeypatch.setattr(PGCompiler, "for_update_clause", lambda *_, **__: "")
    # By the unique key of the audit row, or by the condition of the update, whichever of the two it meets first.
    with pytest.raises(AssertionError, match=r"InvariantError|CaseConflictError"):
        run(PATIENT, url)
    trials.assert_whole(url)


@pytest.fixture
def sqlite_url(sqlite_staffed, tmp_path):
    """The URL of a database file whose queue knows the staff."""
    file = tmp_path / "queue.db"
    file.write_bytes(sqlite_staffed.read_bytes())
    return f"sqlite:///{file}"


def test_without_the_lock_of_the_process_people_wait_longer_and_all_is_right(staffed_url, monkeypatch):
    monkeypatch.setattr(session, "threading", SimpleNamespace(Lock=nullcontext))
    run(trials.many_get_a_case_each, staffed_url)


def test_a_transaction_that_takes_its_lock_late_is_turned_away_by_sqlite(sqlite_url, monkeypatch):
    monkeypatch.setattr(database, "_begin_sqlite", lambda connection: connection.exec_driver_sql("BEGIN"))
    with pytest.raises(AssertionError, match="LockHeldError"):
        run(PATIENT, sqlite_url)
    trials.assert_whole(sqlite_url)
