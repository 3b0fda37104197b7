"""What is inside a zip or gzip file: read as if it had been given itself, or refused before it is unpacked."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.errors import InputDataError, UsageError
from linkage.intake import Limits, read_inputs, survey_inputs
from linkage.spec import LinkageSpec

Write = Callable[..., Path]
Edit = Callable[[bytearray], None]

ANI = b"NAMA,NIK\nANI,1\n"
BUDI = b"NAMA,NIK\nBUDI,2\n"


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def parquet(*names: str) -> bytes:
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.table({"NAMA": names}), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("chunk", [3, 1 << 20])
def test_a_zip_of_one_file_reads_like_the_file(write: Write, residents: LinkageSpec, method: int, chunk: int) -> None:
    content = "NAMA;ALAMAT\nANI;\xe4\nBUDI;b\n".encode("cp1252")
    plain = read_inputs([write(content, "desa.csv")], residents)
    intake = read_inputs(
        [write(packed(("data/desa.csv", content), method=method), "kirim.zip")],
        residents,
        limits=Limits(chunk_bytes=chunk),
    )
    assert intake.accepted.equals(plain.accepted)
    (file,), (alone,) = intake.inputs, plain.inputs
    assert (file.name, file.stem) == ("kirim.zip/data/desa.csv", "desa")
    assert (file.sha256, file.bytes) == (alone.sha256, alone.bytes)
    assert file.format == {**alone.format, "container": "zip"}


def test_every_member_is_a_source_of_its_own_whatever_its_name_says(write: Write, residents: LinkageSpec) -> None:
    path = write(
        packed(
            ("b/desa.txt", BUDI),
            ("a/desa.csv", ANI),
            ("c.dat", parquet("CICI", "DEDI")),
            ("folder/", b""),
            ("__MACOSX/._c.dat", b"\0"),
            (".DS_Store", b"\0"),
            ("a/desa.csv.meta.toml", b"?"),
        ),
        "semua.csv",
    )
    intake = read_inputs([path], residents)
    assert [file.name for file in intake.inputs] == ["semua.csv/a/desa.csv", "semua.csv/b/desa.txt", "semua.csv/c.dat"]
    assert intake.accepted.column("nama").to_pylist() == ["ANI", "BUDI", "CICI", "DEDI"]
    assert intake.accepted.column("record_id").to_pylist()[2:] == ["c:1", "c:2"]
    assert [file.format["format"] for file in intake.inputs] == ["csv", "csv", "parquet"]


def test_an_unpacked_copy_is_gone_when_its_source_is(write: Write) -> None:
    path = write(packed(("c.parquet", parquet("CICI"))), "a.zip")
    (source,) = survey_inputs([path], limits=Limits())
    spool = str(source.spool)
    assert Path(spool).read_bytes() == parquet("CICI")
    del source
    assert not Path(spool).exists()


def test_link_takes_an_archive_of_one_table_only(write: Write, residents: LinkageSpec) -> None:
    one, two = write(packed(("a.csv", ANI)), "one.zip"), write(packed(("a.csv", ANI), ("b.csv", BUDI)), "two.zip")
    right = write(BUDI, "right.csv")
    assert read_inputs([one, right], residents, mode="link").left_rows == 1
    with pytest.raises(UsageError, match=r"two\.zip: 2 tables"):
        read_inputs([two, right], residents, mode="link")


def _entry(data: bytearray) -> int:
    return data.rfind(b"PK\x01\x02")


def _encrypt(data: bytearray) -> None:
    data[_entry(data) + 8] |= 1


def _link(data: bytearray) -> None:
    data[_entry(data) + 38 : _entry(data) + 42] = struct.pack("<I", 0o120777 << 16)


def _method(data: bytearray) -> None:
    data[_entry(data) + 10] = 12


def _longer(data: bytearray) -> None:
    data[_entry(data) + 24] += 1


def _shorter(data: bytearray) -> None:
    data[_entry(data) + 24] -= 1


def _checksum(data: bytearray) -> None:
    data[_entry(data) + 16] ^= 1


def _content(data: bytearray) -> None:
    data[data.find(b"ANI")] ^= 1


def _other_name(data: bytearray) -> None:
    data[30] ^= 1


def _past_the_end(data: bytearray) -> None:
    at = _entry(data)
    data[at + 20 : at + 28] = struct.pack("<2I", 5000, 5000)


def _overlap(data: bytearray) -> None:
    """The second member is the first one again."""
    first, second = data.find(b"PK\x01\x02"), _entry(data)
    data[second + 16 : second + 28] = data[first + 16 : first + 28]
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    data[second + 46] = data[first + 46]


def _nothing(data: bytearray) -> None:
    pass


def _cut(data: bytearray) -> None:
    del data[-12:]


STORED = packed(("a.csv", ANI), method=zipfile.ZIP_STORED)
DEFLATED = packed(("a.csv", ANI * 50))
REFUSED: dict[str, tuple[bytes, Edit, str]] = {
    "password": (DEFLATED, _encrypt, "ARCHIVE_REFUSED"),
    "link": (DEFLATED, _link, "ARCHIVE_REFUSED"),
    "other method": (DEFLATED, _method, "ARCHIVE_REFUSED"),
    "lzma": (packed(("a.csv", ANI), method=zipfile.ZIP_LZMA), _nothing, "ARCHIVE_REFUSED"),
    "longer than stated": (DEFLATED, _shorter, "ARCHIVE_REFUSED"),
    "shorter than stated": (DEFLATED, _longer, "UNREADABLE"),
    "stored sizes differ": (STORED, _longer, "ARCHIVE_REFUSED"),
    "checksum": (DEFLATED, _checksum, "UNREADABLE"),
    "content": (STORED, _content, "UNREADABLE"),
    "two names": (DEFLATED, _other_name, "ARCHIVE_REFUSED"),
    "past the end": (STORED, _past_the_end, "ARCHIVE_REFUSED"),
    "overlap": (packed(("a.csv", ANI), ("b.csv", BUDI)), _overlap, "ARCHIVE_REFUSED"),
    "cut short": (DEFLATED, _cut, "UNREADABLE"),
    "zip in zip": (packed(("a.csv", packed(("a.csv", ANI)))), _nothing, "ARCHIVE_REFUSED"),
    "gzip in zip": (packed(("a.csv", gzip.compress(ANI))), _nothing, "ARCHIVE_REFUSED"),
    "gzip in gzip": (gzip.compress(gzip.compress(ANI)), _nothing, "ARCHIVE_REFUSED"),
    "zip in gzip": (gzip.compress(packed(("a.csv", ANI))), _nothing, "ARCHIVE_REFUSED"),
    "parquet in gzip": (gzip.compress(parquet("ANI")), _nothing, "ARCHIVE_REFUSED"),
    "tar": (b"a.csv".ljust(257, b"\0") + b"ustar\0".ljust(255, b"\0"), _nothing, "ARCHIVE_REFUSED"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, _nothing, "ARCHIVE_REFUSED"),
    "up": (packed(("../a.csv", ANI)), _nothing, "ARCHIVE_REFUSED"),
    "absolute": (packed(("/etc/a.csv", ANI)), _nothing, "ARCHIVE_REFUSED"),
    "drive": (packed(("C:a.csv", ANI)), _nothing, "ARCHIVE_REFUSED"),
    "backslash": (packed(("a\\b.csv", ANI)), _nothing, "ARCHIVE_REFUSED"),
    "device": (packed(("a/nul.csv", ANI)), _nothing, "ARCHIVE_REFUSED"),
    "control letter": (packed(("a\x07.csv", ANI)), _nothing, "ARCHIVE_REFUSED"),
    "nothing in it": (packed(), _nothing, "EMPTY_FILE"),
    "folders only": (packed(("a/", b"")), _nothing, "EMPTY_FILE"),
    "empty member": (packed(("a.csv", b"")), _nothing, "EMPTY_FILE"),
    "empty gzip": (gzip.compress(b""), _nothing, "EMPTY_FILE"),
    "a picture in it": (packed(("a.png", b"\x89PNG\r\n\x1a\n"), ("a.csv", ANI)), _nothing, "UNREADABLE"),
    "open document": (packed(("mimetype", b"x"), ("content.xml", b"<x/>")), _nothing, "UNREADABLE"),
    "binary workbook": (packed(("xl/workbook.bin", b"x")), _nothing, "UNREADABLE"),
    "text document": (packed(("[Content_Types].xml", b"<x/>"), ("word/x.xml", b"x")), _nothing, "UNREADABLE"),
    "ratio": (packed(("a.csv", b"NAMA\n" + b"A\n" * (9 << 20))), _nothing, "FILE_TOO_LARGE"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_archive_that_cannot_be_trusted_is_refused_under_its_code(
    write: Write, residents: LinkageSpec, case: str
) -> None:
    content, edit, code = REFUSED[case]
    data = bytearray(content)
    edit(data)
    with pytest.raises(InputDataError) as error:
        read_inputs([write(bytes(data), "kirim.bin")], residents)
    assert error.value.code == code
    assert error.value.where.startswith("kirim.bin")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(write: Write, residents: LinkageSpec) -> None:
    with pytest.raises(InputDataError, match="same name"):
        read_inputs([write(packed(("a.csv", ANI), ("a.csv", BUDI)), "a.zip")], residents)


def test_limits_bound_members_bytes_and_ratio(write: Write, residents: LinkageSpec) -> None:
    path = write(packed(("a.csv", ANI), ("b.csv", BUDI), ("c.csv", ANI + BUDI)), "a.zip")
    for limits in (Limits(members=2), Limits(text_bytes=60)):
        with pytest.raises(InputDataError) as error:
            read_inputs([path], residents, limits=limits)
        assert error.value.code == "FILE_TOO_LARGE"


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx", "a.gz"])
def test_a_name_that_promises_a_container_is_held_to_it(write: Write, residents: LinkageSpec, name: str) -> None:
    with pytest.raises(InputDataError, match="the content is not what"):
        read_inputs([write(ANI, name)], residents)


WHOLE = packed(("a.csv", ANI), ("b/c.csv", BUDI), ("d.csv", ANI * 30))
EDITS: st.SearchStrategy[Sequence[tuple[int, int]]] = st.lists(
    st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4
)


@given(EDITS, st.integers(0, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_ends_in_tables_or_one_error(tmp_path: Path, edits: Sequence[tuple[int, int]], cut: int) -> None:
    data = bytearray(WHOLE)
    for position, value in edits:
        data[position] = value
    path = tmp_path / "a.bin"
    path.write_bytes(data[: len(data) - cut] if cut > 20 else data)
    try:
        found: set[str] = {source.kind for source in survey_inputs([path], limits=Limits())}
    except InputDataError as error:
        found = {error.where.partition("/")[0]}
    assert found in ({"csv"}, {"a.bin"})
