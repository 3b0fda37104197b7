"""The weights of guards are ratios of likelihoods, learned from pairs whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jobs.guard_weights import LEAST_PAIRS, STRONGEST, Guarded, learn_weights, offset, pooled
from linkage.decision.evidence import NameRelation, NikRelation
from linkage.decision.guards import Guard
from linkage.models.fellegi_sunter import probability
from linkage.spec import guard_weight
from linkage.spec.guard_weights import check_guard_weights


def register(bits: float, *, prior: float, count: int = 40_000, seed: int = 1) -> Guarded:
    """Twins of a register with this prior log-odds, of which so many are one person as weight plus ``bits`` says."""
    rng = np.random.default_rng(seed)
    weight = prior + rng.uniform(10.0, 40.0, count)
    return Guarded(
        weight=weight,
        true=rng.random(count) < probability(weight + bits),
        guards=np.full(count, Guard.TWIN, np.uint8),
        names=np.full(count, NameRelation.SIMILAR, np.int8),
        niks=np.full(count, NikRelation.PREFIX, np.int8),
    )


@pytest.mark.parametrize("prior", [-18.0, -22.0])
def test_the_weight_is_the_same_at_any_share_of_duplicates(prior):
    assert offset(register(-8.0, prior=prior), 0.0, 0.0) == pytest.approx(-8.0, abs=0.3)


def test_registers_of_different_shares_of_duplicates_are_pooled():
    both = pooled([register(-8.0, prior=-18.0), register(-8.0, prior=-22.0, seed=2)])
    assert guard_weight(learn_weights(both), "twin", "similar", "prefix") == pytest.approx(-8.0, abs=0.3)


def test_relations_that_are_often_wrong_weigh_less():
    wrong = replace(register(-2.0, prior=-20.0, seed=3), niks=np.full(40_000, NikRelation.EQUAL, np.int8))
    learned = learn_weights(pooled([register(-12.0, prior=-20.0), wrong]))
    check_guard_weights(learned)
    assert guard_weight(learned, "twin", "similar", "prefix") == pytest.approx(-12.0, abs=0.3)
    assert guard_weight(learned, "twin", "similar", "equal") == pytest.approx(-2.0, abs=0.3)
    assert -12.0 < guard_weight(learned, "twin", "similar", "typo") < -2.0


def test_a_relation_seldom_seen_has_the_weight_of_the_others():
    few = register(-2.0, prior=-20.0, count=LEAST_PAIRS - 1, seed=4)
    few = replace(few, niks=np.full(few.true.size, NikRelation.TYPO, np.int8))
    learned = learn_weights(pooled([register(-12.0, prior=-20.0), few]))
    assert "typo" not in {item.nik for item in learned}


def test_a_weight_is_drawn_to_the_overall_one_by_the_smoothing():
    few = register(-2.0, prior=-20.0, count=60, seed=5)
    alone, drawn = offset(few, -12.0, 0.0), offset(few, -12.0, 5.0)
    assert -12.0 < drawn < alone
    assert offset(few.where(np.zeros(60, np.bool_)), -12.0, 5.0) == pytest.approx(-12.0)


def test_a_guard_that_was_never_wrong_has_the_strongest_weight_and_none_speaks_for_a_match():
    pairs = register(0.0, prior=-20.0, count=500)
    assert offset(replace(pairs, true=np.zeros(500, np.bool_)), 0.0, 0.0) == STRONGEST
    assert offset(replace(pairs, true=np.ones(500, np.bool_)), 0.0, 0.0) == 0.0


def test_no_weight_is_minus_zero():
    pairs = register(0.0, prior=-20.0, count=500)
    assert str(offset(replace(pairs, true=np.ones(500, np.bool_)), 0.0, 0.0)) == "0.0"
