"""What a publication makes of residents and decisions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.review.cases import Verdict
from tests.reference.small import World, confirmed, decided, nik, parts, person, undone


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "reference", {f"r{number}": {} for number in range(1, 7)})


def test_every_record_that_is_in_no_open_case_is_a_person_of_its_own(world):
    world.publish()
    assert world.members() == {f"r{number}": f"P{number:012d}" for number in range(1, 7)}
    first = world.persons()["P000000000001"]
    assert (first["nik"], first["nama"], first["region"]) == (nik(2), "ORANG 1", "3271")
    assert (first["records"], first["active"], first["in_review"], first["taken_from"]) == (1, True, False, "r1")


def test_a_new_record_in_an_open_case_waits_until_nobody_asks_any_more(world):
    world.publish(in_review=["r1", "r2"])
    assert sorted(world.members()) == ["r3", "r4", "r5", "r6"]
    world.publish()
    assert world.members()["r1"] == "P000000000005"


def test_what_an_office_calls_history_is_no_person_and_a_person_it_calls_so_is_active_no_longer(world):
    world.history = {"r1"}
    world.publish()
    assert "r1" not in world.members()
    world.history = {"r2"}
    world.publish()
    assert {person for person, row in world.persons().items() if not row["active"]} == {world.members()["r2"]}
    assert world.members()["r1"] == "P000000000006"


def test_of_a_person_of_several_records_the_active_ones_speak(world):
    world.decisions.append(decided(1, person("r2", "r4")))
    world.history = {"r2"}
    world.publish()
    one = world.persons()[world.members()["r2"]]
    assert (one["nama"], one["records"], one["active"]) == ("ORANG 4", 2, True)


def test_a_setting_makes_it_a_person_that_says_so(world):
    world.publish(in_review=["r1"], review_too=True)
    assert [row["in_review"] for row in world.persons().values()] == [True, *[False] * 5]


def test_a_person_that_is_published_stays_as_it_was_while_a_case_is_open(world):
    world.publish()
    before = world.persons()["P000000000001"]
    world.publish(in_review=["r1", "r2"])
    assert world.persons()["P000000000001"] == {**before, "in_review": True}


def test_records_share_a_person_by_an_approved_decision_alone(world):
    world.publish()
    world.decisions.append(decided(1, person("r2", "r4", keeps="r4")))
    world.publish()
    assert world.members()["r2"] == world.members()["r4"] == "P000000000002"
    one = world.persons()["P000000000002"]
    assert (one["nik"], one["records"], one["taken_from"]) == (nik(5), 2, "r4")
    assert "nik=r4;chosen;" in one["sources"]
    assert "P000000000004" not in world.persons()


def test_a_closed_nik_leads_to_the_one_that_stays_and_is_official_when_the_centre_says_so(world):
    one = decided(1, person("r2", "r4", keeps="r4"))
    world.decisions.append(one)
    world.publish()
    assert world.aliases() == {nik(3): (nik(5), "DIUSULKAN")}
    world.decisions.append(confirmed(2, one))
    world.publish()
    assert world.aliases() == {nik(3): (nik(5), "TERKONFIRMASI")}


def test_a_nik_that_another_living_person_bears_leads_nowhere_until_that_is_settled(world):
    one = decided(1, person("r2", "r4", keeps="r4"))
    world.records["r6"] = {"nik": nik(3)}
    world.decisions += [one, confirmed(2, one)]
    world.publish()
    assert world.aliases() == {nik(3): (nik(5), "DITAHAN")}
    world.records["r6"] = {"nik": nik(66)}
    world.publish()
    assert world.aliases() == {nik(3): (nik(5), "TERKONFIRMASI")}


def test_a_nik_that_two_persons_gave_up_leads_nowhere(world):
    world.records["r3"] = {"nik": nik(3)}
    world.decisions += [decided(1, person("r2", "r4", keeps="r4")), decided(2, person("r3", "r5", keeps="r5"))]
    world.closed |= {"r2", "r3"}
    world.publish()
    assert {status for _, status in world.aliases().values()} == {"DITAHAN"}


def test_the_nik_that_a_decision_gave_to_somebody_else_leads_nowhere(world):
    for record in ("r1", "r2"):
        world.records[record] = {"nik": nik(77)}
    world.decisions += [
        decided(1, person("r1", keeps="r1"), person("r2"), verdict=Verdict.SPLIT, kind="SHARED_NIK"),
        decided(2, person("r2", "r3", keeps="r3")),
    ]
    world.publish(in_review=["r1"])
    assert nik(77) not in world.aliases()


def test_each_closed_nik_is_official_by_the_decision_that_closed_it(world):
    one, two = decided(1, person("r1", "r2", keeps="r1")), decided(2, person("r1", "r3", keeps="r1"))
    world.decisions += [one, two, confirmed(3, two)]
    world.publish()
    assert world.aliases() == {nik(3): (nik(2), "DIUSULKAN"), nik(4): (nik(2), "TERKONFIRMASI")}


def test_along_a_chain_a_nik_is_official_when_all_of_it_is_confirmed(world):
    one, two = decided(1, person("r1", "r2", keeps="r1")), decided(2, person("r2", "r3", keeps="r2"))
    world.decisions += [one, two, confirmed(3, two)]
    world.publish()
    assert world.aliases()[nik(2)] == (nik(3), "DIUSULKAN")
    world.decisions.append(confirmed(4, one))
    world.publish()
    assert {status for _, status in world.aliases().values()} == {"TERKONFIRMASI"}


def test_undoing_a_wider_decision_as_different_leaves_what_another_calls_the_same(world):
    world.decisions += [
        decided(1, person("r1", "r2", keeps="r1")),
        decided(2, person("r1", "r2", "r3", keeps="r1")),
        undone(3, 2, different=[person("r1"), person("r2"), person("r3")]),
    ]
    world.publish()
    assert {frozenset({"r1", "r2"}), frozenset({"r3"})} < parts(world.members())


def test_a_field_that_the_spec_loses_is_gone_from_every_person(world):
    world.publish()
    world.dropped = "alamat"
    world.publish()
    assert {row["alamat"] for row in world.persons().values()} == {None}


def test_a_person_whose_offices_closed_all_records_stays_with_its_last_values(world):
    world.publish()
    world.closed.add("r3")
    world.publish()
    one = world.persons()["P000000000003"]
    assert (one["active"], one["nama"]) == (False, "ORANG 3")


def test_a_record_that_its_office_closed_still_leads_to_the_person(world):
    world.decisions.append(decided(1, person("r1", "r2", keeps="r1")))
    world.publish()
    world.closed.add("r2")
    world.publish()
    assert world.members()["r2"] == "P000000000001"
    assert world.aliases()[nik(3)] == (nik(2), "DIUSULKAN")


def test_of_a_nik_that_several_bear_the_owner_keeps_it_and_the_others_wait_for_a_new_one(world):
    for record in ("r1", "r2"):
        world.records[record] = {"nik": nik(77)}
    world.decisions.append(decided(1, person("r1", keeps="r1"), person("r2"), verdict=Verdict.SPLIT, kind="SHARED_NIK"))
    world.publish()
    assert [world.persons()[world.members()[record]]["nik"] for record in ("r1", "r2")] == [nik(77), None]
    assert world.aliases() == {}
    world.records["r2"] = {"nik": nik(78)}
    world.publish()
    assert world.persons()[world.members()["r2"]]["nik"] == nik(78)


def test_a_stewards_choice_of_a_value_goes_before_the_rules(world):
    choice = person("r1", "r2", keeps="r1", fields={"nama": "r2"})
    world.decisions.append(decided(1, choice, verdict=Verdict.RESOLVE, kind="CONFLICT"))
    world.publish()
    assert world.persons()["P000000000001"]["nama"] == "ORANG 2"


def test_a_newer_word_on_a_pair_goes_before_an_older_one(world):
    world.decisions += [decided(1, person("r1", "r2", "r3", keeps="r1")), decided(2, person("r1", "r4"), person("r3"))]
    world.publish()
    assert parts(world.members()) >= {frozenset({"r1", "r2", "r4"}), frozenset({"r3"})}


def test_undoing_a_decision_restores_the_state_before_it(world):
    before = world.publish(in_review=["r5"])
    world.decisions.append(decided(1, person("r1", "r2", keeps="r2")))
    after = world.publish(in_review=["r5"])
    world.decisions.append(undone(2, 1))
    assert world.publish(in_review=["r5"]) == before != after


def test_a_record_that_a_decision_let_in_waits_again_when_it_is_undone_and_keeps_its_number(world):
    before = world.publish(in_review=["r1", "r2"])
    world.decisions.append(decided(1, person("r1", "r2", keeps="r2")))
    world.publish()
    world.decisions.append(undone(2, 1))
    assert world.publish(in_review=["r1", "r2"]) == before
    world.publish()
    assert world.members()["r1"] == "P000000000005"


def test_whom_an_undoing_calls_different_are_persons_of_their_own(world):
    world.publish(in_review=["r1", "r2"])
    world.decisions.append(decided(1, person("r1", "r2", keeps="r2")))
    world.publish()
    world.decisions.append(undone(2, 1, different=[person("r1"), person("r2")]))
    world.publish()
    assert {frozenset({"r1"}), frozenset({"r2"})} < parts(world.members())


RECORDS = [f"r{number}" for number in range(1, 7)]
WRITING = settings(deadline=None, max_examples=max(5, settings().max_examples // 5))
"""Each example writes a dozen tables."""


@st.composite
def histories(draw):
    """Decisions about parts of six records, some undone later, in any order."""
    told = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        inside = draw(st.lists(st.sampled_from(RECORDS), min_size=2, max_size=4, unique=True))
        cut = draw(st.integers(1, len(inside)))
        split = [part for part in (sorted(inside[:cut]), sorted(inside[cut:])) if part]
        told.append(decided(number, *(person(*part, keeps=part[0]) for part in split)))
    cases = draw(st.lists(st.sampled_from(told), unique=True, max_size=len(told)))
    return told, [undone(100 + place, one.case) for place, one in enumerate(cases)]


@given(history=histories())
@WRITING
def test_any_decisions_undone_in_any_order_leave_what_the_others_alone_would_have_made(history, tmp_path_factory):
    told, reverts = history
    gone = {one.reverts for one in reverts}
    world = World(tmp_path_factory.mktemp("long"), {record: {} for record in RECORDS})
    world.publish()
    for one in [*told, *reverts]:
        world.decisions.append(one)
        last = world.publish()
    short = World(tmp_path_factory.mktemp("short"), {record: {} for record in RECORDS})
    short.publish()
    short.decisions = [one for one in told if one.case not in gone]
    assert (short.publish(), short.members()) == (last, world.members())


@given(history=histories())
@WRITING
def test_each_undoing_brings_back_the_hash_that_was_there_before_its_decision(history, tmp_path_factory):
    told, _ = history
    world = World(tmp_path_factory.mktemp("world"), {record: {} for record in RECORDS})
    hashes = [world.publish()]
    for one in told:
        world.decisions.append(one)
        hashes.append(world.publish())
    for place, one in enumerate(reversed(told)):
        world.decisions.append(undone(100 + place, one.case))
        assert world.publish() == hashes[-2 - place]


@given(history=histories())
@WRITING
def test_whom_the_newest_word_keeps_apart_are_never_one_person(history, tmp_path_factory):
    told, _ = history
    world = World(tmp_path_factory.mktemp("world"), {record: {} for record in RECORDS}, decisions=told)
    world.publish()
    newest = {}
    for one in told:
        for left in one.persons:
            for right in one.persons:
                newest |= {(a, b): left is right for a in left.record_ids for b in right.record_ids if a < b}
    members = world.members()
    assert not [pair for pair, same in newest.items() if not same and members[pair[0]] == members[pair[1]]]
