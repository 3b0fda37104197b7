"""Thirty nights made small: every check holds after kills, and each one fails when what it guards is not so."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from benchmarks.nights.checks import Checks
from benchmarks.nights.figures import Published, published
from benchmarks.nights.house import House
from benchmarks.nights.identities import Identities
from benchmarks.nights.life import Diary, by_record, by_truth, live
from benchmarks.nights.machine import Kill
from benchmarks.nights.nightly_checks import MOVED, ONCE, OWN, Watcher
from benchmarks.nights.offices import IGNORED, TAKEN, send
from benchmarks.nights.people import People
from benchmarks.nights.proof import DECIDED, REBUILT, SAME_QUEUE, SAME_STEPS, STEADY, compare, prove
from benchmarks.nights.scenario import Scenario
from benchmarks.nights.undoing import CHANGED, RESTORED, try_undoing
from benchmarks.nights.world import World, make_world
from linkage.nightly.change_log import NIGHT

pytestmark = pytest.mark.soak

SMALL = Scenario(records=1_500, regencies=3, nights=4, seed=3, cases_a_day=8, kills=0, other_model=2, other_spec=3)
KILLS = {
    ("run", 1): [Kill(stage=3)],
    ("run", 4): [Kill(stage=5), Kill(share=0.5)],
    ("publish", 3): [Kill(stage=3)],
}


@dataclass(frozen=True)
class Lives:
    """A life that was killed and one built again, and what was seen of the former."""

    killed: House
    rebuilt: House
    diary: Diary
    again: Diary
    identities: Identities
    watcher: Watcher


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    return make_world(SMALL, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def lives(world, tmp_path_factory) -> Lives:
    home = tmp_path_factory.mktemp("nights")
    sent = send(SMALL, world, home / "sent")
    watcher = Watcher(Checks(), sent)
    killed, rebuilt = House(home / "killed"), House(home / "rebuilt")
    day = by_truth(People(SMALL, world.regions))
    diary, identities = live(killed, SMALL, world, sent, day, kills=KILLS, watch=watcher)
    again, _ = live(rebuilt, SMALL, world, sent, by_record(diary))
    return Lives(killed, rebuilt, diary, again, identities, watcher)


@pytest.fixture(scope="module")
def undone(lives, tmp_path_factory) -> House:
    """A copy of the house, in which decisions are taken and undone."""
    house = House(tmp_path_factory.mktemp("copy") / "house")
    shutil.copytree(lives.killed.home, house.home)
    try_undoing(Checks(), house, SMALL, lives.identities.person, 1)
    return house


def broken(checks: Checks) -> set[str]:
    return {check.says for check in checks.all.values() if check.broken}


def proved(lives: Lives, *, diary: Diary | None = None, identities: Identities | None = None) -> Checks:
    checks = Checks()
    prove(checks, lives.killed, diary or lives.diary, identities or lives.identities, lives.watcher)
    return checks


@pytest.mark.slow
def test_a_life_that_was_killed_keeps_every_promise_and_equals_its_rebuild(lives):
    checks = proved(lives)
    compare(checks, lives.killed, lives.rebuilt, lives.diary, lives.again)
    assert lives.watcher.checks.hold, lives.watcher.checks.report()
    assert checks.hold, checks.report()
    assert sum(lives.killed.machine.kills.values()) >= 3


@pytest.mark.slow
def test_decisions_taken_and_undone_leave_no_trace_in_the_state(lives, undone):
    checks = Checks()
    assert try_undoing(checks, undone, SMALL, lives.identities.person, 3) == 3
    assert set(checks.all) == {RESTORED, CHANGED}
    assert checks.hold, checks.report()


@pytest.mark.slow
def test_the_figures_add_up(lives):
    found = published(lives.killed, lives.identities)
    assert found.records - found.persons == found.removed + found.false
    assert found.removed <= found.there
    assert 0 < found.right_pairs <= found.true_pairs
    assert "precision" in found.line()


@pytest.mark.slow
def test_an_approval_that_left_no_effect_is_noticed(lives):
    night, steps = next((night, day) for night, day in lives.diary.days.items() if approvals(day))
    diary = replace(lives.diary, days=lives.diary.days | {night: [*steps, approvals(steps)[0]]})
    assert broken(proved(lives, diary=diary)) == {DECIDED}


def approvals(day):
    return [(step, told) for step, told in day if told[1:2] == ("approve",)]


@pytest.mark.slow
def test_a_record_that_got_a_second_id_is_noticed(lives):
    name = min(lives.identities.world.steady)
    identities = replace(lives.identities, ids_of={name: {"R000000000001", "R000000000002"}})
    assert broken(proved(lives, identities=identities)) == {STEADY}


@pytest.mark.slow
def test_a_rebuild_that_ends_elsewhere_is_noticed(lives, undone):
    checks = Checks()
    again = replace(lives.again, differences=["claim by one: this, and again: that"])
    compare(checks, lives.killed, undone, lives.diary, again)
    assert broken(checks) == {REBUILT, SAME_STEPS, SAME_QUEUE}


@pytest.mark.slow
def test_a_record_that_moves_without_a_decision_is_noticed_and_one_that_is_nowhere_too(lives):
    known = lives.watcher
    watcher = Watcher(Checks(), (), own=known.own.copy(), person=known.person.copy())
    alone = int((known.person == known.own).nonzero()[0][-1])
    watcher.own[alone] += 1_000_000
    watcher.person[alone] += 1_000_000
    identities = replace(lives.identities, active=lives.identities.active.copy())
    identities.active[-1] ^= True
    watcher.reference(SMALL.nights + 1, lives.killed.reference, identities)
    assert broken(watcher.checks) == {ONCE, OWN, MOVED}


def test_a_check_that_looked_at_nothing_does_not_hold():
    checks = Checks()
    checks.look("all is well", at=0)
    assert not checks.hold
    checks.equal("all is well", "this", 1, 1)
    assert checks.hold
    checks.equal("all is well", "this", 1, 2)
    assert not checks.hold
    assert checks.report() == "FAILED all is well (2 looked at)\n       this: 1 and not 2"


def test_the_same_seed_invents_the_same_files(world, tmp_path):
    one, other = (send(SMALL, world, tmp_path / name) for name in ("one", "other"))
    assert [(sent.night, sent.path.name, sent.expected, sent.rows) for sent in one] == [
        (sent.night, sent.path.name, sent.expected, sent.rows) for sent in other
    ]
    assert [sent.path.read_bytes() for sent in one] == [sent.path.read_bytes() for sent in other]


def test_offices_send_everything_that_can_go_wrong(tmp_path):
    scenario = replace(SMALL, nights=30)
    world = make_world(scenario, tmp_path / "world")
    codes = Counter(sent.expected for sent in send(scenario, world, tmp_path / "sent"))
    assert set(codes) == {TAKEN, IGNORED, "EXTRACT_TWICE", "EXTRACT_NOT_NEWER", "refused"}
    assert codes.most_common(1)[0][0] == TAKEN


def test_a_wrong_nik_stands_until_a_night_corrects_it(world):
    region = world.regions[0]
    first, later = world.first(region), world.later(region)
    wrong = dict(zip(first["record_id"].to_pylist(), first["nik"].to_pylist(), strict=True))
    corrected = [row for row in later.to_pylist() if row["record_id"] in world.corrected]
    assert corrected
    for row in corrected:
        assert sum(a != b for a, b in zip(wrong[row["record_id"]], row["nik"], strict=True)) == 1
    standing = world.standing(region, SMALL.nights)
    assert standing.num_rows == len(set(standing["record_id"].to_pylist()))
    assert max(standing[NIGHT].to_pylist()) > 1


def test_precision_and_recall_of_nothing_are_told_without_dividing_by_it():
    assert "precision 0.0000" in Published(0, 0, 0, 0, 0, 0, 0, 0, 0).line()
