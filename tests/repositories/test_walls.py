"""What the database itself refuses, to whoever speaks plain SQL to it."""

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from linkage.errors import ConfigurationError, InvariantError
from linkage.review import database
from linkage.review.cases import Scope
from linkage.review.sql import open_queue
from linkage.review.tables import metadata
from tests.oracles.queue_cases import NOON, later, make_case

NATION = Scope("")
APPROVE = """
    INSERT INTO decision
    ("case", seq, action, actor, from_state, to_state, at, reason, proposal_seq, proposer, audit_seq)
    VALUES (1, 2, 'approve', :actor, 'DIUSULKAN', 'DISETUJUI', '2026-11-21 12:00:00', '', :proposal, :proposer, 4)
"""


@pytest.fixture
def proposed(sql_queue):
    """A queue whose case 1 was proposed by ani and whose case 2 is new."""
    sql_queue.load("run1", [make_case("a", "b")], now=NOON)
    sql_queue.load("run1", [make_case("c", "d")], complete=False, now=NOON)
    sql_queue.propose(1, "ani", scope=NATION, now=later(1))
    return sql_queue


def execute(queue, statement, **values):
    with queue.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


@pytest.mark.parametrize(
    ("actor", "proposal", "proposer"),
    [("ani", 1, "ani"), ("ani", 1, "budi"), ("ANI", 1, "ani"), ("budi", None, None), ("budi", 7, "ani")],
)
def test_plain_sql_cannot_approve_with_two_eyes(proposed, actor, proposal, proposer):
    with pytest.raises(DBAPIError):
        execute(proposed, APPROVE, actor=actor, proposal=proposal, proposer=proposer)


def test_plain_sql_cannot_approve_by_naming_something_that_is_no_proposal(sql_queue):
    sql_queue.load("run1", [make_case("a", "b")], now=NOON)
    sql_queue.assign(1, "kepala", "ani", scope=NATION, now=later(1))
    sql_queue.propose(1, "ani", scope=NATION, now=later(2))
    statement = APPROVE.replace("(1, 2,", "(1, 3,")
    with pytest.raises(DBAPIError, match="four eyes"):
        execute(sql_queue, statement, actor="budi", proposal=1, proposer="kepala")
    execute(sql_queue, statement, actor="budi", proposal=2, proposer="ani")


def test_plain_sql_may_approve_with_four_eyes(proposed):
    execute(proposed, APPROVE, actor="budi", proposal=1, proposer="ani")
    execute(proposed, "UPDATE review_case SET state = 'DISETUJUI' WHERE id = 1")
    assert proposed.verify().first_bad == 4, "it leaves no audit row, and so is found"


@pytest.mark.parametrize("case", [1, 2])
def test_plain_sql_cannot_set_a_case_to_approved_when_nobody_approved_it(proposed, case):
    with pytest.raises(DBAPIError, match="nobody approved"):
        execute(proposed, "UPDATE review_case SET state = 'DISETUJUI' WHERE id = :case", case=case)


@pytest.mark.parametrize("table", ["decision", "judgement", "audit"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_decisions_judgements_and_audit_are_append_only(proposed, table, verb):
    proposed.different(2, "ani", "other", scope=NATION, now=later(2))
    chosen = metadata.tables[table]
    column = chosen.c[{"decision": "reason", "judgement": "standing", "audit": "body"}[table]]
    statement = sa.update(chosen).values({column: "x"}) if verb == "update" else sa.delete(chosen)
    with pytest.raises(DBAPIError, match="append-only"), proposed.engine.begin() as connection:
        connection.execute(statement)


def test_cases_are_never_deleted_and_start_as_new(proposed):
    with pytest.raises(DBAPIError):
        execute(proposed, "DELETE FROM review_case")
    cases = metadata.tables["review_case"]
    copied = [column for column in cases.columns if column.name not in ("id", "state")]
    source = sa.select(sa.literal(9), sa.literal("DISETUJUI"), *copied).where(cases.c.id == 2)
    forged = sa.insert(cases).from_select(["id", "state", *(column.name for column in copied)], source)
    with proposed.engine.connect() as connection, pytest.raises(DBAPIError, match="starts as BARU"):
        connection.execute(forged)


def test_no_case_is_open_twice(proposed):
    with pytest.raises(DBAPIError):
        execute(proposed, "UPDATE review_case SET case_id = 'the same'")


def test_a_refusal_by_the_database_names_the_case_and_no_value(proposed, monkeypatch):
    # As if the rule book had lost its four eyes: the wall behind it holds.
    monkeypatch.setattr("linkage.review.transitions._proposal", lambda case, actor, where: case.history[-1])
    with pytest.raises(InvariantError, match="case 1") as caught:
        proposed.approve(1, "ani", scope=NATION, now=later(2))
    assert caught.value.__cause__ is None
    assert "ani" not in re.split(r"[^a-z]+", str(caught.value).split("case 1")[1])
    assert proposed.get(1, scope=NATION).version == 2


def test_the_migrated_schema_is_the_one_the_code_works_with(sql_queue):
    with sql_queue.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == database.HEAD
        assert compare_metadata(context, metadata) == []


def test_the_version_the_code_names_is_the_newest_migration(tmp_path):
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "linkage.review:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == database.HEAD


def test_a_database_of_a_newer_version_is_refused(url):
    queue = open_queue(url)
    execute(queue, "UPDATE alembic_version SET version_num = '9999'")
    queue.close()
    with pytest.raises(ConfigurationError, match="newer version"):
        open_queue(url)
