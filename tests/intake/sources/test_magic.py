"""What is no table of text is named for what it is, whatever its name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linkage.errors import InputDataError
from linkage.intake import read_inputs
from linkage.spec import LinkageSpec

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .* or a password-protected workbook"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"SQLite format 3\0" + bytes(84), "SQLite database.*sqlite:///"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<table><tr><td>NAMA", "HTML or XML"),
        (b"\n <?xml version='1.0'?><Workbook>", "HTML or XML"),
        (b"<html xmlns:x='x'><table>", "HTML or XML"),
        (b'[\n {"NAMA": "ANI"}]', "JSON"),
        (b'{"NAMA": "ANI"}\n{"NAMA": "BUDI"}\n', "JSON"),
        (b"\x03\x7e\x06\x1e" + bytes(28) + b"NAMA\0\0", "dBase"),
        (b"ARROW1\0\0", "Arrow"),
        (b"Rar!\x1a\x07\x01\0", "rar archive"),
        (b"BZh91AY&SY\xff\xff", "bzip2"),
    ],
)
def test_a_document_or_another_archive_is_called_by_its_name(
    write: Write, residents: LinkageSpec, content: bytes, says: str
) -> None:
    for name in ("a.csv", "a.xls", "a"):
        with pytest.raises(InputDataError, match=says) as error:
            read_inputs([write(content, name)], residents)
        assert error.value.code in ("UNREADABLE", "ARCHIVE_REFUSED")


@pytest.mark.parametrize("first", ["BZhu", "ORC", "<X>", "[a]", "{X}", "PK", "%PDF"])
def test_a_header_that_begins_like_a_document_is_still_a_header(
    write: Write, residents: LinkageSpec, first: str
) -> None:
    intake = read_inputs([write(f"{first},NAMA\n1,JOSÉ\n")], residents)
    assert intake.inputs[0].ignored_columns == (first,)
