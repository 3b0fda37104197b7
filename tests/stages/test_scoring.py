"""Survivors are scored by the supervised model where there is one; it answers guards only where the spec says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.spec import load_builtin_spec
from linkage.stages.modelling import read_model
from linkage.stages.scoring import weighs_guards
from tests.small_register import denpasar, semarang, table

SPEC = load_builtin_spec()
MODEL = read_model("residents", SPEC).supervised


def linked(spec, **options):
    accepted = read_inputs([table([*semarang(), *denpasar()])], spec).accepted
    return link_records(accepted, spec, LinkOptions(latest_year=2026, **options), LocalEngine(1), Stages(Silent()))


@pytest.mark.parametrize(
    ("model", "answered_at", "answers"), [(MODEL, 0.8, True), (MODEL, None, False), (None, 0.8, False)]
)
def test_guards_are_answered_by_a_model_that_knows_of_them_where_the_spec_says_from_when(model, answered_at, answers):
    assert weighs_guards(model, replace(SPEC, guard_answered_at=answered_at)) is answers


def test_a_model_that_knows_nothing_of_guards_answers_none():
    assert MODEL is not None
    names = tuple(f"x{place}" for place, _ in enumerate(MODEL.feature_names))
    assert not weighs_guards(replace(MODEL, feature_names=names), SPEC)


def test_where_nobody_may_answer_nothing_is_suspected_that_no_rule_tells():
    silent = linked(replace(SPEC, guard_answered_at=None))
    assert not silent.facts.guards_weighed
    assert silent.facts.twin_at_home is None
    assert linked(SPEC).facts.guards_weighed


def test_the_weights_alone_score_where_the_supervised_model_is_left_aside():
    alone, both = linked(SPEC, weights_only=True), linked(SPEC)
    assert alone.chosen.supervised is None
    assert both.chosen.supervised is not None
    assert alone.survivors.left.tolist() == both.survivors.left.tolist()
    assert alone.weight.tolist() != both.weight.tolist()
