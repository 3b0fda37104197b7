"""Fields that stand in several columns, or several in one, and what a file says of dates, codes and its header."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from linkage.errors import SpecError
from linkage.intake import Intake, read_inputs
from linkage.intake.options import ReadOptions
from linkage.spec import FieldSpec, LinkageSpec, load_builtin_spec, parse_spec
from linkage.standardise.dates.reading import standardise_date

Write = Callable[..., Path]


def own(*fields: FieldSpec) -> LinkageSpec:
    return LinkageSpec("own", fields, (), ())


def values(intake: Intake, name: str) -> list[str | None]:
    found: list[str | None] = intake.accepted.column(name).to_pylist()
    return found


def days(intake: Intake, name: str = "born") -> list[str | None]:
    texts = values(intake, name)
    read = standardise_date(pa.array([text or "" for text in texts]), latest_year=2026)
    return [read.values[int(code)].as_py() if code >= 0 else None for code in read.mapping]


NAME = FieldSpec("name", "person_name", ("full_name",), required=True, join=("fn", "ln"))
BORN = FieldSpec("born", "date", ("dob",), join=("day", "month", "year"))


def test_parts_of_a_name_make_the_name_and_empty_parts_are_left_out(write: Write) -> None:
    text = "fn,ln,x\nAnna,Berg,1\nAnna,,2\n-,Berg,3\n Anna , Berg ,4\n,,5\n"
    intake = read_inputs([write(text)], own(NAME))
    assert values(intake, "name") == ["Anna Berg", "Anna", "Berg", "Anna Berg"]
    assert [(row["line"], row["column"], row["code"]) for row in intake.rejects.to_pylist()] == [
        (6, "fn+ln", "NAME_MISSING")
    ]
    (file,) = intake.inputs
    assert file.columns == {"name": "fn+ln"}
    assert file.ignored_columns == ("x",)


def test_parts_are_joined_in_the_order_of_the_spec_not_of_the_file(write: Write) -> None:
    intake = read_inputs([write("LN;FN\nBerg;Anna\n")], own(NAME))
    assert values(intake, "name") == ["Anna Berg"]
    assert intake.inputs[0].columns == {"name": "FN+LN"}


def test_a_file_without_the_parts_falls_back_on_the_columns_and_one_part_is_enough(write: Write) -> None:
    whole, half = write("full_name\nAnna Berg\n", "a.csv"), write("ln,full_name\nBerg,Anna Berg\n", "b.csv")
    intake = read_inputs([whole, half], own(NAME))
    assert values(intake, "name") == ["Anna Berg", "Berg"]
    assert [file.columns["name"] for file in intake.inputs] == ["full_name", "ln"]
    assert intake.inputs[1].ignored_columns == ("full_name",)


def test_a_part_can_be_kept_and_be_a_field_too(write: Write) -> None:
    spec = own(NAME, FieldSpec("family", "text", ("ln",)))
    intake = read_inputs([write("fn,ln\nAnna,Berg\n")], spec, keep=["fn"])
    assert (values(intake, "name"), values(intake, "family"), values(intake, "keep:fn")) == (
        *(["Anna Berg"], ["Berg"], ["Anna"]),
    )
    assert intake.inputs[0].ignored_columns == ()


@pytest.mark.parametrize(
    ("row", "day"),
    [
        ("15,7,1980", "1980-07-15"),
        ("15,07,80", "1980-07-15"),
        ("15,July,1980", "1980-07-15"),
        ("15,juillet,1980", "1980-07-15"),
        (",,1980", "1980"),
        (",7,1980", "1980-07"),
        ("15,,1980", "1980"),
        ("0,0,1980", "1980"),
        ("-,-,1980", "1980"),
        ("15,7,", None),
        ("30,2,1980", "1980"),
        (",,", None),
    ],
)
def test_parts_of_a_date_make_the_date_or_its_year(write: Write, row: str, day: str | None) -> None:
    intake = read_inputs([write(f"a,day,month,year\nx,{row}\n")], own(FieldSpec("a", "text", ("a",)), BORN))
    assert days(intake) == [day]


def test_parts_may_be_numbers_of_a_table(write: Write) -> None:
    table = pa.table({"day": [15.0, None], "month": pa.array([7, 8], pa.int8()), "year": [1980, 1981]})
    assert days(read_inputs([table], own(BORN))) == ["1980-07-15", "1981-08"]


def test_parts_in_another_order_are_read_in_the_order_that_the_field_states(write: Write) -> None:
    born = FieldSpec("born", "date", ("dob",), join=("month", "day", "year"), date_order="mdy")
    intake = read_inputs([write("day,month,year\n3,4,1980\n5,6,1981\n")], own(born))
    assert days(intake) == ["1980-04-03", "1981-06-05"]


def test_joined_columns_come_alike_in_small_and_large_batches(tmp_path: Path) -> None:
    table = pa.table({"fn": ["A", None, "B"] * 50, "ln": ["X", "Y", None] * 50})
    one = read_inputs([table], own(NAME))
    many = read_inputs([pa.table({name: table[name].slice(0, 1) for name in table.column_names})], own(NAME))
    chunks = pa.concat_tables([table.slice(start, 7) for start in range(0, 150, 7)])
    assert values(read_inputs([chunks], own(NAME)), "name") == values(one, "name")
    assert values(many, "name") == ["A X"]


@pytest.mark.parametrize("join", ['["fn"]', '["fn", "fn"]'])
def test_a_join_of_one_column_is_refused(join: str) -> None:
    with pytest.raises(SpecError, match="join"):
        parse_spec(
            f'name = "x"\n[[field]]\nname = "n"\nkind = "text"\njoin = {join}\n'
            '[[comparison]]\nname = "n"\nfield = "n"\nkernel = "equal"\nlevels = ["equal"]\n'
            '[[rule]]\nname = "r"\nkeys = ["n"]\n'
        )


def test_what_the_field_says_goes_before_the_user_and_that_before_the_column(write: Write) -> None:
    text = "dob\n03/04/1980\n12/25/1980\n"
    stated = own(FieldSpec("born", "date", ("dob",), date_order="dmy"))
    free = own(FieldSpec("born", "date", ("dob",)))
    orders = {
        "found": read_inputs([write(text)], free),
        "user": read_inputs([write(text)], free, options=ReadOptions(date_order="dmy")),
        "spec": read_inputs([write(text)], stated, options=ReadOptions(date_order="mdy")),
    }
    assert days(orders["found"]) == ["1980-03-04", "1980-12-25"]
    assert days(orders["user"]) == days(orders["spec"]) == ["1980-04-03", "1980-12-25"]
    assert [intake.inputs[0].format["date_order.born"] for intake in orders.values()] == ["mdy", "dmy", "dmy"]


def test_day_numbers_of_a_spreadsheet_become_dates_and_are_recorded(write: Write, residents: LinkageSpec) -> None:
    text = "NAMA,TGL_LHR,TGL_ENTRI\nANI,29221,29221\nEKA,41835,16-07-1980\nIDA,1980,17-07-1980\n"
    intake = read_inputs([write(text)], load_builtin_spec())
    assert values(intake, "tanggal_lahir") == ["1980-01-01", "2014-07-15", "1980"]
    assert values(intake, "tgl_entri") == ["29221", "16-07-1980", "17-07-1980"]
    assert intake.inputs[0].format["date_order.tanggal_lahir"] == "serial"


def test_the_day_between_year_and_month_is_found_out_and_recorded(write: Write) -> None:
    intake = read_inputs([write("dob\n1980-04-03\n1980-25-12\n")], own(FieldSpec("born", "date", ("dob",))))
    assert days(intake) == ["1980-03-04", "1980-12-25"]
    assert intake.inputs[0].format["date_order.born"] == "ydm"


def test_day_numbers_count_from_the_year_that_the_workbook_or_else_the_user_says(write: Write, tmp_path: Path) -> None:
    """A column of dates that is formatted as numbers: 41835 is 15 July 2014 from 1900, 40373 is from 1904."""
    spec = own(FieldSpec("born", "date", ("dob",)))
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for cell in ("dob", 40373, 24107):
        book.active.append([cell])
    path = tmp_path / "lama.xlsx"
    book.save(path)
    of_1904 = read_inputs([path], spec)
    assert days(of_1904) == ["2014-07-15", "1970-01-01"]
    assert of_1904.inputs[0].format["date_system"] == "1904"
    assert days(read_inputs([path], spec, options=ReadOptions(date_system="1900"))) == ["2010-07-14", "1965-12-31"]
    text = write("dob\n40373\n24107\n")
    assert days(read_inputs([text], spec)) == ["2010-07-14", "1965-12-31"]
    assert days(read_inputs([text], spec, options=ReadOptions(date_system="1904"))) == ["2014-07-15", "1970-01-01"]


def test_place_and_date_in_one_column_become_two_fields(write: Write) -> None:
    rows = ["ANI;SEMARANG, 15-07-2014;003/005", "EKA;SOLO, 5 Mei 1980;-", "IDA;-;3", "UMI;di rumah 2;1/2"]
    intake = read_inputs([write("\n".join(["Nama;Tempat/Tgl Lahir;RT/RW", *rows]))], load_builtin_spec())
    assert values(intake, "tempat_lahir") == ["SEMARANG", "SOLO", None, None]
    assert days(intake, "tanggal_lahir") == ["2014-07-15", "1980-05-05", None, None]
    assert (values(intake, "rt"), values(intake, "rw")) == (["003", None, None, "1"], ["005", None, None, "2"])
    (file,) = intake.inputs
    assert file.columns["tempat_lahir"] == file.columns["tanggal_lahir"] == "Tempat/Tgl Lahir"
    assert file.columns["rw"] == "RT/RW"
    assert set(intake.warnings) >= {
        "kota.csv: 1 values of column Tempat/Tgl Lahir do not part into tempat_lahir and tanggal_lahir and are taken as"
        " missing",
        "kota.csv: 1 values of column RT/RW do not part into rt and rw and are taken as missing",
    }


def test_each_file_is_judged_by_its_own_copy_of_a_code_list(write: Write) -> None:
    classic = write("NAMA,STAT_KWN\nANI,3\nEKA,4\n", "a.csv")
    newer = write("NAMA,STAT_KWN\nIDA,1\nUMI,3\nRIA,6\nSRI,CERAI HIDUP BELUM TERCATAT\n", "b.csv")
    intake = read_inputs([classic, newer], load_builtin_spec())
    assert values(intake, "stat_kwn") == ["3", "4", "1", None, None, "CERAI HIDUP BELUM TERCATAT"]
    (warning,) = intake.warnings
    assert warning.startswith("b.csv: 2 values of column STAT_KWN are numbers that copies of the list use differently")


def test_doubts_about_the_header_are_warnings_with_the_files_name(write: Write) -> None:
    intake = read_inputs([write("NAMA,NAMA_LGKP,TGL_LAHR\nANI,ANI SURYANI,15-07-1980\n")], load_builtin_spec())
    assert values(intake, "nama") == ["ANI SURYANI"]
    assert intake.warnings == (
        "kota.csv: NAMA and NAMA_LGKP fit nama; NAMA_LGKP was taken",
        "kota.csv: column TGL_LAHR looks like TGL_LAHIR (tanggal_lahir); it is not read",
    )


def test_a_column_that_stands_twice_and_is_not_read_does_no_harm(write: Write) -> None:
    intake = read_inputs([write("KET,NAMA,KET\nx,ANI,y\n")], load_builtin_spec())
    assert values(intake, "nama") == ["ANI"]
    assert intake.inputs[0].ignored_columns == ("KET", "KET")
