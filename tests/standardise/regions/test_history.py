"""Regions in time: the code and the name that a regency had on a day, and which codes are one regency."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.spec import OlderRegion
from linkage.standardise.regions.history import RegionSpell, lineage, regency_on, region_history, same_lineage
from linkage.standardise.regions.resolve import newest
from linkage.standardise.regions.table import region_table

CODES = sorted(region_table().ever)
PAPUA = date(2022, 7, 25)


def test_a_regency_of_a_split_province_has_a_spell_under_each_code() -> None:
    spells = (
        RegionSpell(9109, "Kabupaten Mimika", None, PAPUA, 9404, "UU 15/2022"),
        RegionSpell(9404, "Kabupaten Mimika", PAPUA, None, 0, "UU 15/2022"),
    )
    assert region_history(9109) == region_history(9404) == spells


def test_a_renamed_regency_has_a_spell_under_each_name() -> None:
    assert [(spell.name, spell.valid_until) for spell in region_history(6102)] == [
        ("Kabupaten Pontianak", date(2014, 7, 21)),
        ("Kabupaten Mempawah", None),
    ]
    assert [spell.name for spell in region_history(7601)] == ["Kabupaten Mamuju Utara", "Kabupaten Pasangkayu"]
    assert region_history(7601)[0].valid_from == date(2004, 10, 5)


def test_a_province_has_the_date_of_its_law_and_an_unknown_code_no_history() -> None:
    assert region_history(36) == (RegionSpell(36, "Banten", date(2000, 10, 17), None, 0, "UU 23/2000"),)
    assert region_history(3299) == region_history(99) == ()


@pytest.mark.parametrize(
    ("code", "day", "then"),
    [
        (9404, date(2022, 7, 24), 9109),
        (9404, PAPUA, 9404),
        (9109, date(2024, 1, 1), 9404),
        (9109, date(1990, 1, 1), 9109),
        (9671, date(2022, 12, 7), 9271),
        (9671, date(2022, 12, 8), 9671),
        (9671, date(1990, 1, 1), 0),
        (6571, date(2012, 11, 15), 6473),
        (6571, date(2012, 11, 16), 6571),
        (3604, date(2000, 10, 16), 0),
        (3604, date(2000, 10, 17), 3604),
        (3674, date(2020, 1, 1), 3674),
        (3674, date(1999, 1, 1), 0),
        (7319, date(2004, 10, 4), 7319),
        (7319, date(2004, 10, 5), 0),
        (3273, date(1990, 1, 1), 3273),
        (3299, date(2020, 1, 1), 0),
        (36, date(2020, 1, 1), 36),
        (36, date(1999, 1, 1), 0),
    ],
)
def test_a_regency_has_one_code_on_a_day(code: int, day: date, then: int) -> None:
    assert regency_on(code, day) == then


@given(code=st.sampled_from(CODES), day=st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_the_code_of_a_day_is_of_the_same_lineage_and_the_same_for_every_code_of_it(code: int, day: date) -> None:
    found = regency_on(code, day)
    assert found == 0 or found in lineage(code)
    assert {regency_on(member, day) for member in lineage(code)} == {found}


@given(code=st.sampled_from(CODES), other=st.sampled_from(CODES))
def test_a_lineage_holds_the_code_and_is_symmetric(code: int, other: int) -> None:
    assert code in lineage(code)
    assert same_lineage(code, code)
    assert same_lineage(code, other) == same_lineage(other, code) == (other in lineage(code))
    assert same_lineage(code, other) == (code == other or newest(code) == newest(other) != 0)


def test_spells_follow_each_other_without_a_gap_and_today_is_covered_once() -> None:
    for code in CODES:
        spells = region_history(code)
        for before, after in pairwise(spells):
            assert (before.valid_until, before.successor) == (after.valid_from, after.code)
        today = [spell.code for spell in spells if spell.covers(date(2026, 1, 1))]
        assert today == ([newest(code)] if newest(code) else [])


def test_what_no_table_knows_belongs_to_no_lineage() -> None:
    assert lineage(3299) == frozenset()
    assert not same_lineage(3299, 3299)
    assert not same_lineage(7319, 7320), "retired codes without a known successor are not one regency"


def test_an_older_code_of_a_spec_ends_where_its_successor_begins() -> None:
    older = (OlderRegion(7320, 7605, "Kabupaten Majene"), OlderRegion(3220, 3672, "Kota Cilegon"))
    assert lineage(7605, older) == {7320, 7605}
    assert [(spell.code, spell.valid_until) for spell in region_history(3672, older)] == [
        (3220, date(2000, 10, 17)),
        (3672, None),
    ]
    assert regency_on(3672, date(1999, 1, 1), older) == 3220
    assert regency_on(3220, date(2020, 1, 1), older) == 3672
    assert regency_on(7605, date(2020, 1, 1), older) == 7605
