"""Thousands of people of one name on one default date: nothing blows up, and nothing vanishes silently."""

import pyarrow as pa
import pytest

from linkage.blocking.indexes import build_rule_indexes
from linkage.blocking.keys import RuleKeys
from linkage.blocking.repeats import repeated_blocks
from linkage.encode import encode
from linkage.intake import read_inputs
from tests.small_register import residents_spec

SPEC = residents_spec()
PEOPLE = 20_000
ALL_PAIRS = PEOPLE * (PEOPLE - 1) // 2


@pytest.fixture(scope="module")
def records():
    """People of one name, sex and birth date; every third has a village of a hundred, every ninth a mother's name."""
    people = [
        {
            "nama": "SITI AMINAH",
            "jenis_kelamin": "P",
            "tanggal_lahir": "1960-07-01",
            "tempat_lahir": "SEMARANG",
            "kelurahan": f"DESA {number % 100}" if number % 3 == 0 else None,
            "nama_ibu": f"IBU {'ABCDEFGHIJ'[number % 10] * 4}" if number % 9 == 0 else None,
        }
        for number in range(PEOPLE)
    ]
    return encode(read_inputs([pa.Table.from_pylist(people)], SPEC).accepted, SPEC, latest_year=2026)


@pytest.fixture(scope="module")
def built(records):
    found = build_rule_indexes(SPEC.rules, records.columns, records.n_records)
    return {report.name: (index, report) for index, report, _ in found}


def test_every_pair_of_a_rule_is_compared_refined_away_or_cut_and_counted(built):
    for name in ("name_year_sex", "date_first_name", "date_place"):
        _, report = built[name]
        assert report.records == PEOPLE
        assert report.pairs + report.pairs_refined_away + report.pairs_cut == ALL_PAIRS
        assert report.pairs_cut > 0
        assert report.cut_records > PEOPLE // 2


def test_what_is_compared_stays_within_the_caps(built):
    caps = {rule.name: rule.cap for rule in SPEC.rules}
    for name, (index, report) in built.items():
        assert report.largest_block <= caps[name]
        assert report.pairs <= index.members.size * (caps[name] - 1) / 2
        assert index.members.size <= 3 * PEOPLE


def test_any_number_of_threads_gives_the_same_indexes(records, built):
    for index, report, _ in build_rule_indexes(SPEC.rules, records.columns, records.n_records, threads=3):
        same, told = built[report.name]
        assert report == told
        assert (index.keys.tolist(), index.starts.tolist()) == (same.keys.tolist(), same.starts.tolist())
        assert index.members.tolist() == same.members.tolist()


def test_the_reports_come_in_the_order_of_the_rules(built):
    assert list(built) == [rule.name for rule in SPEC.rules]


def test_a_key_that_all_have_is_one_block(records):
    rule = next(rule for rule in SPEC.rules if rule.name == "name_year_sex")
    blocks, with_key = repeated_blocks(RuleKeys(rule, records.columns, records.n_records))
    assert (with_key, set(blocks.sizes.tolist())) == (PEOPLE, {PEOPLE})
