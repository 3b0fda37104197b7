"""The case that the truth calls for is the one in the design's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision.agreement import compare_records
from linkage.synthetic.truth.expected_cases import CASE_BITS, expected_cases
from tests.oracles.decision import Pair, Person, as_facts
from tests.oracles.expected_cases import Written, births_contradict, expected_slowly, is_default

BASE = Written(person=1, nik=11, region=3)
DATES = [
    date(1890, 3, 4), date(1990, 3, 4), date(1990, 4, 3), date(1990, 4, 4), date(1991, 3, 4), date(1990, 7, 1),
    date(1990, 12, 31), date(1991, 1, 1), date(1990, 3, 15), date(1890, 7, 1), date(2090, 3, 5), date(1990, 11, 25),
    date(2005, 7, 1), date(2005, 3, 4), date(2006, 7, 1), date(2006, 3, 15), date(2006, 3, 4), date(1906, 7, 1),
]  # fmt: skip
RECORDS = st.lists(
    st.builds(
        Written,
        person=st.integers(0, 3),
        nik=st.integers(0, 3),
        region=st.integers(-1, 1),
        enrolled=st.booleans(),
        active=st.sampled_from([True, True, True, False]),
        birth=st.sampled_from(DATES),
        sex=st.integers(0, 1),
    ),
    max_size=14,
)


def kinds_of(records: Sequence[Written]) -> list[set[str]]:
    columns = {
        name: np.array([getattr(record, name) for record in records], dtype)
        for name, dtype in (
            ("person", np.int64),
            ("nik", np.int64),
            ("region", np.int64),
            ("enrolled", np.bool_),
            ("active", np.bool_),
            ("sex", np.int8),
        )
    }
    birth = np.array([(record.birth - date(1970, 1, 1)).days for record in records], np.int64)
    mask = expected_cases(birth=birth, **columns)
    assert mask.dtype == np.uint8
    return [{kind for bit, kind in enumerate(CASE_BITS) if value >> bit & 1} for value in mask.tolist()]


@given(RECORDS)
def test_every_record_gets_the_kinds_that_a_look_at_all_pairs_gives(records: list[Written]) -> None:
    assert kinds_of(records) == expected_slowly(records)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({}, "DUPLICATE"),
        ({"region": 4}, "OPEN_MOVE"),
        ({"region": 4, "sex": 1}, "OPEN_MOVE"),
        ({"region": -1}, "DUPLICATE"),
        ({"region": -1, "sex": 1}, "CONFLICT"),
        ({"sex": 1}, "CONFLICT"),
        ({"birth": date(1990, 3, 6)}, "CONFLICT"),
        ({"birth": date(1990, 4, 3)}, "DUPLICATE"),
        ({"birth": date(1890, 3, 4)}, "DUPLICATE"),
        ({"birth": date(1990, 7, 1)}, "DUPLICATE"),
        ({"birth": date(1990, 6, 15)}, "DUPLICATE"),
        ({"birth": date(1890, 7, 1)}, "DUPLICATE"),
        ({"birth": date(1991, 7, 1)}, "CONFLICT"),
        ({"nik": 12}, "DUPLICATE"),
        ({"nik": 12, "enrolled": True}, "BOTH_ENROLLED"),
        ({"nik": 12, "enrolled": True, "region": 4, "sex": 1}, "BOTH_ENROLLED"),
        ({"nik": 0, "enrolled": True}, "DUPLICATE"),
    ],
)
def test_two_records_of_one_person_make_a_case_of_the_kind_that_the_table_names(
    other: dict[str, object], kind: str
) -> None:
    first = replace(BASE, enrolled=True)
    assert kinds_of([first, replace(BASE, **other)]) == [{kind}, {kind}]


def test_a_person_recorded_once_makes_no_case() -> None:
    assert kinds_of([BASE, replace(BASE, person=2, nik=12)]) == [set(), set()]
    assert kinds_of([]) == []


def test_one_enrolled_record_beside_one_that_is_not_is_a_plain_duplicate() -> None:
    assert kinds_of([replace(BASE, enrolled=True), replace(BASE, nik=12)]) == [{"DUPLICATE"}] * 2


def test_of_several_pairs_the_one_highest_in_the_table_gives_the_case_its_kind() -> None:
    elsewhere = replace(BASE, region=4)
    third = replace(BASE, nik=0, region=5)
    assert kinds_of([third, BASE, elsewhere]) == [{"OPEN_MOVE"}] * 3


def test_two_records_on_one_nik_come_before_two_enrolments() -> None:
    records = [replace(BASE, enrolled=True), replace(BASE, enrolled=True), replace(BASE, nik=12, enrolled=True)]
    assert kinds_of(records) == [{"DUPLICATE"}] * 3


def test_all_records_on_a_shared_nik_are_marked_beside_their_own_case() -> None:
    records = [BASE, replace(BASE, region=4), replace(BASE, person=2), replace(BASE, person=2, nik=13)]
    assert kinds_of(records) == [
        {"SHARED_NIK", "OPEN_MOVE"},
        {"SHARED_NIK", "OPEN_MOVE"},
        {"SHARED_NIK", "DUPLICATE"},
        {"DUPLICATE"},
    ]


def test_missing_niks_are_not_shared() -> None:
    assert kinds_of([replace(BASE, nik=0), replace(BASE, person=2, nik=0)]) == [set(), set()]


@pytest.mark.parametrize("other", [{}, {"person": 2}, {"region": 4}])
def test_a_closed_record_takes_part_in_no_case(other: dict[str, object]) -> None:
    assert kinds_of([BASE, replace(BASE, active=False, **other)]) == [set(), set()]


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(records: list[Written], random: object) -> None:
    order = list(range(len(records)))
    random.shuffle(order)  # type: ignore[attr-defined]
    kinds = kinds_of(records)
    assert kinds_of([records[at] for at in order]) == [kinds[at] for at in order]


@pytest.mark.parametrize("one", DATES)
@pytest.mark.parametrize("other", DATES)
def test_dates_contradict_as_the_engine_that_decides_reads_them(one: date, other: date) -> None:
    people = [
        Person(str(at), birth=day.isoformat(), default_date=is_default(day)) for at, day in enumerate((one, other))
    ]
    decided = compare_records(*as_facts(people, [Pair(0, 1)])).births_contradict.tolist()
    assert decided == [births_contradict(one, other)]
    records = [replace(BASE, birth=one), replace(BASE, birth=other)]
    assert kinds_of(records) == [{"CONFLICT" if decided[0] else "DUPLICATE"}] * 2
