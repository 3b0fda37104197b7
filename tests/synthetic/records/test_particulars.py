"""The habits of the generator can be undone, one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from linkage.synthetic import REPEAT_KINDS, Register, RegisterPlan, make_register

Row = dict[str, Any]
HABITS = (
    "twins_entered_apart_rate",
    "twins_apart_rate",
    "copy_same_day_rate",
    "copy_channel_rate",
    "particulars_changed_rate",
)


@pytest.fixture(scope="module")
def usual() -> Register:
    return make_register(RegisterPlan(6_000, 3, 5, preset="hard"))


@pytest.fixture(scope="module")
def unusual() -> Register:
    return make_register(RegisterPlan(6_000, 3, 5, preset="hard", **dict.fromkeys(HABITS, 0.5)))


def rows_of(register: Register) -> list[Row]:
    pairs = zip(register.records.to_pylist(), register.truth.to_pylist(), strict=True)
    return [record | truth for record, truth in pairs]


def copies(register: Register, *kinds: str) -> Iterator[tuple[Row, Row]]:
    """First record and copy of each repeat of these kinds."""
    table = rows_of(register)
    first = {row["person_id"]: row for row in table if not row["duplicate_of_kind"]}
    yield from ((first[row["person_id"]], row) for row in table if row["duplicate_of_kind"] in kinds)


def twins(register: Register) -> list[tuple[Row, Row]]:
    found = defaultdict(list)
    for row in rows_of(register):
        if row["twin_group"] and not row["duplicate_of_kind"]:
            found[row["twin_group"]].append(row)
    return [(one, other) for one, other in found.values()]


def share(pairs: Any, column: str) -> float:
    same = [one[column] == other[column] for one, other in pairs if one[column] and other[column]]
    return sum(same) / len(same)


def test_twins_are_entered_together_unless_the_plan_says_otherwise(usual: Register, unusual: Register) -> None:
    assert share(twins(usual), "tgl_entri") == 1.0
    assert 0.3 < share(twins(unusual), "tgl_entri") < 0.7
    days = [day for row in rows_of(unusual) for day in (row["tanggal_lahir"], row["tgl_entri"], row["tgl_ubah"])]
    assert max(days) <= unusual.plan.cut_off.isoformat()


def test_twins_can_live_in_two_households_of_one_regency_and_are_relatives_there(
    usual: Register, unusual: Register
) -> None:
    assert all(one["household_id"] == other["household_id"] for one, other in twins(usual))
    apart = [(one, other) for one, other in twins(unusual) if one["household_id"] != other["household_id"]]
    assert 0.3 < len(apart) / len(twins(unusual)) < 0.7
    assert all(one["source"] == other["source"] for one, other in apart)
    assert all("9" in (one["shdk"], other["shdk"]) for one, other in apart)
    homes = defaultdict(set)
    for row in rows_of(unusual):
        if not row["duplicate_of_kind"]:
            homes[row["household_id"]].add(row["kode_wilayah"])
    assert all(len(villages) == 1 for villages in homes.values())


def test_who_lives_apart_from_a_twin_is_copied_with_the_address_of_the_first_record(unusual: Register) -> None:
    pairs = list(copies(unusual, "conflict_reentry", "burst_copy"))
    assert len(pairs) > 100
    assert all(one["kode_wilayah"] == other["kode_wilayah"] for one, other in pairs)


def test_an_office_can_enter_a_person_twice_on_one_day(usual: Register, unusual: Register) -> None:
    kinds = ("copy_same_office", "conflict_reentry")
    assert share(copies(usual, *kinds), "tgl_entri") < 0.05
    assert 0.4 < share(copies(unusual, *kinds), "tgl_entri") < 0.6
    assert share(copies(unusual, "second_nik_elsewhere"), "tgl_entri") < 0.05


def test_a_copy_can_come_through_a_channel_of_its_own(usual: Register, unusual: Register) -> None:
    assert share(copies(usual, "copy_same_office"), "kanal") == 1.0
    # Half are drawn again, of which nearly half fall on the same.
    assert 0.6 < share(copies(unusual, "copy_same_office"), "kanal") < 0.85
    assert {other["kanal"] for _, other in copies(unusual, "burst_copy")} == {"JEMPUT_BOLA"}


@pytest.mark.parametrize("column", ["agama", "stat_kwn", "shdk", "no_kk"])
def test_particulars_can_be_written_otherwise(column: str, usual: Register, unusual: Register) -> None:
    kinds = ("conflict_reentry", "newborn_placeholder")
    assert share(copies(usual, *kinds), column) > 0.99
    assert share(copies(unusual, *kinds), column) < 0.93


def test_a_card_can_be_refused_to_people_who_are_there_once(usual: Register) -> None:
    plan = RegisterPlan(6_000, 3, 5, preset="hard", wrongly_refused_rate=0.05)
    times = Counter(usual.truth["person_id"].to_pylist())
    refused = [
        [row for row in rows_of(register) if row["status_ktpel"] == "DUPLICATE_RECORD" and times[row["person_id"]] == 1]
        for register in (usual, make_register(plan))
    ]
    assert not refused[0]
    assert len(refused[1]) > 50
    assert all(row["tanggal_lahir"] < "2010" for row in refused[1] if not row["errors"])


def test_no_child_is_written_as_married(unusual: Register) -> None:
    young = [
        other
        for one, other in copies(unusual, *REPEAT_KINDS)
        if one["tanggal_lahir"] > "2016" and "date_contradicts" not in other["errors"] and not one["errors"]
    ]
    assert len(young) > 50
    assert {row["stat_kwn"] for row in young} == {"1"}


def test_habits_change_no_more_than_they_say(usual: Register, unusual: Register) -> None:
    assert sorted(usual.truth["person_id"].to_pylist()) == sorted(unusual.truth["person_id"].to_pylist())
    names = [
        sorted(row["nama"] for row in rows_of(register) if not row["duplicate_of_kind"])
        for register in (usual, unusual)
    ]
    assert names[0] == names[1]


def test_fathers_cards_and_sexes_go_wrong_only_when_a_plan_gives_that_a_weight(usual: Register) -> None:
    kinds = ("father_shortened", "father_typing", "card_digit", "sex_slip")
    plan = RegisterPlan(3_000, 3, 5, preset="hard", error_shares=dict.fromkeys(kinds, 1.0))
    made = {error for row in rows_of(make_register(plan)) for error in row["errors"]}
    assert made >= set(kinds)
    assert not {error for row in rows_of(usual) for error in row["errors"]} & set(kinds)
