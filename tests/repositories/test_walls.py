"""What the database itself refuses, to whoever speaks plain SQL to it; SQLite and PostgreSQL alike."""

import re
import shutil
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from linkage.accounts import tables as accounts
from linkage.errors import ConfigurationError, InvariantError
from linkage.review import database
from linkage.review.cases import Action, State
from linkage.review.migrations import v0002_guards as guards
from linkage.review.publications import StopReason
from linkage.review.sql import open_queue
from linkage.review.tables import metadata, review_case
from linkage.review.transitions import TRANSITIONS, WORKING
from tests.oracles.queue_cases import PLAIN, answer, approved, different, later, make_case, propose, step, undo

ENTRY = """
    INSERT INTO decision
    ("case", seq, action, actor, from_state, to_state, at, reason, proposal_seq, proposer, successor, audit_seq)
    VALUES (:case, :seq, :action, :actor, 'DIUSULKAN', :target, '2026-11-21 12:00:00', '', :proposal, :proposer,
    :successor, 999)
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def queues(request, tmp_path_factory):
    """A function that opens a queue that knows the staff, in a database of its own."""
    opened = []

    def fresh():
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp("walls") / "queue.db"
            shutil.copy(request.getfixturevalue("sqlite_staffed"), file)
            url = f"sqlite:///{file}"
        else:
            url = request.getfixturevalue("server").fresh("queue_staffed")
        opened.append(open_queue(url, settings=PLAIN))
        return opened[-1]

    yield fresh
    for queue in opened:
        queue.close()


def with_proposal(queue):
    """Let ani claim and propose case 1 (its decisions 1 and 2), dewi dismiss case 3, and case 2 be new."""
    for number, records in enumerate(("ab", "cd", "ef")):
        queue.load("run1", [make_case(*records)], complete=False, now=later(number / 10))
    propose(queue, 1, "ani", at=later(1))
    different(queue, 3, "dewi", "other", at=later(1))
    return queue


def with_publication(queue):
    """Let budi approve case 1, and its effect be published."""
    answer(with_proposal(queue), 1, "budi", at=later(2))
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(3))
    return queue


@contextmanager
def plain(queue):
    """A transaction of plain SQL for the nation, which is taken back."""
    with queue.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.set_config("linkage.scope", "all", True)))
        yield connection


@pytest.fixture(scope="module")
def proposed_once(queues):
    return with_proposal(queues())


@pytest.fixture(scope="module")
def published_once(queues):
    return with_publication(queues())


@pytest.fixture
def proposed(proposed_once):
    """Plain SQL on a queue with a proposal in case 1."""
    with plain(proposed_once) as connection:
        yield connection


@pytest.fixture
def published(published_once):
    """Plain SQL on a queue whose case 1 is published."""
    with plain(published_once) as connection:
        yield connection


def execute(connection, statement, **values):
    with connection.begin_nested():
        connection.execute(sa.text(statement) if isinstance(statement, str) else statement, values)


def enter(
    connection, actor, seq, *, action="approve", target="DISETUJUI", case=1, proposal=2, proposer="ani", successor=None
):
    """Write a decision with plain SQL."""
    execute(connection, ENTRY, case=case, seq=seq, action=action, actor=actor, target=target, proposal=proposal,
            proposer=proposer, successor=successor)  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "proposal", "proposer"),
    [("ani", 2, "ani"), ("ani", 2, "budi"), ("ANI", 2, "ani"), ("budi", None, None), ("budi", 7, "ani"),
     ("budi", 1, "ani")],
)  # fmt: skip
@pytest.mark.parametrize("action", ["approve", "return", "reject"])
def test_plain_sql_cannot_answer_with_two_eyes(proposed, action, actor, proposal, proposer):
    with pytest.raises(DBAPIError):
        enter(proposed, actor, 3, action=action, proposal=proposal, proposer=proposer)


@pytest.mark.parametrize("action", sorted(WORKING))
def test_plain_sql_cannot_answer_for_who_has_worked_on_the_case_in_any_way(proposed, action):
    enter(proposed, "budi", 3, action=action, target="DIUSULKAN", proposal=None, proposer=None)
    enter(proposed, "ani", 4, action="propose", target="DIUSULKAN", proposal=None, proposer=None)
    with pytest.raises(DBAPIError, match="four eyes"):
        enter(proposed, "budi", 5, proposal=4)
    enter(proposed, "eko", 5, proposal=4)


@pytest.mark.parametrize("action", ["take_back", "refresh", "propose", "claim"])
def test_plain_sql_cannot_answer_a_proposal_that_no_longer_stands(proposed, action):
    enter(proposed, "citra", 3, action=action, target="DALAM_VERIFIKASI", proposal=None, proposer=None)
    with pytest.raises(DBAPIError, match="four eyes"):
        enter(proposed, "budi", 4)


@pytest.mark.parametrize("action", guards.STANDING)
def test_plain_sql_may_approve_with_four_eyes(proposed, action):
    enter(proposed, "budi", 3, action=action, target="DIUSULKAN", proposal=None, proposer=None)
    enter(proposed, "budi", 4)
    execute(proposed, "UPDATE review_case SET state = 'DISETUJUI' WHERE id = 1")


def test_an_approval_in_plain_sql_leaves_no_audit_row_and_so_is_found(queues):
    queue = with_proposal(queues())
    with plain(queue) as connection:
        enter(connection, "budi", 3)
        connection.commit()
    assert not queue.verify().sound


@pytest.mark.parametrize("case", [1, 2])
@pytest.mark.parametrize("state", guards.DONE)
def test_plain_sql_cannot_set_a_case_to_approved_when_nobody_approved_it(proposed, case, state):
    with pytest.raises(DBAPIError, match="nobody approved"):
        execute(proposed, "UPDATE review_case SET state = :state WHERE id = :case", case=case, state=state)


def test_an_approval_before_a_reopening_is_none(queues):
    queue = with_proposal(queues())
    answer(queue, 1, "budi", at=later(2))
    step(queue, 1, "fitri", Action.REOPEN, at=later(3), reason="keliru")
    with plain(queue) as connection, pytest.raises(DBAPIError, match="nobody approved"):
        execute(connection, "UPDATE review_case SET state = 'DISETUJUI' WHERE id = 1")
    approved(queue, 1, at=later(4), by=("ani", "eko"))
    assert queue.get(1, by="ani").state is State.DISETUJUI


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE review_case SET state = 'DIKEMBALIKAN' WHERE id = 1",
        "UPDATE review_case SET state = 'BARU' WHERE id = 1",
        "UPDATE review_case SET state = 'DIBATALKAN' WHERE id = 1",
        "UPDATE review_case SET published_at = NULL WHERE id = 1",
        "UPDATE review_case SET kind = 'REVERT', reverts = 2 WHERE id = 1",
        "UPDATE review_case SET reverts = 2 WHERE id = 1",
    ],
)
def test_plain_sql_cannot_undo_what_is_published(published, change):
    with pytest.raises(DBAPIError, match=r"case of its own|kind REVERT"):
        execute(published, change)
    with pytest.raises(DBAPIError, match="case of its own"):
        enter(published, "fitri", 9, action="reopen", target="DIKEMBALIKAN", proposal=None, proposer=None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE outbox SET publication = 2",
        "UPDATE outbox SET publication = NULL",
        "UPDATE outbox SET cancelled = (1 = 1)",
        "UPDATE outbox SET seq = 1",
    ],
)
def test_an_effect_is_published_once_and_for_all(published, change):
    with pytest.raises(DBAPIError, match="once and for all"):
        execute(published, change)


def test_only_an_approval_or_a_confirmation_goes_into_the_outbox(proposed):
    with pytest.raises(DBAPIError, match="has an effect"):
        execute(proposed, 'INSERT INTO outbox (id, "case", seq, cancelled) VALUES (99, 1, 2, (1 = 0))')


def test_a_case_is_undone_only_by_an_approved_case_that_names_it(queues):
    queue = with_publication(queues())
    queue.open_revert(1, by="ani", now=later(4))
    with plain(queue) as connection:
        enter(connection, "sistem", 9, action="revert", target="DIBATALKAN", proposal=None, proposer=None, successor=4)
        for case in (1, 2):
            with pytest.raises(DBAPIError, match="approved case of kind REVERT"):
                execute(connection, "UPDATE review_case SET state = 'DIBATALKAN' WHERE id = :case", case=case)


def test_an_approved_case_of_kind_revert_undoes_and_it_stays_undone(queues):
    queue = with_publication(queues())
    undo(queue, 1, at=later(4))
    assert queue.get(1, by="ani").state is State.DIBATALKAN
    with plain(queue) as connection, pytest.raises(DBAPIError, match="approved case of kind REVERT"):
        execute(connection, "UPDATE review_case SET state = 'DISETUJUI' WHERE id = 1")


@pytest.mark.parametrize("table", ["decision", "judgement", "audit", "sighting"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_decisions_judgements_sightings_and_audit_are_append_only(proposed, table, verb):
    chosen = metadata.tables[table]
    column = {"decision": "reason", "judgement": "standing", "audit": "body", "sighting": "reason"}[table]
    statement = sa.update(chosen).values({chosen.c[column]: "x"}) if verb == "update" else sa.delete(chosen)
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        execute(proposed, statement)


@pytest.mark.parametrize("table", ["review_case", "outbox"])
def test_cases_and_effects_are_never_deleted(published, table):
    with pytest.raises(DBAPIError, match=r"append-only|permission denied|never deleted"):
        execute(published, sa.delete(metadata.tables[table]))


def test_a_stopped_publication_is_released_once_with_name_and_reason_and_nothing_else_of_it_changes(queues):
    queue = queues()
    queue.stop_publication(1, [StopReason("MERGE_RATE", 0.3, 0.1)], now=later(0))
    stops = metadata.tables["publication_stop"]
    released = {"released_at": later(1), "released_by": "lestari", "reason": "benar"}
    for change in ({"region": "32"}, {"number": 2}, {"stopped_at": later(9)}, {"reasons": []}):
        with plain(queue) as connection, pytest.raises(DBAPIError, match=r"released once|permission denied"):
            execute(connection, sa.update(stops).values(released | change))
    for without in ({**released, "reason": ""}, {"released_by": None}, {"reason": "benar"}):
        with plain(queue) as connection, pytest.raises(DBAPIError, match="released once"):
            execute(connection, sa.update(stops).values(without))
    with plain(queue) as connection:
        execute(connection, sa.update(stops).values(released))
        for again in (released, dict.fromkeys(released)):
            with pytest.raises(DBAPIError, match="released once"):
                execute(connection, sa.update(stops).values(again))
    with plain(queue) as connection, pytest.raises(DBAPIError, match=r"never deleted|permission denied"):
        execute(connection, "DELETE FROM publication_stop")


@pytest.mark.parametrize(
    ("forged", "says"),
    [
        ({"state": "DISETUJUI"}, "starts as BARU"),
        ({"state": "DISETUJUI", "kind": "REVERT", "reverts": 1}, "starts as BARU"),
        ({"kind": "REVERT"}, "names the case"),
        ({"reverts": 1}, "names the case"),
    ],
)
def test_a_case_starts_as_new_and_names_what_it_undoes(proposed, forged, says):
    changed = {"id": 9, "case_id": "9", **forged}
    kept = [column for column in review_case.c if column.name not in changed]
    literals = [sa.literal(value, review_case.c[name].type) for name, value in changed.items()]
    source = sa.select(*literals, *kept).where(review_case.c.id == 2)
    statement = sa.insert(review_case).from_select([*changed, *(column.name for column in kept)], source)
    with pytest.raises(DBAPIError, match=says):
        execute(proposed, statement)


def test_no_case_is_open_twice(proposed):
    with pytest.raises(DBAPIError):
        execute(proposed, "UPDATE review_case SET case_id = 'the same'")


def test_a_refusal_by_the_database_names_the_case_and_no_value(queues, monkeypatch):
    # As if the rule book had lost its four eyes: the wall behind it holds.
    monkeypatch.setattr("linkage.review.rules._has_worked", lambda case, user: False)
    queue = with_proposal(queues())
    with pytest.raises(InvariantError, match="case 1") as caught:
        answer(queue, 1, "ani", at=later(2))
    assert caught.value.__cause__ is None
    assert "ani" not in re.split(r"[^a-z]+", str(caught.value).split("case 1")[1])
    assert queue.get(1, by="ani").state is State.DIUSULKAN


def test_the_guards_name_the_actions_and_states_of_the_rule_book():
    assert {*guards.WORKING} == {*WORKING}
    stays = {
        action
        for action, rule in TRANSITIONS.items()
        if State.DIUSULKAN in rule.sources and State.DIUSULKAN in rule.targets
    }
    assert {*guards.STANDING} == stays - {Action.REFRESH}
    assert {*guards.DONE} == {*TRANSITIONS[Action.REVERT].sources}


def test_the_migrated_schema_is_the_one_the_code_works_with(sql_queue):
    with sql_queue.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == database.HEAD
        assert compare_metadata(context, [metadata, accounts.metadata]) == []
        looked = sa.inspect(connection)
        for name, table in metadata.tables.items():
            stored = {column["name"]: column["nullable"] for column in looked.get_columns(name)}
            assert stored == {column.name: bool(column.nullable) for column in table.columns}
            kept = {index["name"]: (index["column_names"], bool(index["unique"])) for index in looked.get_indexes(name)
                    if not index.get("duplicates_constraint")}  # fmt: skip
            assert kept == {index.name: ([column.name for column in index.columns], index.unique)
                            for index in table.indexes}  # fmt: skip
            unique = {one["name"]: one["column_names"] for one in looked.get_unique_constraints(name)}
            assert unique == {
                one.name: [column.name for column in one.columns]
                for one in table.constraints
                if isinstance(one, sa.UniqueConstraint)
            }


def test_the_version_the_code_names_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "linkage.review:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == database.HEAD


def test_a_database_of_a_newer_version_is_refused(url):
    open_queue(url).close()
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer version"):
        open_queue(url)
