"""How two birth dates differ: likelier slips of a clerk stand higher, and guesses are counted."""

import math

import pytest

from linkage.features.dates import BEST_DIFFERENCE, date_features

CASES = [
    ("the same day", "1990-07-05", "1990-07-05", "birth_difference", BEST_DIFFERENCE),
    ("day and month exchanged", "1990-07-05", "1990-05-07", "birth_difference", BEST_DIFFERENCE - 1),
    ("a day apart", "1990-07-05", "1990-07-06", "birth_gap_days", 1),
    ("three days apart", "1990-07-05", "1990-07-08", "birth_gap_days", 2),
    ("years apart", "1990-07-05", "1994-07-05", "birth_gap_years", 4),
    ("only the month agrees", "1990-07-05", "1991-07-25", "birth_same_month", 1),
    ("of a year alone the day is not known", "1990", "1990-07-05", "birth_same_day", math.nan),
    ("one of two stands for a year", "1950-07-01", "1950-03-17", "birth_guesses", 1),
    ("nothing is known of a missing date", "", "1990-07-05", "birth_gap_years", math.nan),
]


@pytest.mark.parametrize(("one", "other", "name", "value"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_two_dates_differ(values_of, one, other, name, value):
    rows = [{"nama": "ADI", "tanggal_lahir": one}, {"nama": "ADI", "tanggal_lahir": other}]
    assert values_of(date_features, rows)[name] == pytest.approx([value], nan_ok=True)
