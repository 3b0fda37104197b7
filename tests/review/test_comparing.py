"""What a case shows beside its records' values."""

from __future__ import annotations

import json
from dataclasses import replace

from linkage.review.cases import Record
from linkage.review.comparing import with_comparison
from linkage.review.terminal_json import case_json
from linkage.spec import SurvivorshipRules
from tests.review.test_terminal import case

WHOLE = {
    "data-1": {"nik": "3273014101800001", "nama": "NURHALIZA", "tgl_entri": "2010-03-01"},
    "data-2": {"nik": "3273014101800002", "nama": "NUR HALIZAH", "no_akta_lhr": "AL-7"},
}


def test_agreements_marks_and_survivors_are_found_on_the_whole_values_and_written_for_scripts():
    records = tuple(Record(record, "3273", (), own=True) for record in WHOLE)
    told = case_json(with_comparison(replace(case(), records=records), WHOLE))
    assert told["agreements"] == {"nik": "differs", "nama": "differs", "tgl_entri": "unknown", "no_akta_lhr": "unknown"}
    told = json.loads(json.dumps(told))
    assert told["survivors"][0] == {"field": "nik", "record": "data-2", "rule": "birth_certificate", "at": None}
    assert {"field": "tgl_entri", "record": "data-2", "rule": "with_nik", "at": None} in told["survivors"]
    cut = {(mark["field"], mark["record"]): mark["parts"] for mark in told["marks"]}
    assert cut["nik", "data-1"] == [["327301******000", "same"], ["1", "changed"]]
    assert cut["nama", "data-2"] == [["NUR", "same"], [" ", "space"], ["HALIZA", "same"], ["H", "changed"]]
    assert "3273014101800001" not in json.dumps(told)


def test_a_case_shows_which_value_would_stay_by_the_rules_it_is_given():
    records = tuple(Record(record, "3273", (), own=True) for record in WHOLE)
    rules = SurvivorshipRules(fields=(("nama", ("with_nik",)),))
    told = with_comparison(replace(case(), records=records), WHOLE, rules).survivors
    assert [(one.record_id, one.rule) for one in told if one.field == "nama"] == [("data-2", "with_nik")]


def test_a_case_whose_values_are_gone_shows_nothing_beside_them():
    empty = with_comparison(case(), {})
    assert (empty.agreements, empty.marks, empty.survivors) == ((), (), ())
