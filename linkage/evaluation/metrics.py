"""Precision, recall and F1 of pairs and of clusters, against the known persons.

A *true pair* is two records of one entity. True pairs are never listed: their number follows from the sizes of the
entities. With TP the true pairs among the predicted ones: precision = TP / predicted, recall = TP / true,
F1 = 2 TP / (predicted + true).

P. Christen, "Data Matching", Springer 2012, chapter 7; D. Menestrina, S. E. Whang and H. Garcia-Molina,
"Evaluating entity resolution results", PVLDB 3 (2010) 208-219.

Throughout: records are numbered 0 to n - 1; ``entities`` int (n,) is the entity of each record, negative
when unknown (such a record has no true partner); in link mode ``n_left`` is the number of records of the left file,
which come first, and only pairs across the files count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError
from linkage.evaluation.intervals import Interval, ratio_bootstrap, wilson_interval

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
IntCodes = npt.NDArray[np.int32] | npt.NDArray[np.int64]


@dataclass(frozen=True)
class PairMetrics:
    """Counts of pairs, and what follows. A ratio with nothing to divide by is nan."""

    true_positives: int
    predicted: int
    true_total: int

    @property
    def precision(self) -> float:
        """TP / predicted."""
        return self.true_positives / self.predicted if self.predicted else float("nan")

    @property
    def recall(self) -> float:
        """TP / true."""
        return self.true_positives / self.true_total if self.true_total else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall: 2 TP / (predicted + true)."""
        total = self.predicted + self.true_total
        return 2.0 * self.true_positives / total if total else float("nan")

    def precision_interval(self, confidence: float = 0.95) -> Interval:
        """Wilson interval of the precision, pairs taken as independent."""
        return wilson_interval(self.true_positives, self.predicted, confidence=confidence)

    def recall_interval(self, confidence: float = 0.95) -> Interval:
        """Wilson interval of the recall, pairs taken as independent."""
        return wilson_interval(self.true_positives, self.true_total, confidence=confidence)


@dataclass(frozen=True)
class PairCurve:
    """Every cut of scored pairs: at ``thresholds[i]`` all pairs scoring at least that are predicted.

    ``thresholds`` float64 (n_cuts,), distinct scores, falling; ``true_positives`` and ``predicted`` int64 (n_cuts,),
    rising; ``true_total``: true pairs, predicted or not.
    """

    thresholds: Float64
    true_positives: Int64
    predicted: Int64
    true_total: int

    @property
    def precision(self) -> Float64:
        """TP / predicted at each cut, float64 (n_cuts,)."""
        return self.true_positives / self.predicted

    @property
    def recall(self) -> Float64:
        """TP / true at each cut, float64 (n_cuts,); nan when there is no true pair."""
        if not self.true_total:
            return np.full(self.thresholds.shape, np.nan)
        return self.true_positives / self.true_total

    @property
    def f1(self) -> Float64:
        """2 TP / (predicted + true) at each cut, float64 (n_cuts,)."""
        return 2.0 * self.true_positives / (self.predicted + self.true_total)

    def at(self, threshold: float) -> PairMetrics:
        """Return the counts when pairs scoring at least ``threshold`` are predicted."""
        cuts = int(np.searchsorted(-self.thresholds, -threshold, side="right"))
        if not cuts:
            return PairMetrics(0, 0, self.true_total)
        return self._cut(cuts - 1)

    def best_f1(self) -> tuple[float, PairMetrics]:
        """Return the threshold of the largest F1 (the highest such) and its counts; inf when there is no pair.

        It is chosen with the truth in hand; a deployed system does not reach it.
        """
        if not self.thresholds.size:
            return float("inf"), PairMetrics(0, 0, self.true_total)
        best = int(np.argmax(self.f1))
        return float(self.thresholds[best]), self._cut(best)

    def recall_at_precision(self, precision: float) -> float:
        """Return the largest recall of any cut whose precision is at least ``precision``; 0 when none is."""
        enough = self.precision >= precision
        if not self.true_total:
            return float("nan")
        return float(self.recall[enough].max()) if enough.any() else 0.0

    def _cut(self, cut: int) -> PairMetrics:
        return PairMetrics(int(self.true_positives[cut]), int(self.predicted[cut]), self.true_total)


def true_pair_count(entities: IntCodes, n_left: int | None = None) -> int:
    """Return the number of true pairs: sum of s (s - 1) / 2 over entity sizes s, or of a * b across two files."""
    return _pairs_within(entities, n_left)


def pair_metrics(left: IntCodes, right: IntCodes, entities: IntCodes, *, n_left: int | None = None) -> PairMetrics:
    """Return the counts for predicted pairs ``left``, ``right`` (n_pairs,), record numbers.

    Raises:
        InvariantError: as :func:`pair_curve`.
    """
    _check_pairs(left, right, entities.shape[0], n_left)
    return PairMetrics(int(_is_true(left, right, entities).sum()), left.shape[0], _pairs_within(entities, n_left))


def pair_curve(
    left: IntCodes, right: IntCodes, scores: Float64, entities: IntCodes, *, n_left: int | None = None
) -> PairCurve:
    """Return the counts at every threshold, for pairs (n_pairs,) with ``scores`` float64, larger is likelier.

    Raises:
        InvariantError: a pair given twice or of a record with itself, a record out of range, a pair within one file in
            link mode, a score that is nan, or lengths that differ.
    """
    _check_pairs(left, right, entities.shape[0], n_left)
    if scores.shape != left.shape or bool(np.isnan(scores).any()):
        raise InvariantError("each pair needs one score that is a number")
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    hits = np.cumsum(_is_true(left, right, entities)[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if ranked.size else np.zeros(0, np.int64)
    return PairCurve(
        thresholds=ranked[last].astype(np.float64),
        true_positives=hits[last].astype(np.int64),
        predicted=(last + 1).astype(np.int64),
        true_total=_pairs_within(entities, n_left),
    )


def cluster_pair_metrics(clusters: IntCodes, entities: IntCodes, *, n_left: int | None = None) -> PairMetrics:
    """Return the pair counts of a clustering: every two records of a cluster are predicted.

    ``clusters`` int (n,), a label per record, negative for one that stands alone. TP = sum over the cells of
    the contingency table cluster x entity of c (c - 1) / 2 (in link mode a * b); no pair is listed.

    Raises:
        InvariantError: lengths that differ.
    """
    if clusters.shape != entities.shape:
        raise InvariantError("clusters and entities speak of different numbers of records")
    both = (clusters >= 0) & (entities >= 0)
    _, cluster = np.unique(clusters, return_inverse=True)
    _, entity = np.unique(entities, return_inverse=True)
    cells = np.where(both, cluster.astype(np.int64) * (int(entity.max(initial=0)) + 1) + entity, -1)
    return PairMetrics(_pairs_within(cells, n_left), _pairs_within(clusters, n_left), _pairs_within(entities, n_left))


def bootstrap_pair_intervals(
    left: IntCodes,
    right: IntCodes,
    entities: IntCodes,
    *,
    rng: np.random.Generator,
    n_left: int | None = None,
    replicates: int = 200,
    confidence: float = 0.95,
) -> dict[str, Interval]:
    """Return intervals of "precision", "recall" and "f1" that allow for pairs sharing a person.

    Entities are resampled. A predicted pair counts half for the entity of each of its records; a record of unknown
    entity is one of its own. Wider than Wilson's intervals wherever errors come in clusters.
    """
    _check_pairs(left, right, entities.shape[0], n_left)
    alone = np.where(
        entities >= 0, entities, np.arange(entities.shape[0], dtype=np.int64) + int(entities.max(initial=0)) + 1
    )
    _, unit = np.unique(alone, return_inverse=True)
    n_units = int(unit.max(initial=-1)) + 1
    true = _is_true(left, right, entities)
    predicted = (np.bincount(unit[left], minlength=n_units) + np.bincount(unit[right], minlength=n_units)) / 2.0
    hits = np.bincount(unit[left[true]], minlength=n_units).astype(np.float64)
    total = _pairs_by_group(np.where(entities >= 0, unit, -1), n_units, n_left).astype(np.float64)
    parts = np.stack([hits, predicted, total], axis=1)
    parts = parts[parts.any(axis=1)]
    ratios = {
        "precision": lambda sums: _ratio(sums[:, 0], sums[:, 1]),
        "recall": lambda sums: _ratio(sums[:, 0], sums[:, 2]),
        "f1": lambda sums: _ratio(2.0 * sums[:, 0], sums[:, 1] + sums[:, 2]),
    }
    return {
        name: ratio_bootstrap(parts, ratio, rng=rng, replicates=replicates, confidence=confidence)
        for name, ratio in ratios.items()
    }


def _ratio(top: Float64, bottom: Float64) -> Float64:
    ratio: Float64 = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0.0)
    return ratio


def _is_true(left: IntCodes, right: IntCodes, entities: IntCodes) -> Bool:
    true: Bool = (entities[left] == entities[right]) & (entities[left] >= 0)
    return true


def _pairs_within(groups: IntCodes, n_left: int | None) -> int:
    if not bool((groups >= 0).any()):
        return 0
    _, dense = np.unique(groups, return_inverse=True)
    dense = np.where(groups >= 0, dense, -1)
    return int(_pairs_by_group(dense, int(dense.max()) + 1, n_left).sum())


def _pairs_by_group(groups: Int64, n_groups: int, n_left: int | None) -> Int64:
    """Pairs within each group, int64 (n_groups,); groups (n,) are dense numbers, -1 for none."""
    if n_left is None:
        sizes = np.bincount(groups[groups >= 0], minlength=n_groups).astype(np.int64)
        return sizes * (sizes - 1) // 2
    here, there = groups[:n_left], groups[n_left:]
    ours = np.bincount(here[here >= 0], minlength=n_groups).astype(np.int64)
    return ours * np.bincount(there[there >= 0], minlength=n_groups).astype(np.int64)


def _check_pairs(left: IntCodes, right: IntCodes, n_records: int, n_left: int | None) -> None:
    if left.shape != right.shape or left.ndim != 1:
        raise InvariantError("left and right must be of the same length")
    if not left.size:
        return
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    if int(low.min()) < 0 or int(high.max()) >= n_records:
        raise InvariantError("a pair names a record that does not exist")
    if bool((low == high).any()):
        raise InvariantError("a pair holds one record twice")
    if n_left is not None and bool(((low >= n_left) | (high < n_left)).any()):
        raise InvariantError("a pair lies within one file; in link mode only pairs across count")
    keys = np.sort(low * n_records + high)
    if bool((keys[1:] == keys[:-1]).any()):
        raise InvariantError("a pair is given twice")
