"""The compiled step of EM gives what the plain formula gives."""

import numpy as np
import pytest

from linkage.models.expectation import expect


@pytest.mark.parametrize("n_classes", [2, 4])
def test_expected_pairs_and_likelihood_equal_the_plain_formula(n_classes: int) -> None:
    rng = np.random.default_rng(n_classes)
    n_entries, n_comparisons, n_levels, n_rules = 300, 3, 4, 2
    levels = rng.integers(0, n_levels, (n_comparisons, n_entries)).astype(np.int8)
    rule, counts = rng.integers(0, n_rules, n_entries), rng.integers(1, 50, n_entries).astype(np.float64)
    logs = np.log(rng.random((n_classes, n_comparisons, n_levels)))
    logs[:, :, 0] = 0.0
    log_shares = np.log(rng.dirichlet(np.ones(n_classes), n_rules).T)
    seen, found = np.full(logs.shape, 7.0), np.full(log_shares.shape, 7.0)

    total = expect(levels, rule, counts, logs, log_shares, seen, found)

    joint = np.exp(log_shares[:, rule] + logs[:, np.arange(n_comparisons)[:, None], levels].sum(axis=1))
    mass = counts * joint / joint.sum(axis=0)
    assert total == pytest.approx((counts * np.log(joint.sum(axis=0))).sum())
    for k in range(n_classes):
        np.testing.assert_allclose(found[k], np.bincount(rule, mass[k], n_rules))
        for c in range(n_comparisons):
            np.testing.assert_allclose(seen[k, c], np.bincount(levels[c], mass[k], n_levels))
