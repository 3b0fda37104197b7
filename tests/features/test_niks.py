"""What two NIKs say: relations by the numbering rules, and whether each tells its own record's birth date."""

import math

import pytest

from linkage.features.niks import nik_features

CASES = [
    # what, one NIK, other NIK, feature, value
    ("the same number", "3374010507900001", "3374010507900001", "nik_equal", 1),
    ("one digit substituted", "3374010507900001", "3374010507800001", "nik_slip", 1),
    ("one office and day, serials that follow", "3374010507900001", "3374010507900002", "nik_first_twelve", 1),
    ("serials that follow are no gap", "3374010507900001", "3374010507900002", "nik_serial_gap", 0),
    ("serials sixteen apart", "3374010507900001", "3374010507900017", "nik_serial_gap", 4),
    ("no gap without the first twelve digits", "3374010507900001", "3273010507900002", "nik_serial_gap", math.nan),
    ("forty between the days", "3374010507900001", "3374014507900001", "nik_day_40", 1),
    ("one date issued in two places", "3374010507900001", "3273010507900001", "nik_birth_part", 1),
    ("one regency", "3374010507900001", "3374021203880004", "nik_regency", 1),
    ("one is missing", "3374010507900001", "", "nik_equal", math.nan),
    ("one is missing, counted", "3374010507900001", "", "nik_missing", 1),
]


@pytest.mark.parametrize(("one", "other", "name", "value"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_two_niks_relate(values_of, one, other, name, value):
    said = values_of(nik_features, [{"nama": "ADI", "nik": one}, {"nama": "ADI", "nik": other}])
    assert said[name] == pytest.approx([value], nan_ok=True)


def test_it_is_told_how_many_numbers_carry_the_birth_date_of_their_record(values_of):
    one = {"nama": "ADI", "nik": "3374010507900001", "tanggal_lahir": "1990-07-05"}
    other = {"nama": "ADI", "nik": "3374010608900001", "tanggal_lahir": "1991-08-06"}
    assert values_of(nik_features, [one, other])["nik_dates_fit"] == [1]


def test_a_number_that_carries_the_other_records_date_tells_of_a_correction(values_of):
    before = {"nama": "ADI", "nik": "3374010507900001", "tanggal_lahir": "1990-07-05"}
    after = {"nama": "ADI", "nik": "3374010507900001", "tanggal_lahir": "1990-07-25"}
    assert values_of(nik_features, [before, after])["nik_tells_other_date"] == [1]
