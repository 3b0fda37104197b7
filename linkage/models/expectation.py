"""One step of EM over any number of classes: what each entry weighs in each, and what the next step needs of that."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel

Float64 = npt.NDArray[np.float64]


@kernel
def expect(
    levels: npt.NDArray[np.int8],
    rule: npt.NDArray[np.int64],
    counts: Float64,
    logs: Float64,
    log_shares: Float64,
    seen: Float64,
    found: Float64,
) -> float:
    """Fill ``seen`` and ``found`` with expected pairs and return the log-likelihood (natural logarithm).

    Args:
        levels: int8 (n_comparisons, n_entries), 0 where a value is missing or the rule fixes the comparison.
        rule: int64 (n_entries,).
        counts: float64 (n_entries,), pairs.
        logs: float64 (n_classes, n_comparisons, n_levels), log P(level | class); 0 at level 0.
        log_shares: float64 (n_classes, n_rules).
        seen: as ``logs``; expected pairs of each class by comparison and level.
        found: as ``log_shares``; expected pairs of each class by rule.
    """
    n_classes, n_comparisons, _ = logs.shape
    seen[:] = 0.0
    found[:] = 0.0
    weight = np.zeros(n_classes)
    total = 0.0
    for entry in range(counts.shape[0]):
        for k in range(n_classes):
            weight[k] = log_shares[k, rule[entry]]
            for c in range(n_comparisons):
                weight[k] += logs[k, c, levels[c, entry]]
        highest = weight.max()
        evidence = 0.0
        for k in range(n_classes):
            weight[k] = np.exp(weight[k] - highest)
            evidence += weight[k]
        total += counts[entry] * (highest + np.log(evidence))
        for k in range(n_classes):
            mass = counts[entry] * weight[k] / evidence
            found[k, rule[entry]] += mass
            for c in range(n_comparisons):
                seen[k, c, levels[c, entry]] += mass
    return total
