"""When a publication is stopped before it takes effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.reference.breaker import Counted, Proposed, covered, reasons_to_stop
from linkage.reference.decisions import holding
from linkage.reference.persons import groups
from linkage.reference.settings import PublishSettings
from linkage.review.publications import Stop, StopReason
from tests.reference.small import decided, nik, person

SETTINGS = PublishSettings(largest_person=3, bridges=0, impossible_families=0, merge_rate=0.03, usual_merge_rate=0.003)
QUIET = Counted({"3273": 1000}, {})


def proposed(*decisions, values=None, now=QUIET, earlier=(QUIET,)):
    told = groups(holding(decisions))
    names = {record for group in told for record in group.record_ids}
    records = {record: {"nama": "ORANG", **(values or {}).get(record, {})} for record in names}
    return Proposed(told, records, dict.fromkeys(names, "3273"), now, earlier)


def codes(given, settings=SETTINGS):
    return [(reason.code, reason.region, reason.figure) for reason in reasons_to_stop(given, settings)]


def test_a_publication_that_changes_little_takes_effect():
    assert codes(proposed(decided(1, person("r1", "r2")))) == []


@pytest.mark.parametrize(("records", "found"), [(3, []), (4, [("CLUSTER_SIZE", "3273", 4.0)])])
def test_a_person_of_many_records_is_looked_at_first(records, found):
    assert codes(proposed(decided(1, person(*(f"r{n}" for n in range(records)))))) == found


def test_persons_that_hang_together_by_a_chain_are_looked_at_first():
    chain = proposed(decided(1, person("r1", "r2")), decided(2, person("r2", "r3")))
    assert codes(chain) == [("BRIDGE", "3273", 1.0)]
    whole = proposed(decided(1, person("r1", "r2")), decided(2, person("r1", "r2", "r3")))
    assert codes(whole) == []
    assert codes(chain, replace(SETTINGS, bridges=1)) == []


IMPOSSIBLE = [
    ("own mother", {"r1": {"nik": nik(1)}, "r2": {"nik_ibu": nik(1)}}),
    ("own father", {"r1": {"nik_ayah": nik(7), "nik": nik(7)}, "r2": {}}),
    ("two mothers", {"r1": {"nik_ibu": nik(1)}, "r2": {"nik_ibu": nik(2)}}),
    ("man and woman", {"r1": {"jenis_kelamin": "L"}, "r2": {"jenis_kelamin": "P"}}),
    ("ten years apart", {"r1": {"tanggal_lahir": "1980-06-30"}, "r2": {"tanggal_lahir": "1990-06-30"}}),
]
POSSIBLE = [
    ("a broken number", {"r1": {"nik_ibu": "0"}, "r2": {"nik_ibu": nik(2)}}),
    ("one does not tell", {"r1": {"jenis_kelamin": "L"}, "r2": {}}),
    ("a day less", {"r1": {"tanggal_lahir": "1980-06-30"}, "r2": {"tanggal_lahir": "1990-06-29"}}),
    ("a year alone", {"r1": {"tanggal_lahir": "1980"}, "r2": {"tanggal_lahir": "1999-01-01"}}),
]


@pytest.mark.parametrize(("says", "values"), IMPOSSIBLE)
def test_records_that_cannot_be_of_one_person_are_looked_at_first(says, values):
    assert codes(proposed(decided(1, person("r1", "r2")), values=values)) == [("IMPOSSIBLE_FAMILY", "3273", 1.0)]


@pytest.mark.parametrize(("says", "values"), POSSIBLE)
def test_what_may_be_one_person_passes(says, values):
    assert codes(proposed(decided(1, person("r1", "r2")), values=values)) == []


BORN = [
    ("mother", "nik_ibu", "1981-01-01", True),
    ("father", "nik_ayah", "1970-07-01", True),
    ("ten years", "nik_ayah", "1970-06-30", False),
    ("nobody knows when", "nik_ibu", "", False),
]


@pytest.mark.parametrize(("says", "parent", "day", "stops"), BORN)
def test_a_person_not_ten_years_younger_than_a_parent_that_one_of_its_records_names_is_looked_at_first(
    says, parent, day, stops
):
    values = {"r1": {"tanggal_lahir": "1980-06-30"}, "r2": {"tanggal_lahir": "1989-01-01", parent: nik(3)}}
    given = proposed(decided(1, person("r1", "r2")), values=values)
    given = replace(given, born={nik(3): day} if day else {})
    assert codes(given) == ([("IMPOSSIBLE_FAMILY", "3273", 1.0)] if stops else [])
    for field in ("tanggal_lahir", parent):
        chosen = proposed(decided(1, person("r1", "r2", fields={field: "r2"})), values=values)
        assert codes(replace(chosen, born=given.born)) == [], "a steward chose"


def test_what_a_steward_chose_between_passes():
    chosen = person("r1", "r2", fields={"jenis_kelamin": "r2"})
    values = {"r1": {"jenis_kelamin": "L"}, "r2": {"jenis_kelamin": "P"}}
    assert codes(proposed(decided(1, chosen), values=values)) == []


@pytest.mark.parametrize(("joined", "stops"), [(19, False), (30, False), (31, True)])
def test_at_first_the_rate_of_joined_records_has_a_bar_of_its_own(joined, stops):
    found = codes(proposed(now=Counted({"3273": 1000 - joined}, {"3273": joined})))
    assert found == ([("MERGE_RATE", "3273", joined / 1000)] if stops else [])


def test_later_the_bar_is_what_the_region_is_used_to():
    earlier = [Counted({"3273": 1000}, {"3273": joined}) for joined in (4, 5, 4, 6, 5)]
    calm, wild = (Counted({"3273": 1000}, {"3273": joined}) for joined in (10, 20))
    assert codes(proposed(now=calm, earlier=earlier)) == []
    assert [code for code, *_ in codes(proposed(now=wild, earlier=earlier))] == ["MERGE_RATE"]


@pytest.mark.parametrize(
    ("now", "absorbed", "stops"), [(950, 0, False), (949, 0, True), (900, 50, False), (900, 49, True), (None, 0, True)]
)
def test_a_region_that_loses_more_persons_than_were_joined_is_looked_at_first(now, absorbed, stops):
    counted = Counted({} if now is None else {"3273": now}, {}, {"3273": absorbed})
    assert [code for code, *_ in codes(proposed(now=counted))] == ["COVERAGE_DROP"] * stops


def test_new_records_that_are_joined_at_once_hide_no_loss():
    counted = Counted({"3273": 900}, {"3273": 19})
    assert [code for code, *_ in codes(proposed(now=counted))] == ["COVERAGE_DROP"]


def test_a_small_region_may_change_by_large_shares():
    assert codes(proposed(now=Counted({"3273": 10}, {"3273": 19}), earlier=[Counted({"3273": 99}, {})])) == []


def told_cases(given, settings=SETTINGS):
    return {reason.code: reason.cases for reason in reasons_to_stop(given, settings)}


def test_a_reason_names_the_cases_whose_decisions_joined_what_it_is_about():
    chain = proposed(decided(1, person("r1", "r2")), decided(2, person("r2", "r3")), decided(3, person("q1", "q2")))
    assert told_cases(chain) == {"BRIDGE": (2, 1)}
    large = [decided(4, person("r1", "r2", "r3", "r4")), decided(5, person("q1", "q2"))]
    assert told_cases(proposed(*large)) == {"CLUSTER_SIZE": (4,)}
    apart = decided(6, person("r1"), person("q9"))
    values = {"r1": {"nik_ibu": nik(1)}, "r2": {"nik_ibu": nik(2)}}
    family = proposed(decided(4, person("r1", "r2")), apart, decided(7, person("q1", "q2")), values=values)
    assert told_cases(family) == {"IMPOSSIBLE_FAMILY": (4,)}


def test_a_rate_names_the_newest_cases_of_its_region_and_a_loss_names_none():
    pairs = [decided(number, person(f"a{number}", f"b{number}")) for number in range(1, 41)]
    many = proposed(*pairs, now=Counted({"3273": 900}, {"3273": 40}))
    assert told_cases(many) == {"COVERAGE_DROP": (), "MERGE_RATE": tuple(range(40, 20, -1))}


WHEN = datetime(2026, 11, 2, tzinfo=UTC)
REASON = StopReason("MERGE_RATE", 0.040, 0.03, "3273")


@pytest.mark.parametrize(
    ("passed", "holds"),
    [
        ((REASON,), True),
        ((StopReason("MERGE_RATE", 0.041, 0.03, "3273"),), True),
        ((StopReason("MERGE_RATE", 0.040, 0.03, "3273", (7, 5)),), True),
        ((StopReason("MERGE_RATE", 0.039, 0.03, "3273"),), False),
        ((StopReason("MERGE_RATE", 0.040, 0.03, "3374"),), False),
        ((StopReason("BRIDGE", 0.040, 0.03, "3273"),), False),
        ((), False),
    ],
)
def test_what_a_supervisor_let_pass_passes_as_long_as_it_is_no_worse(passed, holds):
    released = Stop(3, "", passed, WHEN, WHEN, "lestari", "desa pindah")
    assert covered([REASON], [released] if passed else []) == holds
    assert not covered([REASON], [Stop(3, "", (REASON,), WHEN)])


@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=5), more=st.integers(0, 4))
def test_joining_more_never_makes_it_less_unusual(sizes, more):
    def told(grown):
        names, made = iter(range(100)), []
        for number, size in enumerate(sizes, 1):
            made.append(decided(number, person(*(f"r{next(names):02d}" for _ in range(size + grown)))))
        return {code: figure for code, _, figure in codes(proposed(*made))}

    before, after = told(0), told(more)
    assert all(after.get(code, 0) >= figure for code, figure in before.items())
