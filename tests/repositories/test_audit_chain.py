"""Whoever goes around the walls with plain SQL is found by the chain, which names the first bad row."""

import json
import re
import shutil
import tomllib
import tracemalloc
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkage.errors import InvariantError, LinkageError
from linkage.review.audit import AuditHead, seal
from linkage.review.cases import Action
from linkage.review.sql import chain, open_queue
from linkage.review.sql.session import Look
from linkage.review.tables import audit, audit_head, decision, sighting
from tests.oracles.queue_cases import PLAIN, STAFF, answer, different, later, make_case, propose

LOADED = len(STAFF) + 1
"""The row of the load; those of the users stand before it."""

STEPS = ("VIEWED", "CLAIMED", "PROPOSED", "TAKEN_UP", "RETURNED", "OPENED", "LAST", "BEHIND", "LATER")
ROW = {name: LOADED + number for number, name in enumerate(STEPS, 1)}
"""The rows of what happens to case 1, and two numbers behind them."""

TOLD = tomllib.loads((Path(__file__).parents[1] / "cases" / "audit_tampering.toml").read_text(encoding="utf-8"))


def numbered(text):
    """Put row numbers in the place of their names."""
    return re.sub(r":([A-Z_]+)", lambda name: str(ROW[name[1]]), text)


def cases(kind):
    return [
        pytest.param(
            [numbered(statement) for statement in case["sql"]],
            int(numbered(str(case["first_bad"]))),
            id=case.get("name", case["sql"][0]),
        )
        for case in TOLD[kind]
    ]


def live(address):
    queue = open_queue(address, settings=PLAIN)
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=later(0))
    queue.view(1, by="citra", now=later(1))
    propose(queue, 1, "ani", at=later(2), reason="KTP-el")
    answer(queue, 1, "budi", at=later(3), action=Action.RETURN, reason="minta akta")
    queue.open_fields(1, "a", ["nik"], "dibandingkan dengan KK", by="ani", now=later(4))
    queue.view(1, by="fitri", now=later(5))
    assert queue.verify().sound
    assert queue.head().seq == ROW["LAST"]
    return queue


@pytest.fixture(params=["sqlite", "postgresql"])
def lived(request, tmp_path):
    """A queue whose case 1 was seen, claimed, proposed, taken up, returned, opened and seen again."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_staffed"), tmp_path / "queue.db")
        address = f"sqlite:///{tmp_path}/queue.db"
    else:
        address = request.getfixturevalue("server").fresh("queue_staffed")
    queue = live(address)
    yield queue
    queue.close()


@contextmanager
def unlocked(queue):
    """A connection of the administrator's, all guards away."""
    queue.engine.dispose()
    engine = sa.create_engine(queue.engine.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
            for name in triggers.all():
                connection.execute(sa.DDL("DROP TRIGGER %(name)s", context={"name": name}))
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.exec_driver_sql("ALTER TABLE audit_head DROP CONSTRAINT IF EXISTS ck_audit_head_one")
        yield connection


def tamper(queue, statements):
    with unlocked(queue) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def one_life(request, tmp_path_factory):
    """A queue with that life which all deeds are tried on, each rolled back after it was looked at."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("life") / "queue.db"
        shutil.copy(request.getfixturevalue("sqlite_staffed"), file)
        address = f"sqlite:///{file}"
    else:
        address = request.getfixturevalue("server").fresh("queue_staffed")
    queue = live(address)
    yield queue
    queue.close()


@pytest.mark.parametrize(("deeds", "first_bad"), cases("deed"))
def test_the_first_bad_row_is_named(one_life, deeds, first_bad):
    with unlocked(one_life) as connection:
        connection.exec_driver_sql("BEGIN")
        for statement in deeds:
            connection.exec_driver_sql(statement)
        report = chain.verify(Look(connection, None, later(9), PLAIN, b""))
        connection.exec_driver_sql("ROLLBACK")
    assert report.first_bad == first_bad
    assert report.problem


@pytest.mark.parametrize(("deeds", "first_bad"), cases("sqlite"))
@pytest.mark.parametrize("lived", ["sqlite"], indirect=True)
def test_values_of_any_kind_which_sqlite_lets_in_everywhere_stop_no_verification(lived, deeds, first_bad):
    tamper(lived, deeds)
    assert lived.verify().first_bad == first_bad


def test_each_kind_of_deed_is_tried_on_each_table():
    tried = {tuple(case["name"].replace(":", "").split()[:2]) for case in TOLD["deed"]}
    kinds = ("delete", "insert", "reorder", "truncate")
    assert {(table, kind) for table in ("audit", "decision", "sighting") for kind in kinds} <= tried


def seal_anew(queue, start):
    """Seal all rows from ``start`` on, head and all: what a patient administrator does."""
    with unlocked(queue) as connection:
        stored = connection.execute(sa.select(audit).where(audit.c.seq >= start - 1).order_by(audit.c.seq)).all()
        head = AuditHead(stored[0].seq, stored[0].hash)
        for row in stored[1:]:
            sealed = seal(head, json.loads(row.body))
            head = AuditHead(sealed.seq, sealed.hash)
            new = {"prev": sealed.prev, "hash": sealed.hash}
            connection.execute(sa.update(audit).where(audit.c.seq == sealed.seq).values(new))
        connection.execute(sa.update(audit_head).values(seq=head.seq, hash=head.hash))


def anchor_of(queue, number):
    with queue.engine.connect() as connection:
        row = connection.execute(sa.select(audit.c.seq, audit.c.hash).where(audit.c.seq == number)).one()
    return AuditHead(row.seq, row.hash)


def test_a_tail_cut_off_with_all_that_hangs_on_it_is_found_by_an_anchor_alone(lived):
    anchor, kept = lived.head(), anchor_of(lived, ROW["PROPOSED"])
    with unlocked(lived) as connection:
        for column in (sighting.c.audit_seq, decision.c.audit_seq, audit.c.seq):
            connection.execute(sa.delete(column.table).where(column > kept.seq))
        connection.execute(sa.update(audit_head).values(seq=kept.seq, hash=kept.hash))
    assert lived.verify().sound
    report = lived.verify(anchors=[kept, anchor])
    assert (report.first_bad, report.rows) == (kept.seq + 1, kept.seq)


def test_a_chain_sealed_anew_from_some_row_on_is_found_by_an_anchor_alone(lived):
    newest, early = lived.head(), anchor_of(lived, ROW["CLAIMED"])
    tamper(lived, [numbered("UPDATE audit SET body = replace(body, 'budi', 'eve') WHERE seq = :TAKEN_UP")])
    seal_anew(lived, ROW["TAKEN_UP"])
    assert lived.verify().sound
    assert lived.verify(anchors=[early]).sound
    report = lived.verify(anchors=[newest, early])
    assert report.first_bad == ROW["LAST"]
    assert f"after row {ROW['CLAIMED']}" in report.problem


def test_a_database_without_its_tables_is_reported_and_has_no_head_to_anchor(lived):
    tamper(lived, ["DROP TABLE sighting", "DROP TABLE audit", "DROP TABLE audit_head"])
    assert lived.verify().first_bad is not None
    with pytest.raises(InvariantError, match="head of the audit chain is gone"):
        lived.head()


@pytest.mark.parametrize("lived", ["sqlite"], indirect=True)
def test_a_file_that_is_damaged_throughout_is_an_error_that_says_so_and_holds_no_value(lived):
    lived.engine.dispose()
    with Path(lived.engine.url.database).open("r+b") as stream:
        stream.seek(100)
        stream.write(b"\xff" * 200_000)
    with pytest.raises(LinkageError) as caught:
        lived.verify()
    assert "RATNA" not in str(caught.value)


def test_memory_does_not_grow_with_the_chain(lived):
    peaks = []
    head = lived.head()
    for count in (4_000, 10_000):
        rows = []
        for number in range(count):
            sealed = seal(head, {"action": "test", "padding": "x" * 200, "number": number})
            head = AuditHead(sealed.seq, sealed.hash)
            rows.append(vars(sealed).copy())
        with lived.engine.begin() as connection:
            connection.execute(sa.insert(audit), rows)
            connection.execute(sa.update(audit_head).values(seq=head.seq, hash=head.hash))
        del rows
        tracemalloc.start()
        report = lived.verify()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (report.sound, report.rows) == (True, head.seq)
    assert peaks[1] < 1.3 * peaks[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE judgement SET standing = 'same'",
        "UPDATE judgement SET audit_seq = audit_seq - 1",
        "DELETE FROM judgement",
        "INSERT INTO judgement SELECT audit_seq, 'a', 'c', family, standing, fingerprint, \"case\" FROM judgement",
    ],
)
def test_what_was_settled_about_a_pair_is_sealed_with_the_decision(lived, statement):
    different(lived, 2, "citra", "namesakes", at=later(6))
    sealed = lived.head().seq
    assert lived.verify().sound
    tamper(lived, [statement])
    assert lived.verify().first_bad in (sealed - 1, sealed)
