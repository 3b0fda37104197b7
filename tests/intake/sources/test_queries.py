"""SQL queries as inputs: how they are written, what is shown of them, and what becomes of their rows. On SQLite."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import (
    ConfigurationError,
    InputDataError,
    InputMissingError,
    LinkageError,
    OutputError,
    ServiceUnavailableError,
    UsageError,
)
from linkage.intake.limits import Limits
from linkage.intake.sources import databases
from linkage.intake.sources.queries import is_query, survey_query
from linkage.intake.sources.source import Source

ROOT = Path(__file__).resolve().parents[3]
Ask = Callable[..., Source]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A SQLite file with four invented residents; what stands in a column may be of any type there."""
    path = tmp_path / "register.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE penduduk (id INTEGER PRIMARY KEY, nik, nama TEXT, foto BLOB, rt)")
        connection.executemany(
            "INSERT INTO penduduk VALUES (?, ?, ?, ?, ?)",
            [
                (4, "3371031507140004", "DEWI", b"\x00", "001"),
                (1, "0371031507140001", "BUDI", b"\x00", 2),
                (3, 3371031507140003, "ANI", None, 1.5),
                (2, None, "CÍTRA", b"\x00", None),
            ],
        )
        connection.execute("CREATE VIEW nama AS SELECT nama FROM penduduk ORDER BY id")
    connection.close()
    return path


@pytest.fixture
def ask(register: Path) -> Ask:
    """Ask the register."""

    def run(asked: str, **limits: int) -> Source:
        return survey_query(f"sqlite:///{register}#{asked}", limits=Limits(**limits))

    return run


def table_of(source: Source) -> pa.Table:
    return pyarrow.parquet.read_table(source.spool)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("postgresql://u@h/db#SELECT 1", True),
        ("sqlite:///a.db#table:t", True),
        ("mssql://u:p@h/db", True),  # refused later, without showing the password
        (Path("postgresql://u:p@h/db#SELECT 1"), True),
        (Path("postgresql://u:p@h/db#SELECT 1").absolute(), True),
        ("/home/desa:/a.csv", False),
        (Path("inbox/3273_full_20260630_001.sql.toml"), True),
        ("A.SQL.TOML", True),
        ("a.csv", False),
        (Path("linkage.toml"), False),
        ("3273_full_20260630_001.sql.toml.meta.toml", False),
        ("C:/data/a.csv", False),
    ],
)
def test_urls_and_files_of_queries_are_known_by_their_names(item: str | Path, expected: bool) -> None:
    assert is_query(item) is expected


def test_a_whole_table_comes_in_the_order_of_its_key_without_what_is_protected(ask: Ask, register: Path) -> None:
    source = ask("table:penduduk")
    table = table_of(source)
    assert table.column_names == ["id", "nik", "nama", "foto", "rt"]
    assert table.column("id").to_pylist() == [1, 2, 3, 4]
    assert table.column("foto").null_count == 4
    assert (source.kind, source.name, source.stem) == ("query", "register.db/penduduk", "penduduk")
    assert source.path == f"sqlite:///{register}#table:penduduk"


def test_a_relative_path_of_sqlite_is_found_from_another_folder_too(
    register: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(register.parent)
    first = survey_query(f"sqlite:///{register.name}#table:penduduk", limits=Limits())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert survey_query(first.path, limits=Limits()).sha256 == first.sha256


def test_what_the_manifest_keeps_asks_the_same_again(ask: Ask) -> None:
    first = ask("SELECT nik,\n  nama FROM penduduk -- # all\nORDER BY id")
    again = survey_query(first.path, limits=Limits())
    assert (again.path, again.name, again.stem, again.sha256, again.bytes) == (
        first.path,
        first.name,
        first.stem,
        first.sha256,
        first.bytes,
    )
    assert (first.name, first.stem) == ("register.db", "register")


MIXED = [
    ("'A' UNION ALL SELECT 1", ["1", "A"]),
    ("'A' UNION ALL SELECT 1.5", ["1.5", "A"]),
    ("'A' UNION ALL SELECT 2.0", ["2", "A"]),
    ("1 UNION ALL SELECT 1.5", ["1", "1.5"]),
    ("'' UNION ALL SELECT 3371031507140001", ["", "3371031507140001.0"]),
    ("1.5 UNION ALL SELECT 3371031507140001", ["1.5", "3371031507140001.0"]),
    ("'' UNION ALL SELECT -1234567890", ["", "-1234567890.0"]),
    ("'' UNION ALL SELECT 123456789", ["", "123456789"]),
]


@pytest.mark.parametrize(("expression", "expected"), MIXED)
@pytest.mark.parametrize("size", [1, 100])
def test_a_column_of_several_types_is_text_row_by_row(
    ask: Ask, expression: str, expected: list[str], size: int
) -> None:
    source = ask(f"SELECT {expression}", batch_rows=size)
    assert sorted(table_of(source).column(0).to_pylist()) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("NULL", pa.null()),
        ("NULL AS a UNION ALL SELECT 1", pa.int64()),
        ("'0001' AS a UNION ALL SELECT NULL", pa.string()),
        ("1.5", pa.float64()),
    ],
)
def test_a_column_of_one_type_keeps_it(ask: Ask, expression: str, expected: pa.DataType) -> None:
    for size in (1, 100):
        assert table_of(ask(f"SELECT {expression}", batch_rows=size)).schema.types == [expected]


def test_the_digest_depends_on_rows_alone(ask: Ask, register: Path) -> None:
    asked = "SELECT * FROM (SELECT id, nik, nama, rt FROM penduduk) ORDER BY id"
    digests = {ask(asked, batch_rows=size).sha256 for size in (1, 2, 3, 100)}
    assert len(digests) == 1
    assert ask(f"{asked} DESC").sha256 not in digests
    assert ask("SELECT 'AB' AS a, 'C' AS b").sha256 != ask("SELECT 'A' AS a, 'BC' AS b").sha256
    assert ask("SELECT '' AS a").sha256 != ask("SELECT NULL AS a").sha256
    assert ask("SELECT '1' AS a").sha256 != ask("SELECT 1 AS a").sha256
    assert ask("SELECT 1 AS a").sha256 != ask("SELECT 1 AS b").sha256


REFUSED = [
    ("SELECT 1 AS a, 2 AS a", {}, "DUPLICATE_HEADER", "two columns are called a"),
    ("SELECT x'00' AS isi", {}, "COLUMN_TYPE", "column isi holds bytes"),
    ("SELECT 1, 2, 3", {"columns": 2}, "FILE_TOO_LARGE", "3 columns"),
    ("SELECT id FROM penduduk", {"rows": 3}, "FILE_TOO_LARGE", "more than 3 rows"),
    ("SELECT nama FROM penduduk", {"text_bytes": 8}, "FILE_TOO_LARGE", "more than 8 bytes"),
    ("SELECT nama AS isi FROM penduduk ORDER BY id", {"cell_bytes": 5}, "CELL_TOO_LONG", "column isi .* in row 2"),
    ("SELECT nama FROM penduduk", {"cell_bytes": 4, "batch_rows": 1}, "CELL_TOO_LONG", "in row [12]"),
    ("SELECT hex(zeroblob(5000000)) AS isi", {}, "CELL_TOO_LONG", "more than 65536 bytes in row 1"),
    ("SELECT CAST(x'C3' AS TEXT) AS isi", {}, "ENCODING", "not UTF-8"),
    ("SELECT 1; SELECT 2", {}, "QUERY_FAILED", "more than one statement"),
    ("SELECT tiada FROM penduduk", {}, "QUERY_FAILED", "a column or function does not exist"),
    ("SELECT 1 FROM tiada", {}, "QUERY_FAILED", "a table or view does not exist"),
    ("SELECT FROM FROM", {}, "QUERY_FAILED", "the syntax is wrong"),
    ("table:tiada", {}, "QUERY_FAILED", "there is no such table"),
    ("SELECT '\0'", {}, "QUERY_FAILED", "a character that no database takes"),
    ("SELECT '\udcff'", {}, "QUERY_FAILED", "a character that no database takes"),
    ("table:\0", {}, "QUERY_FAILED", "a character that no database takes"),
]


@pytest.mark.parametrize(("asked", "limits", "code", "message"), REFUSED)
def test_what_cannot_be_used_is_refused_with_a_code(
    ask: Ask, asked: str, limits: dict[str, int], code: str, message: str
) -> None:
    with pytest.raises(InputDataError, match=message) as caught:
        ask(asked, **limits)
    assert caught.value.code == code
    assert "tiada" not in str(caught.value)


def test_a_protected_column_may_hold_anything_and_is_not_kept(ask: Ask) -> None:
    source = ask("SELECT nama, zeroblob(10000000) AS Foto, 'buta' AS jenis_cacat FROM penduduk")
    assert table_of(source).schema.types == [pa.string(), pa.null(), pa.null()]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE penduduk SET nama = 'X'",
        "DROP TABLE penduduk",
        "-- SELECT\nDELETE FROM penduduk",
        "/* SELECT */ DELETE FROM penduduk",
        "WITH x AS (SELECT 1) DELETE FROM penduduk",
        "WITH x AS (SELECT 1) INSERT INTO penduduk (id) SELECT 9",
        "SELECT 1; DELETE FROM penduduk",
        "ATTACH 'other.db' AS other",
        "PRAGMA query_only = OFF",
    ],
)
def test_a_query_that_would_write_is_refused_and_changes_nothing(
    ask: Ask, register: Path, sql: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = register.read_bytes()
    with pytest.raises(InputDataError) as caught:
        ask(sql)
    assert caught.value.code == "QUERY_FAILED"
    assert register.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["register.db"]


@pytest.mark.parametrize(
    "sql", ["SELECT 1 ;\n", "\n -- why\n/* what\n*/ WITH a AS (SELECT 1) SELECT * FROM a", "values (1)"]
)
def test_a_query_may_be_written_in_any_usual_way(ask: Ask, sql: str) -> None:
    assert table_of(ask(sql)).num_rows == 1


def test_a_sqlite_file_that_is_not_there_is_missing_and_stays_so(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError):
        survey_query(f"sqlite:///{tmp_path}/none.db#SELECT 1", limits=Limits())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("NAMA\nANI\n" * 1000, encoding="utf-8")
    with pytest.raises(InputDataError, match="no SQLite database") as caught:
        survey_query(f"sqlite:///{tmp_path}/a.db#table:penduduk", limits=Limits())
    assert caught.value.code == "UNREADABLE"


def test_a_database_that_another_writes_to_is_busy(register: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.1)
    writer = sqlite3.connect(register, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ServiceUnavailableError, match="busy \\(SQLITE_BUSY\\)"):
        ask("SELECT 1 FROM penduduk")
    writer.close()


BAD_URLS = [
    "mssql://u:rahasia@h/db#SELECT 1",
    "postgresql+psycopg2://u:rahasia@h/db#SELECT 1",
    "postgresql://u:rahasia@h:port/db#SELECT 1",
    "postgresql://u:a#rahasia@h/db#SELECT 1",
    "postgresql://u:rahasia@h/db",
    "postgresql://u:rahasia@h/db# ",
    "mysql://u:rahasia@h/db#table: ",
    "mysql://u:rahasia@localhost/db?tiada=1#SELECT 1",
    "sqlite://#SELECT 1",
    "sqlite:///:memory:#SELECT 1",
    "sqlite:///a.db?mode=rwc#SELECT 1",
    Path("postgresql://u:rahasia@h/db#SELECT 1"),
]


@pytest.mark.parametrize("item", BAD_URLS)
def test_a_url_that_cannot_be_used_is_refused_without_showing_its_password(item: str | Path) -> None:
    with pytest.raises(LinkageError) as caught:
        survey_query(item, limits=Limits())
    assert isinstance(caught.value, UsageError) or "does not begin with SELECT" in str(caught.value)
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize(
    ("backend", "driver", "extra"),
    [("postgresql", "psycopg", "postgres"), ("mariadb", "pymysql", "mysql"), ("oracle", "oracledb", "oracle")],
)
def test_a_driver_that_is_not_installed_is_named_by_its_extra(
    monkeypatch: pytest.MonkeyPatch, backend: str, driver: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(ConfigurationError, match=rf"tunggal\[{extra}\]"):
        survey_query(f"{backend}://u:rahasia@h/db#SELECT 1", limits=Limits())


def query_file(folder: Path, text: str, name: str = "3273_full_20260630_001.sql.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_holds_a_query_under_its_own_name(register: Path) -> None:
    path = query_file(
        register.parent, '[query]\nurl = "sqlite:///register.db"\nsql = """SELECT nama\nFROM penduduk;"""'
    )
    source = survey_query(path, limits=Limits())
    assert (source.path, source.name, source.stem) == (str(path), path.name, "3273_full_20260630_001")
    assert table_of(source).num_rows == 4


def test_a_file_may_take_the_url_from_the_environment_and_name_the_input(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = query_file(register.parent, '[query]\nurl_env = "SIAK_URL"\ntable = "penduduk"\nname = "siak"\n')
    with pytest.raises(ConfigurationError, match="environment variable SIAK_URL: it is not set"):
        survey_query(path, limits=Limits())
    monkeypatch.setenv("SIAK_URL", "mssql://u:rahasia@h/db")
    with pytest.raises(ConfigurationError) as caught:
        survey_query(path, limits=Limits())
    assert "rahasia" not in str(caught.value)
    monkeypatch.setenv("SIAK_URL", f"sqlite:///{register}")
    source = survey_query(str(path), limits=Limits())
    assert (source.path, source.name, source.stem) == (str(path), "siak", "siak")


BAD_FILES = [
    ("", r"one table, \[query\]"),
    ("query = 1", r"one table, \[query\]"),
    ("[query]\n[other]\n", r"one table, \[query\]"),
    ("a = " + "[" * 100_000, "not valid TOML"),
    ('[query]\nurl = "mysql://u:rahasia@h/db?local_infile=1"\nsql = "SELECT 1"\n', "local_infile is not allowed"),
    ('[query]\nurl = "mysql://u@h/db?Init_Command=x"\nsql = "SELECT 1"\n', "init_command is not allowed"),
    ('[query]\nurl = "postgresql://u:rahasia@\\u0000/db"\nsql = "SELECT 1"\n', "cannot be understood"),
    ("[query]\nurl = rahasia", r"not valid TOML \(at line 2, column 7\)"),
    ('[query]\nurl = "sqlite:///a.db"\n', "one of sql and table"),
    ('[query]\nurl = "sqlite:///a.db"\nurl_env = "A"\nsql = "SELECT 1"\n', "one of url and url_env"),
    ('[query]\nurl = "sqlite:///a.db"\nsql = " "\n', "sql must be a text"),
    ('[query]\nurl = "sqlite:///a.db"\nsql = 1\n', "sql must be a text"),
    ('[query]\nurl = "sqlite:///a.db"\nsql = "SELECT 1"\npassword = "rahasia"\n', "unknown key 'password'"),
    ('[query]\nurl = "mssql://u:rahasia@h/db"\nsql = "SELECT 1"\n', "must begin with one of"),
    ('[query]\nurl = "sqlite:///a.db#SELECT 1"\nsql = "SELECT 1"\n', "without a query of its own"),
    ('[query]\nurl = "sqlite:///a.db"\nsql = "SELECT 1"\nname = "a\\nb"\n', "name must be short"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES)
def test_a_file_that_is_wrong_is_refused_without_showing_a_password(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputDataError, match=message) as caught:
        survey_query(query_file(tmp_path, text), limits=Limits())
    assert caught.value.code == "QUERY_FILE"
    assert "rahasia" not in str(caught.value)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: f"[query]\n{text}".encode("utf-8", "replace")))
def test_any_bytes_in_a_file_end_in_one_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.sql.toml"
    path.write_bytes(content)
    with pytest.raises(InputDataError) as caught:
        survey_query(path, limits=Limits())
    assert caught.value.code == "QUERY_FILE"


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sql.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputDataError, match="not valid TOML"):
        survey_query(tmp_path / "a.sql.toml", limits=Limits())
    with pytest.raises(InputMissingError):
        survey_query(tmp_path / "b.sql.toml", limits=Limits())


def test_rows_are_kept_in_a_file_without_a_name_that_goes_with_the_source(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    source = ask("SELECT nama FROM penduduk")
    spool = Path(str(source.spool))
    assert (list(room.iterdir()), spool.stat().st_mode & 0o777, spool.stat().st_nlink) == ([], 0o600, 0)
    inode = spool.stat().st_ino
    del source
    assert not spool.exists() or spool.stat().st_ino != inode


def test_a_full_temporary_folder_is_an_error_of_the_output(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/tiada")
    with pytest.raises(OutputError, match="Set TMPDIR"):
        ask("SELECT 1")


KEEPS_ROWS = """
import sys, time
from linkage.intake.limits import Limits
from linkage.intake.sources.queries import survey_query
source = survey_query(sys.argv[1], limits=Limits())
print(source.bytes, flush=True)
time.sleep(60)
"""


def test_a_process_that_is_killed_leaves_no_rows_behind(register: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPS_ROWS, f"sqlite:///{register}#table:nama"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(room)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process.stdout:
        assert int(process.stdout.readline()) == len("BUDICÍTRAANIDEWI".encode())
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    assert list(room.iterdir()) == []
