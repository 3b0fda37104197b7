"""Whom the rejected rows of an extract may stand for."""

from __future__ import annotations

import gzip
import zipfile

import numpy as np
import pyarrow as pa
import pytest

from linkage.intake import Limits
from linkage.intake.options import ReadOptions
from linkage.nightly.rejected_rows import RejectedRows, look_at_rejected, spared
from linkage.schema import REJECTS
from linkage.similarity.packed import hash_texts

ONE, TWO, THREE = "3374010101900001", "3374010101900002", "3374010101900003"


def rejects(name, *rows):
    columns = {
        "source": [name] * len(rows),
        "line": [line for line, _ in rows],
        "column": [""] * len(rows),
        "code": [code for _, code in rows],
        "hint": [""] * len(rows),
    }
    return pa.table(columns, schema=REJECTS)


def look(path, table, rejected, **limits):
    return look_at_rejected(path, table, rejected, limits=Limits(**limits), options=ReadOptions())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("chunk_bytes", [1 << 20, 7, 1])
def test_the_numbers_in_the_lines_are_found_however_lines_end_and_chunks_fall(tmp_path, end, chunk_bytes):
    path = tmp_path / "a.csv"
    lines = ["nik,nama", f"{ONE},A", f"{TWO},B,C", "7,D", f'"{THREE}",E,F']
    path.write_bytes(end.join(lines).encode())
    table = rejects("a.csv", (3, "FIELDS_TOO_MANY"), (4, "NAME_MISSING"), (5, "FIELDS_TOO_MANY"))
    found = look(path, table, 3, chunk_bytes=chunk_bytes)
    assert found == RejectedRows(frozenset({TWO, THREE}), 1)
    assert TWO not in repr(found)


def test_a_damaged_number_and_an_overlong_row_tell_nobody(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"nik,nama\n{ONE},A\n{TWO},B\n{THREE}4,C\n")
    table = rejects("a.csv", (2, "NIK_DAMAGED"), (3, "ROW_TOO_LONG"), (4, "FIELDS_TOO_FEW"), (4, "NAME_MISSING"))
    assert look(path, table, 3) == RejectedRows(frozenset(), 3)


def test_packed_and_differently_written_text_is_looked_at_too(tmp_path):
    text = f"nik,nama\n{ONE},A\n{TWO},B,Ç\n"
    (tmp_path / "a.csv").write_bytes(text.encode("utf-16"))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in.csv", text)
        archive.writestr("other.csv", text.replace(TWO, THREE))
    for path, name in (("a.csv", "a.csv"), ("a.csv.gz", "a.csv.gz"), ("a.zip", "a.zip/in.csv")):
        assert look(tmp_path / path, rejects(name, (3, "FIELDS_TOO_MANY")), 1) == RejectedRows(frozenset({TWO}), 0)


def test_records_are_spared_whose_nik_was_seen_or_who_have_none():
    niks = np.append(hash_texts(pa.array([ONE, TWO, THREE])), np.uint64(0))[[0, 1, -1, 2, -1]]
    absent = np.array([True, True, True, False, False])
    assert spared(niks, absent, RejectedRows(frozenset({TWO, THREE}), 0)).tolist() == [False, True, True, False, False]
    assert spared(niks, absent, RejectedRows(frozenset(), 1)).tolist() == [False, False, True, False, False]
