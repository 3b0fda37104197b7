"""What a household shares: card, parents' NIKs, certificate, address and region."""

import math

import pytest

from linkage.features.household import household_features

CASES = [
    ("one card", {"no_kk": "3374010102100003"}, {"no_kk": "3374010102100003"}, "card_equal", 1),
    ("a digit of the card mistyped", {"no_kk": "3374010102100003"}, {"no_kk": "3374010102110003"}, "card_slip", 1),
    ("a missing card says nothing", {"no_kk": "3374010102100003"}, {}, "card_equal", math.nan),
    ("one mother", {"nik_ibu": "3374014507600001"}, {"nik_ibu": "3374014507600001"}, "nik_ibu_relation", 2),
    ("a digit of the mother", {"nik_ibu": "3374014507600001"}, {"nik_ibu": "3374014507610001"}, "nik_ibu_relation", 1),
    ("two fathers", {"nik_ayah": "3374010507600001"}, {"nik_ayah": "3273010807610009"}, "nik_ayah_relation", 0),
    ("one house", {"alamat": "JL MELATI 3"}, {"alamat": "JALAN MELATI NO 3"}, "address_relation", 6),
    ("a missing address says nothing", {"alamat": "JL MELATI 3"}, {}, "address_relation", math.nan),
    ("one village", {"kelurahan": "SANUR"}, {"kelurahan": "SANUR"}, "kelurahan_same", 1),
    ("one regency", {"kode_wilayah": "3374"}, {"kode_wilayah": "3374"}, "region_relation", 2),
    ("one province", {"kode_wilayah": "3374"}, {"kode_wilayah": "3301"}, "region_relation", 1),
    ("an unknown region says nothing", {"kode_wilayah": "3374"}, {}, "region_relation", math.nan),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "name", "value"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_two_households_relate(values_of, one, other, name, value):
    said = values_of(household_features, [{"nama": "ADI", **one}, {"nama": "ADI", **other}])
    assert said[name] == pytest.approx([value], nan_ok=True)
