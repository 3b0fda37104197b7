"""u from random pairs: what is seen, what is too rare to be seen, and what is a match in disguise."""

import numpy as np
import pytest

from linkage.models.chance import estimate_u, exact_u
from linkage.models.patterns import PatternCounts


def random_pairs(counts: list[int]) -> PatternCounts:
    """One comparison; pairs by level code, missing first."""
    levels = np.arange(len(counts), dtype=np.int8)[:, None]
    return PatternCounts(levels, np.zeros(len(counts), np.uint64), np.array(counts))


def u_of(spec, counts, *, coincidence=np.nan, prior=0.0, m=None, total=1e12) -> np.ndarray:
    m = np.array([0.1, 0.2, 0.7]) if m is None else m
    known = np.array([coincidence])
    return estimate_u(spec.weighted, random_pairs(counts), known, n_pairs_total=total, prior=prior, m=[m])[0]


def test_well_seen_levels_are_their_frequency_among_present_pairs(spec_of) -> None:
    u = u_of(spec_of({"x": 2}), [500_000, 940_000, 50_000, 10_000])
    assert u.tolist() == pytest.approx([0.94, 0.05, 0.01], rel=1e-3)


def test_a_level_too_rare_to_be_seen_keeps_the_default(spec_of) -> None:
    spec = spec_of({"x": 2}, u={"x": (1e-7, 0.05, 0.95 - 1e-7)})
    assert u_of(spec, [0, 9_500, 500, 0])[-1] == pytest.approx(1e-7, rel=0.01)


def test_a_level_that_should_have_been_seen_and_was_not_forgets_the_default(spec_of) -> None:
    spec = spec_of({"x": 2}, u={"x": (1e-3, 0.05, 0.949)})
    assert u_of(spec, [0, 9_500_000, 500_000, 0])[-1] == pytest.approx(1e-7, rel=0.01)


def test_without_a_default_an_unseen_level_gets_half_a_pair(spec_of) -> None:
    assert u_of(spec_of({"x": 2}), [0, 9_000, 1_000, 0])[-1] == pytest.approx(0.5 / 10_001.5, rel=1e-3)


def test_expected_matches_are_taken_out_of_the_sample(spec_of) -> None:
    """1,000,000 random pairs, 1,000 of them matches, of which 700 agree at the best level."""
    u = u_of(spec_of({"x": 2}), [0, 939_160, 50_150, 10_690], prior=0.001)
    assert u.tolist() == pytest.approx([0.94, 0.05, 0.01], rel=1e-3)


def test_an_exact_coincidence_replaces_the_sample_at_the_best_level(spec_of) -> None:
    u = u_of(spec_of({"x": 2}), [0, 95_000, 5_000, 0], coincidence=2e-6, prior=1e-6)
    assert u[-1] == pytest.approx(2e-6 - 0.7e-6, rel=0.01)
    assert u[1] == pytest.approx(0.05, rel=0.01)
    assert u.sum() == pytest.approx(1.0)


def test_nothing_seen_at_all_gives_the_rough_default(spec_of) -> None:
    assert u_of(spec_of({"x": 2}), [10, 0, 0, 0]).tolist() == pytest.approx([0.89, 0.1, 0.01])


def test_an_identifier_whose_coincidences_are_all_matches_keeps_a_share_of_them() -> None:
    """The prior is known to one part in ten: that much of the coincidences may be chance, one percent is assumed."""
    u = exact_u(2e-7, 5e11, prior=2e-7, m=1.0, default=1e-8)
    assert u == pytest.approx(2e-9, rel=0.2)


def test_matches_can_not_be_more_than_all_coincidences() -> None:
    assert exact_u(1e-7, 5e11, prior=1e-6, m=0.9, default=None) > 0.0


@pytest.mark.parametrize("default", [None, 0.1])
def test_values_that_no_two_records_share_are_known_to_coincide_next_to_never(default) -> None:
    assert exact_u(0.0, 10_000.0, prior=0.01, m=0.9, default=default) <= 1e-4
