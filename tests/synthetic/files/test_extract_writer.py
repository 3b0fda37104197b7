"""One extract: whole or not at all, the same however its records come, each record on the line it is said to be."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import OutputError, UsageError
from linkage.synthetic.files import xlsx_file
from linkage.synthetic.files.csv_lines import DIRTY_KINDS
from linkage.synthetic.files.damage_schedule import DamageSchedule
from linkage.synthetic.files.dialects import ALL_DIALECTS, Dialect
from linkage.synthetic.files.extract_writer import ExtractWriter, whole_file
from linkage.synthetic.files.parquet_file import ROW_GROUP, ParquetFile
from tests.oracles.extract_reader import read_extract
from tests.oracles.plain_records import plain_records

CSV = [dialect for dialect in ALL_DIALECTS.values() if dialect.extension == "csv"]


def _write(
    path: Path, dialect: Dialect, pieces: list[pa.Table], rate: float = 0.0, least: int = 0, seed: int = 3
) -> list[int]:
    lines: list[int] = []
    with ExtractWriter(path, dialect, np.random.default_rng(seed), rate, least) as extract:
        for piece in pieces:
            found = extract.write(piece)
            assert found.dtype == np.int64
            lines += found.tolist()
    return lines


def _break_off(path: Path, dialect: Dialect) -> None:
    with ExtractWriter(path, dialect, np.random.default_rng(0), 0.1, 3) as extract:
        extract.write(plain_records(30))
        raise KeyboardInterrupt


def _fill_up(path: Path) -> None:
    with whole_file(path) as partial:
        partial.write_bytes(b"half")
        raise OSError("full")


def _pieces(table: pa.Table, cuts: list[int]) -> list[pa.Table]:
    edges = [0, *sorted(cuts), table.num_rows]
    return [table.slice(start, stop - start) for start, stop in pairwise(edges)]


@pytest.mark.parametrize("dialect", ALL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_each_record_starts_on_the_line_that_is_returned(dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / f"extract.{dialect.extension}"
    records = plain_records(6_000)
    lines = _write(path, dialect, [records], rate=0.03)
    good, _ = read_extract(path, dialect)
    assert lines == list(good)
    name = "NAMA_LGKP" if dialect.siak else "NAMA"
    expected = [str(value).upper() for value in records["nama"].to_pylist()]
    assert [str(good[line][name]).upper() for line in lines] == expected


def test_a_line_break_inside_an_address_moves_the_lines_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    lines = _write(path, ALL_DIALECTS["siak_comma"], [plain_records(6_000)])
    steps = np.diff(lines)
    assert set(steps.tolist()) == {1, 2}
    assert lines[0] == 2
    assert lines[-1] == 6_001 + int((steps == 2).sum())


@pytest.mark.parametrize("dialect", CSV, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize(("rate", "least"), [(0.0, 3), (0.0004, 3), (0.002, 0), (0.05, 3), (1.0, 3)])
def test_damaged_rows_are_counted_by_rate_but_never_fewer_than_asked(
    dialect: Dialect, rate: float, least: int, tmp_path: Path
) -> None:
    path = tmp_path / "extract.csv"
    _write(path, dialect, [plain_records(1_999)], rate, least)
    good, bad = read_extract(path, dialect)
    assert len(good) == 1_999
    assert bad == (max(round(1_999 * rate), least) if rate else 0)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_a_small_extract_has_no_more_damaged_rows_than_records(count: int, tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    _write(path, ALL_DIALECTS["plain_comma"], [plain_records(count)], rate=0.002, least=3)
    assert read_extract(path, ALL_DIALECTS["plain_comma"])[1] == min(count, 3)


def test_damaged_rows_are_of_all_kinds_and_carry_ids_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    _write(path, ALL_DIALECTS["plain_lower"], _pieces(plain_records(600), [250]), rate=0.01)
    rows = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines() if "-X0" in line]
    assert [row[0] for row in rows] == [f"3371-X{number:06}" for number in range(6)]
    assert all(row[1] == "3371" for row in rows)
    whole = len(plain_records(0).schema.names)
    widths = [len(row) - sum(part.startswith('"jl') for part in row) for row in rows]
    assert [width < whole for width in widths] == [True, False, False] * 2
    assert [width > whole for width in widths] == [False, True, False] * 2
    assert [row[4] == "" for row in rows] == [False, False, True] * 2
    assert len(DIRTY_KINDS) == 3


def test_damaged_rows_stand_all_over_the_extract(tmp_path: Path) -> None:
    lines = _write(tmp_path / "extract.csv", ALL_DIALECTS["plain_comma"], [plain_records(5_000)], rate=0.02)
    damaged = sorted(set(range(2, 5_102)) - set(lines))
    assert len(damaged) == 100
    gaps = np.diff([2, *damaged, 5_102])
    assert gaps.max() < 100
    assert np.unique(gaps).size > 10


@settings(max_examples=60, deadline=None)
@given(
    rate=st.floats(0.0, 1.0),
    least=st.integers(0, 5),
    counts=st.lists(st.integers(0, 400), min_size=1, max_size=6),
    seed=st.integers(0, 99),
)
def test_the_damage_is_the_same_for_any_cut_and_never_ahead_of_the_records(
    rate: float, least: int, counts: list[int], seed: int
) -> None:
    schedule = DamageSchedule(rate, least, np.random.default_rng(seed))
    whole = DamageSchedule(rate, least, np.random.default_rng(seed))
    total = 0
    places: list[int] = []
    for count in counts:
        come = schedule.until(total + count).tolist()
        assert all(total < place <= total + count for place in come)
        places += come
        total += count
    assert places == whole.until(total).tolist() == sorted(places)
    assert schedule.rest(total) == whole.rest(total)
    expected = max(round(total * rate), min(total, least)) if rate > 0 else 0
    assert len(places) + schedule.rest(total) == expected


@pytest.mark.parametrize("dialect", ALL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_records_in_several_pieces_make_the_same_bytes_as_in_one(dialect: Dialect, tmp_path: Path) -> None:
    records = plain_records(2_500)
    ways: dict[str, list[int]] = {"one": [], "many": [0, 1, 700, 700, 2_499], "again": []}
    lines: list[list[int]] = []
    for name, cuts in ways.items():
        (tmp_path / name).mkdir()
        lines.append(_write(tmp_path / name / "extract", dialect, _pieces(records, cuts), rate=0.01, least=3))
    assert lines[0] == lines[1] == lines[2]
    texts = {(tmp_path / name / "extract").read_bytes() for name in ways}
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["siak_comma", "plain_parquet"])
def test_extracts_longer_than_a_batch_do_not_depend_on_the_pieces_either(name: str, tmp_path: Path) -> None:
    records = plain_records(ROW_GROUP + 10_000)
    for way, cuts in (("one", []), ("many", [5, 40_000, ROW_GROUP + 9_000])):
        _write(tmp_path / way, ALL_DIALECTS[name], _pieces(records, cuts), rate=0.001)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()


def test_row_groups_are_of_one_size_whatever_came(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    table = pa.table({"number": pa.array(np.arange(2 * ROW_GROUP + 7))})
    file = ParquetFile(path, table.schema)
    for piece in _pieces(table, [3, ROW_GROUP - 1, 2 * ROW_GROUP + 1]):
        file.write(piece)
    file.close()
    read = pq.ParquetFile(path)
    assert [read.metadata.row_group(place).num_rows for place in range(3)] == [ROW_GROUP, ROW_GROUP, 7]
    assert read.read().equals(table)


@pytest.mark.parametrize("dialect", ALL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_an_extract_without_records_has_its_columns(dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / f"extract.{dialect.extension}"
    assert _write(path, dialect, [plain_records(0)], rate=0.5, least=3) == []
    assert path.exists()
    assert read_extract(path, dialect) == ({}, 0)


def test_nothing_written_makes_no_file(tmp_path: Path) -> None:
    _write(tmp_path / "extract.csv", ALL_DIALECTS["plain_comma"], [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dialect", ALL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_an_extract_is_under_its_name_only_when_it_is_whole(dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / f"extract.{dialect.extension}"
    with ExtractWriter(path, dialect, np.random.default_rng(0)) as extract:
        extract.write(plain_records(30))
        assert not path.exists()
        assert all(item.name.startswith(".extract.") for item in tmp_path.iterdir())
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("dialect", ALL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_what_breaks_off_leaves_the_earlier_file_and_nothing_else(dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / f"extract.{dialect.extension}"
    path.write_bytes(b"earlier")
    with pytest.raises(KeyboardInterrupt):
        _break_off(path, dialect)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"earlier"


def test_what_a_killed_command_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".extract.xlsx.partial.rows").mkdir()
    (tmp_path / ".extract.xlsx.partial.rows" / "half").write_bytes(b"half")
    (tmp_path / ".extract.xlsx.partial").write_bytes(b"half")
    path = tmp_path / "extract.xlsx"
    _write(path, ALL_DIALECTS["siak_xlsx"], [plain_records(2)])
    assert len(read_extract(path, ALL_DIALECTS["siak_xlsx"])[0]) == 2
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_file_that_cannot_be_finished_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    with pytest.raises(OSError, match="full"):
        _fill_up(path)
    assert list(tmp_path.iterdir()) == []


def test_more_records_than_a_sheet_has_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "SHEET_ROWS", 11)
    _write(tmp_path / "full.xlsx", ALL_DIALECTS["siak_xlsx"], [plain_records(10)])
    with pytest.raises(UsageError, match="at most 10 records") as caught:
        _write(tmp_path / "over.xlsx", ALL_DIALECTS["siak_xlsx"], [plain_records(10), plain_records(1)])
    assert "more regions" in caught.value.remedy
    assert [item.name for item in tmp_path.iterdir()] == ["full.xlsx"]


def test_a_workbook_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    file = xlsx_file.XlsxFile(tmp_path / "book.xlsx", ["nik"], ALL_DIALECTS["plain_xlsx"])
    (tmp_path / "book.xlsx").mkdir()
    with pytest.raises(OutputError):
        file.close()
    (tmp_path / "book.xlsx").rmdir()
    assert list(tmp_path.iterdir()) == []


def test_a_real_date_has_the_format_of_a_date_and_a_workbook_no_clock(tmp_path: Path) -> None:
    path = tmp_path / "extract.xlsx"
    _write(path, ALL_DIALECTS["plain_xlsx"], [plain_records(1)])
    with zipfile.ZipFile(path) as book:
        sheet, styles = book.read("xl/worksheets/sheet1.xml"), book.read("xl/styles.xml")
        core = book.read("docProps/core.xml")
    assert b's="1"><v>33459</v>' in sheet
    assert b'formatCode="dd/mm/yyyy"' in styles
    assert core.count(b"2000-01-01T00:00:00Z") == 2
