"""Opening a queue: what is prepared, and what is refused."""

import sqlite3
import threading
from datetime import datetime

import pytest
import sqlalchemy as sa

from linkage.errors import CaseConflictError, ConfigurationError, LockHeldError, ServiceUnavailableError
from linkage.review import database
from linkage.review.cases import Action
from linkage.review.rules import Command
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import NOON, later, make_case, staff


def test_sqlite_writes_ahead_flushes_every_commit_and_holds_foreign_keys(tmp_path):
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db")
    with queue.engine.connect() as connection:
        answers = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    queue.close()
    assert answers == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sqlite://", ConfigurationError),
        ("sqlite:///:memory:", ConfigurationError),
        ("mysql://host/queue", ConfigurationError),
        ("queue.db", ConfigurationError),
        ("sqlite:////nowhere/at/all/queue.db", ServiceUnavailableError),
        ("postgresql://user:secret@127.0.0.1:9/queue", ServiceUnavailableError),
    ],
)
def test_a_database_that_cannot_serve_is_refused_without_its_password(url, error):
    with pytest.raises(error) as caught:
        open_queue(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "queue.db").write_text("nama,nik\n" * 1000)
    with pytest.raises(ServiceUnavailableError, match="no database"):
        open_queue(f"sqlite:///{tmp_path}/queue.db")


def test_a_queue_that_another_process_holds_is_busy(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db")
    staff(queue)
    other = sqlite3.connect(tmp_path / "queue.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LockHeldError):
        queue.load("run1", [make_case("a", "b")], now=NOON)
    assert queue.users(by="kepala"), "reading goes on"
    other.close()
    queue.close()


def test_two_that_open_a_new_database_at_once_both_succeed(url):
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(open_queue(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [queue.pending() for queue in opened] == [()] * 4
    for queue in opened:
        queue.close()


def test_fifty_decisions_at_once_on_one_case_leave_one(sql_queue):
    staff(sql_queue)
    sql_queue.load("run1", [make_case("a", "b")], now=NOON)
    token = sql_queue.claim(by="ani", case=1, now=later(1)).token
    command = Command(Action.DIFFERENT, "other", version=2, token=token)
    outcomes: list[str] = []

    def decide() -> None:
        try:
            sql_queue.take(1, command, by="ani", now=later(2))
            outcomes.append("taken")
        except CaseConflictError:
            outcomes.append("refused")

    threads = [threading.Thread(target=decide) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 49 + ["taken"]
    assert [entry.action for entry in sql_queue.get(1, by="ani").history] == [Action.CLAIM, Action.DIFFERENT]
    assert sql_queue.verify().sound


def test_instants_come_back_in_utc_and_one_without_a_zone_is_refused(sql_queue):
    staff(sql_queue)
    sql_queue.load("run1", [make_case("a", "b")], now=datetime.fromisoformat("2026-11-21T19:30:00+07:00"))
    assert sql_queue.get(1, by="ani").opened_at.isoformat() == "2026-11-21T12:30:00+00:00"
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        sql_queue.load("run2", [make_case("c", "d")], complete=False, now=datetime(2026, 11, 21))
