"""Each dialect says the same as the plain records, in its own words; what is lost is lost as in real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkage.errors import UsageError
from linkage.synthetic.files.dialect_columns import LABELS, SIAK_COLUMNS, in_dialect, write_dates
from linkage.synthetic.files.dialects import ALL_DIALECTS, DIALECTS, DateStyle, Dialect, dialects_of
from linkage.synthetic.files.extract_writer import ExtractWriter
from linkage.synthetic.files.spreadsheet_damage import first_fifteen_digits, general_format
from linkage.synthetic.plan import RegisterPlan
from tests.oracles.extract_reader import SIAK, Row, plain_row, read_extract
from tests.oracles.plain_records import plain_records

DATES = ("tanggal_lahir", "tgl_entri", "tgl_ubah")
WHOLE = [dialect for dialect in ALL_DIALECTS.values() if not dialect.spreadsheet]


def _written(dialect: Dialect, folder: Path, count: int = 400) -> tuple[list[Row], list[Row], bytes]:
    """Return the plain records, the rows as written, and the file's bytes."""
    path = folder / f"extract.{dialect.extension}"
    records = plain_records(count)
    with ExtractWriter(path, dialect, np.random.default_rng(5)) as extract:
        extract.write(records)
    rows, bad = read_extract(path, dialect)
    assert bad == 0
    return records.to_pylist(), list(rows.values()), path.read_bytes()


@pytest.mark.parametrize("dialect", WHOLE, ids=lambda dialect: dialect.name)
def test_a_dialect_reads_back_to_the_plain_values(dialect: Dialect, tmp_path: Path) -> None:
    plain, rows, _ = _written(dialect, tmp_path)
    assert len(rows) == len(plain)
    for expected, row in zip(plain, rows, strict=True):
        found = plain_row(row, dialect)
        if dialect.date == "dd-MON-yy":
            # The century is lost in such a file, and nothing else.
            found |= {name: f"{expected[name][:2]}{found[name]}" for name in DATES}
        assert found == {name: expected[name] for name in found}
    assert set(found) >= set(SIAK.values()) | {"kode_wilayah"}


@pytest.mark.parametrize(
    ("name", "column", "written"),
    [
        ("siak_semicolon", "JENIS_KLMIN", {"1", "2"}),
        ("siak_semicolon", "NIK_IBU", {"3371034101600003", "0"}),
        ("siak_semicolon", "NO_KEC", {"3"}),
        ("siak_semicolon", "PNYDNG_CCT", {"0"}),
        ("siak_semicolon", "NO_RT", {"004", "000"}),
        ("siak_comma", "NIK", {" 3371031234567895", None}),
        ("siak_comma", "TGL_LHR", {"09/08/1991", "30/12/1899", "31/05/1945"}),
        ("plain_comma", "NAMA", {"Contoh Buatan", "D'Angelo Rémy"}),
        ("siak_pipe", "NO_RT", {"4", "0"}),
        ("siak_pipe", "TGL_LHR", {"09-AGU-1991", "30-DES-1899", "31-MEI-1945"}),
        ("siak_two_digit_year", "TGL_LHR", {"09-AGU-91", "30-DES-99", "31-MEI-45"}),
        ("siak_two_digit_year", "JENIS_KLMIN", {"LK", "PR"}),
        ("plain_lower", "NAMA", {"contoh buatan", "d'angelo rémy"}),
        ("plain_lower", "STATUS_KTPEL", {"card_issued", None}),
        ("plain_labels", "AGAMA", {"ISLAM", "KATHOLIK", "HINDHU", "BUDHA", "KONG HUCHU"}),
        ("plain_labels", "STAT_KWN", {"BELUM KAWIN", "KAWIN", "CERAI MATI"}),
        ("plain_labels", "SHDK", {"ANAK", "ISTRI", "PEMBANTU", "LAINNYA"}),
        ("plain_labels", "NIK", {"'3371031234567895", None}),
        ("siak_empties", "NIK", {"3371031234567895", "-", "0", "TIDAK ADA", "N/A"}),
        ("siak_empties", "NAMA_LGKP_IBU", {"IBU REKAAN", "-", "0", "TIDAK ADA", "N/A"}),
        ("siak_empties", "FLAG_STATUS", {"0"}),
        ("siak_xlsx", "TGL_LHR", {"09-08-1991", "30-12-1899", "31-05-1945"}),
        ("siak_xlsx", "NIK", {"3371031234567895", None}),
        ("plain_xlsx", "TANGGAL_LAHIR", {33_459, "1899-12-30", 16_588}),
        ("plain_xlsx", "NIK", {"3371031234567895", None}),
        ("plain_xlsx", "RT", {4, 0}),
        ("excel_damaged", "NIK", {"3,37103E+15", None}),
        ("excel_damaged", "NIK_IBU", {"3,37103E+15", "0"}),
        ("excel_damaged", "NO_KK", {"3371030101100010", None}),
        ("excel_damaged", "NO_RT", {"4", "0"}),
    ],
)
def test_a_dialect_has_its_habits(name: str, column: str, written: set[str | int | None], tmp_path: Path) -> None:
    _, rows, _ = _written(ALL_DIALECTS[name], tmp_path)
    assert {row[column] for row in rows} == written


@pytest.mark.parametrize(
    ("name", "start", "held"),
    [
        ("siak_semicolon", b"NIK;NO_KK;", b"D'ANGELO R\xc9MY"),
        ("siak_semicolon", b"NIK;", b"\r\n"),
        ("siak_comma", b"\xef\xbb\xbfNIK,", b"R\xc3\x89MY"),
        ("siak_pipe", b"nik|no_kk|nama_lgkp|jenis_klmin", b"\n"),
        ("plain_lower", b"record_id;source;", b'"jl. ""melati""; blok a|b, lt. 2 no. 7"'),
        ("plain_labels", b"\xef\xbb\xbfrecord_id,", b"'3371031234567895,"),
    ],
)
def test_marks_and_encodings_are_those_of_the_dialect(name: str, start: bytes, held: bytes, tmp_path: Path) -> None:
    _, _, text = _written(ALL_DIALECTS[name], tmp_path)
    assert text.startswith(start)
    assert held in text


def test_a_sign_that_an_encoding_lacks_becomes_a_question_mark(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    records = plain_records(1)
    records = records.set_column(records.schema.names.index("nama"), "nama", pa.array(["NŌA"]))
    with ExtractWriter(path, ALL_DIALECTS["siak_semicolon"], np.random.default_rng(0)) as extract:
        extract.write(records)
    assert b";N?A;" in path.read_bytes()


@pytest.mark.parametrize("name", [dialect.name for dialect in DIALECTS if dialect.broken_lines])
def test_some_addresses_hold_a_line_break(name: str) -> None:
    table = in_dialect(plain_records(20_000), ALL_DIALECTS[name], np.random.default_rng(0))
    broken = sum("\n" in (address or "") for address in table["ALAMAT"].to_pylist())
    assert 10 <= broken <= 80


@pytest.mark.parametrize("dialect", ALL_DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_chance_does_not_depend_on_how_records_are_cut(dialect: Dialect) -> None:
    records = plain_records(3_000)
    one, other = np.random.default_rng(8), np.random.default_rng(8)
    pieces = [in_dialect(records.slice(start, 700), dialect, other) for start in range(0, 3_000, 700)]
    assert in_dialect(records, dialect, one).equals(pa.concat_tables(pieces))


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("yyyy-mm-dd", "1967-07-01"),
        ("dd-mm-yyyy", "01-07-1967"),
        ("dd/mm/yyyy", "01/07/1967"),
        ("dd-MON-yyyy", "01-JUL-1967"),
        ("dd-MON-yy", "01-JUL-67"),
    ],
)
def test_a_date_is_written_in_each_style(style: DateStyle, written: str) -> None:
    assert write_dates(pa.array(["1967-07-01", None]), style).to_pylist() == [written, None]


@pytest.mark.parametrize(
    ("value", "general", "whole"),
    [
        ("3371031234567895", "3,37103E+15", "3371031234567890"),
        ("3500000000000001", "3,5E+15", "3500000000000000"),
        ("9999996000000000", "1E+16", "9999996000000000"),
        ("1234565000000000", "1,23457E+15", "1234565000000000"),
        ("123456789012", "1,23457E+11", "123456789012"),
        ("12345678901", "12345678901", "12345678901"),
        ("0012", "12", "12"),
        ("000", "0", "0"),
        ("", "", ""),
        ("33710X1234567895", "33710X1234567895", "33710X1234567895"),
        (None, None, None),
    ],
)
def test_a_spreadsheet_keeps_fifteen_digits_and_shows_six(value: str, general: str, whole: str) -> None:
    assert general_format(pa.array([value], pa.string())).to_pylist() == [general]
    assert first_fifteen_digits(pa.array([value], pa.string())).to_pylist() == [whole]


def test_codes_without_a_word_stay_codes() -> None:
    records = plain_records(1)
    records = records.set_column(records.schema.names.index("agama"), "agama", pa.array(["9"]))
    table = in_dialect(records, ALL_DIALECTS["plain_labels"], np.random.default_rng(0))
    assert table["agama"].to_pylist() == ["9"]
    assert set(LABELS) == {"agama", "stat_kwn", "shdk"}


def test_siak_columns_come_from_those_that_the_reader_expects() -> None:
    named = {name: plain for name, plain in SIAK_COLUMNS.items() if plain != "kode_wilayah"}
    assert named == SIAK


def test_a_plan_without_dialects_uses_the_five_usual_ones_in_order() -> None:
    usual = ["siak_semicolon", "siak_comma", "plain_comma", "siak_pipe", "plain_parquet"]
    assert [dialect.name for dialect in dialects_of(RegisterPlan(10, 1, 1))] == usual
    assert list(ALL_DIALECTS)[:5] == usual


def test_a_plan_uses_the_dialects_it_names_in_its_own_order() -> None:
    plan = RegisterPlan(10, 1, 1, dialects=("plain_lower", "siak_pipe"))
    assert [dialect.name for dialect in dialects_of(plan)] == ["plain_lower", "siak_pipe"]


def test_an_unknown_dialect_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(UsageError, match="unknown dialects: sikad") as caught:
        dialects_of(RegisterPlan(10, 1, 1, dialects=("siak_pipe", "sikad")))
    assert "excel_damaged" in caught.value.remedy
