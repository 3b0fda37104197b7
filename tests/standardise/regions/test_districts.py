"""Sub-districts: every listed code, those that were replaced, and what a number above them all means."""

import numpy as np

from linkage.standardise.regions.districts import (
    district_name,
    district_table,
    highest_districts,
    known_districts,
    newest_district,
)
from linkage.standardise.regions.table import region_table


def test_there_are_7285_sub_districts_in_force_and_594_codes_that_were_replaced() -> None:
    table = district_table()
    assert sum(item.valid for item in table.values()) == 7285
    assert sum(not item.valid for item in table.values()) == 462 + 132
    assert list(table) == sorted(table)
    assert all(item.name for item in table.values())


def test_every_sub_district_lies_in_a_regency_of_the_table_and_those_in_force_in_one_in_force() -> None:
    regencies = region_table().regencies
    assert all(regencies[code // 100].valid == item.valid for code, item in district_table().items())


def test_a_replaced_code_leads_to_one_sub_district_of_the_regency_that_replaced_its_own() -> None:
    table, regencies = district_table(), region_table().regencies
    retired = [item for item in table.values() if not item.valid]
    assert all(table[item.newest].valid for item in retired)
    assert all(regencies[item.code // 100].newest == item.newest // 100 for item in retired)
    assert len({item.newest for item in retired}) == len(retired)


def test_a_name_and_a_successor_are_found_by_code() -> None:
    assert district_name(110101) == "Bakongan"
    assert newest_district(110101) == 110101
    assert (district_name(911336), newest_district(911336)) == ("Holuon", 950334), "respelt Holuwon"
    assert (district_name(327399), newest_district(327399)) == ("", 0)


def test_the_highest_number_of_a_regency_is_that_of_its_listed_codes() -> None:
    highest = highest_districts()
    assert highest.shape == (10_000,)
    assert highest[3273] == max(code % 100 for code in district_table() if code // 100 == 3273)
    assert highest[3299] == highest[6404] == 100, "nothing listed: nothing is above it"
    assert known_districts() == {code: int(highest[code]) for code in np.flatnonzero(highest < 100).tolist()}


def test_gaps_are_sub_districts_that_went_to_a_younger_regency() -> None:
    listed = {code % 100 for code in district_table() if code // 100 == 3204}
    assert set(range(1, 47)) - listed == {1, 2, 3, 4, *range(18, 25), 41, 42, 43, 45}
    assert highest_districts()[3204] == 46
