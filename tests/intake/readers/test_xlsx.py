"""Workbooks: which sheet, which header, what each cell says, and what is refused before it costs memory."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from linkage.cli import main
from linkage.errors import InputDataError
from linkage.intake import Limits, read_inputs
from linkage.intake.columns.typed_text import as_text
from linkage.intake.options import ReadOptions
from linkage.intake.readers.xlsx import XlsxReader
from linkage.intake.sources.source import Source
from linkage.spec import FieldSpec, LinkageSpec

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
Rows = list[list[Any]]


def make(path: Path, rows: Rows, **options: Any) -> Path:
    """Write one sheet of plain cells."""
    with Workbook(path, options) as book:
        sheet = book.add_worksheet("DATA")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def swap(path: Path, **parts: str | bytes) -> Path:
    """Put other XML in place of parts of a workbook, named by the stem of their file."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, parts.get(Path(name).stem, content))
    return path


def sheet_xml(tmp_path: Path, rows: str) -> Path:
    """Write a workbook whose sheet has these rows as XML."""
    path = make(tmp_path / "raw.xlsx", [["NAMA"]])
    return swap(path, sheet1=f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")


def reader(path: Path, limits: Limits | None = None, **options: Any) -> XlsxReader:
    source = Source(
        str(path), path.name, path.stem, "0" * 64, path.stat().st_size, "xlsx", options=ReadOptions(**options)
    )
    return XlsxReader(source, limits or Limits())


def read(path: Path, limits: Limits | None = None, **options: Any) -> dict[int, list[str | None]]:
    """Return the cells of each row as text, by the row's number."""
    opened = reader(path, limits, **options)
    found: dict[int, list[str | None]] = {}
    for batch in opened.batches(range(len(opened.header))):
        columns = [as_text(array, kind="text", column="C", where="f").to_pylist() for array in batch.columns]
        for number, line in enumerate(batch.lines.tolist()):
            found[line] = [column[number] for column in columns]
    return found


def refusal(path: Path, limits: Limits | None = None, **options: Any) -> str:
    with pytest.raises(InputDataError) as error:
        read(path, limits, **options)
    assert path.name in str(error.value)
    return error.value.code


def test_cells_have_the_text_that_their_type_asks(tmp_path: Path) -> None:
    path = tmp_path / "kota.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("DATA")
        sheet.write_row(0, 0, ["NAMA", " TGL_LHR ", 2024])
        formats = {
            code: book.add_format({"num_format": code})
            for code in ("dd/mm/yyyy", "[$-421]dd mmmm yyyy;@", "h:mm", "[h]:mm:ss", "0.00%", "0.00E+00")
        }
        sheet.write(1, 0, "ANI")
        sheet.write_datetime(1, 1, dt.datetime(2014, 7, 15, 10, 30), formats["dd/mm/yyyy"])
        sheet.write_number(2, 0, 5)
        sheet.write_datetime(2, 1, dt.datetime(1955, 12, 31), formats["[$-421]dd mmmm yyyy;@"])
        sheet.write_number(2, 2, 2.5)
        sheet.write_boolean(3, 0, True)
        sheet.write_number(3, 1, 0.5, formats["h:mm"])
        sheet.write_number(3, 2, 1.25, formats["[h]:mm:ss"])
        sheet.write_formula(4, 0, "=1+1", None, 2)
        sheet.write_formula(4, 1, '="a"&"b"', None, "ab")
        sheet.write_formula(4, 2, "=NA()", None, "#N/A")
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(5, 0, "SITI ", bold, "AMINAH")
        sheet.write_number(5, 1, 0.25, formats["0.00%"])
        sheet.write_number(5, 2, 1e20, formats["0.00E+00"])
        sheet.write_string(6, 0, "satu\x02dua _x0041_")
        sheet.write_number(6, 1, -3, formats["dd/mm/yyyy"])
        sheet.write_number(6, 2, 60, formats["dd/mm/yyyy"])
        sheet.write_number(7, 1, 1, formats["dd/mm/yyyy"])
        sheet.write_number(7, 2, 61, formats["dd/mm/yyyy"])
    assert reader(path).header == ("NAMA", "TGL_LHR", "2024")
    assert read(path) == {
        2: ["ANI", "2014-07-15", None],
        3: ["5", "1955-12-31", "2.5"],
        4: ["true", "12:00:00", "30:00:00"],
        5: ["2", "ab", None],
        6: ["SITI AMINAH", "0.25", "1e+20"],
        7: ["satu\x02dua _x0041_", "-3", "1900-02-29"],
        8: [None, "1900-01-01", "1900-03-01"],
    }


def test_days_may_count_from_1904(tmp_path: Path) -> None:
    path = make(
        tmp_path / "mac.xlsx",
        [["NAMA", "TGL"], ["ANI", dt.datetime(2014, 7, 15)]],
        date_1904=True,
        default_date_format="dd/mm/yyyy",
    )
    assert read(path) == {2: ["ANI", "2014-07-15"]}
    assert reader(path).form["date_system"] == "1904"


@pytest.mark.parametrize("since_1904", [False, True])
def test_a_workbook_of_another_maker_has_the_days_that_its_maker_reads(tmp_path: Path, since_1904: bool) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904 if since_1904 else book.epoch
    days = [dt.date(1904, 1, 2), dt.date(1950, 7, 1), dt.date(2024, 2, 29)]
    for row in (["NAMA", "TGL"], *(["ANI", day] for day in days)):
        book.active.append(row)
    path = tmp_path / "buku.xlsx"
    book.save(path)
    other = openpyxl.load_workbook(path).active.iter_rows(min_row=2, min_col=2, values_only=True)
    assert [day.date() for (day,) in other] == days
    assert [row[1] for row in read(path).values()] == [day.isoformat() for day in days]


def test_inline_texts_and_cells_without_a_place_are_read(tmp_path: Path) -> None:
    path = sheet_xml(
        tmp_path,
        '<row><c t="inlineStr"><is><t>NAMA</t></is></c><c t="inlineStr"><is><t>AGAMA</t></is></c></row>'
        '<row><c t="inlineStr"><is><r><t>AN</t></r><r><t xml:space="preserve">I </t></r><rPh><t>x</t></rPh></is></c>'
        "<c><v> 7 </v></c></row>"
        '<row r="9"><c r="B9" t="d"><v>2014-07-15T00:00:00</v></c></row>',
    )
    assert read(path) == {2: ["ANI ", "7"], 9: [None, "2014-07-15"]}


def test_names_of_elements_may_carry_a_prefix(tmp_path: Path) -> None:
    path = make(tmp_path / "x.xlsx", [["NAMA"]])
    cell = '<x:c r="A{0}" t="str"><x:v>{1}</x:v></x:c>'
    rows = "".join(f'<x:row r="{n}">{cell.format(n, text)}</x:row>' for n, text in ((1, "NAMA"), (2, "ANI")))
    swap(
        path, sheet1=f"<x:worksheet {MAIN.replace('xmlns', 'xmlns:x')}><x:sheetData>{rows}</x:sheetData></x:worksheet>"
    )
    assert read(path) == {2: ["ANI"]}


def test_blank_rows_are_no_rows_and_lines_are_the_rows_of_the_sheet(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", [[], ["NAMA", "X"], ["ANI"], [None, ""], [], [None, "x"], ["", ""]])
    assert read(path) == {3: ["ANI", None], 6: [None, "x"]}
    assert reader(path).form == {"format": "xlsx", "sheet": "DATA", "header": "line 2"}


def test_a_formula_without_a_stored_value_is_missing_and_counted(tmp_path: Path) -> None:
    path = sheet_xml(
        tmp_path,
        '<row r="1"><c r="A1" t="str"><v>NAMA</v></c><c r="B1" t="str"><v>X</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>ANI</v></c><c r="B2"><f>1+1</f></c></row>',
    )
    opened = reader(path)
    (batch,) = opened.batches([0, 1])
    assert batch.columns[1].null_count == 1
    assert opened.form["formulas_without_value"] == "1"


HEADER = ["NIK", "NAMA", "TGL_LHR", "ALAMAT"]
RESIDENT = ["3371031507140012", "ANI", "15-07-2014", "JL. MAWAR 5"]


@pytest.mark.parametrize(
    ("rows", "line", "why"),
    [
        ([HEADER, RESIDENT], 1, "nothing above"),
        ([["DATA PENDUDUK"], HEADER, RESIDENT], 2, "a title above"),
        ([["DATA PENDUDUK"], [], ["Kecamatan", "CILACAP"], HEADER, RESIDENT], 4, "two titles and a blank row"),
        ([["NIK", "NAMA", "TGL_LHR"], RESIDENT], 1, "a header short of one name is no title"),
        ([["NAMA"], RESIDENT], 1, "a resident is never a header"),
        ([["NIK", "NAMA"], ["A", "A", "B", "C"]], 1, "names twice are no header"),
        ([["NIK", "NAMA"], ["A", None, "B", "C", "D"]], 1, "a header has no gap"),
        ([["NIK"], ["A", 5, "B"]], 1, "a header has no numbers"),
        ([["NAMA"], ["ANI", "x"]], 1, "a table of two columns is not told from a list"),
    ],
)
def test_titles_are_passed_over_only_when_they_can_be_nothing_else(
    tmp_path: Path, rows: Rows, line: int, why: str
) -> None:
    opened = reader(make(tmp_path / "a.xlsx", rows))
    assert opened.form["header"] == f"line {line}", why
    assert opened.header[0] == str(rows[line - 1][0])


def test_a_sheet_that_begins_with_a_resident_has_no_header(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", [["3374010101900001", "ANI"], ["3374010101900002", "BUDI"]])
    assert reader(path).header == ("column_1", "column_2")
    assert reader(path).form["header"] == "none"
    assert list(read(path)) == [1, 2]
    assert reader(path, header=True).header == ("3374010101900001", "ANI")


def test_the_user_may_say_that_the_first_row_is_the_header_or_that_there_is_none(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", [["DATA PENDUDUK"], HEADER, RESIDENT])
    assert reader(path, header=True).header == ("DATA PENDUDUK",)
    assert reader(path, header=False).header == ("column_1", "column_2", "column_3", "column_4")
    assert list(read(path, header=False)) == [1, 2, 3]


def test_the_first_visible_sheet_with_rows_is_read_unless_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        for name, rows in (("cover", 0), ("legend", 1), ("hidden", 2), ("DATA", 3), ("more", 4)):
            sheet = book.add_worksheet(name)
            for row in range(rows):
                sheet.write(row, 0, f"{name}{row}")
        book.add_chartsheet("chart")
        book.get_worksheet_by_name("hidden").hide()
        book.get_worksheet_by_name("DATA").activate()
    assert reader(path).form == {"format": "xlsx", "sheet": "DATA", "header": "line 1", "sheets_not_read": "1"}
    assert read_inputs([path], LinkageSpec("own", (FieldSpec("a", "text", ("DATA0",)),), (), ())).warnings[0] == (
        "a.xlsx: only sheet DATA is read; other sheets that have rows too: 1"
    )
    assert "sheets_not_read" not in reader(path, sheet="DATA").form
    assert reader(path, sheet="hidden").header == ("hidden0",)
    assert refusal(path, sheet="cover") == "EMPTY_FILE"
    with pytest.raises(InputDataError, match=r"there are 5: cover, legend, hidden, DATA, more") as error:
        reader(path, sheet="3371031507140012")
    assert error.value.code == "SHEET_MISSING"
    assert "3371031507140012" not in str(error.value)


def test_a_workbook_with_a_header_alone_or_with_nothing_says_so(tmp_path: Path) -> None:
    assert reader(make(tmp_path / "a.xlsx", [HEADER])).header == tuple(HEADER)
    assert refusal(make(tmp_path / "b.xlsx", [[]])) == "EMPTY_FILE"


def test_only_the_columns_asked_for_come_in_the_order_asked(tmp_path: Path) -> None:
    opened = reader(make(tmp_path / "a.xlsx", [HEADER, RESIDENT, [None, "BUDI", None, "x"]]))
    (batch,) = opened.batches([3, 0, 3])
    assert [as_text(array, kind="text", column="C", where="f").to_pylist() for array in batch.columns] == [
        ["JL. MAWAR 5", "x"],
        ["3371031507140012", None],
        ["JL. MAWAR 5", "x"],
    ]


def test_a_long_cell_costs_its_row_and_nothing_else(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.xlsx",
        [["NAMA", "X", "Y"], ["ANI", "x" * 101], ["BUDI", 5], ["y" * 101, 6], ["EKA", "é" * 50, "y" * 500]],
    )
    limits = Limits(cell_bytes=100, record_bytes=1000)
    opened = reader(path, limits)
    (batch,) = opened.batches([0, 1])
    assert batch.lines.tolist() == [3, 5]
    assert [(reject.lines.tolist(), reject.column, reject.code) for reject in batch.rejects] == [
        ([4], "NAMA", "CELL_TOO_LONG"),
        ([2], "X", "CELL_TOO_LONG"),
    ]


def test_a_row_over_the_limit_is_rejected_whole(tmp_path: Path) -> None:
    cells = "".join(f'<c t="str"><v>{"x" * 90}</v></c>' for _ in range(4))
    names = "".join(f'<c t="str"><v>{name}</v></c>' for name in HEADER)
    path = sheet_xml(
        tmp_path, f'<row r="1">{names}</row><row r="2">{cells}</row><row r="3"><c t="str"><v>1</v></c></row>'
    )
    (batch,) = reader(path, Limits(record_bytes=200)).batches([0, 1, 2, 3])
    assert batch.lines.tolist() == [3]
    assert [(reject.lines.tolist(), reject.code) for reject in batch.rejects] == [([2], "ROW_TOO_LONG")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"/>', "UNREADABLE"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c r="A1"><c r="B1"/></c></row>', "UNREADABLE"),
        ('<row r="1048577"><c><v>1</v></c></row>', "UNREADABLE"),
        ('<row r="x"><c><v>1</v></c></row>', "UNREADABLE"),
        (f'<row r="{"9" * 5000}"><c><v>1</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c r="1"><v>1</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c t="s"><v>99</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c t="s"><v>-1</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c><v>0371031507140012x</v></c></row>', "UNREADABLE"),
        ('<row r="1"><c>', "UNREADABLE"),
        ("<a>" * 5000, "FILE_TOO_LARGE"),
        ("".join(f"<a{n}/>" for n in range(20_000)), "FILE_TOO_LARGE"),
        (f'<row r="1" a="{"x" * 5_000_000}"/>', "FILE_TOO_LARGE"),
    ],
)
def test_a_sheet_that_no_program_would_write_is_refused_without_its_content(
    tmp_path: Path, rows: str, code: str
) -> None:
    path = sheet_xml(tmp_path, rows)
    with pytest.raises(InputDataError) as error:
        read(path)
    assert error.value.code == code
    assert "0371031507140012" not in str(error.value)


def test_a_workbook_is_measured_by_all_its_parts_and_reading_it_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        for _ in range(12):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADER)
            for row in range(1, 60):
                sheet.write_row(row, 0, [f"{row * 12345678901}"[:9]] * 4)
    with zipfile.ZipFile(path) as package:
        sizes = [member.file_size for member in package.infolist()]
    opened = reader(path, Limits(workbook_bytes=sum(sizes)))
    for _ in range(5):
        assert sum(len(batch.lines) for batch in opened.batches([0])) == 59
    assert refusal(path, Limits(workbook_bytes=2 * max(sizes))) == "FILE_TOO_LARGE"


@pytest.mark.parametrize("part", ["sheet1", "sharedStrings", "workbook", "styles"])
def test_a_doctype_is_refused(tmp_path: Path, part: str) -> None:
    path = make(tmp_path / "a.xlsx", [HEADER, RESIDENT])
    xml = f'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/hostname">]><a {MAIN}>&x;&z;</a>'
    assert refusal(swap(path, **{part: xml})) == "UNREADABLE"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(columns=3), "FILE_TOO_LARGE"),
        (Limits(rows=1), "FILE_TOO_LARGE"),
        (Limits(members=3), "FILE_TOO_LARGE"),
        (Limits(workbook_bytes=100), "FILE_TOO_LARGE"),
    ],
)
def test_what_asks_for_more_than_the_limits_is_refused(tmp_path: Path, limits: Limits, code: str) -> None:
    assert refusal(make(tmp_path / "a.xlsx", [HEADER, RESIDENT, RESIDENT]), limits) == code


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"NAMA\nANI\n", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refusal(path) == "UNREADABLE"


def test_a_binary_workbook_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="a" Type="{kind}" Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr("xl/workbook.bin", b"\x83\x01")
    with pytest.raises(InputDataError, match="xlsb"):
        reader(path)


def test_many_tiny_elements_take_no_memory(tmp_path: Path, run_limited: Callable[[str, int], str]) -> None:
    many = 300_000
    row = b'<row r="1"><c t="str"><v>NAMA</v></c></row>'
    for number, (part, xml) in enumerate(
        [
            ("sheet1", b"<worksheet><sheetData><row>" + b"<c/>" * many),
            ("sheet1", b"<worksheet><sheetData>" + row + b"<row/>" * many + b"</sheetData></worksheet>"),
            ("sheet1", b'<worksheet><sheetData><row><c t="str"><v>' + b"x" * 15_000_000),
            ("sharedStrings", b"<sst>" + b"<si/>" * many + b"</sst>"),
            ("styles", b"<styleSheet><cellXfs>" + b"<xf/>" * many + b"</cellXfs></styleSheet>"),
            ("workbook", b"<workbook><sheets>" + b"<sheet/>" * many + b"</sheets></workbook>"),
        ]
    ):
        swap(make(tmp_path / f"{number}.xlsx", [["NAMA"], ["ANI"]]), **{part: xml})
    code = f"""
import os
from linkage.errors import LinkageError
from linkage.intake.readers.xlsx import XlsxReader
from linkage.intake.sources.source import Source
from linkage.spec import FieldSpec, LinkageSpec
for number in range(6):
    path = os.path.join({str(tmp_path)!r}, str(number) + ".xlsx")
    try:
        opened = XlsxReader(Source(path, "bomb.xlsx", "bomb", "0", os.path.getsize(path), "xlsx"), Limits())
        print("rows", sum(len(batch.lines) for batch in opened.batches([0])))
    except LinkageError as error:
        print(error.code)
"""
    said = run_limited(code, 80).split("\n")
    assert said[:6] == ["UNREADABLE", "rows 0", "UNREADABLE", "EMPTY_FILE", "rows 1", "EMPTY_FILE"]


def nik(number: int) -> str:
    return f"337103150714{number:04}"


def test_a_column_of_numbers_for_nik_refuses_the_file(tmp_path: Path, residents: LinkageSpec) -> None:
    rows = [["NIK", "NAMA"], *([int(nik(each)), "ANI"] for each in range(1, 50))]
    with pytest.raises(InputDataError) as error:
        read_inputs([make(tmp_path / "a.xlsx", rows)], residents)
    assert error.value.code == "NIK_AS_NUMBER"
    assert "3371" not in str(error.value)


def test_a_few_numbers_among_text_for_nik_are_damaged_rows(tmp_path: Path, residents: LinkageSpec) -> None:
    rows: Rows = [["NIK", "NAMA", "RT"], *([nik(each), "ANI", 5] for each in range(1, 400) if each % 10)]
    rows[7][0] = int(nik(6))
    rows[8][0] = None
    intake = read_inputs([make(tmp_path / "a.xlsx", rows)], residents, limits=Limits(chunk_bytes=500))
    assert [(each["line"], each["column"], each["code"]) for each in intake.rejects.to_pylist()] == [
        (8, "NIK", "NIK_DAMAGED")
    ]
    assert intake.accepted.column("rt").to_pylist()[0] == "5"
    assert intake.accepted.column("nik").to_pylist()[6] is None


def test_the_workbooks_of_the_synthetic_register_are_accepted_whole(tmp_path: Path, residents: LinkageSpec) -> None:
    asked = ["--records", "300", "--regions", "2", "--dialects", "siak_xlsx", "plain_xlsx", "--quiet"]
    assert main(["synth", *asked, "--out", str(tmp_path / "r")]) == 0
    intake = read_inputs(sorted((tmp_path / "r" / "inbox").glob("*.xlsx")), residents)
    assert [file.format["format"] for file in intake.inputs] == ["xlsx", "xlsx"]
    truth = pq.read_table(tmp_path / "r" / "truth.parquet")
    assert intake.rejects.num_rows == 0
    assert sorted(
        zip(*(intake.accepted.column(name).to_pylist() for name in ("source_file", "line")), strict=True)
    ) == (
        sorted(
            zip(
                (Path(name).stem for name in truth.column("source_file").to_pylist()),
                truth.column("line").to_pylist(),
                strict=True,
            )
        )
    )


VALUES = st.one_of(
    st.none(),
    st.text(
        st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8
    ),
    st.integers(-(10**14), 10**14),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3)),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=12),
    chunk=st.sampled_from([1, 1 << 20]),
)
def test_a_workbook_reads_as_a_slow_library_reads_it(tmp_path: Path, rows: Rows, chunk: int) -> None:
    book = openpyxl.Workbook()
    book.active.append(["A", "B", "C"])
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(number, place)
            if isinstance(value, str):
                cell.value, cell.data_type = value, "s"
            else:
                cell.value = value
    book.save(tmp_path / "x.xlsx")
    slow = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True, data_only=True)
    expected = {
        line: [_plain(value) for value in row]
        for line, row in enumerate(slow.active.iter_rows(min_row=2, max_col=3, values_only=True), 2)
        if any(value is not None for value in row)
    }
    slow.close()
    if expected:
        assert read(tmp_path / "x.xlsx", Limits(chunk_bytes=chunk)) == expected


def _plain(value: Any) -> str | None:
    match value:
        case bool():
            return str(value).lower()
        case dt.datetime():
            return value.date().isoformat()
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case None:
            return None
    return str(value)


def test_any_damage_ends_in_rows_or_in_one_error(tmp_path: Path) -> None:
    rows = [HEADER, *([f"{n:016}", f"NAMA {n}", n, n / 7] for n in range(40))]
    good = make(tmp_path / "good.xlsx", rows).read_bytes()
    with zipfile.ZipFile(tmp_path / "good.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(7)
    path = tmp_path / "x.xlsx"
    codes = set()
    for turn in range(300):
        if turn % 3:
            name = chance.choice([name for name in members if "docProps" not in name and "theme" not in name])
            with zipfile.ZipFile(path, "w") as archive:
                for other, content in members.items():
                    archive.writestr(other, _damaged(content, chance) if other == name else content)
        else:
            path.write_bytes(_damaged(good, chance))
        try:
            read(path)
        except InputDataError as error:
            codes.add(error.code)
    assert codes <= {"UNREADABLE", "FILE_TOO_LARGE", "EMPTY_FILE"}
    assert "UNREADABLE" in codes


def _damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + chance.randint(1, 40)]
            case 2:
                changed[place:place] = bytes(changed[place : place + chance.randint(1, 40)])
        if not changed:
            changed = bytearray(b"x")
    return bytes(changed)
