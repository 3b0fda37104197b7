"""Under a model that asks families, a delta ends as linking everything does: pairs change when their families do."""

from __future__ import annotations

import json
import random

import pytest

from linkage.engine.local import LocalEngine
from linkage.models.linkage_model import from_json, to_json
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from tests.small_register import SEMARANG, people
from tests.standing.families import ALL_COLUMNS, FAMILY_FEATURES, asking_model, damaged, families
from tests.standing.test_delta import SPEC, Register, accepted


@pytest.fixture(scope="module")
def plain():
    """A run by Fellegi-Sunter, to take weights and values from."""
    rows = dict(enumerate(families(40, seed=9), start=1))
    options = LinkOptions(latest_year=2026)
    return link_records(accepted(rows, SPEC, ALL_COLUMNS), SPEC, options, LocalEngine(1), Stages(Silent()))


def supervised_register(folder, plain, rows, features=FAMILY_FEATURES):
    return Register(folder, rows, SPEC, asking_model(plain, features), ALL_COLUMNS)


def told_anew(found):
    """The pairs of standing records that a night tells under another weight."""
    old, new = (
        {(row["left_id"], row["right_id"]) for row in rows.to_pylist()} for rows in (found.old_pairs, found.pairs)
    )
    return old & new


def events(register, draw, base):
    """What a night brings: records that come, go, move house, and are corrected."""
    chosen = draw.sample(sorted(register.rows), 14)
    rows = register.rows
    cards = [row["NO_KK"] for row in rows.values()]
    moved = {number: rows[number] | {"NO_KK": draw.choice(cards)} for number in chosen[3:8]}
    written = {number: damaged(draw, rows[number]) for number in chosen[8:11]}
    newborn = draw.choice(list(rows.values()))
    added = [damaged(draw, draw.choice(base)) for _ in range(5)] + [
        damaged(draw, newborn | {"NO_KK": draw.choice(cards)})
    ]
    asked = draw.sample([row["record_ids"] for row in register.cases.values()], 2)
    different = [tuple(int(name[1:]) for name in ids[:2]) for ids in asked]
    return {
        "closed": chosen[:3],
        "changed": moved | written,
        "added": added,
        "different": [pair for pair in different if not set(pair) & set(chosen[:3])],
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_nights_under_a_model_that_asks_families_end_as_linking_everything_does(tmp_path, plain, seed):
    draw = random.Random(seed)
    base = families(60, seed=seed)
    register = supervised_register(tmp_path, plain, base)
    told = []
    for _ in range(4):
        found = register.night(**events(register, draw, base))
        register.check()
        told.append(len(told_anew(found)))
        assert found.counts["pairs_scored_again"] >= told[-1]
    assert all(told)
    assert len(register.cases) > 15


@pytest.mark.parametrize("feature", FAMILY_FEATURES)
def test_each_thing_that_a_family_tells_is_told_anew(tmp_path, plain, feature):
    draw = random.Random(3)
    base = families(30, seed=4)
    register = supervised_register(tmp_path, plain, base, [feature])
    told = set()
    for _ in range(2):
        told |= told_anew(register.night(**events(register, draw, base)))
        register.check()
    assert told


def test_a_card_that_grows_past_a_family_is_none_and_is_one_again_when_it_shrinks(tmp_path, plain):
    base = families(20, seed=9)
    card = base[0]["NO_KK"]
    strangers = [dict.fromkeys(ALL_COLUMNS, "") | row | {"NO_KK": card} for row in people(40, SEMARANG, seed=66)]
    size = sum(row["NO_KK"] == card for row in base)
    register = supervised_register(tmp_path, plain, base)
    full = register.night(added=strangers[: 20 - size])
    register.check()
    over = register.night(added=strangers[20 - size : 21 - size])
    register.check()
    beyond = register.night(added=strangers[21 - size : 24 - size])
    register.check()
    back = register.night(closed=sorted(register.rows)[-4:])
    register.check()
    assert all(map(told_anew, (full, over, back)))
    assert not beyond.counts["pairs_scored_again"]


def test_pairs_stand_as_they_did_while_nothing_happens_to_their_families(tmp_path, plain):
    register = supervised_register(tmp_path, plain, families(40, seed=7))
    stranger = dict.fromkeys(ALL_COLUMNS, "") | people(500, SEMARANG, seed=70)[499]
    found = register.night(added=[stranger])
    assert found.counts["pairs_scored_again"] == 0
    assert found.records.n_records < 5
    register.check()


def test_a_run_that_was_killed_leaves_no_weights_behind(tmp_path, plain):
    base = families(40, seed=8)
    register = supervised_register(tmp_path, plain, base)
    register.night(**events(register, random.Random(5), base))
    register.check()
    rows, last, different = dict(register.rows), register.last, set(register.different)
    standing, found, _ = register.unfinished_night(**events(register, random.Random(6), base))
    again = standing.state["pairs"]["again"]
    assert told_anew(found)
    # Nothing of that night is committed: the next one finds the files longer than what counts.
    assert json.loads(register.state)["pairs"]["again"] < again
    register.rows, register.last, register.different = rows, last, different
    register.night(**events(register, random.Random(7), base))
    register.check()


def test_the_model_of_a_project_comes_back_from_its_ledger(plain):
    model = asking_model(plain)
    assert from_json(to_json(model), spec=SPEC) == model
