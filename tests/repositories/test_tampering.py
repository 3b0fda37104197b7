"""Whoever goes around the walls is found by the chain."""

import sqlite3

import pytest

from linkage.review.cases import Scope
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import NOON, later, make_case

NATION = Scope("")
UNLOCK = """
    DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;
    DROP TRIGGER decision_no_update; DROP TRIGGER decision_no_delete;
"""


@pytest.mark.parametrize(
    ("deed", "first_bad"),
    [
        ("UPDATE audit SET body = replace(body, 'ani', 'eve') WHERE seq = 2", 2),
        ("UPDATE audit SET hash = prev WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq > 2", 3),
        ("INSERT INTO audit SELECT 5, body, hash, hash FROM audit WHERE seq = 4", 5),
        ("UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3", 2),
        ("UPDATE decision SET reason = 'x' WHERE audit_seq = 2", 2),
        ("UPDATE decision SET actor = 'eve', proposer = NULL WHERE audit_seq = 3", 3),
        ("DELETE FROM decision WHERE audit_seq = 4", 4),
        ("UPDATE audit_head SET hash = 'f'", 5),
        ("UPDATE audit_head SET seq = 3", 4),
    ],
)
def test_the_first_bad_row_is_named(tmp_path, deed, first_bad):
    file = tmp_path / "queue.db"
    queue = open_queue(f"sqlite:///{file}")
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    queue.return_(1, "budi", "minta akta", scope=NATION, now=later(2))
    queue.different(1, "ani", "twins", scope=NATION, now=later(3))
    assert queue.verify().sound
    raw = sqlite3.connect(file, isolation_level=None)
    raw.executescript(f"PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; {UNLOCK} {deed};")
    raw.close()
    assert queue.verify().first_bad == first_bad
    queue.close()


def test_a_chain_and_its_head_cut_together_are_found_by_an_anchor(tmp_path):
    file = tmp_path / "queue.db"
    queue = open_queue(f"sqlite:///{file}")
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.load("run2", [make_case("c", "d")], complete=False, now=later(1))
    anchor = queue.verify().head
    raw = sqlite3.connect(file, isolation_level=None)
    raw.executescript(UNLOCK)
    raw.executescript("DELETE FROM audit WHERE seq = 2")
    raw.executescript("UPDATE audit_head SET seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1)")
    raw.close()
    assert queue.verify().sound
    assert queue.verify(anchor=anchor).first_bad == 2
    queue.close()
