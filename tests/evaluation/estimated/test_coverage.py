"""Two hundred invented runs with known truth: do the intervals hold it, and do labels correct a model that is wrong?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from linkage.evaluation.estimated.claim import claimed
from linkage.evaluation.estimated.clerical import LabelledPairs, clerical_estimate
from linkage.evaluation.estimated.sample import draw_sample
from linkage.evaluation.estimated.strata import stratify
from linkage.evaluation.estimated.unseen_pairs import UnseenPairs

SEEDS = 200
THRESHOLD = 0.5


@dataclass(frozen=True)
class Trials:
    """Of each seed and estimator: whether the interval held the truth, and value less truth, (200, 3) each.

    The three: precision, recall of what was compared, recall.
    """

    held: dict[str, np.ndarray]
    error: dict[str, np.ndarray]


def trials(slope: float, shift: float, labels: int = 300) -> Trials:
    """Weights that tell the truth are stretched and shifted into those the model states; matches are drawn."""
    held: dict[str, list[list[bool]]] = {}
    error: dict[str, list[list[float]]] = {}
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        n = 6000
        weight = np.maximum(np.where(rng.random(n) < 0.7, rng.normal(14, 6, n), rng.normal(-2, 3, n)), -6.6)
        same = rng.random(n) < 1 / (1 + 2.0**-weight)
        stated = slope * weight + shift
        p = 1 / (1 + 2.0**-stated)
        written = p >= 0.01
        below = float(same[~written].sum())  # what lies there is taken as known: labels cannot tell it
        stated, p, same_written = stated[written], p[written], same[written]
        total = float(same.sum())
        blocked = rng.poisson(40)
        unseen = UnseenPairs(below, 40 / total, 28 / total, 57 / total)
        linked = p >= THRESHOLD
        found = float(same_written[linked].sum())
        truth = (found / linked.sum(), found / total, found / (total + blocked))
        drawn = draw_sample(p, stratify(stated, THRESHOLD)[0], labels, rng=rng)
        told = clerical_estimate(
            p, stated, THRESHOLD, LabelledPairs(drawn.rows, same_written[drawn.rows], drawn.inclusion), unseen
        )
        claim = claimed(p, np.arange(p.size), THRESHOLD, unseen)
        for name, one in (("claim", claim), ("sampled", told.sampled), ("assisted", told.assisted)):
            figures = (one.precision, one.recall_of_compared, one.recall)
            held.setdefault(name, []).append([f.low <= t <= f.high for f, t in zip(figures, truth, strict=True)])
            error.setdefault(name, []).append([f.value - t for f, t in zip(figures, truth, strict=True)])
    return Trials({k: np.array(v) for k, v in held.items()}, {k: np.array(v) for k, v in error.items()})


@pytest.fixture(scope="module")
def calibrated() -> Trials:
    return trials(1.0, 0.0)


@pytest.mark.parametrize("estimator", ["claim", "sampled", "assisted"])
def test_intervals_of_a_calibrated_model_hold_the_truth_nineteen_times_in_twenty(calibrated, estimator):
    # Of 200, 190 are expected; 180 or fewer would be chance once in a thousand.
    assert (calibrated.held[estimator].sum(axis=0) > 180).all()


@pytest.mark.parametrize("estimator", ["claim", "sampled", "assisted"])
def test_estimates_of_a_calibrated_model_are_right_in_the_mean(calibrated, estimator):
    assert np.abs(calibrated.error[estimator].mean(axis=0)).max() < 0.002


@pytest.mark.parametrize(
    ("slope", "shift"), [(2.5, 1.0), (0.5, 0.0), (1.0, 3.0)], ids=["too-sure", "too-shy", "too-high-a-prior"]
)
def test_labels_correct_a_model_whose_claim_is_wrong(slope, shift):
    found = trials(slope, shift)
    assert found.held["claim"][:, 0].sum() < 10
    assert np.abs(found.error["claim"].mean(axis=0)).max() > 0.015
    for estimator in ("sampled", "assisted"):
        assert (found.held[estimator].sum(axis=0) > 175).all()
        assert np.abs(found.error[estimator].mean(axis=0)).max() < 0.003


def test_few_labels_give_wide_intervals_that_hold_too():
    few = trials(1.0, 0.0, labels=80)
    assert (few.held["sampled"].sum(axis=0) > 175).all()
