"""Namesakes, shared numbers and cases are found over the whole register, in as many portions as it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from linkage.synthetic.draft import Draft
from linkage.synthetic.shelf import Shelf
from linkage.synthetic.truth.expected_cases import CASE_BITS
from linkage.synthetic.truth.groups import Groups, find_groups, look_up, note_names, note_records, portions


def _draft(rows: list[dict[str, Any]]) -> Draft:
    usual = {"person": 0, "region": 0, "card": 1, "flag": 0, "birth": 3_000, "sex": 0}
    numbers = {name: np.array([{**usual, **row}[name] for row in rows]) for name in usual}
    return Draft({"nik": pa.array([row["nik"] for row in rows], pa.string())}, numbers)


ROWS = [
    {"person": 1, "nik": "3273010101800001"},
    {"person": 2, "nik": "3273010101800001"},
    {"person": 3, "nik": "3273010101800002"},
    {"person": 3, "nik": "3273010101800002", "region": 1},
    {"person": 4, "nik": "3273010101800003"},
    {"person": 4, "nik": None, "card": 5},
    {"person": 5, "nik": None},
    {"person": 6, "nik": "BAD"},
    {"person": 7, "nik": "3273010101800007"},
    {"person": 8, "nik": "3273010101800007", "flag": 2},
    {"person": 9, "nik": "3273010101800009", "flag": 2},
    {"person": 9, "nik": "3273010101800009", "region": 2},
]


def _groups(count: int) -> Groups:
    with Shelf(None) as shelf:
        draft = _draft(ROWS)
        several = np.isin(draft.numbers["person"], (3, 4, 9))
        half = np.arange(draft.count) < 5
        for rows in (np.flatnonzero(half), np.flatnonzero(~half)):
            note_records(shelf, rows + 100, draft.take(rows), several[rows], count)
        note_names(shelf, np.arange(6), np.array([7, 8, 7, 9, 8, 7], np.uint64), count)
        return find_groups(shelf, count)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_persons_of_one_name_and_birth_date_are_namesakes(count: int) -> None:
    groups = _groups(count)
    found = dict(zip(groups.namesake.tolist(), groups.namesake_group.tolist(), strict=True))
    assert set(found) == {0, 1, 2, 4, 5}
    assert found[0] == found[2] == found[5] != found[1] == found[4]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_records_of_several_persons_under_one_nik_are_a_group_whether_closed_or_not(count: int) -> None:
    groups = _groups(count)
    found = dict(zip(groups.shared.tolist(), groups.shared_group.tolist(), strict=True))
    assert set(found) == {100, 101, 108, 109}
    assert found[100] == found[101] != found[108] == found[109]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_cases_come_from_active_records_of_one_person_or_of_one_nik(count: int) -> None:
    groups = _groups(count)
    cases = {
        number: [case for place, case in enumerate(CASE_BITS) if mask >> place & 1]
        for number, mask in zip(groups.in_case.tolist(), groups.cases.tolist(), strict=True)
    }
    assert cases == {
        100: ["SHARED_NIK"],
        101: ["SHARED_NIK"],
        102: ["OPEN_MOVE"],
        103: ["OPEN_MOVE"],
        104: ["DUPLICATE"],
        105: ["DUPLICATE"],
    }


def test_a_value_is_looked_up_by_key_and_what_is_not_known_has_none() -> None:
    known, values = np.array([2, 5, 9]), np.array([20, 50, 90])
    assert look_up(np.array([9, 1, 5, 10]), known, values, -1).tolist() == [90, -1, 50, -1]
    assert look_up(np.array([3]), known[:0], values[:0], -1).tolist() == [-1]


def test_small_registers_need_one_portion() -> None:
    assert portions(1) == portions(4_000_000) == 1
    assert portions(50_000_000) == 13
