"""Families beside the records of a case: who stands in several of them, and what may be shown."""

import json

import pytest

from linkage.review.families import family_json, family_of_json, found_again, masked_family
from linkage.review.shown import Kin


def kin(record="m", **values):
    return Kin(record, tuple(values.items()))


SITI = {"nama": "SITI AMINAH", "tanggal_lahir": "1955-02-03"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (kin("1", **SITI), kin("2", **SITI), True),
        (kin("1", **SITI), kin("2", **SITI | {"nama": "siti  aminah "}), True),
        (kin("1", **SITI), kin("2", **SITI | {"tanggal_lahir": "1956-02-03"}), False),
        (kin("1", **SITI), kin("2", **SITI | {"nama": "SITI AMINI"}), False),
        (kin("1", nama="SITI AMINAH"), kin("2", nama="SITI AMINAH"), False),
        (kin("1", tanggal_lahir="1955-02-03"), kin("2", tanggal_lahir="1955-02-03"), False),
        (kin("1", nik="3273014302550001"), kin("2", nik="3273014302550001", nama="AMINAH"), True),
        (kin("1", nik="3273014302550001"), kin("2", nik="3273014302550002"), False),
        (kin("1", nik=""), kin("2", nik=""), False),
        (kin("1"), kin("1"), True),
    ],
)
def test_a_member_of_two_families_is_known_again_by_number_or_by_name_and_date(one, other, same):
    found = found_again({"a": [one], "b": [other], "c": []})
    assert found == {
        "a": (Kin(one.record_id, one.values, ("b",) if same else ()),),
        "b": (Kin(other.record_id, other.values, ("a",) if same else ()),),
        "c": (),
    }


def test_twice_in_one_family_is_not_twice_in_the_case():
    found = found_again({"a": [kin("1", **SITI), kin("2", **SITI)], "b": []})
    assert [one.also for one in found["a"]] == [(), ()]


def test_who_stands_in_all_families_names_all_the_others():
    found = found_again({record: [kin(record, **SITI)] for record in "abc"})
    assert {record: family[0].also for record, family in found.items()} == {
        "a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b"),
    }  # fmt: skip


def test_members_are_masked_by_the_rules_for_a_records_own_values():
    shown = masked_family([Kin("m", (*SITI.items(), ("nik", "3273014302550001"), ("nama_ibu", "SARI")), ("b",))])
    values = dict(shown[0].values)
    assert values["nama"] == "SITI AMINAH"
    assert values["tanggal_lahir"] == "1955-**-**"
    assert "02550001" not in values["nik"]
    assert values["nama_ibu"] != "SARI"
    assert shown[0].also == ("b",)


def test_a_family_comes_back_as_it_was_kept():
    family = (kin("1", **SITI), kin("2"))
    assert family_of_json(json.loads(json.dumps(family_json(family)))) == family
    assert family_json(()) is None
    assert family_of_json(None) == ()
