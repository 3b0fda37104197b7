"""Whole columns: empty, shifted, filled with one value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Counts = Callable[..., dict[tuple[str, str], int]]


def test_a_column_without_a_value_is_told_of_once_for_all_rows(counts: Counts) -> None:
    found = counts([{"alamat": None, "rt": "001"}, {"alamat": "-", "rt": None}])
    assert found == {("alamat", "UNSUR_KOSONG"): 2, ("alamat", "COLUMN_EMPTY"): 2, ("rt", "RT_RW_KOSONG"): 1}


@pytest.mark.parametrize(("good", "bad", "misplaced"), [(10, 10, 0), (9, 11, 11), (9, 10, 0), (0, 20, 20)])
@pytest.mark.parametrize(
    ("field", "fine", "foreign"),
    [("tanggal_lahir", "{:02}-03-1990", "L{}"), ("jenis_kelamin", "L", "32{}"), ("nik", "32730314039000{:02}", "P{}")],
)
def test_a_column_mostly_unreadable_is_out_of_place(
    counts: Counts, field: str, fine: str, foreign: str, good: int, bad: int, misplaced: int
) -> None:
    values = [fine.format(number + 1) for number in range(good)] + [foreign.format(number) for number in range(bad)]
    found = counts([{field: value} for value in values])
    assert found.get((field, "COLUMN_MISPLACED"), 0) == misplaced


@pytest.mark.parametrize(("same", "others", "constant"), [(19, 0, 0), (20, 0, 20), (18, 2, 18), (17, 3, 0)])
@pytest.mark.parametrize("field", ["nama", "nama_ibu", "nik"])
def test_one_value_in_nine_rows_of_ten_is_odd_where_people_differ(
    counts: Counts, field: str, same: int, others: int, constant: int
) -> None:
    values = ["3273031403900099"] * same + [f"32730314039000{number:02}" for number in range(1, others + 1)]
    if field != "nik":
        values = ["ANI"] * same + [f"ANI {'B' * (number + 3)}" for number in range(others)]
    found = counts([{"nama": "BUDI " + "AB"[number % 2], field: value} for number, value in enumerate(values)])
    assert found.get((field, "COLUMN_CONSTANT"), 0) == constant


def test_one_province_in_all_rows_is_no_finding(counts: Counts) -> None:
    rows = [{"nama": f"ANI {'B' * (number + 3)}", "provinsi": "JAWA BARAT", "agama": "1"} for number in range(30)]
    assert counts(rows) == {}
