"""What stands for nothing becomes null; what says something stays as written."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from linkage.intake.columns.cleaning import clean_values, edge_bytes, join_region_parts, settle_codes


def clean(value: str, kind: str, name: str = "x") -> str | None:
    mapping, values = clean_values(pa.array([value]), name=name, kind=kind)
    return values[mapping[0]].as_py() if mapping[0] >= 0 else None


@pytest.mark.parametrize("kind", ["person_name", "nik", "date", "place", "text", "category"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "-",
        "--",
        ".",
        "?",
        " - ",
        "tidak ada",
        "TIDAK ADA",
        "Xxx",
        "n/a",
        "N/A",
        "TIDAK DIKETAHUI",
        "NULL",
        "\u00a0-",
    ],
)
def test_every_way_to_write_nothing_is_missing(kind: str, value: str) -> None:
    assert clean(value, kind) is None


@pytest.mark.parametrize(
    ("value", "kind", "name", "expected"),
    [
        ("0", "nik", "nik", None),
        ("0000000000000000", "identifier", "no_kk", None),
        ("0", "person_name", "nama", None),
        ("000", "text", "rt", None),
        ("0", "activity", "flag_status", "0"),
        ("0", "number", "x", "0"),
        ("001", "text", "rt", "001"),
        ("'3371031507140012", "nik", "nik", "3371031507140012"),
        ("’3371031507140012", "nik", "nik", "3371031507140012"),
        ('="3371031507140012"', "identifier", "no_kk", "3371031507140012"),
        (" 3371031507140012", "nik", "nik", "3371031507140012"),
        ("0371031507140012", "nik", "nik", "0371031507140012"),
        ("33.71.03", "nik", "nik", "33.71.03"),
        ("'Aisyah", "person_name", "nama", "'Aisyah"),
        ("\u00a0Siti  Aminah ", "person_name", "nama", "Siti  Aminah"),
        ("Ñ", "person_name", "nama", "Ñ"),
        ("-", "id", "record_id", "-"),
        ("0", "id", "record_id", "0"),
        (" ", "id", "record_id", None),
    ],
)
def test_zeros_marks_and_blanks_by_kind_of_field(value: str, kind: str, name: str, expected: str | None) -> None:
    assert clean(value, kind, name) == expected


def test_values_that_clean_alike_share_one_code() -> None:
    mapping, values = clean_values(pa.array([" A", "-", "A", "A ", "B"]), name="nama", kind="person_name")
    assert mapping.tolist() == [0, -1, 0, 0, 1]
    assert values.to_pylist() == ["A", "B"]


def test_edge_bytes_see_through_slices_and_empty_texts() -> None:
    texts = pa.array(["zz", "ab", "", "c"])[1:]
    first, last = edge_bytes(texts)
    assert bytes(first) == b"a\0c"
    assert bytes(last) == b"b\0c"
    assert [part.tolist() for part in edge_bytes(pa.array(["", ""]))] == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("33", "71", "3", "1004"), "3371031004"),
        (("33", "1", "12", "0"), "330112"),
        (("33", "1", "", "1004"), "3301"),
        (("33", "x", "1", "1004"), "33"),
        (("0", "71", "3", "1004"), None),
        (("333", "71", "3", "1004"), None),
        (("33.0", " 71 ", "03", "1004"), "3371031004"),
        ((None, "71", "3", "1004"), None),
        (("33", None, "3", "1004"), "33"),
    ],
)
def test_region_numbers_join_up_to_the_first_that_is_none(parts: tuple[str | None, ...], expected: str | None) -> None:
    columns = []
    for part, width in zip(parts, (2, 2, 2, 4), strict=True):
        codes = np.array([-1 if part is None else 1], np.int32)
        columns.append((codes, pa.array(["unused", part or ""]), width))
    codes, values = join_region_parts(columns)
    assert (values[codes[0]].as_py() if codes[0] >= 0 else None) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("33", "3371", "337103", "3371031004"), "3371031004"),
        (("33", "33.71", "33.71.03", "33.71.03.1004"), "3371031004"),
        (("33", "3271", "327103", "3271031004"), "33"),
        (("33", "71", "337103", "1004"), "3371031004"),
    ],
)
def test_a_part_may_hold_the_whole_code_up_to_there(parts: tuple[str, ...], expected: str) -> None:
    columns = [
        (np.zeros(1, np.int32), pa.array([part]), width) for part, width in zip(parts, (2, 2, 2, 4), strict=True)
    ]
    codes, values = join_region_parts(columns)
    assert values[codes[0]].as_py() == expected


def test_numbers_that_a_file_leaves_open_are_missing_and_counted_in_rows() -> None:
    values = pa.array(["1", "3", "6", "CERAI MATI"])
    codes, settled, lost = settle_codes(np.array([0, 1, 1, 2, 3, -1], np.int32), values, "marital_status")
    assert [settled[code].as_py() if code >= 0 else None for code in codes.tolist()] == [
        *("1", None, None, None, "CERAI MATI", None)
    ]
    assert lost == 3
    again = settle_codes(codes, settled, "religion")
    assert again == (codes, settled, 0)
