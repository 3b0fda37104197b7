"""Folders are their files; a sidecar states how its file is to be read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import deltalake
import pyarrow as pa
import pytest

from linkage.errors import InputDataError, InputMissingError, UsageError
from linkage.intake import Limits, ReadOptions, read_inputs
from linkage.intake.sources.folders import files_of
from linkage.spec import LinkageSpec, load_builtin_spec

Write = Callable[..., Path]


def test_a_folder_is_its_files_without_what_is_hidden_beside_or_unfinished(
    tmp_path: Path, write: Write, residents: LinkageSpec
) -> None:
    for name, content in {
        "in/b.csv": "NAMA\nBUDI\n",
        "in/a.csv": "NAMA\nANI\n",
        "in/deeper/c.csv": "NAMA\nCICI\n",
        "in/.hidden.csv": "?",
        "in/a.csv.meta.toml": "",
        "in/d.csv.part": "?",
        "in/e.PARTIAL": "?",
        "in/f.tmp": "?",
        "in/g.csv~": "?",
    }.items():
        write(content, name)
    intake = read_inputs([tmp_path / "in"], residents)
    assert [file.name for file in intake.inputs] == ["a.csv", "b.csv"]
    assert intake.inputs == read_inputs([tmp_path / "in" / "b.csv", tmp_path / "in" / "a.csv"], residents).inputs


def test_a_folder_with_a_log_is_one_table_and_so_is_one_inside_a_folder(tmp_path: Path, write: Write) -> None:
    write("NAMA\nANI\n", "in/z.csv")
    write("{}", "in/orang/_delta_log/0.json")
    write("?", "in/orang/part-0.parquet")
    assert [path.name for path in files_of(tmp_path / "in", Limits())] == ["orang", "z.csv"]


def test_an_empty_or_overfull_folder_and_a_device_are_refused(
    tmp_path: Path, write: Write, residents: LinkageSpec
) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(InputMissingError, match="holds no file to read"):
        read_inputs([tmp_path / "none"], residents)
    write("NAMA\nANI\n", "many/a.csv")
    folder = write("NAMA\nBUDI\n", "many/b.csv").parent
    with pytest.raises(InputDataError) as error:
        read_inputs([folder], residents, limits=Limits(members=1))
    assert error.value.code == "FILE_TOO_LARGE"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a file"):
        read_inputs([tmp_path / "pipe"], residents)


def test_link_takes_a_folder_of_one_table_only(tmp_path: Path, write: Write, residents: LinkageSpec) -> None:
    left = write("NAMA\nANI\n", "left/a.csv").parent
    right = write("NAMA\nBUDI\n", "right.csv")
    assert read_inputs([left, right], residents, mode="link").left_rows == 1
    write("NAMA\nCICI\n", "left/b.csv")
    with pytest.raises(UsageError, match="2 tables"):
        read_inputs([left, right], residents, mode="link")


def test_a_sidecar_goes_before_the_options_of_the_command(write: Write, residents: LinkageSpec) -> None:
    first = write("NAMA:ALAMAT\nANI:x;y\n", "a.csv")
    write('region = "3273"\n[reading]\ndelimiter = "colon"\n', "a.csv.meta.toml")
    second = write("NAMA;ALAMAT\nZO\xcb;x:y\n".encode("cp1252"), "b.csv")
    write('[reading]\nheader = true\nencoding = "latin-1"\n', "b.csv.meta.toml")
    intake = read_inputs([first, second], residents, options=ReadOptions(delimiter=";"))
    assert intake.accepted.column("alamat").to_pylist() == ["x;y", "x:y"]
    assert [file.format["encoding"] for file in intake.inputs] == ["utf-8", "iso8859-1"]


@pytest.mark.parametrize(
    "text",
    [
        b"[reading",
        b"\xff",
        b"reading = 1",
        b"[reading]\ndelimter = ','",
        b"[reading]\nheader = 'maybe'",
        b"[reading]\nsheet = 3",
        b"#" * 70_000,
    ],
)
def test_a_sidecar_that_cannot_be_followed_refuses_its_file(write: Write, residents: LinkageSpec, text: bytes) -> None:
    path = write("NAMA\nANI\n", "a.csv")
    write(text, "a.csv.meta.toml")
    with pytest.raises(InputDataError) as error:
        read_inputs([path], residents)
    assert (error.value.code, error.value.where) == ("SIDECAR", "a.csv.meta.toml")


def test_a_delta_table_whose_log_grows_while_it_is_read_is_refused(tmp_path: Path, residents: LinkageSpec) -> None:
    folder = tmp_path / "orang"
    deltalake.write_deltalake(str(folder), pa.table({"NAMA": ["ANI", "BUDI"]}))
    intake = read_inputs([tmp_path], residents)
    assert intake.accepted.column("record_id").to_pylist() == ["orang:1", "orang:2"]

    def grow(done: int, total: int) -> None:
        deltalake.write_deltalake(str(folder), pa.table({"NAMA": ["CICI"]}), mode="append")

    with pytest.raises(InputDataError) as error:
        read_inputs([folder], residents, progress=grow)
    assert error.value.code == "FILE_CHANGED"


@pytest.mark.parametrize("name", [b"a\xff.csv", b"a\nb.csv", b"\x1b[2Ja.csv", "a\u202evsc.csv".encode()])
def test_a_file_whose_name_no_report_can_show_is_refused_and_its_name_shown_in_numbers(
    tmp_path: Path, residents: LinkageSpec, name: bytes
) -> None:
    path = Path(os.fsdecode(bytes(tmp_path) + b"/" + name))
    path.write_text("NAMA\nANI\n")
    for given in (path, tmp_path):
        with pytest.raises(UsageError, match="control characters, or is not UTF-8") as error:
            read_inputs([given], residents)
        assert str(error.value).isprintable()


def test_a_name_in_any_writing_is_shown_as_it_is(tmp_path: Path, write: Write, residents: LinkageSpec) -> None:
    for name in ("名簿\u30002026.csv", "نام\u200cها.csv", "a\u00a0b.csv"):
        assert read_inputs([write("NAMA\nANI\n", name)], residents).inputs[0].name == name


def test_the_sidecar_of_a_query_states_how_its_dates_are_written(tmp_path: Path, write: Write) -> None:
    with sqlite3.connect(tmp_path / "a.db") as register:
        register.execute("CREATE TABLE t AS SELECT 'ANI' AS nama, '03/04/1980' AS tanggal_lahir")
    register.close()
    query = write('[query]\nurl = "sqlite:///a.db"\ntable = "t"\n', "a.sql.toml")
    write("[reading]\ndate_order = 'mdy'\n", "a.sql.toml.meta.toml")
    for given in (query, tmp_path / "in"):
        if given != query:
            given.mkdir()
            for path in (query, tmp_path / "a.sql.toml.meta.toml", tmp_path / "a.db"):
                path.rename(given / path.name)
            (given / "a.db").rename(given / ".a.db")
            (given / query.name).write_text('[query]\nurl = "sqlite:///.a.db"\ntable = "t"\n')
        intake = read_inputs([given], load_builtin_spec())
        assert intake.inputs[0].format["date_order.tanggal_lahir"] == "mdy"
