"""Precision and recall from labels of a sample: what people say, weight band by weight band, of what the model claims.

Two estimators, both over strata of match weight. *Sampled*: the share of matches among a stratum's labels, each label
counting 1 / inclusion (stratified ratio estimator, J. Hájek, "Comment on an essay by D. Basu", 1971). *Assisted*: the
model's mean probability of the whole stratum plus the mean difference between label and probability in the sample
(difference estimator: C.-E. Särndal, B. Swensson and J. Wretman, "Model Assisted Survey Sampling", 1992, ch. 6). Either
is right whether or not the model's probabilities are; the second is surer where they are good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError
from linkage.evaluation.estimated.square_and_add import square_and_add
from linkage.evaluation.estimated.strata import Stratum, stratify
from linkage.evaluation.estimated.unseen_pairs import UnseenPairs, recall_of
from linkage.evaluation.figures import Figure
from linkage.evaluation.intervals import wilson_interval

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

LEAST_LABELS: Final = 5
"""A stratum with fewer labels is judged together with its neighbour on the same side of the threshold."""

_Z: Final = 1.959964


@dataclass(frozen=True)
class LabelledPairs:
    """Labels of some of the pairs: ``row`` int64 (n,), each once; ``same`` bool (n,); ``inclusion`` float64 (n,)."""

    row: Int64
    same: Bool
    inclusion: Float64


@dataclass(frozen=True)
class StratumRow:
    """One stratum: its pairs, the mean probability the model gives them, and what the labels say.

    ``sampled``, ``assisted``: share of matches by either estimator, nan without a label.
    """

    name: str
    linked: bool
    pairs: int
    labelled: int
    same: int
    claimed: float
    sampled: Figure
    assisted: Figure


@dataclass(frozen=True)
class LabelFigures:
    """Precision and recall by one estimator; nan where a side of the threshold has no label."""

    precision: Figure
    recall_of_compared: Figure
    recall: Figure


@dataclass(frozen=True)
class ClericalEstimate:
    """What labels say of a result, with 95 % intervals over all samples that might have been drawn.

    ``below_review`` is the model's alone: no pair there can be drawn.
    """

    labelled: int
    strata: tuple[StratumRow, ...]
    sampled: LabelFigures
    assisted: LabelFigures


def clerical_estimate(
    probability: Float64,
    weight_log2: Float64,
    link_threshold: float,
    labels: LabelledPairs,
    unseen: UnseenPairs,
) -> ClericalEstimate:
    """Estimate precision and recall from labels; of matches below the review threshold the model is believed.

    The interval of a stratum is Wilson's, for as many labels as the unequal weights are worth (L. Kish, "Survey
    Sampling", 1965), drawn in by the finite population (with :data:`LEAST_LABELS` or more), and for *assisted* by how
    much less the differences vary than the labels. The strata are put together by :func:`square_and_add`.

    Args:
        probability, weight_log2: float64 (n_pairs,), of the written pairs.
        link_threshold: a probability.
        labels: of some of them; within a stratum, drawn with the probabilities given.
        unseen: what was not written.

    Raises:
        UsageError: a row twice or outside the pairs, or an inclusion outside (0, 1].
    """
    _check(labels, probability.size)
    code, strata = stratify(weight_log2, link_threshold)
    code, strata = _joined(code, strata, code[labels.row])
    rows = tuple(_row(number, stratum, code, probability, labels) for number, stratum in enumerate(strata))
    return ClericalEstimate(
        labelled=int(labels.row.size),
        strata=rows,
        sampled=_figures(rows, [row.sampled for row in rows], unseen),
        assisted=_figures(rows, [row.assisted for row in rows], unseen),
    )


def _check(labels: LabelledPairs, n_pairs: int) -> None:
    if np.unique(labels.row).size != labels.row.size or ((labels.row < 0) | (labels.row >= n_pairs)).any():
        raise UsageError("each label is of one written pair, and each pair has one label")
    if not ((labels.inclusion > 0.0) & (labels.inclusion <= 1.0)).all():
        raise UsageError("an inclusion probability lies above 0 and up to 1")


def _joined(code: Int64, strata: tuple[Stratum, ...], labelled: Int64) -> tuple[Int64, tuple[Stratum, ...]]:
    """Return strata with enough labels each: neighbours are joined, as long as both are linked or neither is."""
    counts = np.bincount(labelled, minlength=len(strata))
    new: list[Stratum] = []
    number = np.zeros(len(strata), np.int64)
    for side in (False, True):
        parts: list[list[int]] = []
        for place in (place for place, stratum in enumerate(strata) if stratum.linked is side):
            if parts and counts[parts[-1]].sum() < LEAST_LABELS:
                parts[-1].append(place)
            else:
                parts.append([place])
        if len(parts) > 1 and counts[parts[-1]].sum() < LEAST_LABELS:
            last = parts.pop()
            parts[-1] += last
        for part in parts:
            number[part] = len(new)
            new.append(Stratum(strata[part[0]].low_bits, strata[part[-1]].high_bits, side))
    return number[code], tuple(new)


def _row(number: int, stratum: Stratum, code: Int64, probability: Float64, labels: LabelledPairs) -> StratumRow:
    own, chosen = code == number, code[labels.row] == number
    pairs, claim = int(np.count_nonzero(own)), float(probability[own].mean())
    same, weight = labels.same[chosen].astype(np.float64), 1.0 / labels.inclusion[chosen]
    sampled = assisted = Figure(*(float("nan"),) * 3)
    if same.size:
        share = float(np.average(same, weights=weight))
        worth = float(weight.sum() ** 2 / (weight**2).sum())
        wilson = wilson_interval(share * worth, worth)
        # Of a stratum that was labelled whole nothing is unsure; of a handful of pairs that would look like certainty.
        rest = max(1.0 - same.size / pairs, 0.0) ** 0.5 if same.size >= LEAST_LABELS else 1.0
        sampled = _within(share, share - wilson.low, wilson.high - share, rest)
        gap = same - probability[labels.row[chosen]]
        mean_gap = float(np.average(gap, weights=weight))
        left = _variance(gap, mean_gap, weight, worth) / _variance(same, share, weight, worth)
        assisted = _within(claim + mean_gap, share - wilson.low, wilson.high - share, rest * min(left, 1.0) ** 0.5)
    return StratumRow(stratum.name, stratum.linked, pairs, int(same.size), int(same.sum()), claim, sampled, assisted)


def _variance(values: Float64, mean: float, weight: Float64, worth: float) -> float:
    """Return the variance of a mean times ``worth``, with what Wilson's interval adds where no spread was seen."""
    return float(np.average((values - mean) ** 2, weights=weight)) + _Z**2 / (4.0 * worth)


def _within(value: float, down: float, up: float, narrowed: float) -> Figure:
    value = min(max(value, 0.0), 1.0)
    return Figure(value, max(value - down * narrowed, 0.0), min(value + up * narrowed, 1.0))


def _figures(rows: tuple[StratumRow, ...], told: list[Figure], unseen: UnseenPairs) -> LabelFigures:
    pairs = np.array([row.pairs for row in rows], np.float64)
    linked = np.array([row.linked for row in rows], np.bool_)
    centre, low, high = (np.array([getattr(item, end) for item in told]) for end in ("value", "low", "high"))
    n_linked = pairs[linked].sum()

    def precision(share: Float64) -> float:
        return float((share * pairs)[linked].sum() / n_linked) if n_linked else float("nan")

    def recall(part: Float64) -> float:
        matches = part[:-1] * pairs
        return recall_of(float(matches[linked].sum()), float(matches[~linked].sum()) + unseen.below_review, part[-1])

    def with_blocked(values: Float64, blocked: float) -> Float64:
        return np.append(values, blocked)

    none = Figure(*(float("nan"),) * 3)
    return LabelFigures(
        square_and_add(precision, centre, low, high),
        square_and_add(recall, with_blocked(centre, 0.0), with_blocked(low, 0.0), with_blocked(high, 0.0)),
        square_and_add(
            recall,
            with_blocked(centre, unseen.blocked),
            with_blocked(low, unseen.blocked_low),
            with_blocked(high, unseen.blocked_high),
        )
        if unseen.blocking_known
        else none,
    )
