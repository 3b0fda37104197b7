"""A gate lets a model through only when every bar is reached, and what was not measured is not reached."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from linkage.errors import ConfigurationError
from linkage.evaluation.circumstances import Circumstances
from linkage.evaluation.evaluate import evaluate
from linkage.evaluation.gate import AT_LEAST, AT_MOST, hold_against, read_gate
from linkage.evaluation.known_pairs import known_from_persons
from tests.evaluation.test_evaluate import PAIRS, PERSON


@pytest.fixture(scope="module")
def evaluation():
    shared = {"shared_nik": np.array([-1, -1, -1, -1, -1, -1, 5, 5])}
    return evaluate(
        PAIRS,
        np.array([0, 0, 2, 2, 4, 5, 6, 6]),
        np.array([0, 0, -1, -1, 1, 1, -1, -1]),
        known_from_persons(PERSON),
        link_threshold=0.5,
        circumstances=Circumstances(shared=shared),
    )


@pytest.mark.parametrize(
    ("name", "bar", "passed"),
    [
        ("default_f1", 0.66, True),
        ("default_f1", 0.67, False),
        ("recall_at_99", 0.6666, True),
        ("shared_nik_joined", 0.99, False),
        ("shared_nik_joined", 1.0, True),
        ("shared_nik_merged", 0.0, False),
        ("shared_nik_merged", 1.0, True),
        ("twins_joined", 1.0, False),  # there were none to measure
        ("fairness_gap", 1.0, False),  # nothing is known of the people
    ],
)
def test_a_bar_is_at_least_or_at_most_by_the_figure(evaluation, name, bar, passed):
    (held,) = hold_against(evaluation, {name: bar})
    assert held.passed is passed
    assert held.at_least is (name in AT_LEAST)


def test_a_bar_within_the_interval_is_not_sure(evaluation):
    sure, unsure = hold_against(evaluation, {"shared_nik_merged": 1.0, "default_f1": 0.66})
    assert (sure.sure, unsure.sure) == (True, False)


def test_every_figure_has_a_side(evaluation):
    assert set(evaluation.figures()) == {*AT_LEAST, *AT_MOST}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gate = ", "not TOML"),
        ("", "one table"),
        ("[gate]", "one table"),
        ("[other]\nx = 1", "one table"),
        ("[gate]\nbest_f2 = 0.9", "no figure is called best_f2"),
        ("[gate]\nbest_f1 = 'high'", "best_f1 is no number"),
        ("[gate]\nbest_f1 = true", "best_f1 is no number"),
        ("[gate]\nbest_f1 = nan", "best_f1 is no number"),
        ("[gate]\nece = -0.1", "ece is no number"),
    ],
)
def test_a_gate_that_cannot_be_meant_is_refused(text, problem):
    with pytest.raises(ConfigurationError, match=problem):
        read_gate(text, where="gate.toml")


def test_the_gate_that_ships_can_be_read():
    shipped = resources.files("linkage.evaluation") / "data" / "gate.toml"
    assert read_gate(shipped.read_text(encoding="utf-8"), where="gate.toml")["best_f1"] == 0.98
