"""The splitter finds the same records as two slow readers, whatever the bytes and the chunks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linkage.intake.limits import Limits
from linkage.intake.readers.csv_split import (
    CELL,
    CELL_TOO_LONG,
    END,
    FIELDS,
    LINE,
    QUOTE,
    QUOTE_OPEN,
    ROW_TOO_LONG,
    START,
    STATUS,
    RecordSplitter,
)
from tests.oracles.csv_rows import csv_module_rows, slow_rows

CODES = {0: "", ROW_TOO_LONG: "ROW_TOO_LONG", CELL_TOO_LONG: "CELL_TOO_LONG", QUOTE_OPEN: "QUOTE_OPEN"}
HOSTILE = st.text(alphabet='ab,;"\r\n', max_size=60)
SMALL = Limits(record_bytes=12, cell_bytes=6)


def split(
    text: str, chunk: int = 1 << 20, limits: Limits | None = None, delimiter: str = ",", quote: int = QUOTE
) -> list[tuple[int, int, str, str]]:
    """Return (line, fields, code, bytes) per record, reading the text in chunks."""

    splitter = RecordSplitter(ord(delimiter), limits or Limits(), wanted=np.ones(64, np.uint8), quote=quote)
    data = text.encode()
    found = []
    pieces = [(data[at : at + chunk], False) for at in range(0, len(data), chunk)] + [(b"", True)]
    for piece, final in pieces:
        for block in splitter.feed(piece, final=final):
            for record in block.records:
                raw = block.data[record[START] : record[END]].tobytes().decode() if not record[STATUS] else ""
                found.append((int(record[LINE]), int(record[FIELDS]), CODES[int(record[STATUS])], raw))
    return found


def outline(rows: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str]]:
    return [(line, 0 if code else fields, code) for line, fields, code, _ in rows]


@given(HOSTILE, st.integers(1, 7), st.sampled_from(",;"))
def test_records_are_those_of_the_slow_grammar_in_any_chunks(text: str, chunk: int, delimiter: str) -> None:
    expected = [(row.line, len(row.cells) if not row.wrong else 0, row.wrong) for row in slow_rows(text, delimiter)]
    assert outline(split(text, chunk, delimiter=delimiter)) == expected


@given(HOSTILE, st.integers(1, 30))
def test_limits_cut_at_the_same_byte_in_any_chunks(text: str, chunk: int) -> None:
    rows = slow_rows(text, ",", record_limit=12, cell_limit=6)
    expected = [(row.line, len(row.cells) if not row.wrong else 0, row.wrong) for row in rows]
    assert outline(split(text, chunk, SMALL)) == expected


@given(HOSTILE, st.integers(1, 7))
def test_records_are_those_of_the_csv_module_where_it_finds_no_fault(text: str, chunk: int) -> None:
    rows = csv_module_rows(text, ",")
    assume(rows is not None)
    assert slow_rows(text, ",") == rows
    assert outline(split(text, chunk)) == [(row.line, len(row.cells), "") for row in rows or []]


@given(HOSTILE, st.integers(1, 7))
def test_another_quotation_mark_means_what_the_double_one_means(text: str, chunk: int) -> None:
    other = text.replace('"', "'")
    assert outline(split(other, chunk, SMALL, quote=ord("'"))) == outline(split(text, chunk, SMALL))


@given(HOSTILE, st.integers(1, 7))
def test_without_a_quotation_mark_a_quote_is_a_letter(text: str, chunk: int) -> None:
    plain = text.replace('"', "q")
    assert outline(split(text, chunk, SMALL, quote=-1)) == outline(split(plain, chunk, SMALL))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\r\nc,d\r\n", [(1, 2, ""), (2, 2, "")]),
        ("a,b\rc,d", [(1, 2, ""), (2, 2, "")]),
        ("\n\na\n\n", [(3, 1, "")]),
        ('"x\n\ny",z\nw,v\n', [(1, 2, ""), (4, 2, "")]),
        ('"a""b",c\n', [(1, 2, "")]),
        ('a"b,c"d\n', [(1, 2, "")]),
        ('1,"BUDI,X\n2,ANI,Y\n3,"SITI",Z\n', [(1, 0, "QUOTE_OPEN"), (2, 3, ""), (3, 3, "")]),
        ('1,"BUDI\n2,ANI\n', [(1, 0, "QUOTE_OPEN"), (2, 2, "")]),
        ('"p\nq","r\ns,t\nu,v', [(1, 0, "QUOTE_OPEN"), (3, 2, ""), (4, 2, "")]),
        ('a,"', [(1, 0, "QUOTE_OPEN")]),
        ("", []),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
def test_a_stray_quote_costs_its_own_row_only(text: str, chunk: int, expected: list[tuple[int, int, str]]) -> None:
    assert outline(split(text, chunk)) == expected


def test_an_overlong_cell_is_named_by_its_position_and_only_in_a_wanted_column() -> None:

    limits = Limits(record_bytes=100, cell_bytes=5)
    for wanted, cell, status in ((np.array([0, 1], np.uint8), 1, CELL_TOO_LONG), (np.array([1, 0], np.uint8), -1, 0)):
        splitter = RecordSplitter(ord(","), limits, wanted=wanted)
        (block,) = splitter.feed(b"a,bbbbbbbb\n", final=True)
        assert (block.records[0, CELL], block.records[0, STATUS]) == (cell, status)


def test_an_endless_line_is_dropped_as_it_comes_and_never_held() -> None:
    splitter = RecordSplitter(ord(","), Limits(record_bytes=1000, cell_bytes=100))
    found = list(splitter.feed(b"x" * 5000))
    for _ in range(50):
        found += splitter.feed(b"x" * 5000)
        assert len(splitter._rest) <= 1001
    found += splitter.feed(b"\na,b\n", final=True)
    records = [tuple(record[[LINE, STATUS]]) for block in found for record in block.records]
    assert records == [(1, ROW_TOO_LONG), (2, 0)]


def test_an_open_quote_never_holds_more_than_a_record() -> None:
    splitter = RecordSplitter(ord(","), Limits(record_bytes=1000, cell_bytes=500))
    lines = 0
    for chunk in [b'"open\n', *([b"a,b\n" * 100] * 40)]:
        lines += sum(len(block.records) for block in splitter.feed(chunk))
        assert len(splitter._rest) <= 1500
    lines += sum(len(block.records) for block in splitter.feed(b"", final=True))
    assert lines == 4001
