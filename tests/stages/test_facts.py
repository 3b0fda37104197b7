"""The facts a decision reads, against the records they are taken from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.stages.facts import expected_namesakes, record_facts, weight_without
from tests.small_register import DENPASAR, SEMARANG, denpasar, residents_spec, semarang, table

SPEC = residents_spec()


@pytest.fixture(scope="module")
def linked():
    accepted = read_inputs([table([*semarang(), *denpasar()])], SPEC).accepted
    return link_records(accepted, SPEC, LinkOptions(latest_year=2026), LocalEngine(1), Stages(Silent()))


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
    options = LinkOptions(latest_year=2026, fixed_model=linked.chosen.model)
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
    found = expected_namesakes(linked.survivors, linked.records)
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


def test_a_missing_name_has_no_number_of_namesakes(linked):
    nameless = np.full_like(linked.records.columns["nama"].codes, -1)
    columns = dict(linked.records.columns) | {"nama": replace(linked.records.columns["nama"], codes=nameless)}
    assert np.isnan(expected_namesakes(linked.survivors, replace(linked.records, columns=columns))).all()
