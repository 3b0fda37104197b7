"""The share of matches of a run is recovered from its scores, and kept as in training where it cannot be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ModelError
from linkage.evaluation.calibration import expected_calibration_error
from linkage.models.calibration import Calibration, fit_calibration
from linkage.models.prevalence import (
    CUT,
    KEPT_FEW,
    KEPT_VAGUE,
    LARGEST_SHIFT,
    TrainingShare,
    estimate_prevalence,
    followed_share,
    shift,
    training_share,
    training_share_from_plain,
)


def draw(n: int, share: float, seed: int, plain: tuple[float, float] = (0.7, 0.7)) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels; ``plain``: which parts of the matches and of the others are nowhere near doubt."""
    rng = np.random.default_rng(seed)
    same = rng.random(n) < share
    easy = rng.random(n) < np.where(same, *plain)
    centre = np.where(same, np.where(easy, 10.0, 1.5), np.where(easy, -10.0, -2.0))
    return rng.normal(centre, 1.8), same


@pytest.fixture(scope="module")
def trained() -> tuple[Calibration, TrainingShare]:
    scores, same = draw(300_000, 0.3, 0)
    calibration = fit_calibration(scores, same)
    return calibration, training_share(calibration.apply(scores), same)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.7])
def test_a_known_share_is_recovered_but_for_sampling_and_calibration_errors(trained, share: float) -> None:
    calibration, training = trained
    scores, same = draw(200_000, share, 1)
    log_odds = calibration.apply(scores)
    found = estimate_prevalence(log_odds, training)
    true = same[training.within(log_odds)].mean()
    assert found.warnings == ()
    assert abs(found.shift - shift(true, training.share)) < 3 * found.standard_error + 0.15
    assert shift(found.share, training.share) == pytest.approx(found.shift)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.7])
def test_after_the_shift_probabilities_hold_again(trained, share: float) -> None:
    calibration, training = trained
    scores, same = draw(400_000, share, 2)
    log_odds = calibration.apply(scores)
    moved = log_odds + estimate_prevalence(log_odds, training).shift
    assert expected_calibration_error(1 / (1 + np.exp(-moved)), same).error < 0.02


@pytest.mark.parametrize("plain", [(0.7, 0.4), (0.85, 0.7), (0.7, 0.9)])
def test_how_many_pairs_are_plain_hardly_matters(trained, plain: tuple[float, float]) -> None:
    calibration, training = trained
    scores, same = draw(300_000, 0.1, 3, plain)
    log_odds = calibration.apply(scores)
    within = estimate_prevalence(log_odds, training).shift
    everywhere = estimate_prevalence(log_odds, TrainingShare(0.3, -100.0, 100.0)).shift
    errors = [
        expected_calibration_error(1 / (1 + np.exp(-log_odds - moved)), same).error for moved in (within, everywhere)
    ]
    assert errors[0] < 0.035
    assert errors[0] < errors[1]


def test_scores_of_the_training_share_are_not_moved(trained) -> None:
    calibration, training = trained
    scores, _ = draw(300_000, 0.3, 4)
    found = estimate_prevalence(calibration.apply(scores), training)
    assert abs(found.shift) < 0.1
    assert 0.0 < found.standard_error < 0.1


def test_a_handful_of_pairs_keeps_the_training_share(trained) -> None:
    found = estimate_prevalence(np.full(99, 3.0), trained[1])
    assert (found.share, found.shift, found.warnings) == (trained[1].share, 0.0, (KEPT_FEW,))
    assert np.isnan(found.standard_error)


def test_scores_that_tell_nothing_keep_the_training_share() -> None:
    found = estimate_prevalence(np.zeros(5_000), TrainingShare(0.5))
    assert (found.shift, found.warnings) == (0.0, (KEPT_VAGUE,))


@pytest.mark.parametrize(("score", "sign"), [(-4.0, -1.0), (4.0, 1.0)])
def test_a_run_of_one_kind_is_moved_no_further_than_the_largest_shift(score: float, sign: float) -> None:
    found = estimate_prevalence(np.full(5_000, score), TrainingShare(0.5))
    assert (found.shift, found.warnings) == (sign * LARGEST_SHIFT, (CUT,))
    assert shift(found.share, 0.5) == pytest.approx(found.shift)


def test_the_order_of_the_pairs_does_not_matter(trained) -> None:
    scores = trained[0].apply(draw(20_000, 0.1, 5)[0])
    again = np.random.default_rng(0).permutation(scores)
    assert estimate_prevalence(again, trained[1]) == estimate_prevalence(scores, trained[1])


def three_registers(calibration: Calibration) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Calibrated scores, labels, and registers of three shares of matches."""
    drawn = [draw(40_000, share, 90 + number) for number, share in enumerate((0.01, 0.05, 0.6))]
    scores, same = (np.concatenate(both) for both in zip(*drawn, strict=True))
    return calibration.apply(scores), same, np.repeat(np.arange(3), 40_000)


def test_a_shift_is_followed_whole_where_every_pair_moves_alike(trained) -> None:
    calibration, training = trained
    assert followed_share(*three_registers(calibration), training) > 0.95


def test_a_shift_is_made_by_as_much_as_labelled_registers_say(trained) -> None:
    calibration, training = trained
    log_odds, same, registers = three_registers(calibration)
    rng = np.random.default_rng(7)
    for number in range(3):
        chosen = registers == number
        moved = estimate_prevalence(log_odds[chosen], training).shift
        same[chosen] = rng.random(chosen.sum()) < 1 / (1 + np.exp(-log_odds[chosen] - 0.8 * moved))
    assert followed_share(log_odds, same, registers, training) == pytest.approx(0.8, abs=0.03)


def test_without_a_register_that_differs_all_of_a_shift_is_followed(trained) -> None:
    none = np.zeros(50)
    assert followed_share(none, none > 0, none.astype(np.int64), trained[1]) == 1.0


def test_an_estimated_shift_is_made_as_far_as_it_is_followed(trained) -> None:
    calibration, training = trained
    log_odds = calibration.apply(draw(200_000, 0.05, 8)[0])
    whole, part = (estimate_prevalence(log_odds, replace(training, followed=much)) for much in (1.0, 0.9))
    assert part.share == whole.share
    assert (part.shift, part.standard_error) == pytest.approx((0.9 * whole.shift, 0.9 * whole.standard_error))


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_shift_is_what_log_odds_differ_by(one: float, two: float, three: float) -> None:
    assert shift(one, 0.5) == pytest.approx(np.log(one / (1 - one)), abs=1e-12)
    assert shift(one, two) + shift(two, three) == pytest.approx(shift(one, three), abs=1e-9)


def test_the_training_share_counts_pairs_in_the_zone_by_their_weight() -> None:
    scores, same = np.array([-9.0, -1.0, 0.0, 1.0, 9.0]), np.array([False, False, True, True, True])
    assert training_share(scores, same).share == pytest.approx(2 / 3)
    assert training_share(scores, same, np.array([1.0, 6.0, 1.0, 1.0, 50.0])).share == pytest.approx(0.25)
    assert training_share(scores, np.zeros(5, np.bool_)).share == 0.5


def test_every_bit_of_a_training_share_survives() -> None:
    share = TrainingShare(1 / 3, -4.0, 6.0, 8 / 9)
    assert training_share_from_plain(share.plain()) == share


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ModelError):
        TrainingShare(share)


@pytest.mark.parametrize("zone", [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_a_zone_that_is_none_is_refused(zone: tuple[float, float]) -> None:
    with pytest.raises(ModelError):
        TrainingShare(0.5, *zone)


@pytest.mark.parametrize("followed", [0.0, -0.1, 1.1, float("nan")])
def test_a_shift_that_is_followed_not_at_all_or_too_far_is_refused(followed: float) -> None:
    with pytest.raises(ModelError):
        TrainingShare(0.5, followed=followed)
