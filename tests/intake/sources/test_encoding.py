"""The encoding is found, marked or stated, and an error names the line of the first byte that does not fit."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.errors import InputDataError
from linkage.intake import Limits, read_inputs, read_options
from linkage.spec import FieldSpec, LinkageSpec

Write = Callable[..., Path]

OWN = LinkageSpec("own", (FieldSpec("x", "text", ("a",)),), (), ())
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_a_marked_text_is_read_as_marked(write: Write, encoding: str, chunk: int) -> None:
    path = write(MARKS[encoding] + "a;b\r\nZOË 王😀;1\r\n".encode(encoding))
    intake = read_inputs([path], OWN, keep=["a"], limits=Limits(chunk_bytes=chunk))
    assert intake.accepted.column("keep:a").to_pylist() == ["ZOË 王😀"]
    assert intake.inputs[0].format["encoding"] == f"{encoding} with BOM"


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        ("utf-16", "ZOË"),
        ("utf-16-be", "ZOË"),
        ("utf-8", "ZOË"),
        ("utf-8-sig", "ZOË"),
        ("latin-1", "ZOË"),
        ("cp1252", "€"),
        ("cp1251", "Жанна"),
        ("iso8859-9", "ŞÜKRÜ"),
        ("gb18030", "王小明"),
        ("big5", "王小明"),
        ("shift_jis", "山田ソ"),
        ("iso2022_jp", "山田"),
        ("euc_kr", "김철수"),
        ("cp037", "ANI"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_stated_encoding_is_followed(write: Write, stated: str, text: str, chunk: int) -> None:
    path = write(f"a;b\n{text};1\n{text};2\n".encode({"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(stated, stated)))
    intake = read_inputs(
        [path], OWN, keep=["a"], limits=Limits(chunk_bytes=chunk), options=read_options([f"encoding={stated}"])
    )
    assert intake.accepted.column("keep:a").to_pylist() == [text, text]


@pytest.mark.parametrize(
    ("content", "stated", "says"),
    [
        (b"a\nANI\nZO\xcb\n", "utf-8", "not what was stated, first seen on line 3"),
        (b"a\nANI\nZ\x81\n", "cp1252", "not what was stated, first seen on line 3"),
        (b"a\nANI\n\x80\xff\n", "gbk", "not what was stated, first seen on line 3"),
        (codecs.BOM_UTF16_LE + "a\nANI\nB".encode("utf-16-le") + b"\x00\xdc", "", "not UTF-16-LE.*on line 3"),
        (codecs.BOM_UTF16_LE + b"a\0\n\0B", "", "not UTF-16-LE.*on line 2"),
        (codecs.BOM_UTF16_LE + "a\nAN\0I\n".encode("utf-16-le"), "", "NUL character.*on line 2"),
    ],
)
def test_a_text_that_is_not_what_it_should_be_is_refused_with_its_line(
    write: Write, content: bytes, stated: str, says: str
) -> None:
    options = read_options([f"encoding={stated}"] if stated else [])
    with pytest.raises(InputDataError, match=says) as error:
        read_inputs([write(content)], OWN, options=options)
    assert error.value.code == "ENCODING"
    assert error.value.__context__ is None


@given(
    st.text(st.characters(exclude_characters='",;|\t\r\n\0', exclude_categories=["Cs"]), min_size=1), st.integers(1, 9)
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_text_in_all_marked_encodings_is_one_text(tmp_path: Path, cell: str, chunk: int) -> None:
    path = tmp_path / "any.csv"
    read = []
    for encoding, mark in MARKS.items():
        path.write_bytes(mark + f'a,b\n"{cell}",1\nx,2\n'.encode(encoding))
        intake = read_inputs([path], OWN, keep=["a", "b"], limits=Limits(chunk_bytes=chunk))
        read.append(intake.accepted.column("keep:a").to_pylist())
    assert read == [[cell, "x"]] * len(MARKS)
