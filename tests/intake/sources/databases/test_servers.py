"""Queries on real PostgreSQL and MariaDB servers: what is read, and what cannot happen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet
import pytest
import sqlalchemy as sa

from linkage.errors import InputDataError, ServiceUnavailableError
from linkage.intake.limits import Limits
from linkage.intake.sources.databases import open_rows
from linkage.intake.sources.queries import PASSWORD_VARIABLE, survey_query
from linkage.intake.sources.source import Source

Admin = Callable[..., list[tuple[object, ...]]]
ROOT = Path(__file__).resolve().parents[4]


def address(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def ask(url: sa.URL, asked: str, **limits: int) -> Source:
    return survey_query(f"{address(url)}#{asked}", limits=Limits(**limits))


def rows(source: Source) -> list[tuple[object, ...]]:
    table = pyarrow.parquet.read_table(source.spool)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.fixture
def people(server: sa.URL, as_admin: Admin) -> Iterator[sa.URL]:
    """A server with a table of three invented residents, not in the order of their keys."""
    as_admin(
        server,
        "DROP TABLE IF EXISTS penduduk",
        "CREATE TABLE penduduk (id int PRIMARY KEY, nik varchar(16), nama varchar(60), foto int)",
        "INSERT INTO penduduk VALUES (3, '3371031507140003', 'ANI', 1), (1, '0371031507140001', 'BUDI', 1), "
        "(2, NULL, 'CÍTRA', 1)",
    )
    yield server
    as_admin(server, "DROP TABLE IF EXISTS penduduk")


def test_a_table_comes_in_the_order_of_its_key_without_what_is_protected(people: sa.URL) -> None:
    source = ask(people, "table:penduduk")
    assert rows(source) == [
        (1, "0371031507140001", "BUDI", None),
        (2, None, "CÍTRA", None),
        (3, "3371031507140003", "ANI", None),
    ]
    assert (source.kind, source.stem, source.stamp) == ("query", "penduduk", (0, 0))
    assert source.name == f"{people.database}/penduduk"


def test_a_query_comes_in_its_own_order_and_twice_the_same(people: sa.URL) -> None:
    one, two = (ask(people, "SELECT nama FROM penduduk ORDER BY nama DESC; ") for _ in range(2))
    assert rows(one) == [("CÍTRA",), ("BUDI",), ("ANI",)]
    assert (one.sha256, one.bytes) == (two.sha256, two.bytes)
    assert one.bytes == len("CÍTRABUDIANI".encode())


def test_a_table_in_another_schema_and_with_any_name_is_quoted(people: sa.URL, as_admin: Admin) -> None:
    quote = people.get_dialect()(paramstyle="named").identifier_preparer.quote
    place = f"{quote('lain')}.{quote('a%b; DROP')}"
    as_admin(
        people,
        "CREATE SCHEMA IF NOT EXISTS lain",
        f"CREATE TABLE IF NOT EXISTS {place} ({quote('x%s: y')} int DEFAULT 7, b int)",
        f"INSERT INTO {place} (b) VALUES (1)",  # noqa: S608 - the name is the test's own, quoted
    )
    assert rows(ask(people, "table:lain.a%b; DROP")) == [(7, 1)]
    as_admin(people, f"DROP TABLE {place}", "DROP SCHEMA lain")


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_the_digest_does_not_depend_on_how_rows_are_held(people: sa.URL, size: int) -> None:
    asked = "SELECT * FROM penduduk ORDER BY id"
    assert ask(people, asked, batch_rows=size).sha256 == ask(people, asked).sha256


def test_a_percent_sign_and_a_colon_are_the_query_s_own(people: sa.URL) -> None:
    assert rows(ask(people, "SELECT id, ':x' FROM penduduk WHERE nama LIKE '%UD%'")) == [(1, ":x")]


def test_rows_written_while_it_is_read_are_not_in_it(people: sa.URL, as_admin: Admin) -> None:
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    url = people.set(drivername=drivers[people.get_backend_name()])
    with open_rows(url, "", "penduduk", where="test") as (header, read):
        first = next(read)
        as_admin(people, "INSERT INTO penduduk VALUES (4, NULL, 'DEWI', 1)", "DELETE FROM penduduk WHERE id = 3")
        assert header == ("id", "nik", "nama", "foto")
        assert [first[0], *(row[0] for row in read)] == [1, 2, 3]


WRITES = [
    "UPDATE penduduk SET nama = 'X'",
    "DROP TABLE penduduk",
    "/* SELECT */ DELETE FROM penduduk",
    "COMMIT",
    "SELECT 1; DELETE FROM penduduk",
    "SELECT 1; COMMIT; DELETE FROM penduduk",
    "CALL clear_all()",
    "/*!CALL clear_all((*/ SELECT 1 /*!))*/",
]


@pytest.mark.parametrize("sql", WRITES)
def test_a_query_that_would_write_is_refused_and_changes_nothing(people: sa.URL, as_admin: Admin, sql: str) -> None:
    before = as_admin(people, "SELECT * FROM penduduk ORDER BY id")
    with pytest.raises(InputDataError) as caught:
        ask(people, sql)
    assert caught.value.code == "QUERY_FAILED"
    assert as_admin(people, "SELECT * FROM penduduk ORDER BY id") == before


def test_writing_inside_a_query_meets_a_transaction_that_only_reads(postgresql_url: sa.URL, as_admin: Admin) -> None:
    as_admin(postgresql_url, "CREATE TABLE isi (a int)", "CREATE SEQUENCE nomor", "INSERT INTO isi VALUES (1)")
    for sql in ("WITH gone AS (DELETE FROM isi RETURNING a) SELECT a FROM gone", "SELECT nextval('nomor')"):
        with pytest.raises(InputDataError, match="only reading is allowed \\(SQLSTATE 25006"):
            ask(postgresql_url, sql)
    assert as_admin(postgresql_url, "SELECT a FROM isi") == [(1,)]
    as_admin(postgresql_url, "DROP TABLE isi", "DROP SEQUENCE nomor")


ERRORS = {
    "SELECT nama FROM tiada": {
        "postgresql": r"a table or view.*42P01\), line 1, character 18",
        "mysql": "a table or.*1146",
    },
    "SELECT 1,\n  tiada FROM penduduk": {
        "postgresql": r"column.*42703\), line 2, character 3",
        "mysql": "column.*1054",
    },
    "SELECT * FROM penduduk\nWHERE": {
        "postgresql": "syntax.*42601",
        "mysql": r"syntax.*error 1064\), line 2",
    },
}


@pytest.mark.parametrize("sql", ERRORS)
def test_a_wrong_query_is_explained_with_its_number_and_place(people: sa.URL, sql: str) -> None:
    with pytest.raises(InputDataError, match=ERRORS[sql][people.get_backend_name()]) as caught:
        ask(people, sql)
    assert "tiada" not in str(caught.value)  # the database's own words are not passed on


@pytest.mark.parametrize(
    "sql", ["SELECT CAST(nama AS int) FROM penduduk", "SELECT 1 FROM penduduk WHERE CAST(nama AS date) = id"]
)
def test_a_value_that_a_message_quotes_is_not_passed_on(postgresql_url: sa.URL, as_admin: Admin, sql: str) -> None:
    as_admin(postgresql_url, "CREATE TABLE penduduk (id int, nama text)", "INSERT INTO penduduk VALUES (1, 'RAHASIA')")
    with pytest.raises(InputDataError) as caught:
        ask(postgresql_url, sql)
    as_admin(postgresql_url, "DROP TABLE penduduk")
    assert caught.value.code == "QUERY_FAILED"
    assert "RAHASIA" not in repr(caught.value) + str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("place", ["postgresql://u:rahasia@127.0.0.1:1/x", "mysql://u:rahasia@127.0.0.1:1/x"])
def test_a_server_that_does_not_answer_is_unavailable_and_no_password_is_told(place: str) -> None:
    with pytest.raises(ServiceUnavailableError) as caught:
        survey_query(f"{place}#SELECT 1", limits=Limits())
    assert place.replace(":rahasia", "") in str(caught.value)
    assert "rahasia" not in repr(caught.value)


def test_a_password_comes_from_the_url_or_the_environment_and_stays_there(
    mysql_url: sa.URL, as_admin: Admin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_admin(mysql_url, "CREATE OR REPLACE USER pembaca@localhost IDENTIFIED BY 'rahasia#1'")
    as_admin(mysql_url, "GRANT SELECT ON register.* TO pembaca@localhost")
    reader = mysql_url.set(username="pembaca")
    first = ask(reader.set(password="rahasia#1"), "SELECT 1 AS a")
    assert "rahasia" not in repr(first)
    with pytest.raises(ServiceUnavailableError, match=r"refuses the connection.*\(error 1045\)"):
        survey_query(first.path, limits=Limits())
    monkeypatch.setenv(PASSWORD_VARIABLE, "rahasia#1")
    again = survey_query(first.path, limits=Limits())
    assert (again.path, again.name, again.sha256) == (first.path, first.name, first.sha256)
    # A file may name any host; it is not told the password.
    address = first.path.partition("#")[0]
    left = tmp_path / "left.sql.toml"
    left.write_text(f'[query]\nurl = "{address}"\nsql = "SELECT 1 AS a"\n', encoding="utf-8")
    with pytest.raises(ServiceUnavailableError, match=r"refuses the connection.*\(error 1045\)"):
        survey_query(left, limits=Limits())


def test_a_password_in_an_option_file_of_mysql_serves_every_reading(
    mysql_url: sa.URL, as_admin: Admin, tmp_path: Path
) -> None:
    as_admin(mysql_url, "CREATE OR REPLACE USER lain@localhost IDENTIFIED BY 'rahasia2'")
    as_admin(mysql_url, "GRANT SELECT ON register.* TO lain@localhost")
    (tmp_path / "my.cnf").write_text("[client]\npassword = rahasia2\n", encoding="utf-8")
    url = mysql_url.set(username="lain")
    first = ask(url.update_query_dict({"read_default_file": str(tmp_path / "my.cnf")}), "SELECT 1 AS a")
    assert survey_query(first.path, limits=Limits()).path == first.path


POSTGRESQL_VALUES = [
    ("'3371031507140001'::char(16)", "3371031507140001"),
    ("1::bigint", 1),
    ("12.50::numeric", 12.5),
    ("'NaN'::numeric", None),
    ("true", True),
    ("date '2014-07-15'", "2014-07-15"),
    ("'infinity'::date", "infinity"),
    ("timestamp '2014-07-15 10:11:12'", "2014-07-15"),
    ("timestamptz '2014-07-15 10:11:12+07'", "2014-07-15"),
    ("'-infinity'::timestamp", "-infinity"),
    ("'{\"a\": 1}'::jsonb", '{"a": 1}'),
    ("array['A', 'B']", "{A,B}"),
    ("'6d3b7e5e-0000-4000-8000-000000000001'::uuid", "6d3b7e5e-0000-4000-8000-000000000001"),
    ("null", None),
]
MYSQL_VALUES = [
    ("'3371031507140001'", "3371031507140001"),
    ("18446744073709551615", 18446744073709551615),
    ("12.50", 12.5),
    ("true", 1),
    ("date '2014-07-15'", "2014-07-15"),
    ("date '0000-00-00'", "0000-00-00"),
    ("timestamp '2014-07-15 10:11:12'", "2014-07-15"),
    ("time '10:00:00'", "10:00:00"),
    ("json_object('a', 1)", '{"a": 1}'),
    ("null", None),
]


@pytest.mark.parametrize(("sql", "value"), POSTGRESQL_VALUES)
def test_values_of_postgresql(postgresql_url: sa.URL, sql: str, value: object) -> None:
    ((found,),) = rows(ask(postgresql_url, f"SELECT {sql} AS a"))
    assert (str(found) if isinstance(value, str) else found) == value


@pytest.mark.parametrize(("sql", "value"), MYSQL_VALUES)
def test_values_of_mysql(mysql_url: sa.URL, sql: str, value: object) -> None:
    ((found,),) = rows(ask(mysql_url, f"SELECT {sql} AS a"))
    assert (str(found) if isinstance(value, str) else found) == value


def test_a_query_without_rows_still_has_its_columns(server: sa.URL) -> None:
    source = ask(server, "SELECT * FROM (SELECT 1 AS nik, 2 AS nama) AS x WHERE nik = 2")
    assert pyarrow.parquet.read_schema(source.spool).names == ["nik", "nama"]
    assert rows(source) == []


ENDLESS = {
    "postgresql": "SELECT generate_series(1, 1000000000) AS a",
    "mysql": "SELECT seq AS a FROM seq_1_to_1000000000",
}


def test_a_query_without_end_is_left_at_the_limit(server: sa.URL) -> None:
    with pytest.raises(InputDataError, match="more than 1000 rows") as caught:
        ask(server, ENDLESS[server.get_backend_name()], rows=1000)
    assert caught.value.code == "FILE_TOO_LARGE"


MEASURED = """
import sys
from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.sources.queries import survey_query

def peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024

url, *queries = sys.argv[1:]
survey_query(url + "#SELECT 1", limits=Limits())
before = peak_mib()
for query in queries:
    try:
        print(survey_query(url + "#" + query, limits=Limits(chunk_bytes=1 << 18)).bytes, peak_mib() - before)
    except InputDataError as error:
        print(error.code, peak_mib() - before)
"""
LONG = {
    "postgresql": "SELECT repeat('x', 500) AS a, generate_series(1, 200000) AS b",
    "mysql": "SELECT repeat('x', 500) AS a, seq AS b FROM seq_1_to_200000",
}
WIDE = {
    "postgresql": "SELECT repeat('x', CASE WHEN g > 1000 THEN 10000000 ELSE 1 END) AS a "
    "FROM (SELECT generate_series(1, 5000) AS g) AS t",
    "mysql": "SELECT repeat('x', if(seq > 1000, 10000000, 1)) AS a FROM seq_1_to_5000",
}


def test_rows_are_held_a_few_at_a_time_and_huge_cells_one_at_a_time(server: sa.URL) -> None:
    queries = [asked[server.get_backend_name()] for asked in (LONG, WIDE)]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, address(server), *queries],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (size, grown), (code, grown_more) = (line.split() for line in done.stdout.splitlines())
    assert int(size) == 200_000 * 500 + sum(len(str(number)) for number in range(1, 200_001))
    assert int(grown) < 50  # as values of Python the rows are more than 130 MiB
    assert code == "CELL_TOO_LONG"
    assert int(grown_more) < 120  # all cells together are 40 GB
