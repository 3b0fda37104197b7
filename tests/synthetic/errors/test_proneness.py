"""Errors pile up on some people, and are as many as wanted all the same."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.synthetic.errors.proneness import errors_wanted, first_record_errors

PER_COPY = (0.4, 0.3, 0.2, 0.1)


def test_each_copy_follows_the_distribution() -> None:
    person = np.repeat(np.arange(100_000), 2)
    wanted = errors_wanted(PER_COPY, person, np.random.default_rng(1))
    for copies in (wanted[::2], wanted[1::2]):
        assert np.bincount(copies) / copies.size == pytest.approx(PER_COPY, abs=0.006)


def test_copies_of_one_person_are_alike_more_often_than_those_of_strangers() -> None:
    person = np.repeat(np.arange(100_000), 2)
    wanted = errors_wanted(PER_COPY, person, np.random.default_rng(2))
    by_chance = float(np.sum(np.square(PER_COPY)))
    # Both copies have their person's luck with probability one quarter.
    assert np.mean(wanted[::2] == wanted[1::2]) == pytest.approx(0.25 + 0.75 * by_chance, abs=0.006)
    assert np.corrcoef(wanted[::2], wanted[1::2])[0, 1] == pytest.approx(0.25, abs=0.015)
    assert np.mean(wanted[1:-1:2] == wanted[2::2]) == pytest.approx(by_chance, abs=0.006)


def test_errors_wanted_of_nobody_and_of_a_sure_number() -> None:
    rng = np.random.default_rng(3)
    assert errors_wanted(PER_COPY, np.zeros(0, np.int64), rng).tolist() == []
    assert errors_wanted((0.0, 0.0, 1.0), np.arange(5), rng).tolist() == [2] * 5


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_first_records_have_the_rate_in_the_mean_and_a_heavy_tail(rate: float) -> None:
    errors = first_record_errors(rate, 400_000, np.random.default_rng(4))
    assert errors.mean() == pytest.approx(rate, rel=0.05)
    assert errors.max() <= 5
    # A gamma mixture of Poisson counts is negative binomial: nobody has errors with probability (1 + 4 rate) ** -1/4.
    assert np.mean(errors == 0) == pytest.approx((1.0 + 4.0 * rate) ** -0.25, abs=0.003)
    poisson_two = 1.0 - np.exp(-rate) * (1.0 + rate)
    assert np.mean(errors >= 2) > 2.0 * poisson_two


def test_no_errors_without_a_rate() -> None:
    assert not first_record_errors(0.0, 1_000, np.random.default_rng(5)).any()
