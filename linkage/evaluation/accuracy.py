"""How many pairs are right and how many are found: at every threshold, at the run's, of clusters, of proposals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from linkage.evaluation.figures import Figure, PairFigures, drawn_f1, drawn_figure, figure, pair_figures, ratio, share
from linkage.evaluation.known_pairs import Bool, Float64, Int32, Int64, KnownPairs
from linkage.evaluation.predicted import Sums, grouped_sums, listed_sums, partner_counts, true_sums
from linkage.evaluation.resampling import curve_intervals, curve_values, ranking

EQUAL_PRECISION = 0.99
"""The precision at which recall is told, over all and group by group."""


@dataclass(frozen=True)
class Scored:
    """The pairs a run kept: ``left``, ``right`` int32 (n_pairs,), ``weight_log2`` float64, ``probability`` float64."""

    left: Int32
    right: Int32
    weight_log2: Float64
    probability: Float64

    def take(self, chosen: Bool) -> Scored:
        """Return some of the pairs: ``chosen`` bool (n_pairs,)."""
        return Scored(self.left[chosen], self.right[chosen], self.weight_log2[chosen], self.probability[chosen])


@dataclass(frozen=True)
class Curve:
    """What the best choice of a threshold would give; the choice needs the truth, so no run can make it.

    ``best``: at the threshold of the largest F1, whose interval lets each draw choose anew. ``best_threshold`` and
    ``equal_threshold`` are probabilities: of the largest F1, and the lowest at which precision is at least
    :data:`EQUAL_PRECISION`; nan when there is none.
    """

    best_threshold: float
    best: PairFigures
    equal_threshold: float
    recall_at_precision: Figure
    average_precision: Figure


@dataclass(frozen=True)
class BCubed:
    """Precision and recall averaged over records: of its cluster, how much is its person, and the reverse.

    A. Bagga and B. Baldwin, "Entity-based cross-document coreferencing using the vector space model", COLING-ACL 1998.
    """

    precision: Figure
    recall: Figure
    f1: Figure


def curve(scored: Scored, known: KnownPairs, *, rng: np.random.Generator) -> Curve:
    """Return the best F1, the recall at :data:`EQUAL_PRECISION` and the average precision, with their intervals."""
    true, per_unit = known.is_true(scored.left, scored.right), true_sums(known)
    units = known.unit[scored.left], known.unit[scored.right]
    drawn = curve_intervals(scored.weight_log2, true, units, per_unit, precision=EQUAL_PRECISION, rng=rng)
    order, last = ranking(scored.weight_log2)
    hits, predicted = np.cumsum(true[order])[last].astype(np.float64), (last + 1).astype(np.float64)
    n_true = float(per_unit.sum())
    best_f1, recall, average = curve_values(hits, predicted, n_true, EQUAL_PRECISION)
    f1 = 2.0 * hits / (predicted + n_true)
    place = int(np.argmax(f1)) if last.size else -1
    best_cut = int(last[place]) + 1 if last.size else 0
    counts = (float(hits[place]), float(predicted[place])) if last.size else (0.0, 0.0)
    enough = np.flatnonzero(hits >= EQUAL_PRECISION * predicted)
    chosen = order[:best_cut]
    best = figures_of(listed_sums(known, scored.left[chosen], scored.right[chosen]), known, rng=rng)
    probability = scored.probability[order]
    return Curve(
        best_threshold=float(probability[best_cut - 1]) if best_cut else float("nan"),
        best=replace(best, f1=drawn_f1(*counts, n_true, drawn.best_f1) if n_true else figure(best_f1, drawn.best_f1)),
        equal_threshold=float(probability[last[enough[-1]]]) if enough.size else float("nan"),
        recall_at_precision=drawn_figure(recall, n_true, drawn.recall_at_precision),
        average_precision=drawn_figure(average, n_true, drawn.average_precision),
    )


def figures_of(sums: Sums, known: KnownPairs, *, rng: np.random.Generator) -> PairFigures:
    """Return precision, recall and F1 of predicted pairs, given as what they add to each person's counts."""
    return pair_figures(*sums, true_sums(known), rng=rng)


def cluster_figures(cluster: Int64, known: KnownPairs, *, rng: np.random.Generator) -> PairFigures:
    """Return the same when every two records of a cluster are predicted; ``cluster`` int64 (n_records,)."""
    return figures_of(grouped_sums(known, cluster), known, rng=rng)


def candidate_recall(place: Int64, known: KnownPairs, *, rng: np.random.Generator) -> Figure:
    """Return the share of true pairs that the run kept at all; ``place`` int64 (n_true,), -1 where it did not."""
    found = np.bincount(known.unit[known.left[place >= 0]], minlength=known.n_units).astype(np.float64)
    return share(found, true_sums(known), rng=rng)


def b_cubed(cluster: Int64, known: KnownPairs, *, rng: np.random.Generator) -> BCubed | None:
    """Return B-cubed figures of clusters; None where only some pairs are labelled, or two files are linked."""
    if known.labelled is not None or known.n_left is not None:
        return None
    sure = known.person >= 0
    cluster = np.where(sure, cluster, -1)
    size = partner_counts([cluster], None) + 1.0
    persons = partner_counts([known.person], None) + 1.0
    both = partner_counts([cluster, known.person], None) + 1.0
    weights = [np.where(sure, both / size, 0.0), np.where(sure, both / persons, 0.0), sure.astype(np.float64)]
    # Rounded, so that persons who are alike are seen to be: a third added three ways is not one number.
    right, found, count = (np.round(np.bincount(known.unit, weights=item), 9).astype(np.float64) for item in weights)
    precision, recall = share(right, count, rng=rng), share(found, count, rng=rng)
    f1 = [ratio(2.0 * p * r, p + r) for p, r in zip(_numbers(precision), _numbers(recall), strict=True)]
    return BCubed(precision, recall, Figure(*f1))


def _numbers(told: Figure) -> tuple[float, float, float]:
    return told.value, told.low, told.high
