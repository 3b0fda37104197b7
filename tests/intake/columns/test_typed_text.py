"""Typed columns as text: dictionaries by their values, unions row by row."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from linkage.errors import InputDataError
from linkage.intake.columns.typed_text import as_text


def texts(array: Any, kind: str = "text") -> list[str | None]:
    values: list[str | None] = as_text(array, kind=kind, column="C", where="f").to_pylist()
    return values


def union(*parts: tuple[list[int], pa.Array]) -> pa.UnionArray:
    """Return a dense union whose rows stand where each part says."""
    count = sum(len(rows) for rows, _ in parts)
    types, offsets = [0] * count, [0] * count
    for number, (rows, _) in enumerate(parts):
        for offset, row in enumerate(rows):
            types[row], offsets[row] = number, offset
    return pa.UnionArray.from_dense(
        pa.array(types, pa.int8()), pa.array(offsets, pa.int32()), [values for _, values in parts]
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([b"ANI", None], pa.binary()), ["ANI", None]),
        (pa.array([b"ANI", b"EKA"], pa.binary(3)), ["ANI", "EKA"]),
        (pa.array(["ANI"], pa.large_string()), ["ANI"]),
        (pa.array([2.0, 2.5, float("nan"), None]), ["2", "2.5", None, None]),
        (pa.array([True, None]), ["true", None]),
        (pa.array([1, 2], pa.int32()).cast(pa.date32()), ["1970-01-02", "1970-01-03"]),
        (pa.array([None, None], pa.null()), [None, None]),
    ],
)
@pytest.mark.parametrize("dictionary", [False, True])
def test_a_dictionary_has_the_text_of_its_values(
    values: pa.Array, expected: list[str | None], dictionary: bool
) -> None:
    array = values.dictionary_encode() if dictionary and not pa.types.is_null(values.type) else values
    assert texts(array) == expected


def test_values_of_a_dictionary_that_share_a_text_become_one() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None, 3]), pa.array([0.0, -0.0, float("nan"), 7.5]))
    text = as_text(array, kind="text", column="C", where="f")
    assert text.to_pylist() == ["0", "0", None, None, "7.5"]
    assert text.dictionary.to_pylist() == ["0", "7.5"]


def test_a_long_text_that_many_rows_name_is_kept_once() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), pa.array([b"x" * 100_000]))
    assert as_text(array, kind="text", column="C", where="f").nbytes < 10_000_000


def test_a_number_that_no_row_names_refuses_nothing() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([None], pa.int32()), pa.array([5]))
    assert texts(array, "nik") == [None]


@pytest.mark.parametrize("values", [pa.array([5]), pa.array([5]).dictionary_encode(), pa.array([5.0])])
def test_an_identifier_stored_as_number_is_refused(values: pa.Array) -> None:
    with pytest.raises(InputDataError) as error:
        texts(values, "nik")
    assert error.value.code == "NIK_AS_NUMBER"


@pytest.mark.parametrize("mode", ["dense", "sparse"])
def test_each_row_of_a_union_is_written_as_its_type_asks(mode: str) -> None:
    if mode == "dense":
        array = union(
            ([0, 3], pa.array(["ANI", None])),
            ([1], pa.array([7.0])),
            ([2], pa.array([0], pa.int32()).cast(pa.date32())),
        )
    else:
        array = pa.UnionArray.from_sparse(
            pa.array([0, 1, 2, 0], pa.int8()),
            [
                pa.array(["ANI", "?", "?", None]),
                pa.array([1.0, 7.0, 9.0, 9.0]),
                pa.array([0] * 4, pa.int32()).cast(pa.date32()),
            ],
        )
    assert texts(array) == ["ANI", "7", "1970-01-01", None]
    assert texts(array.slice(1, 2)) == ["7", "1970-01-01"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3371031507140012.0, "3371031507140012.0"),
        (371031507140012.0, "371031507140012.0"),
        (9171031507140012.0, "9171031507140012.0"),
        (0.0, "0"),
        (5.0, "5"),
    ],
)
def test_a_number_among_texts_is_marked_as_damaged_only_for_a_nik(number: float, text: str) -> None:
    array = union(([0], pa.array(["0371031507140012"])), ([1], pa.array([number])))
    marked = texts(array, "nik")
    assert marked[0] == "0371031507140012"
    assert marked[1] is not None
    assert float(marked[1]) == float(text)
    assert "e" in marked[1] or marked[1] == text
    assert not (texts(array)[1] or "").endswith(".0")
    assert texts(array, "identifier") == texts(array)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (pa.array([[1]]), "COLUMN_TYPE"),
        (pa.array([b"\xff\xfe"]), "ENCODING"),
        (pa.array([0], pa.timestamp("s", tz="Asia/Nowhere")), "COLUMN_TYPE"),
    ],
)
def test_what_has_no_text_is_refused(values: pa.Array, code: str) -> None:
    with pytest.raises(InputDataError) as error:
        texts(values)
    assert error.value.code == code
