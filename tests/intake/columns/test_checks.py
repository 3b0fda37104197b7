"""Numbers that went through a spreadsheet are known by what it does to them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from linkage.errors import InputDataError
from linkage.intake.columns.checks import damaged, refuse_damaged
from linkage.intake.columns.dictionary import recode

GOOD = [f"337103150714{number:04d}" for number in range(1, 100) if number % 10]


def refused(rows: list[str | None]) -> str:
    codes, values = recode(pa.array(rows, pa.string()))
    try:
        refuse_damaged(codes, values, damaged(values), column="NIK", where="kota.csv")
    except InputDataError as error:
        return error.problem
    return ""


def test_the_refusal_says_how_to_export_rightly() -> None:
    values = pa.array(["3E+15"])
    with pytest.raises(InputDataError, match=r"kota.csv: .*NO_KK as text.*double click \[NIK_AS_NUMBER\]"):
        refuse_damaged(np.zeros(3, np.int32), values, damaged(values), column="NIK", where="kota.csv")


@pytest.mark.parametrize(
    "value",
    [
        *(
            "3,37103E+15",
            "3.37103E+15",
            "3.37103e15",
            "3E+15",
            "3,37103 E+15",
            "3371031507140010.0",
            "3371031507140010,00",
        ),
        *("3.371.031.507.140.010,00", "3,371,031,507,140,010.0", "3371031507140012.0"),
    ],
)
def test_a_number_in_exponent_form_or_with_a_fraction_is_damaged(value: str) -> None:
    assert damaged(pa.array([value])).tolist() == [True]


@pytest.mark.parametrize(
    "value",
    ["3371031507140012", "33.71.03.150714.0012", "337103-150714-0012", "0371031507140012", "3371E", "12.0", "E15", ""],
)
def test_other_ways_to_write_a_number_are_not(value: str) -> None:
    assert damaged(pa.array([value])).tolist() == [False]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["3,37103E+15", *GOOD[:50]], "1 of 51 values of column NIK are numbers in exponent form"),
        ([f"33710{number}0000000000" for number in range(3)] + GOOD, "3 of 93 values"),
        ([f"337103150714{n}0" for n in range(101, 199)], "98 of 98 values of column NIK end in 0"),
        ([f"337103150714{n}0" for n in range(101, 107)], "6 of 6 values of column NIK end in 0"),
        ([f"3.371.031.{n}.714.020" for n in range(500, 506)], "6 of 6 values of column NIK end in 0"),
        (
            [f"337103150714{n}0" for n in range(101, 111)] + [f"3.371.031.{n}.714.020" for n in range(500, 510)],
            "20 of 20 values of column NIK end in 0",
        ),
        ([f"337103150714{n}" for n in range(101, 107)], "6 of 6 values of column NIK have 15 digits"),
        ([f"33710315071{n}0" for n in range(1000, 1020)] + GOOD[:19], "20 of 39 values of column NIK"),
    ],
)
def test_a_file_of_damaged_numbers_is_refused(rows: list[str | None], says: str) -> None:
    assert refused(rows).startswith(says)


@pytest.mark.parametrize(
    "rows",
    [
        GOOD,
        [None, None],
        [],
        ["3371031507141000", "3371031507142000", *GOOD],
        [f"337103150714{number:04d}" for number in range(1, 100)],
        ["3371031507140010"] * 5,
        ["3371031507140010"] * 19,
        ["337103150714001", *GOOD[:30]],
        ["33.71.03.150714.0010", "33.71.03.150714.0020"],
    ],
)
def test_what_chance_may_bring_is_not_damage(rows: list[str | None]) -> None:
    assert refused(rows) == ""


def test_the_share_is_counted_in_rows_and_unused_values_do_not_count() -> None:
    values = pa.array(["3E+15", *GOOD[:1]])
    codes = np.array([1] * 200 + [-1] * 5, np.int32)
    refuse_damaged(codes, values, damaged(values), column="NIK", where="f")
    with pytest.raises(InputDataError, match="3 of 203 values"):
        refuse_damaged(np.append(codes, np.zeros(3, np.int32)), values, damaged(values), column="NIK", where="f")
