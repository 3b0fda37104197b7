"""Parquet files: every type that has a text, and what a hostile footer or page header asks for."""

from __future__ import annotations

import datetime as dt
import decimal
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import InputDataError
from linkage.intake import Limits
from linkage.intake.columns.typed_text import as_text
from linkage.intake.readers.parquet import ParquetReader
from linkage.intake.sources.source import Source


def reader(path: Path, limits: Limits | None = None) -> ParquetReader:
    source = Source(str(path), path.name, path.stem, "0" * 64, path.stat().st_size, "parquet")
    return ParquetReader(source, limits or Limits())


def read(path: Path, names: list[str] | None = None, limits: Limits | None = None) -> dict[str, list[str | None]]:
    """Return the texts of columns, and the lines as ``line``."""
    opened = reader(path, limits)
    names = list(opened.header) if names is None else names
    found: dict[str, list[Any]] = {"line": [], **{name: [] for name in names}}
    for batch in opened.batches([opened.header.index(name) for name in names]):
        found["line"] += batch.lines.tolist()
        for name, array in zip(names, batch.columns, strict=True):
            found[name] += as_text(array, kind="text", column=name, where="f").to_pylist()
    return found


def refusal(path: Path, limits: Limits | None = None, names: list[str] | None = None) -> str:
    with pytest.raises(InputDataError) as error:
        read(path, names, limits)
    assert path.name in str(error.value)
    return error.value.code


def number(value: int) -> bytes:
    """Return an unsigned number as compact Thrift writes it."""
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def signed(value: int) -> bytes:
    return number(value << 1 if value >= 0 else ~(value << 1))


def group(children: int) -> bytes:
    return b"\x35" + signed(0) + b"\x18\x01a" + b"\x15" + signed(children) + b"\x00"


LEAF = b"\x15" + signed(1) + b"\x25" + signed(0) + b"\x18\x01a\x00"


def with_footer(path: Path, nodes: list[bytes], *, count: int | None = None, labels: int = 0) -> Path:
    """Write a file of no rows whose schema is these nodes."""
    schema = b"\x19\xfc" + number(len(nodes) if count is None else count) + b"".join(nodes)
    footer = b"\x15" + signed(1) + schema + b"\x16" + signed(0) + b"\x19\x0c"
    if labels:
        footer += b"\x19\xfc" + number(labels) + b"\x18\x01k\x00" * labels
    footer += b"\x00"
    path.write_bytes(b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1")
    return path


TYPED = pa.table(
    {
        "text": ["ANI", None, "ANI"],
        "large": pa.array(["ANI", None, "EKA"], pa.large_string()),
        "codes": pa.array(["L", None, "P"]).dictionary_encode(),
        "old": pa.array([b"ANI", None, b"EKA"], pa.binary()),
        "fixed": pa.array([b"0001", None, b"0002"], pa.binary(4)),
        "money": pa.array([decimal.Decimal("5.00"), None, decimal.Decimal("2.50")]),
        "day": pa.array([dt.date(2014, 7, 15), None, dt.date(1931, 1, 2)]),
        "moment": pa.array([dt.datetime(2014, 7, 15, 23, 59), None, dt.datetime(1931, 1, 2)], pa.timestamp("ns")),
        "there": pa.array([dt.datetime(2014, 7, 15, 20, 0), None, None], pa.timestamp("us", tz="Asia/Jakarta")),
        "whole": pa.array([1, None, 3], pa.int16()),
        "nested": [{"a": [1]}, None, {"a": []}],
    }
)
EXPECTED = {
    "line": [1, 2, 3],
    "text": ["ANI", None, "ANI"],
    "large": ["ANI", None, "EKA"],
    "codes": ["L", None, "P"],
    "old": ["ANI", None, "EKA"],
    "fixed": ["0001", None, "0002"],
    "money": ["5", None, "2.50"],
    "day": ["2014-07-15", None, "1931-01-02"],
    "moment": ["2014-07-15", None, "1931-01-02"],
    "there": ["2014-07-16", None, None],
    "whole": ["1", None, "3"],
}
FLAT = [name for name in EXPECTED if name != "line"]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "lz4", "brotli", "zstd"])
@pytest.mark.parametrize("page", ["1.0", "2.0"])
def test_every_type_and_codec_reads_the_same(tmp_path: Path, codec: str, page: str) -> None:
    pq.write_table(TYPED, tmp_path / "a.parquet", compression=codec, data_page_version=page, row_group_size=2)
    assert read(tmp_path / "a.parquet", FLAT, Limits(batch_rows=1)) == EXPECTED


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_texts_without_a_dictionary_are_read(tmp_path: Path, encoding: str) -> None:
    values = [f"NAMA {each}" for each in range(500)]
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": values}), path, use_dictionary=False, column_encoding={"x": encoding})
    assert read(path, limits=Limits(page_bytes=30_000))["x"] == values


def test_old_timestamps_are_dates(tmp_path: Path) -> None:
    pq.write_table(TYPED.select(["moment"]), tmp_path / "a.parquet", use_deprecated_int96_timestamps=True)
    assert read(tmp_path / "a.parquet")["moment"] == EXPECTED["moment"]


def test_a_nested_column_hurts_only_who_uses_it(tmp_path: Path) -> None:
    pq.write_table(TYPED, tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet", ["text"])["text"] == EXPECTED["text"]
    assert refusal(tmp_path / "a.parquet", names=["nested"]) == "COLUMN_TYPE"


def test_a_name_with_dots_is_one_column(tmp_path: Path) -> None:
    table = pa.table({"a.b": ["1"], "a": ["2"], "c": [{"b": "3"}], "c.b": ["4"]})
    pq.write_table(table, tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", ["c.b", "a", "a.b"])
    assert (found["a.b"], found["a"], found["c.b"]) == (["1"], ["2"], ["4"])


def test_the_spooled_rows_of_another_source_are_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": ["ANI"]}), tmp_path / "rows")
    source = Source("mysql://host/base", "q", "q", "0", 9, "query", spool=str(tmp_path / "rows"))
    (batch,) = ParquetReader(source, Limits()).batches([0, 0])
    assert [array.to_pylist() for array in batch.columns] == [["ANI"], ["ANI"]]


def test_a_long_cell_costs_its_row(tmp_path: Path) -> None:
    values = ["ANI", "x" * 101, None, "EKA"]
    pq.write_table(pa.table({"a": values, "b": ["1", "2", "3", "y" * 500]}), tmp_path / "a.parquet")
    (batch,) = reader(tmp_path / "a.parquet", Limits(cell_bytes=100)).batches([0, 1])
    assert batch.lines.tolist() == [1, 3]
    assert [array.to_pylist() for array in batch.columns] == [["ANI", None], ["1", "3"]]
    assert [(each.lines.tolist(), each.column, each.code) for each in batch.rejects] == [
        ([2], "a", "CELL_TOO_LONG"),
        ([4], "b", "CELL_TOO_LONG"),
    ]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "FILE_TOO_LARGE"),
        (Limits(columns=10), "FILE_TOO_LARGE"),
        (Limits(page_bytes=10), "FILE_TOO_LARGE"),
    ],
)
def test_what_asks_for_more_than_the_limits_is_refused(tmp_path: Path, limits: Limits, code: str) -> None:
    pq.write_table(TYPED, tmp_path / "a.parquet")
    assert refusal(tmp_path / "a.parquet", limits, ["text"]) == code


def test_ten_thousand_columns_are_refused(tmp_path: Path) -> None:
    path = with_footer(tmp_path / "a.parquet", [group(10_000), *[LEAF] * 10_000])
    assert refusal(path) == "FILE_TOO_LARGE"


@pytest.mark.parametrize(
    ("nodes", "options", "code"),
    [
        ([group(1), LEAF], {"labels": 20_000}, "FILE_TOO_LARGE"),
        ([group(1)] * 70 + [LEAF], {}, "FILE_TOO_LARGE"),
        ([group(1)] * 60_000 + [LEAF], {}, "FILE_TOO_LARGE"),
        ([LEAF] * 100_000, {}, "FILE_TOO_LARGE"),
        ([group(2**31 - 1), LEAF], {}, "FILE_TOO_LARGE"),
        ([group(1), group(9), LEAF], {}, "UNREADABLE"),
        ([group(1), LEAF], {"count": 2**31 - 1}, "UNREADABLE"),
        ([group(-5), LEAF], {}, "UNREADABLE"),
    ],
    ids=["labels", "deep", "stack", "nodes", "children", "more", "list", "negative"],
)
def test_a_footer_that_lies_is_refused_before_the_library_sees_it(
    tmp_path: Path, nodes: list[bytes], options: dict[str, int], code: str
) -> None:
    assert refusal(with_footer(tmp_path / "a.parquet", nodes, **options)) == code


def test_an_encrypted_file_is_refused_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PARE" + b"x" * 40 + struct.pack("<I", 40) + b"PARE")
    with pytest.raises(InputDataError, match="encrypted"):
        reader(path)


def page_header(size: int, packed: int, values: int, *, kind: int = 0) -> bytes:
    """Return the header of a data page (0) or a dictionary (2) whose values are PLAIN."""
    inner = b"\x15" + signed(values) + b"\x15" + signed(0)
    inner += b"\x15" + signed(3) + b"\x15" + signed(3) + b"\x00" if kind == 0 else b"\x00"
    found = b"\x15" + signed(kind) + b"\x15" + signed(size) + b"\x15" + signed(packed)
    return found + (b"\x2c" if kind == 0 else b"\x4c") + inner + b"\x00"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (page_header(2**31 - 1, 50, 100), "FILE_TOO_LARGE"),
        (page_header(100, 2**31 - 1, 100), "UNREADABLE"),
        (page_header(-5, 50, 100), "UNREADABLE"),
        (page_header(100, -50, 100), "UNREADABLE"),
        (page_header(100, 50, 2**31 - 1), "UNREADABLE"),
        (page_header(100, 50, 2**31 - 1, kind=2), "UNREADABLE"),
        (b"\xff" * 20, "UNREADABLE"),
    ],
    ids=["size", "packed", "negative size", "negative packed", "values", "dictionary", "noise"],
)
def test_a_page_header_that_lies_is_refused(tmp_path: Path, header: bytes, code: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [f"{each:09}" for each in range(100)]}), path, use_dictionary=False)
    content = bytearray(path.read_bytes())
    start = pq.read_metadata(path).row_group(0).column(0).data_page_offset
    content[start : start + len(header)] = header
    path.write_bytes(content)
    assert refusal(path) == code


@pytest.mark.parametrize("use_dictionary", [True, False])
def test_texts_that_are_no_utf8_are_refused(tmp_path: Path, use_dictionary: bool) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": ["ANI ", "EKA "]}), path, use_dictionary=use_dictionary, compression="none")
    path.write_bytes(path.read_bytes().replace(b"ANI ", b"AN\xff\xfe"))
    assert refusal(path) == "ENCODING"


def test_one_long_text_named_by_many_rows_takes_no_memory(
    tmp_path: Path, run_limited: Callable[[str, int], str]
) -> None:
    codes = pa.array([0] * 2_000_000, pa.int32())
    text = pa.DictionaryArray.from_arrays(codes, pa.array(["x" * 60_000]))
    pq.write_table(pa.table({"NAMA": text}), tmp_path / "bomb.parquet", store_schema=False)
    deep = with_footer(tmp_path / "deep.parquet", [group(1)] * 60_000 + [LEAF])
    said = run_limited(
        f"print(read_inputs([Path({str(tmp_path / 'bomb.parquet')!r})], spec).inputs[0].rows)\n"
        f"read_inputs([Path({str(deep)!r})], spec)",
        300,
    )
    assert said.split()[:2] == ["2000000", "FILE_TOO_LARGE"]


def test_any_damage_ends_in_rows_or_in_one_error(tmp_path: Path) -> None:
    pq.write_table(TYPED, tmp_path / "good.parquet")
    good = (tmp_path / "good.parquet").read_bytes()
    chance = random.Random(11)
    path = tmp_path / "x.parquet"
    codes = set()
    for _ in range(300):
        changed = bytearray(good)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed if chance.random() < 0.8 else changed[: chance.randrange(len(changed))])
        try:
            read(path)
        except InputDataError as error:
            codes.add(error.code)
    assert codes <= {"UNREADABLE", "FILE_TOO_LARGE", "COLUMN_TYPE", "ENCODING"}
    assert "UNREADABLE" in codes
