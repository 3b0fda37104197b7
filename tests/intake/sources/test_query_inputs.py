"""From a query to accepted records and rejects, by the way that every input goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from linkage.errors import InputDataError
from linkage.intake import Intake, read_inputs
from linkage.spec import LinkageSpec

Read = Callable[..., Intake]


@pytest.fixture
def read(tmp_path: Path, residents: LinkageSpec) -> Read:
    """Make a table of these rows (nik, nama, tanggal_lahir) and read a query on it."""

    def run(rows: list[tuple[object, ...]], asked: str = "SELECT nik, nama, tanggal_lahir FROM kota") -> Intake:
        with sqlite3.connect(tmp_path / "kota.db") as connection:
            connection.execute("CREATE TABLE kota (nik, nama, tanggal_lahir, record_id)")
            connection.executemany("INSERT INTO kota (nik, nama, tanggal_lahir) VALUES (?, ?, ?)", rows)
        connection.close()
        return read_inputs([f"sqlite:///{tmp_path}/kota.db#{asked}"], residents)

    return run


def test_rows_become_records_named_by_their_place(read: Read, tmp_path: Path) -> None:
    intake = read([("0371031507140001", "BUDI", "2014-07-15"), (None, "SITI", None), ("3371031507140002", None, None)])
    assert intake.accepted.column("record_id").to_pylist() == ["kota:1", "kota:2"]
    assert intake.accepted.column("nik").to_pylist() == ["0371031507140001", None]
    assert [(row["source"], row["line"], row["code"]) for row in intake.rejects.to_pylist()] == [
        ("kota.db", 3, "NAME_MISSING")
    ]
    (file,) = intake.inputs
    assert (file.rows, file.accepted, file.rejected) == (3, 2, 1)
    assert file.path.partition("#")[0] == f"sqlite:///{tmp_path}/kota.db"


def test_ids_of_the_database_do_not_depend_on_the_order_of_rows(read: Read) -> None:
    asked = "SELECT rowid AS record_id, nama FROM kota ORDER BY nama DESC"
    intake = read([(None, "ANI", None), (None, "BUDI", None)], asked)
    records = zip(
        intake.accepted.column("record_id").to_pylist(), intake.accepted.column("nama").to_pylist(), strict=True
    )
    assert list(records) == [("2", "BUDI"), ("1", "ANI")]


def test_a_query_without_rows_is_refused_as_a_file_without_rows_is(read: Read) -> None:
    with pytest.raises(InputDataError) as caught:
        read([])
    assert caught.value.code == "HEADER_ONLY"


@pytest.mark.parametrize(
    "numbers",
    [
        [3371031507140001, 3371031507140002],
        [3371031507140001.0, None],
        ["0371031507140001", 3371031507140002],
        [3.371e15, 3371031507140002],
    ],
)
def test_identifiers_kept_as_numbers_refuse_the_query(read: Read, numbers: list[object]) -> None:
    with pytest.raises(InputDataError) as caught:
        read([(number, f"WARGA {place}", None) for place, number in enumerate(numbers)])
    assert caught.value.code == "NIK_AS_NUMBER"
    assert "3371" not in str(caught.value)


def test_one_number_among_many_texts_costs_only_its_row(read: Read) -> None:
    rows = [(f"337103150714{place:04d}", f"WARGA {place}", None) for place in range(1, 200)]
    intake = read([*rows, (3371031507149999, "ANI", None)])
    assert [(row["line"], row["column"], row["code"]) for row in intake.rejects.to_pylist()] == [
        (200, "nik", "NIK_DAMAGED")
    ]
