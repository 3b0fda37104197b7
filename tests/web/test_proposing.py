"""What stands on the page becomes persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from linkage.errors import UsageError
from linkage.review.cases import Case, Verdict
from linkage.review.resolution import PersonOut
from linkage.web.proposing import persons_of
from tests.web.views.posed import posed

TWO = posed({}, {"nama": "R DEWI", "status_ktpel": "UNREGISTERED"})
MOVED = posed(
    {}, {"alamat": "JALAN MAWAR 1", "kelurahan": "SOREANG", "tgl_entri": "2022-06-01", "tgl_ubah": ""}, kind="OPEN_MOVE"
)


def _persons(
    case: Case,
    *,
    verdict: Verdict = Verdict.DUPLICATE,
    parts: Sequence[int] = (),
    keeps: Sequence[int] = (),
    values: Sequence[str] = (),
) -> tuple[PersonOut, ...]:
    return persons_of(case, verdict, parts=parts, keeps=keeps, values=values)


def test_without_a_word_all_records_are_one_person() -> None:
    assert _persons(TWO) == (PersonOut(("a", "b")),)


def test_what_the_rules_choose_anyway_is_left_to_them() -> None:
    assert _persons(TWO, keeps=[1], values=["nama:1", "address:1"]) == (PersonOut(("a", "b"), "a"),)


def test_a_value_chosen_otherwise_is_named() -> None:
    (person,) = _persons(TWO, values=["nama:2"])
    assert person.fields == (("nama", "b"),)


def test_an_address_chosen_otherwise_is_named_with_all_its_fields() -> None:
    case = posed({}, {"alamat": "JALAN MAWAR 1", "kelurahan": "CIPEDES"})
    (person,) = _persons(case, values=["address:2"])
    assert person.fields == (("alamat", "b"), ("kelurahan", "b"))


def test_of_a_move_the_address_goes_with_the_residence() -> None:
    assert _persons(MOVED, verdict=Verdict.FINISH_MOVE, keeps=[2]) == (PersonOut(("a", "b"), "b"),)
    (person,) = _persons(MOVED, verdict=Verdict.FINISH_MOVE, keeps=[1])
    assert person == PersonOut(("a", "b"), "a", (("alamat", "a"), ("kelurahan", "a")))


def test_of_a_move_no_part_of_the_other_address_is_left_to_the_rules() -> None:
    case = posed({}, {"alamat": "JALAN MAWAR 1", "rt": "004", "tgl_entri": "2022-06-01"}, kind="OPEN_MOVE")
    (person,) = _persons(case, verdict=Verdict.FINISH_MOVE, keeps=[1])
    assert dict(person.fields)["rt"] == "a"


@pytest.mark.parametrize(
    ("parts", "persons"),
    [([1, 1, 2], [("a", "b"), ("c",)]), ([3, 1, 3], [("a", "c"), ("b",)]), ([1, 1, 1], [("a", "b", "c")])],
)
def test_records_of_one_number_are_one_person(parts: list[int], persons: list[tuple[str, ...]]) -> None:
    assert [person.record_ids for person in _persons(posed({}, {}, {}), parts=parts)] == persons


def test_of_a_split_each_record_is_a_person_unless_told_otherwise() -> None:
    case = posed({}, {"nama": "TONO"}, kind="SHARED_NIK")
    assert _persons(case, verdict=Verdict.SPLIT, keeps=[1]) == (PersonOut(("a",), "a"), PersonOut(("b",)))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"parts": [1]}, "persons.partition"),
        ({"keeps": [3]}, "persons.record"),
        ({"keeps": [1, 2]}, "persons.keeps_several"),
        ({"values": ["nama:0"]}, "persons.record"),
        ({"values": ["hobi:1"]}, "survivorship.field"),
        ({"values": ["nama:satu"]}, "survivorship.field"),
        ({"values": ["nama"]}, "survivorship.field"),
        ({"values": ["nama:²"]}, "survivorship.field"),
    ],
)
def test_what_fits_no_case_is_refused_by_name(given: dict[str, Any], key: str) -> None:
    with pytest.raises(UsageError) as refused:
        _persons(posed({"nik": "3273014101800007"}, {"nik": "3273014101800008", "nama": "R DEWI",
                                                     "status_ktpel": "UNREGISTERED"}), **given)  # fmt: skip
    assert refused.value.key == key
