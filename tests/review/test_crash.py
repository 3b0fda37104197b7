"""The queue killed with SIGKILL at every statement it sends, and used again."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.review.cases import Scope, State
from linkage.review.sql import SqlQueue, open_queue
from tests.oracles.queue_cases import NOON, later, make_case

NATION = Scope("")
FIRST = [make_case("a", "b"), make_case("c", "d"), make_case("e", "f"), make_case("g", "h")]
SECOND = [make_case("a", "b", "x"), make_case("c", "d", "e", "f"), make_case("i", "j", kind="SHARED_NIK")]

CHILD = """
import os, signal, sys
import alembic.command, alembic.config  # once, before the forks
from sqlalchemy import event
from sqlalchemy.engine import Engine
from linkage.review.cases import Scope
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import later, make_case

def load(url):
    cases = [make_case("a", "b", "x"), make_case("c", "d", "e", "f"), make_case("i", "j", kind="SHARED_NIK")]
    open_queue(url).load("run2", cases, now=later(5))

def approve(url):
    open_queue(url).approve(1, "budi", scope=Scope(""), now=later(5))

WORK = {"load": load, "approve": approve, "create": open_queue}

work, folder, statements = sys.argv[1], sys.argv[2], int(sys.argv[3])
survived = 0
for fatal in range(statements):
    child = os.fork()
    if child == 0:
        sent = 0
        def before(connection, cursor, statement, parameters, context, executemany):
            global sent
            if sent == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            sent += 1
        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "commit", lambda connection: before(connection, None, "COMMIT", None, None, False))
        WORK[work](f"sqlite:///{folder}/{fatal}.db")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    survived += os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
print(survived)
"""


def dump(file: Path) -> list[str]:
    """Everything the database holds."""
    connection = sqlite3.connect(file)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def prepared(file: Path) -> None:
    queue = open_queue(f"sqlite:///{file}")
    queue.load("run1", FIRST, now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    queue.close()


def load(queue: SqlQueue) -> None:
    queue.load("run2", SECOND, now=later(5))


def approve(queue: SqlQueue) -> None:
    if queue.get(1, scope=NATION).state is State.DIUSULKAN:
        queue.approve(1, "budi", scope=NATION, now=later(5))


@pytest.mark.parametrize(("work", "statements"), [("load", 26), ("approve", 18), ("create", 60)])
def test_killed_anywhere_and_started_again_the_queue_ends_the_same(tmp_path, work, statements):
    undisturbed = tmp_path / "undisturbed.db"
    finish = {"load": load, "approve": approve, "create": lambda queue: None}[work]
    files = [tmp_path / f"{fatal}.db" for fatal in range(statements)]
    for file in [undisturbed, *files] if work != "create" else []:
        prepared(file)
    queue = open_queue(f"sqlite:///{undisturbed}")
    finish(queue)
    queue.close()
    child = subprocess.run(
        [sys.executable, "-c", CHILD, work, str(tmp_path), str(statements)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    survived = int(child.stdout)
    assert 0 < survived < statements, "the last ones outlive the work, so every statement of it was fatal once"
    for file in files:
        queue = open_queue(f"sqlite:///{file}")
        finish(queue)
        assert queue.verify().sound
        queue.close()
        assert dump(file) == dump(undisturbed), file.name
