"""Whole inputs: what is accepted, what is rejected, in what order and under which ids."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.errors import InputDataError, InputMissingError, UsageError
from linkage.intake import Intake, Limits, read_inputs
from linkage.schema import ACCEPTED, REJECTS, TEXT_CODES, check_schema
from linkage.spec import FieldSpec, LinkageSpec

Write = Callable[..., Path]


def rejected(intake: Intake) -> list[tuple[int, str, str]]:
    return [(row["line"], row["column"], row["code"]) for row in intake.rejects.to_pylist()]


def column(intake: Intake, name: str) -> list[str | None]:
    values: list[str | None] = intake.accepted.column(name).to_pylist()
    return values


def test_a_siak_file_becomes_codes_under_plain_names(write: Write, residents: LinkageSpec) -> None:
    path = write(
        "NIK;NAMA_LGKP;TGL_LHR;NO_PROP;NO_KAB;NO_KEC;NO_KEL;PNYDNG_CCT;GOL_DRH\r\n"
        "0371031507140012;BUDI;15-07-2014;33;71;3;1004;1;13\r\n"
        "-;SITI;;33;71;;;0;13\r\n"
    )
    intake = read_inputs([path], residents)
    check_schema(intake.accepted.select(ACCEPTED.names), ACCEPTED, where="test")
    check_schema(intake.rejects, REJECTS, where="test")
    assert column(intake, "record_id") == ["kota:2", "kota:3"]
    assert column(intake, "nik") == ["0371031507140012", None]
    assert column(intake, "kode_wilayah") == ["3371031004", "3371"]
    assert intake.accepted.schema.field("nama").type == TEXT_CODES
    (file,) = intake.inputs
    assert (file.rows, file.accepted, file.rejected) == (2, 2, 0)
    assert file.columns["kode_wilayah"] == "NO_PROP+NO_KAB+NO_KEC+NO_KEL"
    assert file.format == {**file.format, "format": "csv", "delimiter": "semicolon", "encoding": "utf-8"}
    assert (file.ignored_columns, file.protected_columns) == (("GOL_DRH",), ("PNYDNG_CCT",))
    assert intake.left_rows == -1


@pytest.mark.parametrize(("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("|", "bar"), ("\t", "tab")])
def test_the_delimiter_is_found_in_the_header(write: Write, residents: LinkageSpec, delimiter: str, name: str) -> None:
    intake = read_inputs(
        [write(f'"NIK"{delimiter}"NAMA, lengkap; x"{delimiter}NAMA\n1{delimiter}2{delimiter}ANI\n')], residents
    )
    assert intake.inputs[0].format["delimiter"] == name
    assert column(intake, "nama") == ["ANI"]


def test_a_line_that_names_the_delimiter_is_no_header(write: Write, residents: LinkageSpec) -> None:
    intake = read_inputs([write("sep=;\r\nNAMA;ALAMAT\r\nANI;a,b\r\n")], residents)
    assert column(intake, "alamat") == ["a,b"]
    assert column(intake, "record_id") == ["kota:3"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("NAMA,ALAMAT\nZOË,x\n".encode(), "utf-8"),
        ("\ufeffNAMA,ALAMAT\nZOË,x\n".encode(), "utf-8 with BOM"),
        ("NAMA,ALAMAT\nZOË,x\n".encode("cp1252"), "windows-1252"),
    ],
)
@pytest.mark.parametrize("chunk", [3, 1 << 20])
def test_the_encoding_is_found_and_recorded(
    write: Write, residents: LinkageSpec, content: bytes, encoding: str, chunk: int
) -> None:
    intake = read_inputs([write(content)], residents, limits=Limits(chunk_bytes=chunk))
    assert column(intake, "nama") == ["ZOË"]
    assert intake.inputs[0].format["encoding"] == encoding


def test_a_gzip_file_of_two_members_reads_like_the_plain_one(write: Write, residents: LinkageSpec) -> None:
    path = write(gzip.compress(b"NAMA,NIK\nANI,1\n") + gzip.compress(b"BUDI,2\n"), "desa.csv.gz")
    intake = read_inputs([path], residents, limits=Limits(chunk_bytes=5))
    assert column(intake, "record_id") == ["desa:2", "desa:3"]
    assert intake.inputs[0].format["format"] == "csv.gz"


def test_bad_rows_are_rejected_by_line_code_and_column_and_the_rest_goes_on(
    write: Write, residents: LinkageSpec
) -> None:
    good = "".join(f"33710315071400{number:02},NAMA,x\n" for number in range(11, 99) if number % 10)
    rows = (
        (
            "NIK,NAMA,ALAMAT\n"  # 1
            '1,ANI,"jalan\nsatu\n\nrumah"\n'  # 2 to 5
            "2,BUDI\n"  # 6
            "3,CICI,x,y\n"  # 7
            '"4","-","x"\n'  # 8
            '"3,37103E+15",DEDI,x\n'  # 9
            "5,EKA," + "x" * 200 + "\n"  # 10
            "6,FAJAR,x" + ",y" * 400 + "\n"  # 11
            '7,GITA,"x\n'  # 12
            "8,HANI,x\n"  # 13
        )
        + good * 3
    )
    intake = read_inputs([write(rows)], residents, limits=Limits(record_bytes=500, cell_bytes=100))
    assert rejected(intake) == [
        (6, "", "FIELDS_TOO_FEW"),
        (7, "", "FIELDS_TOO_MANY"),
        (8, "NAMA", "NAME_MISSING"),
        (9, "NIK", "NIK_DAMAGED"),
        (10, "ALAMAT", "CELL_TOO_LONG"),
        (11, "", "ROW_TOO_LONG"),
        (12, "", "QUOTE_OPEN"),
    ]
    assert column(intake, "record_id")[:2] == ["kota:2", "kota:13"]
    assert intake.inputs[0].rejected == 7


def test_a_cell_of_ten_megabytes_costs_one_row(write: Write, residents: LinkageSpec) -> None:
    path = write(b"NAMA,ALAMAT\nANI,a\nBUDI," + b"x" * 10_000_000 + b"\nCICI,c\n")
    intake = read_inputs([path], residents)
    assert rejected(intake) == [(3, "ALAMAT", "CELL_TOO_LONG")]
    assert column(intake, "nama") == ["ANI", "CICI"]


def test_two_faults_of_one_row_are_two_rejects_and_one_rejected_row(write: Write, residents: LinkageSpec) -> None:
    rows = "NIK,NAMA\n3.37103E+15,\n" + "".join(f"33710315071400{n},ANI\n" for n in range(11, 99) if n % 10) * 3
    intake = read_inputs([write(rows)], residents)
    assert rejected(intake) == [(2, "NAMA", "NAME_MISSING"), (2, "NIK", "NIK_DAMAGED")]
    assert intake.inputs[0].rejected == 1


def test_a_familys_damaged_number_is_missing_and_said(write: Write, residents: LinkageSpec) -> None:
    rows = "NAMA,NIK_IBU\nANI,3.37103E+15\nBUDI,3371034507600011\n"
    intake = read_inputs([write(rows)], residents)
    assert column(intake, "nik_ibu") == [None, "3371034507600011"]
    assert intake.warnings == ("kota.csv: 1 damaged numbers in column NIK_IBU are taken as missing",)


def test_a_given_id_is_kept_the_first_stays_and_a_blank_one_is_the_line(write: Write, residents: LinkageSpec) -> None:
    first = write("record_id,NAMA\nx,ANI\n,BUDI\nx,CICI\n", "a.csv")
    second = write("record_id,NAMA\nx,DEDI\ny,\ny,EKA\n", "b.csv")
    intake = read_inputs([second, first], residents)
    assert column(intake, "record_id") == ["x", "a:3", "y"]
    assert [(row["source"], row["line"], row["code"]) for row in intake.rejects.to_pylist()] == [
        ("a.csv", 4, "ID_DUPLICATE"),
        ("b.csv", 2, "ID_DUPLICATE"),
        ("b.csv", 3, "NAME_MISSING"),
    ]
    assert intake.accepted.column("nama").chunk(0).dictionary.to_pylist() == ["ANI", "BUDI", "EKA"]


def test_in_link_ids_are_unique_per_file_and_left_stays_first(write: Write, residents: LinkageSpec) -> None:
    left = write("record_id,NAMA\nx,ANI\nx,BUDI\n", "z.csv")
    right = write("record_id,NAMA\nx,CICI\ny,DEDI\n", "a.csv")
    intake = read_inputs([left, right], residents, mode="link")
    assert column(intake, "record_id") == ["x", "x", "y"]
    assert column(intake, "source_file") == ["z", "a", "a"]
    assert intake.left_rows == 1
    assert rejected(intake) == [(3, "record_id", "ID_DUPLICATE")]


def test_the_order_given_changes_nothing(write: Write, residents: LinkageSpec) -> None:
    paths = [
        write("NAMA,NIK\nANI,1\nBUDI,2,3\n", "a/kota.csv"),
        write("NIK,NAMA\n2,CICI\n1,ANI\n", "b/kota.csv"),
        write("NAMA\nANI\n\nDEDI\n", "c/desa.csv"),
    ]
    one, other = read_inputs(paths, residents), read_inputs(paths[::-1], residents)
    assert one.accepted.equals(other.accepted)
    assert one.rejects.equals(other.rejects)
    assert one.inputs == other.inputs
    assert [file.stem for file in one.inputs] == ["desa", *(f"kota~{file.sha256[:8]}" for file in one.inputs[1:])]


def test_the_same_content_under_two_names_has_two_stems(write: Write, residents: LinkageSpec) -> None:
    intake = read_inputs([write("NAMA\nANI\n", "a.csv"), write("NAMA\nANI\n", "a.txt")], residents)
    assert len(set(column(intake, "record_id"))) == 2


def test_kept_columns_are_handed_through_as_they_stand(write: Write, residents: LinkageSpec) -> None:
    paths = [write("NAMA,Catatan\nANI, - \n", "a.csv"), write("NAMA\nBUDI\n", "b.csv")]
    intake = read_inputs(paths, residents, keep=["CATATAN", "nama"])
    assert column(intake, "keep:CATATAN") == [" - ", None]
    assert column(intake, "keep:nama") == ["ANI", "BUDI"]
    assert intake.accepted.schema.field("keep:CATATAN").type == pa.string()


def test_the_number_of_threads_changes_nothing(write: Write, residents: LinkageSpec) -> None:
    rows = [f"{number % 7},NAMA {number % 11},{number % 28 + 1}-13-1990,3374{number:012d}" for number in range(300)]
    first = write("record_id,nama,tanggal_lahir,nik\n" + "\n".join(rows) + "\n,,,\n")
    second = write("record_id,nama,agama\nx,ANI,9\nx,,1\ny,BUDI,ISLAM\n", "lain.csv")
    small = Limits(chunk_bytes=2_000)
    read = [read_inputs([first, second], residents, limits=small, threads=threads) for threads in (1, 2, 5)]
    for other in read[1:]:
        assert other.accepted.equals(read[0].accepted)
        assert other.rejects.equals(read[0].rejects)
        assert other.quality.equals(read[0].quality)
        assert (other.inputs, other.warnings) == (read[0].inputs, read[0].warnings)


def test_a_parquet_file_reads_like_the_csv(tmp_path: Path, write: Write, residents: LinkageSpec) -> None:
    table = pa.table(
        {
            "NIK": pa.array(["0371031507140012", None, "3371031507140013"]),
            "NAMA": pa.array(["ANI", "BUDI", "ANI"]).dictionary_encode(),
            "TGL_LHR": pa.array([0, None, 366], pa.date32()),
            "TGL_UBAH": pa.array([0, 1, None], pa.timestamp("us", "Asia/Jakarta")),
            "NO_RT": pa.array([1, 2, None], pa.int8()),
            "NO_RW": pa.array([1.0, 2.5, float("nan")]),
            "IRIS": pa.array([b"x", b"y", b"z"]),
        }
    )
    pa.parquet.write_table(table, tmp_path / "desa.parquet", row_group_size=2)
    intake = read_inputs([tmp_path / "desa.parquet"], residents, limits=Limits(batch_rows=1))
    assert column(intake, "record_id") == ["desa:1", "desa:2", "desa:3"]
    assert column(intake, "tanggal_lahir") == ["1970-01-01", None, "1971-01-02"]
    assert column(intake, "tgl_ubah") == ["1970-01-01", "1970-01-01", None]
    assert column(intake, "rt") == ["1", "2", None]
    assert column(intake, "rw") == ["1", "2.5", None]
    assert column(intake, "nama") == ["ANI", "BUDI", "ANI"]
    assert intake.inputs[0].protected_columns == ("IRIS",)
    frame = read_inputs([table], residents)
    assert column(frame, "record_id") == ["data:1", "data:2", "data:3"]
    assert frame.accepted.drop(["record_id", "source_file"]).equals(intake.accepted.drop(["record_id", "source_file"]))


def test_tables_are_called_left_and_right_and_their_digest_ignores_chunks(residents: LinkageSpec) -> None:
    left = pa.table({"nama": ["ANI", "BUDI"]})
    right = pa.concat_tables([left.slice(0, 1), left.slice(1)])
    intake = read_inputs([left, right], residents, mode="link")
    assert column(intake, "record_id") == ["left:1", "left:2", "right:1", "right:2"]
    assert intake.inputs[0].sha256 == intake.inputs[1].sha256
    with pytest.raises(InputDataError) as error:
        read_inputs([left, right], residents)
    assert error.value.code == "FILE_TWICE"


def test_an_empty_column_is_fine_and_said(write: Write, residents: LinkageSpec) -> None:
    intake = read_inputs([write("NAMA,NIK\nANI,\nBUDI,-\n")], residents)
    assert column(intake, "nik") == [None, None]
    assert intake.warnings == ("kota.csv: column NIK (nik) is empty in every row",)


def test_progress_ends_at_the_bytes_of_all_files(write: Write, residents: LinkageSpec) -> None:
    told: list[tuple[int, int]] = []
    paths = [write("NAMA\nANI\n", "a.csv"), write("NAMA\nBUDI\n", "b.csv")]
    read_inputs(paths, residents, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (20 - 1, 20 - 1)
    assert told == sorted(told)


REFUSED = {
    "empty": (b"", "EMPTY_FILE"),
    "blank lines": (b"\n\r\n\n", "EMPTY_FILE"),
    "mark only": (b"\xef\xbb\xbf", "EMPTY_FILE"),
    "header only": (b"NAMA,NIK\n\n", "HEADER_ONLY"),
    "no name": (b"NIK,NO_KK\n1,2\n", "NO_NAME_COLUMN"),
    "nothing known": (b"3371031507140012,BUDI SANTOSO\n3371031507140013,ANI\n", "NO_NAME_COLUMN"),
    "same header twice": (b"NAMA,NIK,NIK\nANI,1,2\n", "DUPLICATE_HEADER"),
    "utf-16 without mark": ("NAMA,NIK\nANI,1\n".encode("utf-16-le"), "ENCODING"),
    "nul": (b"NAMA,NIK\nANI,1\0\n", "ENCODING"),
    "no encoding": (b"NAMA,NIK\nANI,1\nB\x81DI,2\n", "ENCODING"),
    "cut in a letter": (b"NAMA\nA\xc2\x8dI\nZO\xc3", "ENCODING"),
    "marked utf-8 and not": (b"\xef\xbb\xbfNAMA\nZO\xcb\n", "ENCODING"),
    "damaged niks": (b"NIK,NAMA\n" + b'"3,37103E+15",ANI\n' * 3, "NIK_AS_NUMBER"),
    "float niks": (b"NIK,NAMA\n" + b"3371031507140012.0,ANI\n" * 3, "NIK_AS_NUMBER"),
    "rounded niks": (b"NIK,NAMA\n" + b"3371030000000000,ANI\n" * 3, "NIK_AS_NUMBER"),
    "last digit lost": (b"NIK,NAMA\n" + b"3371031507140010,ANI\n" * 20, "NIK_AS_NUMBER"),
    "damaged kk": (b"NO_KK,NAMA\n" + b"3.37E+15,ANI\n" * 3, "NIK_AS_NUMBER"),
    "workbook": (b"PK\x03\x04 whatever", "UNREADABLE"),
    "open header": (b'"NAMA,NIK\nANI,1\n', "UNREADABLE"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_under_its_code(write: Write, residents: LinkageSpec, case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(InputDataError) as error:
        read_inputs([write(content)], residents)
    assert error.value.code == code
    assert error.value.where == "kota.csv"
    for value in ("3371031507140012", "BUDI", "ANI", "3,37103E+15"):
        assert value not in str(error.value)


@pytest.mark.parametrize(
    ("content", "place"), [(b"NAMA\nANI\nB\x81DI\n", "byte 11 on line 3"), (b"NAMA\n\0", "byte 6 on line 2")]
)
def test_an_encoding_error_says_where(write: Write, residents: LinkageSpec, content: bytes, place: str) -> None:
    with pytest.raises(InputDataError, match=place):
        read_inputs([write(content)], residents)


def test_a_missing_name_column_says_what_was_understood(write: Write, residents: LinkageSpec) -> None:
    with pytest.raises(InputDataError, match="NIK as nik; not understood: WARNA, column 3"):
        read_inputs([write(f"NIK,WARNA,{'X' * 61}\n1,2,3\n")], residents)
    with pytest.raises(InputDataError, match="NIK as nik; not understood: column 2, column 3"):
        read_inputs([write("NIK,WARNA,3371031507140012\n1,2,3\n")], residents)


def test_one_serial_of_a_thousand_is_no_damage(write: Write, residents: LinkageSpec) -> None:
    intake = read_inputs([write("NIK,NAMA\n3371031507141000,ANI\n")], residents)
    assert column(intake, "nik") == ["3371031507141000"]


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("NIK", pa.array([3371031507140012], pa.int64()), "NIK_AS_NUMBER"),
        ("NIK", pa.array([3371031507140012.0]), "NIK_AS_NUMBER"),
        ("NO_KK", pa.array([3371031507140012], pa.int64()), "NIK_AS_NUMBER"),
        ("NIK", pa.array([3371031507140012.0]).dictionary_encode(), "NIK_AS_NUMBER"),
        ("record_id", pa.array([1.0]), "NIK_AS_NUMBER"),
        ("ALAMAT", pa.array([["x"]]), "COLUMN_TYPE"),
        ("ALAMAT", pa.array([b"\xff\xfe"]), "ENCODING"),
    ],
)
def test_a_typed_column_that_cannot_be_trusted_is_refused(
    residents: LinkageSpec, name: str, values: pa.Array, code: str
) -> None:
    with pytest.raises(InputDataError, match=name) as error:
        read_inputs([pa.table({"nama": ["ANI"], name: values})], residents)
    assert error.value.code == code


def test_a_column_of_nothing_may_have_any_type(residents: LinkageSpec) -> None:
    table = pa.table({"nama": ["ANI"], "nik": pa.array([float("nan")]), "no_kk": pa.nulls(1), "agama": pa.array([7])})
    intake = read_inputs([table], residents)
    assert (column(intake, "nik"), column(intake, "no_kk"), column(intake, "agama")) == ([None], [None], ["7"])


def test_a_damaged_parquet_or_gzip_file_is_unreadable(tmp_path: Path, write: Write, residents: LinkageSpec) -> None:
    pa.parquet.write_table(pa.table({"NAMA": ["ANI"] * 100}), tmp_path / "good.parquet")
    whole = (tmp_path / "good.parquet").read_bytes()
    packed = gzip.compress(b"NAMA\n" + b"ANI\n" * 1000)
    for content, name in [
        (whole[:-20], "cut.parquet"),
        (b"NAMA\nANI\n", "text.parquet"),
        (packed[:-9], "cut.csv.gz"),
        (packed[:12] + b"\xff" * 8 + packed[20:], "bad.csv.gz"),
        (b"NAMA\nANI\n", "plain.csv.gz"),
    ]:
        with pytest.raises(InputDataError) as error:
            read_inputs([write(content, name)], residents)
        assert error.value.code == "UNREADABLE", name


def test_a_compressed_bomb_is_refused_before_it_is_read(write: Write, residents: LinkageSpec) -> None:
    path = write(gzip.compress(b"NAMA\n" + b"A\n" * 20_000_000, 9), "bomb.csv.gz")
    with pytest.raises(InputDataError) as error:
        read_inputs([path], residents, limits=Limits(ratio=100))
    assert error.value.code == "FILE_TOO_LARGE"


def test_a_call_that_makes_no_sense_is_a_usage_error(tmp_path: Path, write: Write, residents: LinkageSpec) -> None:
    path = write("NAMA,PNYDNG_CCT\nANI,1\n")
    with pytest.raises(InputMissingError):
        read_inputs([tmp_path / "none.csv"], residents)
    for paths, options in [
        ([], {}),
        ([path], {"mode": "link"}),
        ([path], {"keep": ["PNYDNG_CCT"]}),
        ([path], {"keep": ["NONE"]}),
    ]:
        with pytest.raises(UsageError):
            read_inputs(paths, residents, **options)
    with pytest.raises(InputDataError) as error:
        read_inputs([path, path], residents)
    assert error.value.code == "FILE_TWICE"


def test_a_file_that_changes_while_it_is_read_is_refused(write: Write, residents: LinkageSpec) -> None:
    path = write("NAMA\nANI\n")

    def grow(done: int, total: int) -> None:
        path.write_text("NAMA\nANI\nBUDI\n")

    with pytest.raises(InputDataError) as error:
        read_inputs([path], residents, progress=grow)
    assert error.value.code == "FILE_CHANGED"


def test_no_value_of_a_row_stands_in_a_reject_a_warning_or_an_error(write: Write, residents: LinkageSpec) -> None:
    rows = (
        "record_id,NIK,NAMA,ALAMAT\n"
        "rahasia,1,RAHASIA,rahasia\n"
        "rahasia,2,RAHASIA,rahasia\n"
        "rahasia,RAHASIA\n"
        "rahasia,3,-,RAHASIA\n"
        'rahasia,4,RAHASIA,"RAHASIA\n'
        ",5,rahasia,RAHASIA" + "RAHASIA" * 50 + "\n"
        ",6,rahasia,RAHASIA" + ",RAHASIA" * 50 + "\n"
    )
    intake = read_inputs([write(rows)], residents, limits=Limits(record_bytes=400, cell_bytes=100))
    assert {row["code"] for row in intake.rejects.to_pylist()} == {
        *("ID_DUPLICATE", "FIELDS_TOO_FEW", "NAME_MISSING", "QUOTE_OPEN", "CELL_TOO_LONG", "ROW_TOO_LONG")
    }
    assert "rahasia" not in f"{intake.rejects.to_pylist()}{intake.warnings}{intake.inputs}".casefold()
    for content in ("NAMA\nRAHASIA\n\x81RAHASIA".encode("latin-1"), b"RAHASIA,RAHASIA\nRAHASIA,RAHASIA\n"):
        with pytest.raises(InputDataError) as error:
            read_inputs([write(content)], residents)
        assert "rahasia" not in f"{error.value!r}{error.value}{error.value.__context__!r}".casefold()


def test_memory_follows_distinct_values_not_the_text(write: Write, residents: LinkageSpec) -> None:
    text = (
        b"NAMA,ALAMAT\n" + b"".join(b"NAMA %d,JALAN %b %d\n" % (n % 700, b"x" * 100, n % 300) for n in range(2100)) * 40
    )
    path = write(text)
    before, arrow = pa.total_allocated_bytes(), []
    tracemalloc.start()
    intake = read_inputs(
        [path],
        residents,
        limits=Limits(chunk_bytes=1 << 18),
        progress=lambda done, total: arrow.append(pa.total_allocated_bytes() - before),
    )
    python = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert intake.accepted.num_rows == 84_000
    assert max(arrow) < len(text) / 3
    assert python < len(text)


CELLS = st.text(alphabet='AB",;\n\r -', max_size=6)
OWN = LinkageSpec(
    "own", (FieldSpec("nama", "person_name", ("a",), required=True), FieldSpec("b", "text", ("b",))), (), ()
)


@given(st.lists(CELLS, max_size=12), st.integers(1, 9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_accepted_and_rejected_are_all_that_was_read(tmp_path: Path, cells: list[str], chunk: int) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(("a,b\nfirst,x\n" + ",".join(cells)).encode())
    small = read_inputs([path], OWN, limits=Limits(chunk_bytes=chunk))
    whole = read_inputs([path], OWN)
    (file,) = whole.inputs
    assert file.rows == file.accepted + file.rejected
    assert file.accepted == whole.accepted.num_rows
    assert file.rejected == len(set(whole.rejects.column("line").to_pylist()))
    assert small.accepted.equals(whole.accepted)
    assert small.rejects.equals(whole.rejects)


ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6)


@given(ROWS, st.integers(1, 9), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_csv_writer_wrote_comes_back_cell_by_cell(
    tmp_path: Path, rows: list[tuple[str, str]], chunk: int, end: str
) -> None:
    path = tmp_path / "kept.csv"
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [("a", "b"), ("x", "y"), *rows]]
    path.write_bytes(end.join(quoted).encode())
    spec = LinkageSpec("own", (FieldSpec("x", "text", ("a",)),), (), ())
    intake = read_inputs([path], spec, keep=["a", "b"], limits=Limits(chunk_bytes=chunk))
    assert intake.rejects.num_rows == 0
    assert list(zip(column(intake, "keep:a"), column(intake, "keep:b"), strict=True)) == [("x", "y"), *rows]
