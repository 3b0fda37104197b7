"""How far models are apart about a pair: the run's beside plain Fellegi-Sunter, or a committee fitted to the labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.models.fellegi_sunter import probability
from linkage.spec import LinkageSpec

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]

FEWEST: Final = 10
"""Labels of either kind below which a committee knows nothing."""

MEMBERS: Final = 15


def levels_alone(levels: Int8, model: Mapping[str, Any], spec: LinkageSpec) -> Float64 | None:
    """Return the probability by the levels' Fellegi-Sunter weights alone, float64 (n_pairs,).

    ``levels`` int8 (n_pairs, n_comparisons). ``model``: of the manifest, with m and u by comparison and the prior. Left
    out is whatever the run adds to them: rarity of values, guards, a supervised model. None when the manifest's model
    has no such weights.
    """
    try:
        weight = np.full(len(levels), np.log2(model["prior"] / (1.0 - model["prior"])))
        for place, item in enumerate(spec.comparisons):
            if not item.part:
                own = model["comparisons"][item.name]
                bits = np.log2(np.array(own["m"], np.float64) / np.array(own["u"], np.float64))
                weight += np.append(0.0, bits)[levels[:, place]]
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return probability(weight)


def committee_spread(
    levels: Int8, labelled: npt.NDArray[np.int64], same: Bool, *, rng: np.random.Generator
) -> Float64 | None:
    """Return how far the members of a committee are apart about each pair, float64 (n_pairs,), 0 to .5.

    Members are logistic models on one column a level, each fitted to a bootstrap sample of the labels. ``labelled``
    int64 (n_labels,): rows of ``levels``; ``same`` bool (n_labels,). None with too few labels of a kind.

    Query by committee: H. S. Seung, M. Opper and H. Sompolinsky, COLT 1992, 287-294; by bootstrap: N. Abe and
    H. Mamitsuka, ICML 1998, 1-9.
    """
    if min(int(same.sum()), int((~same).sum())) < FEWEST:
        return None
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    columns = one_column_a_level(levels)
    votes = np.empty((MEMBERS, len(levels)))
    kinds = np.flatnonzero(same), np.flatnonzero(~same)
    # Sums of more than one thread differ in their last digits, and with them the pairs that are asked.
    with threadpool_limits(1):
        for member in range(MEMBERS):
            # Each kind is drawn by itself, so that no member lacks one.
            drawn = np.concatenate([kind[rng.integers(kind.size, size=kind.size)] for kind in kinds])
            model = LogisticRegression(C=1.0, max_iter=500).fit(columns[labelled[drawn]], same[drawn])
            votes[member] = model.predict_proba(columns)[:, 1]
    spread: Float64 = votes.std(axis=0)
    return spread


def one_column_a_level(levels: Int8) -> npt.NDArray[np.float32]:
    """Return 0 and 1, float32 (n_pairs, n_columns): a column for each level that occurs of each comparison."""
    columns = [
        (levels[:, place] == level).astype(np.float32)
        for place in range(levels.shape[1])
        for level in np.unique(levels[:, place])
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(levels), 0), np.float32)
