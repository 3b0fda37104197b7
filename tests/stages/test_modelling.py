"""Which model judges a run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.errors import InputMissingError, ModelError, UsageError
from linkage.intake import read_inputs
from linkage.models.linkage_model import LinkageModel
from linkage.models.store import from_json, to_json
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates
from linkage.stages.modelling import SampleSize, choose_model, read_model, to_learn, to_settle
from tests.small_register import residents_spec, semarang, table

SPEC = residents_spec()
ENGINE = LocalEngine(1)


@pytest.fixture(scope="module")
def records():
    return encode(read_inputs([table(semarang())], SPEC).accepted, SPEC, latest_year=2026)


@pytest.fixture(scope="module")
def candidates(records):
    return plan_candidates(records, SPEC)


@pytest.fixture(scope="module")
def defaults(candidates, records):
    return choose_model(candidates, records, SPEC, ENGINE)


def test_few_records_are_judged_by_the_defaults_of_the_spec_with_a_warning(defaults):
    assert defaults.origin == "spec defaults"
    assert any("fewer than 200 records" in warning for warning in defaults.warnings)


def test_training_on_few_records_falls_back_to_the_defaults_too(candidates, records):
    assert choose_model(candidates, records, SPEC, ENGINE, train=True).origin == "spec defaults"


def test_a_fit_that_found_families_is_not_used():
    """Four hundred families of four, nobody twice: all that repeats is what a house shares."""
    columns = ("surname", "street", "town", "first", "born")
    tables = "".join(
        f'[[field]]\nname = "{name}"\nkind = "category"\n'
        f'[[comparison]]\nname = "{name}"\nfield = "{name}"\nkernel = "equal"\nlevels = ["equal"]\n'
        for name in columns
    )
    rules = "".join(f'[[rule]]\nname = "{name}"\nkeys = ["{name}"]\n' for name in ("street", "surname"))
    spec = parse_spec(f'name = "families"\n{tables}{rules}')
    family, rng = np.repeat(np.arange(400), 4), np.random.default_rng(1)
    numbers = (family % 350, family % 390, family % 40, rng.integers(0, 300, 1600), rng.integers(0, 9000, 1600))
    people = pa.table(
        {name: [f"{name} {value}" for value in values] for name, values in zip(columns, numbers, strict=True)}
    )
    records = encode(read_inputs([people], spec).accepted, spec, latest_year=2026)
    chosen = choose_model(plan_candidates(records, spec), records, spec, ENGINE)
    assert chosen.origin == "spec defaults"
    assert any("households instead of persons" in warning for warning in chosen.warnings)


LABELS = """
name = "labels"
[[field]]
name = "label"
kind = "category"
[[comparison]]
name = "label"
field = "label"
kernel = "jaro_winkler"
levels = [{ name = "equal" }, { name = "close", at_least = 0.9 }]
{u}
[[rule]]
name = "label"
keys = ["label"]
"""


@pytest.mark.parametrize(("stated", "learned"), [("", True), ("u = [1e-10, 1e-9, 0.9999999989]", False)])
def test_defaults_take_u_from_the_data_unless_the_spec_states_it(stated, learned):
    """All labels differ in their last digits only: two strangers are close, though no two are equal."""
    spec = parse_spec(LABELS.replace("{u}", stated))
    labels = pa.table({"label": [f"WAREHOUSE {number:04}" for number in range(150)]})
    records = encode(read_inputs([labels], spec).accepted, spec, latest_year=2026)
    chosen = choose_model(plan_candidates(records, spec), records, spec, ENGINE)
    assert chosen.origin == "spec defaults"
    assert (chosen.model.comparisons[0].u[1] > 0.99) == learned


@pytest.mark.parametrize(("records", "drawn"), [(100, 250_000), (100_000, 400_000), (5_000_000, 1_000_000)])
def test_larger_registers_draw_more_pairs_to_settle_u_up_to_what_learning_takes(records, drawn):
    assert to_settle(records) == SampleSize(500_000, drawn)


def test_the_standing_model_of_a_project_is_taken_as_it_is(candidates, records, defaults):
    standing = defaults.model.with_prior(0.25)
    chosen = choose_model(candidates, records, SPEC, ENGINE, model="nobody reads this", fixed=LinkageModel(standing))
    assert chosen.model == standing
    assert chosen.origin == "standing model"


def test_a_stored_model_keeps_its_m_and_learns_u_and_prior_from_these_records(candidates, records, defaults, tmp_path):
    item = defaults.model.comparisons[0]
    mine = replace(item, m=tuple(1 / len(item.m) for _ in item.m), u=tuple(1 / len(item.u) for _ in item.u))
    stored = replace(defaults.model, comparisons=(mine, *defaults.model.comparisons[1:]), prior=0.5)
    path = tmp_path / "mine.json"
    path.write_bytes(to_json(stored))
    chosen = choose_model(candidates, records, SPEC, ENGINE, model=str(path))
    assert chosen.origin == str(path)
    for own, given in zip(chosen.model.comparisons, stored.comparisons, strict=True):
        assert own.m == pytest.approx(given.m)
    assert chosen.model.comparisons[0].u != pytest.approx(mine.u)
    assert chosen.model.prior < 0.1


def test_a_stored_model_is_taken_as_it_is_where_that_is_asked_for(candidates, records, defaults, tmp_path):
    stored = defaults.model.with_prior(0.25)
    path = tmp_path / "mine.json"
    path.write_bytes(to_json(stored))
    chosen = choose_model(candidates, records, SPEC, ENGINE, model=str(path), as_is=True)
    assert to_json(chosen.model) == path.read_bytes()
    assert chosen.origin == f"{path}, as it is"


def test_to_take_a_model_as_it_is_there_must_be_one(candidates, records):
    with pytest.raises(UsageError, match="no model"):
        choose_model(candidates, records, SPEC, ENGINE, as_is=True)


def test_the_same_records_and_seed_give_the_same_model_on_any_number_of_threads(candidates, records, defaults):
    assert choose_model(candidates, records, SPEC, LocalEngine(3)).model == defaults.model


def test_a_model_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputMissingError, match="no such model"):
        read_model(str(tmp_path / "none.json"), SPEC)


def test_a_model_whose_numbers_were_changed_is_refused(defaults, tmp_path):
    stored = json.loads(to_json(defaults.model))
    stored["content"]["model"]["prior"] = 0.4
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_model(str(path), SPEC)
    assert caught.value.where == "changed.json"


def test_a_model_for_another_spec_is_refused(defaults, tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(to_json(replace(defaults.model, comparisons=defaults.model.comparisons[1:])))
    with pytest.raises(ModelError, match="the model compares"):
        read_model(str(path), SPEC)


def test_what_the_manifest_says_of_a_model_is_enough_to_build_it_again(defaults):
    told = json.loads(json.dumps(defaults.describe()))
    stored = json.loads(to_json(defaults.model))
    assert told["sha256"] == hashlib.sha256(to_json(defaults.model)).hexdigest()
    assert told["prior"] == stored["content"]["model"]["prior"]
    for item in stored["content"]["model"]["comparisons"]:
        assert told["comparisons"][item["name"]] == {"levels": item["level_names"][1:], "m": item["m"], "u": item["u"]}
    assert from_json(to_json(defaults.model), spec=SPEC, where="test") == defaults.model


@pytest.mark.parametrize(("records", "drawn"), [(1_000, 1_000_000), (100_000, 4_000_000), (10_000_000, 8_000_000)])
def test_a_whole_model_draws_the_more_pairs_the_rarer_chance_agreements_still_matter(records, drawn):
    assert to_learn(records) == SampleSize(1_000_000, drawn)
