"""How a CSV file is written is found in its rows, and what a user states goes before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.errors import InputDataError
from linkage.intake import Limits, read_inputs, read_options
from linkage.intake.readers.csv_form import CsvForm, find_form
from linkage.spec import FieldSpec, LinkageSpec

Write = Callable[..., Path]


def form(text: str, *stated: str, limits: Limits | None = None) -> CsvForm:
    return find_form(text.encode(), read_options(stated), limits or Limits(), where="kota.csv")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("NIK;NAMA (depan, tengah, akhir, gelar);KOTA\n1;ANI;X\n2;BUDI, S.H.;Y\n", ";"),
        ("NIK,NAMA;GELAR;LAIN,KOTA\n1,ANI,X\n2,BUDI;S.H.,Y\n", ","),
        ("A;B;C\n1,5;2,5;3,5\n2,5;1,5;0,5\n", ";"),
        ("1,5;2,5;3,5\n2,5;1,5;0,5\n", ";"),
        ("1,2,3\n4,5,6\n", ","),
        ("A|B\nx,y|z,w\np,q|r,s\n", "|"),
        ("A\tB C\nx, y\tz\n", "\t"),
        ("NAMA\nANI\nBUDI\n", ","),
        ('"A;1";"B;2"\n"x";"y"\n', ";"),
        ("A;B\n", ";"),
        ("A,B\nbad row\nx,y\n", ","),
    ],
)
def test_the_delimiter_is_the_one_by_which_rows_agree_with_the_header(text: str, delimiter: str) -> None:
    assert form(text).delimiter == delimiter


@pytest.mark.parametrize(("stated", "mark"), [("colon", ":"), ("^", "^"), ("~", "~"), ("\x1f", "\x1f"), ("#", "#")])
def test_any_other_delimiter_must_be_stated_or_told_by_the_file(stated: str, mark: str) -> None:
    assert form(f"A{mark}B\nx,y{mark}z\n", f"delimiter={stated}").cells == ("A", "B")
    if mark.isprintable():
        told = form(f"sep={mark}\r\nA{mark}B\nx{mark}y\n")
        assert (told.delimiter, told.cells, told.header_line) == (mark, ("A", "B"), 2)


@pytest.mark.parametrize(
    ("text", "stated", "quote", "cells"),
    [
        ("'NIK','NAMA, x'\n'1','ANI'\n'2','O''NEIL'\n", "", "'", ("NIK", "NAMA, x")),
        ("NIK,NAMA\n'1',ANI\n'2','BUDI'\n", "", "'", ("NIK", "NAMA")),
        ("NIK,NAMA\n'1,ANI\n'2,BUDI\n", "", '"', ("NIK", "NAMA")),
        ("NIK,NAMA\n'1',\"ANI\"\n'2',BUDI\n", "", '"', ("NIK", "NAMA")),
        ('NIK,"NAMA\n1,ANI\n', "none", "", ("NIK", '"NAMA')),
        ("NIK,'NAMA'\n1,ANI\n", "double", '"', ("NIK", "'NAMA'")),
        ("NIK,'NAMA'\n1,ANI\n", "single", "'", ("NIK", "NAMA")),
    ],
)
def test_the_quotation_mark_is_the_double_one_unless_nearly_every_line_uses_the_other(
    text: str, stated: str, quote: str, cells: tuple[str, ...]
) -> None:
    found = form(text, *([f"quote={stated}"] if stated else []))
    assert (found.quote, found.cells) == (quote, cells)


ROWS = "".join(f"{n},ISLAM,L,NAMA {n}\n" for n in range(30))


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("3371031507140012,BUDI,L\n3371031507140013,ANI,P\n", 3),
        ("1,ani@contoh.id\n2,budi@contoh.id\n", 2),
        ("ANI;17-08-1990;x\nBUDI;01-01-1991;y\nbad;row\n", 3),
        ("'3371031507140012,ANI\n'3371031507140013,BUDI\n", 2),
        ("x,y,3371031507140012\n", 3),
        (ROWS, 4),
    ],
)
def test_a_first_row_that_is_surely_data_is_no_header(text: str, width: int) -> None:
    found = form(text)
    assert found.cells == tuple(f"column_{number}" for number in range(1, width + 1))
    assert (found.end, found.line, found.header_line) == (0, 1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "NIK,NAMA\n3371031507140012,ANI\n",
        "nomor,20240101\n3371031507140012,20240102\n",
        "NAMA,3371031507140012\nANI,3371031507140013\n",
        "WARNA,3371031507140012\nANI,3\n",
        "PNYDNG_CCT,20240101\n1,20240102\n",
        "a,b\nc,d\n",
        "1,2\n3,4\n",
        "",
    ],
)
def test_a_first_row_that_may_be_a_header_is_one(text: str) -> None:
    if text:
        assert form(text).header_line == 1
        assert form(text, "header=no").cells[0] == "column_1"
    else:
        with pytest.raises(InputDataError, match="no header"):
            form(text)


def test_what_the_user_says_about_the_header_is_believed() -> None:
    assert form("3371031507140012,L\n3371031507140013,P\n", "header=yes").cells == ("3371031507140012", "L")
    assert form("LAPORAN\na,b,c\nd,e,f\ng,h,i\n", "header=yes").header_line == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("LAPORAN PENDUDUK\n\nNIK;NAMA;KOTA\n1;A;B\n2;C;D\n3;E;F\n", 3),
        ("LAPORAN PENDUDUK, KOTA X\r\nJUNI\r\nNIK;NAMA;KOTA\r\n1;A;B\r\n2;C;D\r\n3;E;F\r\n", 3),
        ("LAPORAN;;\n;;\nNIK;NAMA;KOTA\n1;A;B\n2;C;D\n", 3),
    ],
)
def test_a_title_above_a_header_that_is_known_is_passed_over(text: str, line: int) -> None:
    found = form(text)
    assert (found.cells, found.header_line, found.line) == (("NIK", "NAMA", "KOTA"), line, line + 1)
    assert text.encode()[found.end :].startswith(b"1;A")


def test_a_title_above_anything_else_is_refused() -> None:
    with pytest.raises(InputDataError, match="lines stand above the header") as error:
        form("DAFTAR\nFOO,BAR,BAZ\n1,2,3\n4,5,6\n7,8,9\n")
    assert error.value.code == "UNREADABLE"


@pytest.mark.parametrize("text", ["a,b\n" * 3, ";;;\n;;;\n", "NAMA\nx,y,z\n"])
def test_a_lonely_cell_is_no_title_without_a_table_below_it(text: str) -> None:
    assert form(text).header_line == 1


def test_a_header_wider_than_the_limit_is_refused() -> None:
    with pytest.raises(InputDataError, match="the header has 5 columns, more than the limit of 4") as error:
        form("a,b,c,d,e\n1,2,3,4,5\n", limits=Limits(columns=4))
    assert error.value.code == "FILE_TOO_LARGE"
    with pytest.raises(InputDataError, match="limit of 4"):
        form("1,2,3,4,5\n1,2,3,4,5\n", "header=no", limits=Limits(columns=4))


COLUMNS = LinkageSpec(
    "own", (FieldSpec("id", "identifier", ("column_1",)), FieldSpec("nama", "person_name", ("column_2",))), (), ()
)


def test_rows_of_a_file_without_header_are_counted_from_line_one(write: Write) -> None:
    path = write("3371031507140012,RAHASIA\n3371031507140013\n3371031507140014,BUDI\n")
    intake = read_inputs([path], COLUMNS)
    assert intake.accepted.column("record_id").to_pylist() == ["kota:1", "kota:3"]
    assert intake.rejects.column("line").to_pylist() == [2]
    assert intake.inputs[0].format["header"] == "none"


def test_no_cell_of_a_file_without_header_stands_in_an_error(write: Write, residents: LinkageSpec) -> None:
    with pytest.raises(InputDataError) as error:
        read_inputs([write("3371031507140012,RAHASIA\n3371031507140013,RAHASIA\n")], residents)
    assert error.value.code == "NO_NAME_COLUMN"
    assert "RAHASIA" not in str(error.value)


def test_more_rows_than_the_limit_are_refused(write: Write, residents: LinkageSpec) -> None:
    path = write("NAMA\n" + "ANI\n" * 11)
    assert read_inputs([path], residents, limits=Limits(rows=11)).accepted.num_rows == 11
    with pytest.raises(InputDataError) as error:
        read_inputs([path], residents, limits=Limits(rows=10))
    assert error.value.code == "FILE_TOO_LARGE"


CELLS = st.text(alphabet="AB',;\n -", max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.integers(1, 9), st.sampled_from(",;:^\x1f"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cells_between_single_quotes_come_back_as_they_were(
    tmp_path: Path, rows: list[tuple[str, str]], chunk: int, delimiter: str
) -> None:
    path = tmp_path / "kept.csv"
    quoted = [delimiter.join("'" + c.replace("'", "''") + "'" for c in row) for row in [("a", "b"), ("x", "y"), *rows]]
    path.write_bytes("\n".join(quoted).encode())
    spec = LinkageSpec("own", (FieldSpec("x", "text", ("a",)),), (), ())
    options = read_options([f"delimiter={delimiter}", "quote=single"])
    intake = read_inputs([path], spec, keep=["a", "b"], limits=Limits(chunk_bytes=chunk), options=options)
    kept = zip(*(intake.accepted.column(f"keep:{name}").to_pylist() for name in "ab"), strict=True)
    assert list(kept) == [("x", "y"), *rows]


@given(st.binary(max_size=300))
def test_any_bytes_have_a_form_or_one_error(head: bytes) -> None:
    place, cells, end = "", ("",), 0
    try:
        found = find_form(head, read_options([]), Limits(columns=8, record_bytes=64), where="any.csv")
        cells, end = found.cells, found.end
    except InputDataError as error:
        place = error.where
    assert place in ("", "any.csv")
    assert len(cells) > 0
    assert 0 <= end <= len(head)
