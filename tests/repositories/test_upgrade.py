"""A queue of an earlier version is brought up to date, and nothing is lost."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from linkage.accounts import tables as accounts
from linkage.review import database
from linkage.review.audit import GENESIS, AuditHead, content_digest, seal
from linkage.review.cases import Action, Decision, Standing, State, Verdict
from linkage.review.publications import StopReason
from linkage.review.sql import open_queue
from linkage.review.tables import (
    audit,
    audit_head,
    case_pair,
    case_record,
    counter,
    decision,
    judgement,
    metadata,
    record_value,
    review_case,
)
from tests.oracles.queue_cases import NOON, PLAIN, approved, different, later, make_case, propose, staff

STATES = ("DALAM_VERIFIKASI", "DITUGASKAN", "DIUSULKAN", "DISETUJUI", "BUKAN_GANDA")
SCOPES = ("3273", "32", "", "3273", "3273")
DECISIONS = (
    Decision(2, 1, Action.ASSIGN, "kepala", State.BARU, State.DITUGASKAN, later(1), assignee="ani"),
    Decision(3, 1, Action.PROPOSE, "ani", State.BARU, State.DIUSULKAN, later(2), verdict=Verdict.DUPLICATE,
             surviving_record="r3a"),
    Decision(4, 1, Action.PROPOSE, "ani", State.BARU, State.DIUSULKAN, later(3), verdict=Verdict.DUPLICATE,
             surviving_record="r4a"),
    Decision(
        4, 2, Action.APPROVE, "budi", State.DIUSULKAN, State.DISETUJUI, later(4),
        surviving_record="r4a", verdict=Verdict.DUPLICATE,
        proposal_seq=1, proposer="ani",
    ),
    Decision(1, 1, Action.START, "ani", State.BARU, State.DALAM_VERIFIKASI, later(5), assignee="ani"),
    Decision(5, 1, Action.DIFFERENT, "ani", State.BARU, State.BUKAN_GANDA, later(5), reason="twins"),
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/queue.db"
    return request.getfixturevalue("server").fresh("template1")


def _config():
    config = Config()
    config.set_main_option("script_location", "linkage.review:migrations")
    return config


VERSIONS = sorted(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


@contextmanager
def at_version(url, version):
    """A connection to a queue made at an old version, as the one who made it."""
    engine, config = sa.create_engine(url), _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        yield connection
    engine.dispose()


@pytest.fixture
def old(empty):
    """The URL of a queue at version 0001 that holds five cases and six decisions."""
    with at_version(empty, "0001") as connection:
        connection.execute(sa.update(counter).values(value=5))
        for number in range(1, 6):
            _insert_case(connection, number)
        _insert_decisions(connection)
        for number, state in enumerate(STATES, start=1):
            connection.execute(sa.update(review_case).where(review_case.c.id == number).values(state=state))
        connection.execute(sa.update(review_case).where(review_case.c.id > 3).values(closed_at=later(6)))
    return empty


def _insert_case(connection, number):
    connection.execute(
        sa.insert(review_case).values(
            id=number, case_id=f"case{number}", kind="DUPLICATE", scope=SCOPES[number - 1], priority=0.5,
            reasons=["GANDA_ORANG"], records=2, state="BARU", version=number, run_id="run1", content=b"c",
            assignee="ani" if number == 2 else None, opened_at=later(number), snapshot=b"s",
        )
    )  # fmt: skip
    for record in "ab":
        connection.execute(sa.text('INSERT INTO case_record ("case", record_id) VALUES (:case, :record)'),
                           {"case": number, "record": f"r{number}{record}"})  # fmt: skip


def _insert_decisions(connection):
    head = AuditHead(0, GENESIS)
    for taken in DECISIONS:
        row = seal(head, {"action": taken.action, "case": taken.case, "content": content_digest([taken])})
        connection.execute(sa.insert(audit).values(seq=row.seq, body=row.body, prev=row.prev, hash=row.hash))
        head = AuditHead(row.seq, row.hash)
        connection.execute(
            sa.insert(decision).values(
                case=taken.case, seq=taken.seq, action=taken.action.value, actor=taken.actor,
                from_state=taken.from_state.value, to_state=taken.to_state.value, at=taken.at, reason=taken.reason,
                verdict=taken.verdict,
                surviving_record=taken.surviving_record, assignee=taken.assignee, proposal_seq=taken.proposal_seq,
                proposer=taken.proposer, audit_seq=row.seq,
            )
        )  # fmt: skip
    connection.execute(sa.update(audit_head).values(seq=head.seq, hash=head.hash))
    connection.execute(
        sa.insert(judgement).values(
            audit_seq=5, left_id="r5a", right_id="r5b", family="person", standing="different", fingerprint=b"f", case=5
        )
    )


def everything(url):
    """The rows of every table that version 0001 had, by its columns."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
        found = {name: sa.Table(name, sa.MetaData(), autoload_with=connection) for name in tables}
        return {name: {column.name: sorted(map(repr, connection.execute(sa.select(column)).scalars()))
                       for column in table.columns} for name, table in found.items()}  # fmt: skip


def test_no_row_and_no_value_is_lost(old):
    before = everything(old)
    assert database.upgrade(old) == database.HEAD
    after = everything(old)
    assert len(before) == 8
    for table, columns in before.items():
        assert {name: after[table][name] for name in columns} == columns
    assert set(after) == {*metadata.tables, *accounts.metadata.tables}


def test_upgrading_again_does_nothing(old):
    database.upgrade(old)
    once = everything(old)
    assert database.upgrade(old) == database.HEAD
    assert everything(old) == once


def test_old_cases_get_an_office_a_turn_a_desk_and_regions(old):
    database.open_engine(old).dispose()
    engine = sa.create_engine(old)
    with engine.connect() as connection:
        cases = connection.execute(sa.select(review_case).order_by(review_case.c.id)).all()
        regions = connection.execute(sa.text('SELECT "case", region FROM case_region ORDER BY "case"')).all()
        records = connection.execute(sa.text('SELECT DISTINCT "case", region FROM case_record ORDER BY "case"')).all()
    engine.dispose()
    assert [case.office for case in cases] == list(SCOPES)
    assert [case.turn_at for case in cases] == [case.opened_at for case in cases] == [later(n) for n in range(1, 6)]
    assert [case.desk for case in cases] == ["petugas", "petugas", "penyetuju", None, None]
    assert {(case.waiting, case.model, case.reverts, case.published_at) for case in cases} == {(False, "", None, None)}
    assert list(map(tuple, regions)) == [(1, "3273"), (2, "32"), (4, "3273"), (5, "3273")]
    assert list(map(tuple, records)) == [(1, "3273"), (2, ""), (3, ""), (4, "3273"), (5, "3273")]


def test_the_chain_still_verifies_and_the_history_is_the_same(old):
    queue = open_queue(old, settings=PLAIN)
    report = queue.verify()
    assert (report.sound, report.rows) == (True, 6), report.problem
    staff(queue)
    assert queue.get(4, by="ani").history == DECISIONS[2:4]
    assert queue.cannot_links() == (("r5a", "r5b", b"f"),)
    (effect,) = queue.pending()
    assert effect.case == 4, "what was approved is still to be published"
    assert [person.record_ids for person in effect.persons] == [queue.get(4, by="ani").record_ids]
    queue.close()


def test_old_cases_are_worked_on_as_new_ones(old):
    queue = open_queue(old, settings=PLAIN)
    staff(queue)
    claim = queue.claim(by="ani", now=later(60))
    assert claim is not None
    assert claim.case.id == 1
    loaded = queue.load("run2", [make_case("x", "y")], complete=False, now=later(61))
    assert loaded.added == 1
    assert queue.get(6, by="ani").pairs[0].standing is Standing.PROPOSED
    assert queue.verify().sound
    queue.close()


@pytest.fixture
def second(empty):
    """The URL of a queue at version 0002 with one case, whose pair and records hold what that version kept."""
    case = {
        "id": 1, "case_id": "case1", "kind": "DUPLICATE", "scope": "3273", "office": "3273", "priority": 0.5,
        "reasons": ["GANDA_ORANG"], "records": 2, "state": "BARU", "version": 1, "run_id": "run1", "model": "",
        "opened_at": NOON, "turn_at": NOON, "waiting": False, "desk": "petugas", "content": b"c", "snapshot": b"s",
    }  # fmt: skip
    values = [["nama", "RATNA SARI"], ["tanggal_lahir", "1980-01-01"]]
    with at_version(empty, "0002") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.set_config("linkage.scope", "all", True)))
        connection.execute(sa.update(counter).values(value=1))
        connection.execute(sa.insert(review_case).values(case))
        for record in "ab":
            held = {"case": 1, "record_id": record, "region": "3273"}
            connection.execute(sa.insert(case_record).values(**held, brief=[["nama", "RATNA SARI"]]))
            connection.execute(sa.insert(record_value).values(**held, values=values))
        pair = {"case": 1, "left_id": "a", "right_id": "b", "fingerprint": b"f", "match_probability": 0.9}
        told = {"match_weight_log2": 3.2, "evidence": [["nama", "equal"]], "standing": "proposed"}
        connection.execute(sa.insert(case_pair).values(**pair, **told))
    return empty


def test_cases_of_the_second_version_keep_their_evidence_and_have_no_sentences_and_families_yet(second):
    queue = open_queue(second, settings=PLAIN)
    staff(queue)
    case = queue.view(1, by="ani", now=later(1))
    assert [(pair.evidence, pair.explained) for pair in case.pairs] == [((("nama", "equal"),), None)]
    assert [dict(record.values)["nama"] for record in case.records] == ["RATNA SARI"] * 2
    assert [record.family for record in case.records] == [(), ()]
    queue.load("run2", [], now=later(2))
    assert queue.retain(now=later(60 * 24 * (PLAIN.values_days + 2))) == 2
    assert queue.view(1, by="ani", now=later(3)).pairs[0].evidence == ()
    queue.close()


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The rows of a queue that people have worked with, by table: all of them but the codes of an invitation."""
    url = f"sqlite:///{tmp_path_factory.mktemp('lived')}/queue.db"
    queue = open_queue(url, settings=PLAIN)
    staff(queue)
    cases = [make_case(f"{letter}1", f"{letter}2", scope="3273") for letter in "abcde"]
    queue.load("run1", cases, now=later(1))
    approved(queue, 1, at=later(10))
    propose(queue, 2, "ani", at=later(20))
    different(queue, 3, "ani", "namesakes", at=later(30))
    queue.view(4, by="ani", now=later(40))
    queue.claim(by="ani", case=5, now=later(41))
    queue.load("run2", cases[:4], now=later(50))
    queue.stop_publication(1, [StopReason("MERGERS", 9.0, 3.0, "3273")], now=later(60))
    with queue.engine.begin() as connection:
        connection.execute(sa.insert(accounts.metadata.tables["account"]).values(
            name="ani", password_hash="h", language="id", time_zone="Asia/Jakarta", shortcuts_on=True, keys={},
        ))  # fmt: skip
        found = {table: connection.execute(sa.select(table)).mappings().all() for table in _TABLES}
    expected = (
        queue.pending(),
        queue.cannot_links(),
        queue.head(),
        [queue.get(n, by="ani").state for n in range(1, 6)],
    )
    queue.close()
    assert {table.name for table, rows in found.items() if rows} >= {
        "review_case", "case_pair", "decision", "judgement", "sighting", "outbox", "audit", "account",
        "publication_stop",
    }  # fmt: skip
    return found, expected


_TABLES = [*metadata.sorted_tables, *accounts.metadata.sorted_tables]


def _fill(connection, rows):
    """Put rows into the tables and columns that there are, past the guards, which are not what is asked about."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        guards = []
    else:
        kept = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = connection.execute(kept).all()
    for name, _ in guards:
        connection.execute(sa.DDL(f'DROP TRIGGER "{name}"'))
    for table, held in rows.items():
        if not sa.inspect(connection).has_table(table.name):
            continue
        columns = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        there = sa.table(table.name, *(sa.column(column.name, column.type) for column in table.columns))
        connection.execute(sa.delete(there))
        for row in held:
            connection.execute(sa.insert(there).values({name: row[name] for name in row if name in columns}))
    for _, guard in guards:
        connection.exec_driver_sql(guard)


@pytest.mark.parametrize("version", [version for version in VERSIONS if version > "0001"])
def test_what_people_did_at_any_version_is_all_there_after_the_upgrade_and_its_chain_verifies(lived, empty, version):
    rows, (pending, cannot_links, head, states) = lived
    with at_version(empty, version) as connection:
        _fill(connection, rows)
    before = everything(empty)
    assert database.upgrade(empty) == database.HEAD
    after = everything(empty)
    for table, columns in before.items():
        assert {name: after[table][name] for name in columns} == columns
    queue = open_queue(empty, settings=PLAIN)
    report = queue.verify(anchors=[head])
    assert (report.sound, report.head) == (True, head), report.problem
    assert (queue.pending(), queue.cannot_links()) == (pending, cannot_links)
    assert [queue.get(number, by="ani").state for number in range(1, 6)] == states
    different(queue, 4, "ani", "namesakes", at=later(90))
    assert queue.verify(anchors=[head]).sound
    queue.close()
