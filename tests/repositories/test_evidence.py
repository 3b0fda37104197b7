"""What is shown beside values: families and sentences, to whom, and what their change does to a case."""

from dataclasses import replace

import pytest

from linkage.review.cases import Action, State
from linkage.review.shown import Kin
from tests.oracles.queue_cases import later, make_case, make_explained, propose, step


@pytest.fixture
def of_two_regencies(queue):
    """Case 1: a record of Bandung, one of Sumedang; their province decides and has asked Sumedang."""
    queue.load("run1", [make_case("rec-a", "rec-b", scope="32")], now=later(0))
    step(queue, 1, "hana", Action.ASK, at=later(1), reason="KK?", region="3204", hold=True)
    return queue


def test_who_decides_sees_sentences_and_masked_families_and_who_stands_in_both(of_two_regencies):
    case = of_two_regencies.view(1, by="hana", now=later(2))
    assert case.pairs[0].explained == make_explained("rec-a", "rec-b", 0.9)
    mother, child = case.records[0].family
    assert dict(mother.values) == {"nama": "SARI WULAN", "jenis_kelamin": "P", "tanggal_lahir": "1955-**-**"}
    assert "*" in dict(child.values)["nik"]
    assert (mother.also, child.also) == (("rec-b",), ())


def test_an_office_that_is_asked_sees_its_own_records_family_and_no_evidence(of_two_regencies):
    case = of_two_regencies.view(1, by="gilang", now=later(2))
    assert [record.own for record in case.records] == [False, True]
    assert case.pairs == ()
    assert case.records[0].family == ()
    assert [kin.record_id for kin in case.records[1].family] == ["mother-rec-b", "child-rec-b"]
    assert {kin.also for kin in case.records[1].family} == {()}, "that would tell what the other office holds"


def test_a_case_that_is_only_named_holds_no_family(of_two_regencies):
    assert {record.family for record in of_two_regencies.get(1, by="hana").records} == {()}


@pytest.mark.parametrize("changed", ["family", "sentence", "gone"])
def test_other_families_and_sentences_are_shown_and_void_no_verdict(queue, changed):
    case = make_case("rec-a", "rec-b")
    queue.load("run1", [case], now=later(0))
    propose(queue, 1, "ani", at=later(1))
    version = queue.get(1, by="ani").version
    family = (Kin("new", (("nama", "DEWI"),)),)
    told = {"sentence": make_explained("rec-a", "rec-b", 0.7), "gone": None}.get(changed, case.pairs[0].explained)
    held = replace(case.records[0], family=family) if changed == "family" else case.records[0]
    again = replace(case, records=(held, case.records[1]), pairs=(replace(case.pairs[0], explained=told),))
    loaded = queue.load("run2", [again], now=later(2))
    assert (loaded.kept, loaded.refreshed) == (1, 0)
    seen = queue.view(1, by="ani", now=later(3))
    assert (seen.state, seen.version) == (State.DIUSULKAN, version)
    assert seen.pairs[0].explained == told
    assert (seen.records[0].family == family) == (changed == "family")
