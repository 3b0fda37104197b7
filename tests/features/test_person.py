"""What else two records say of a person: particulars, enrolment, day of entry."""

import math

import pytest

from linkage.features.person import person_features

CARD = {"status_ktpel": "CARD_ISSUED"}
CASES = [
    ("one sex", {"jenis_kelamin": "L"}, {"jenis_kelamin": "1"}, "sex_same", 1),
    ("two sexes", {"jenis_kelamin": "L"}, {"jenis_kelamin": "P"}, "sex_same", 0),
    ("a missing sex says nothing", {"jenis_kelamin": "L"}, {}, "sex_same", math.nan),
    ("one faith", {"agama": "ISLAM"}, {"agama": "1"}, "agama_same", 1),
    ("both enrolled", CARD, CARD, "enrolled", 2),
    ("a missing status is no enrolment", CARD, {}, "enrolled", 1),
    ("both enrolled under two numbers", {**CARD, "nik": "3374010507900001"}, {**CARD, "nik": "3273010507900009"},
     "both_enrolled_other_nik", 1),
    ("both enrolled under one number", {**CARD, "nik": "3374010507900001"}, {**CARD, "nik": "3374010507900001"},
     "both_enrolled_other_nik", 0),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "name", "value"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_two_persons_relate(values_of, one, other, name, value):
    said = values_of(person_features, [{"nama": "ADI", **one}, {"nama": "ADI", **other}])
    assert said[name] == pytest.approx([value], nan_ok=True)
