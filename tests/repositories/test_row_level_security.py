"""PostgreSQL's own walls: what the role of the application sees and changes, whatever statement it makes."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from linkage.accounts import tables as accounts
from linkage.errors import ConfigurationError
from linkage.review import database
from linkage.review.cases import Action
from linkage.review.migrations.v0002_walls import GRANTS, POLICIES
from linkage.review.migrations.versions import v0004_accounts, v0005_work
from linkage.review.publications import StopReason
from linkage.review.rules import Command
from linkage.review.sql import looks, open_queue
from linkage.review.tables import metadata
from tests.oracles.queue_cases import NOON, PLAIN, approved, later, make_case, propose, step

WALLED = sorted({table for table, _, _ in POLICIES})
STOPS = "publication_stop"
APPEND_ONLY = ("audit", "decision", "judgement", "sighting")


@pytest.fixture
def address(server):
    """The URL of a superuser, on a queue that knows the staff and nothing else."""
    return server.fresh("queue_staffed")


@pytest.fixture(scope="module")
def walled(server):
    """A queue with a case in Bandung, one in Semarang, one of West Java, one of the nation, and what hangs on them."""
    queue = open_queue(server.fresh("queue_staffed"), settings=PLAIN)
    for number, (records, region) in enumerate((("ab", "3273"), ("cd", "3374"), ("ef", "32"), ("gh", "")), start=1):
        queue.load("run1", [make_case(*records, scope=region)], complete=False, now=later(number))
    approved(queue, 1, at=later(10))
    propose(queue, 2, "oka", at=later(11))
    propose(queue, 3, "hana", at=later(12))
    approved(queue, 4, at=later(13), by=("joko", "kirana"))
    with queue.engine.begin() as connection:
        scope(connection, "all")
        for number, office in enumerate(("3273", "3374", "32", ""), start=1):
            values = {"id": number, "case": number, "purpose": "known", "office": office, "expected": {}}
            connection.execute(sa.insert(metadata.tables["reading"]).values(values))
    yield queue
    queue.close()


def scope(connection, code):
    connection.execute(sa.select(sa.func.set_config("linkage.scope", code, True)))


def cases_in(connection, table):
    column = table.c.id if table.name == "review_case" else table.c["case"]
    return set(connection.execute(sa.select(column)).scalars())


def seen(queue, code):
    """The numbers of the cases that each walled table shows to a scope."""
    with queue.engine.begin() as connection:
        scope(connection, code)
        return {name: cases_in(connection, metadata.tables[name]) for name in WALLED}


def test_without_a_scope_nobody_sees_a_row(walled):
    with walled.engine.begin() as connection:
        assert {name: cases_in(connection, metadata.tables[name]) for name in WALLED} == {
            name: set() for name in WALLED
        }
    assert seen(walled, "") == {name: set() for name in WALLED}


def test_a_region_sees_the_cases_of_its_office_and_those_with_a_record_of_its_own(walled):
    everywhere = {name: {1, 2, 3, 4} for name in WALLED} | {"judgement": {1, 4}, "outbox": {1, 4}}
    assert seen(walled, "all") == everywhere
    for code, cases in {"3273": {1, 3, 4}, "3204": {3}, "3374": {2, 4}, "32": {1, 3, 4}, "33": {2, 4}}.items():
        assert seen(walled, code) == {name: rows & cases for name, rows in everywhere.items()}, code


@pytest.mark.parametrize("code", ["%", "_", "32%", "3", "al", "ALL", "' OR true --", "32730"])
def test_a_scope_is_no_pattern_and_no_statement(walled, code):
    rows = seen(walled, code)
    assert rows["review_case"] <= ({1, 2, 3, 4} if code == "3" else set())


def test_a_records_values_are_seen_by_its_own_region_and_the_office_alone(walled):
    values = metadata.tables["record_value"]
    shown = {}
    for code in ("3273", "3204", "3374", "32"):
        with walled.engine.begin() as connection:
            scope(connection, code)
            shown[code] = set(connection.execute(sa.select(values.c.record_id)).scalars())
    assert shown == {
        "3273": {"a", "b", "e", "g"},
        "3204": {"f"},
        "3374": {"c", "d", "h"},
        "32": {"a", "b", "e", "f", "g"},
    }


def test_a_scope_ends_with_its_transaction(walled):
    with walled.engine.connect() as connection:
        for end in (connection.rollback, connection.commit):
            scope(connection, "all")
            assert cases_in(connection, metadata.tables["review_case"])
            end()
            assert cases_in(connection, metadata.tables["review_case"]) == set()
            end()


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("3273", "UPDATE review_case SET office = '3374' WHERE id = 1"),
        ("3273", "UPDATE review_case SET office = '3273' WHERE id = 3"),
        ("3273", "UPDATE review_case SET state = 'BUKAN_GANDA' WHERE id = 3"),
        ("32", "UPDATE review_case SET office = '3374' WHERE id = 3"),
        ("3273", "INSERT INTO case_region VALUES (2, '3273')"),
        ("3273", "INSERT INTO case_region VALUES (3, '3273')"),
        ("3273", "INSERT INTO case_record VALUES (2, 'z', '3273', '[]')"),
        ("3273", "INSERT INTO record_value VALUES (2, 'z', '3273', '[]')"),
        ("3273", """INSERT INTO decision ("case", seq, action, actor, from_state, to_state, at, reason, audit_seq)
                    VALUES (2, 9, 'answer', 'ani', 'BARU', 'BARU', now(), '', 99)"""),
        ("3273", """INSERT INTO decision ("case", seq, action, actor, from_state, to_state, at, reason, audit_seq)
                    VALUES (3, 9, 'claim', 'ani', 'BARU', 'BARU', now(), '', 99)"""),
        ("3273", "INSERT INTO judgement VALUES (99, 'e', 'f', 'person', 'different', '', 3)"),
        ("3273", "INSERT INTO sighting VALUES (99, 'c', 2, 'ani', now(), 'seen', '')"),
        ("3273", "INSERT INTO reading (id, \"case\", purpose, office, expected) VALUES (9, 2, 'known', '3273', '{}')"),
        ("", "INSERT INTO case_region VALUES (1, '3374')"),
    ],
)  # fmt: skip
def test_no_statement_reaches_over_the_wall(walled, code, statement):
    with walled.engine.connect() as connection:
        scope(connection, code)
        with pytest.raises(DBAPIError, match=r"row-level security|decided elsewhere"):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("table", ["review_case", "outbox", "reading"])
def test_a_change_of_foreign_rows_changes_none(walled, table):
    chosen = metadata.tables[table]
    column = {"review_case": "priority", "outbox": "publication", "reading": "audit_seq"}[table]
    key = chosen.c.id if table == "review_case" else chosen.c["case"]
    with walled.engine.connect() as connection:
        scope(connection, "3374")
        done = connection.execute(sa.update(chosen).where(key.in_([1, 3])).values({column: 7}))
        assert done.rowcount == 0


def test_an_office_that_was_asked_may_answer_and_bring_the_case_back(address):
    queue = open_queue(address, settings=PLAIN)
    queue.load("run1", [make_case("m", "n", scope="32")], now=NOON)
    token = queue.claim(by="hana", case=1, now=later(1)).token
    asking = Command(Action.ASK, "KK?", region="3204", token=token)
    queue.take(1, asking, by="hana", now=later(2))
    step(queue, 1, "gilang", Action.ANSWER, at=later(3), reason="ya", region="3204")
    assert queue.get(1, by="gilang").state == "DITUGASKAN"
    queue.close()


def test_with_the_applications_own_filter_gone_there_are_still_no_foreign_rows(walled, monkeypatch):
    monkeypatch.setattr(looks, "visible_to", lambda user: (sa.true(),))
    monkeypatch.setattr(looks, "begins", lambda column, code: sa.true())
    monkeypatch.setattr("linkage.review.sql.cases.sees", lambda case, user: True)
    monkeypatch.setattr("linkage.review.rules.sees", lambda case, user: True)
    assert {case.id for case in walled.list(by="oka")} == {2}
    assert {count.office for count in walled.counts(by="oka")} == {"3374", ""}, "a record of its own is in the latter"
    with pytest.raises(Exception, match="case 1"):
        walled.get(1, by="oka")


def test_a_stopped_publication_is_seen_and_released_by_its_region_and_above_and_stopped_by_the_system_alone(address):
    queue = open_queue(address, settings=PLAIN)
    for number, region in enumerate(("3273", "3374", "32", ""), start=1):
        queue.stop_publication(number, [StopReason("MERGE_RATE", 0.3, 0.1)], region=region, now=NOON)
    stops, released = metadata.tables[STOPS], {"released_at": NOON, "released_by": "x", "reason": "x"}
    for code, numbers in {"": [], "3273": [1], "32": [1, 3], "33": [2], "all": [1, 2, 3, 4]}.items():
        with queue.engine.connect() as connection:
            scope(connection, code)
            assert sorted(connection.execute(sa.select(stops.c.number)).scalars()) == numbers
            assert connection.execute(sa.update(stops).values(released)).rowcount == len(numbers)
    for code in ("", "3273"):
        with queue.engine.connect() as connection:
            scope(connection, code)
            forged = sa.insert(stops).values(number=9, region=code, reasons=[], stopped_at=NOON)
            with pytest.raises(DBAPIError, match="row-level security"):
                connection.execute(forged)
    queue.close()


def test_a_superuser_is_bound_and_so_is_every_connection_of_the_pool(walled):
    held = [walled.engine.connect() for _ in range(4)]
    for connection in held:
        role = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert tuple(connection.exec_driver_sql(role).one()) == ("linkage_app", False)
        assert cases_in(connection, metadata.tables["review_case"]) == set()
        connection.close()


def test_the_role_owns_nothing_and_may_do_the_least(walled):
    rights = """
        SELECT relname, privilege FROM pg_class,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
        WHERE relkind IN ('r', 'v', 'm', 'p', 'S') AND relnamespace = current_schema()::regnamespace
        AND has_table_privilege('linkage_app', pg_class.oid, privilege)
    """
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'linkage_app'::regrole"
    with walled.engine.connect() as connection:
        held = {tuple(row) for row in connection.exec_driver_sql(rights)}
        assert connection.exec_driver_sql(owned).scalar() == 0
    granted = (*GRANTS, *v0004_accounts.GRANTS, *v0005_work.GRANTS)
    whole = [(right, tables) for right, tables in granted if "(" not in right]
    assert held == {(table, right) for rights, tables in whole for table in tables for right in rights.split(", ")}
    assert {table for table, right in held if right == "DELETE"} == {
        "case_record", "case_pair", "case_region", "record_value",
        "account_code", "web_session", "held_case", "sign_in_attempt",
    }  # fmt: skip
    assert not {(table, "UPDATE") for table in APPEND_ONLY} & held
    assert {table for table, _ in held} == {*metadata.tables, *accounts.metadata.tables, "alembic_version"}


def test_every_wall_stands_for_the_owner_too(walled):
    forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    with walled.engine.connect() as connection:
        assert sorted(connection.exec_driver_sql(forced).scalars()) == sorted([*WALLED, STOPS])
    assert set(metadata.tables) - {*WALLED, STOPS} == {"audit", "audit_head", "counter", "queue_user"}


def test_a_table_of_the_session_does_not_stand_in_for_a_real_one_inside_a_guard(walled):
    with walled.engine.connect() as connection:
        scope(connection, "all")
        connection.exec_driver_sql('CREATE TEMPORARY TABLE decision AS SELECT * FROM decision WHERE "case" = 1')
        connection.exec_driver_sql('UPDATE pg_temp.decision SET "case" = 2')
        with pytest.raises(DBAPIError, match="nobody approved"):
            connection.exec_driver_sql("UPDATE review_case SET state = 'DISETUJUI' WHERE id = 2")


# --- logins


@pytest.fixture
def login(server, request):
    """A function that makes a login and returns the URL of a database under it."""
    made = []

    def make(name, address, *rights):
        with server.admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {' '.join(rights)}")
        made.append((name, address))
        return sa.make_url(address).set(username=name).render_as_string(hide_password=False)

    yield make
    for name, address in made:
        clean = sa.create_engine(sa.make_url(address), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with clean.connect() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {name} CASCADE")
            connection.exec_driver_sql(f"DROP ROLE {name}")


def grant(address, statement):
    engine = sa.create_engine(sa.make_url(address), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def test_a_login_that_is_a_member_of_the_role_works_and_owns_nothing(address, login):
    url = login("petugas_web", address)
    grant(address, "GRANT linkage_app TO petugas_web")
    queue = open_queue(url, settings=PLAIN)
    queue.load("run1", [make_case("a", "b")], now=NOON)
    assert [case.id for case in queue.list(by="ani")] == [1]
    assert queue.list(by="oka") == ()
    queue.close()


def test_a_login_that_is_no_member_is_told_so(address, login):
    with pytest.raises(ConfigurationError, match="older version, and this login"):
        open_queue(login("orang_luar", address))


def test_an_owner_who_is_no_superuser_makes_the_schema_and_is_bound(server, login):
    empty = server.fresh("template1")
    url = login("pemilik", empty, "CREATEROLE")
    grant(empty, "GRANT CREATE ON SCHEMA public TO pemilik")
    grant(empty, "GRANT linkage_app TO pemilik")
    queue = open_queue(url, settings=PLAIN)
    queue.load("run1", [make_case("a", "b")], now=NOON)
    with queue.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == "linkage_app"
        assert cases_in(connection, metadata.tables["review_case"]) == set()
    queue.close()


def test_an_owner_who_may_not_take_the_role_is_refused(server, login):
    empty = server.fresh("template1")
    url = login("pemilik_saja", empty)
    grant(empty, "GRANT CREATE ON SCHEMA public TO pemilik_saja")
    with pytest.raises(ConfigurationError, match="linkage_app"):
        open_queue(url)


def test_a_login_that_may_not_upgrade_says_who_must(server, login):
    empty = server.fresh("queue_empty")
    url = login("petugas_lama", empty)
    grant(empty, "GRANT linkage_app TO petugas_lama")
    grant(empty, "UPDATE alembic_version SET version_num = '0001'")
    for opening in (open_queue, database.upgrade):
        with pytest.raises(ConfigurationError, match="linkage queue upgrade as its owner"):
            opening(url)
