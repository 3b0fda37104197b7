"""Tables that people open in a spreadsheet."""

from __future__ import annotations

import pytest

from linkage.review.spreadsheets import csv_bytes, inert, kept_digits


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SITI AMINAH", "SITI AMINAH"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+62", "'+62"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1", "'\r=1"),
        ("\0=1", "'\0=1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("＝1+1", "'＝1+1"),
        ("　＝1", "'　＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("﹣1", "'﹣1"),
        ("|cmd", "'|cmd"),
        ("1990-**-**", "1990-**-**"),
        ("A=1", "A=1"),
    ],
)
def test_a_cell_is_shown_and_never_computed(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3273014101800001", "'3273014101800001"),
        ("0042", "'0042"),
        ("327301", "327301"),
        ("0", "0"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("١٢٣٤٥٦٧٨٩٠١٢٣", "١٢٣٤٥٦٧٨٩٠١٢٣"),
    ],
)
def test_digits_that_a_spreadsheet_would_damage_stay_text(text: str, shown: str) -> None:
    assert kept_digits(text) == shown


def test_a_csv_file_says_that_it_is_utf_8() -> None:
    assert csv_bytes([["a", "b"], ["é,", "2"]]) == b"\xef\xbb\xbf" + 'a,b\r\n"é,",2\r\n'.encode()
