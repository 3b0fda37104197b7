"""The century of a year of two digits, by what a record says of its person's age."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.dates.century import century_of
from linkage.standardise.dates.reading import LONGEST_AGE

LATEST = 2026


def year(short: int, role: int = 0, *, enrolled: bool = False, married: bool = False) -> int:
    found = century_of(
        np.array([short], np.int64),
        LATEST,
        family_role=np.array([role], np.int8),
        enrolled=np.array([enrolled]),
        married=np.array([married]),
    )
    return int(found[0])


@pytest.mark.parametrize(("short", "expected"), [(45, 1945), (27, 1927), (26, 2026), (0, 2000), (99, 1999)])
def test_the_year_of_the_extract_decides_where_nothing_else_is_known(short: int, expected: int) -> None:
    assert century_of(np.array([short], np.int64), LATEST).tolist() == [year(short)] == [expected]


@pytest.mark.parametrize(
    ("short", "role", "expected"),
    [
        (15, 1, 1915),
        (15, 2, 1915),
        (15, 3, 1915),
        (15, 4, 2015),
        (15, 5, 1915),
        (15, 6, 2015),
        (15, 7, 1915),
        (15, 8, 1915),
        (15, 9, 2015),
        (15, 77, 2015),
        (10, 1, 2010),
        (10, 7, 1910),
        (95, 7, 1995),
    ],
)
def test_who_has_the_role_of_an_adult_is_no_child(short: int, role: int, expected: int) -> None:
    assert year(short, role) == expected


def test_who_is_enrolled_or_married_is_no_child_either() -> None:
    assert (year(15, 4, enrolled=True), year(15, 4, married=True), year(15, 4)) == (1915, 1915, 2015)
    assert (year(9, enrolled=True), year(11, enrolled=True)) == (2009, 1911)


def test_nobody_is_made_older_than_the_oldest() -> None:
    assert (year(6, 7), year(5, 7)) == (1906, 2005)


@given(
    short=st.lists(st.integers(0, 99), max_size=9),
    latest=st.integers(1990, 2080),
    role=st.integers(0, 11),
    enrolled=st.booleans(),
)
def test_a_year_keeps_its_digits_and_is_never_in_the_future(
    short: list[int], latest: int, role: int, enrolled: bool
) -> None:
    digits = np.array(short, np.int64)
    found = century_of(digits, latest, family_role=np.full(digits.size, role), enrolled=np.full(digits.size, enrolled))
    plain = century_of(digits, latest)
    assert (found % 100 == digits).all()
    assert (found <= latest).all()
    assert ((plain == found) | ((plain - 100 == found) & (latest - found <= LONGEST_AGE))).all()
