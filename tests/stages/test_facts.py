"""The facts a decision reads, against the records they are taken from."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.stages.facts import expected_namesakes, record_facts, weight_without
from linkage.stages.frequencies import count_values
from tests.small_register import DENPASAR, SEMARANG, denpasar, people, residents_spec, semarang, table

SPEC = residents_spec()


@pytest.fixture(scope="module")
def linked():
    accepted = read_inputs([table([*semarang(), *denpasar()])], SPEC).accepted
    return link_records(accepted, SPEC, LinkOptions(latest_year=2026), LocalEngine(1), Stages(Silent()))


def namesakes(pairs, records):
    return expected_namesakes(pairs, records, count_values(records, SPEC))


def rows():
    return [*semarang(), *denpasar()]


def test_record_facts_say_what_the_records_say(linked):
    facts = record_facts(linked.records)
    assert facts.region.tolist() == [int(row["KODE_WILAYAH"]) for row in rows()]
    assert set(facts.region.tolist()) == {int(SEMARANG), int(DENPASAR)}
    assert facts.sex.tolist() == [int(row["JENIS_KLMIN"]) for row in rows()]
    day_month_year = [row["TGL_LHR"].split("-") for row in rows()]
    assert facts.birth.tolist() == [int(year + month + day) for day, month, year in day_month_year]
    assert facts.enrolled.tolist() == [row["STATUS_KTPEL"].startswith("CARD_") for row in rows()]
    assert not facts.inactive.any()
    niks = [row["NIK"] for row in rows()]
    assert [(facts.nik == code).sum() for code in facts.nik] == [niks.count(nik) for nik in niks]


def test_a_nik_that_breaks_the_rules_is_missing_for_the_decision_whatever_stands_beside_it():
    broken = [row | {"NIK": "3374011313900001"} if place < 2 else row for place, row in enumerate(rows())]
    accepted = read_inputs([table(broken)], SPEC).accepted
    result = link_records(accepted, SPEC, LinkOptions(latest_year=2026), LocalEngine(1), Stages(Silent()))
    facts = record_facts(result.records)
    assert facts.nik[:2].tolist() == [-1, -1]
    assert (facts.nik[2:] >= 0).all()
    assert result.records.columns["nik"].codes[:2].min() >= 0, "the number is kept, to be compared for a slip"


def test_fields_the_spec_does_not_have_are_missing_everywhere(linked):
    columns = {name: linked.records.columns[name] for name in ("nama",)}
    facts = record_facts(replace(linked.records, columns=columns))
    assert set(facts.region.tolist()) == {0}
    assert set(facts.nik.tolist()) == {-1}
    assert set(facts.birth.tolist()) == {0}
    assert not facts.enrolled.any()


def test_the_weight_without_a_field_is_the_weight_of_records_that_lack_it(linked):
    """Link the same records without their NIKs: what the comparisons then say of the same pairs is the oracle."""
    survivors = linked.survivors
    without = weight_without(survivors, linked.records, SPEC, linked.chosen, linked.candidates.work.program, "nik")
    bare = [row | {"NIK": ""} for row in rows()]
    accepted = read_inputs([table(bare)], SPEC).accepted
    options = LinkOptions(latest_year=2026, fixed_model=linked.chosen.whole)
    other = link_records(accepted, replace(SPEC, survive_probability=1e-300), options, LocalEngine(1), Stages(Silent()))
    again = {
        pair: weight
        for *pair_, weight in zip(other.survivors.left, other.survivors.right, other.survivors.weight, strict=True)
        for pair in [tuple(pair_)]
    }
    checked = 0
    for left, right, weight in zip(survivors.left, survivors.right, without, strict=True):
        if (left, right) in again:
            assert weight == pytest.approx(again[left, right])
            checked += 1
    assert checked >= 4


def test_expected_namesakes_multiply_the_shares_of_name_sex_and_date(linked):
    found = namesakes(linked.survivors, linked.records)
    count = len(rows())
    columns = linked.records.columns
    for left, right, expected in zip(linked.survivors.left, linked.survivors.right, found, strict=True):

        def bearers(name, record):
            return int((columns[name].codes == columns[name].codes[record]).sum())

        names = max(bearers("nama", left), bearers("nama", right), 2) - 2
        assert expected == pytest.approx(
            names * bearers("tanggal_lahir", left) / count * bearers("jenis_kelamin", left) / count
        )
    assert found.size >= 5


def births_of(*born):
    rows = [row | {"TGL_LHR": day} for row, day in zip(people(len(born), SEMARANG, seed=3), born, strict=True)]
    return encode(read_inputs([table(rows)], SPEC).accepted, SPEC, latest_year=2026)


def test_a_default_date_stands_for_its_year_only_where_one_was_born_when_such_were_given():
    facts = record_facts(births_of("01-07-2005", "15-03-1950", "01-07-2006", "15-03-2015", "1950", "02-07-1950"))
    assert facts.birth_default.tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("born", "bearers"),
    [("01-07-1950", 6), ("1950", 6), ("03-1950", 6), ("04-03-1950", 2), ("01-07-2010", 1), ("05-07-2010", 1)],
)
def test_other_bearers_of_a_vague_or_default_date_are_those_of_its_year(born, bearers):
    """Namesakes of one name and sex: the number expected follows the share of the date alone."""
    dates = ["01-07-1950", "1950", "03-1950", "04-03-1950", "04-03-1950", "31-12-1950", "01-07-2010", "05-07-2010"]
    records = births_of(*dates)
    columns = dict(records.columns)
    columns["nama"] = replace(columns["nama"], codes=np.zeros(len(dates), np.int32))
    columns["jenis_kelamin"] = replace(columns["jenis_kelamin"], codes=np.zeros(len(dates), np.int32))
    left = np.array([dates.index(born)], np.int32)
    pair = SimpleNamespace(left=left, right=(left + 1) % np.int32(len(dates)))
    found = namesakes(pair, replace(records, columns=columns))
    assert found.tolist() == pytest.approx([(len(dates) - 2) * bearers / len(dates)])


def test_a_missing_name_has_no_number_of_namesakes(linked):
    nameless = np.full_like(linked.records.columns["nama"].codes, -1)
    columns = dict(linked.records.columns) | {"nama": replace(linked.records.columns["nama"], codes=nameless)}
    assert np.isnan(namesakes(linked.survivors, replace(linked.records, columns=columns))).all()
