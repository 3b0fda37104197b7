"""How many cases an engine answers as expected, by threshold and by what the case tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.public_pairs.cases import MATCH, NO_MATCH, OPEN, Cases
from benchmarks.public_pairs.scoring import pair_weights, record_numbers
from linkage.evaluation.intervals import Interval, wilson_interval
from linkage.evaluation.metrics import PairMetrics
from linkage.pipeline import Linked

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Answers:
    """What was expected of each case, and what the engine says; all (n,).

    ``expected`` int8. ``named`` float64: match weight in bits of the pair that the case names, -inf when it was not
    ``met``, bool. ``rival`` float64: the largest weight of the same record with any other that was met, -inf where a
    case does not search. Thresholds are bits.
    """

    expected: Int8
    named: Float64
    rival: Float64
    met: Bool

    @property
    def likeliest(self) -> Float64:
        """The larger of both weights, float64 (n,)."""
        return np.maximum(self.named, self.rival)

    def right(self, threshold: float) -> Bool:
        """Tell which answers are as expected, bool (n,): joined with the record named, or with none at all."""
        right: Bool = np.where(self.expected == MATCH, self.named >= threshold, self.likeliest < threshold)
        return right

    def metrics(self, threshold: float) -> PairMetrics:
        """Return the counts over the cases that have an answer; a case is predicted when it is joined with any."""
        match, decided = self.expected == MATCH, self.expected != OPEN
        found = int((match & self.right(threshold)).sum())
        return PairMetrics(found, int((decided & (self.likeliest >= threshold)).sum()), int(match.sum()))

    def accuracy(self, threshold: float, of: Bool | None = None) -> tuple[int, int]:
        """Return how many of the answered cases (of those given) are right, and how many there are."""
        asked = (self.expected != OPEN) if of is None else of & (self.expected != OPEN)
        return int((asked & self.right(threshold)).sum()), int(asked.sum())

    def best(self) -> tuple[float, PairMetrics]:
        """Return the threshold of the largest F1 (the highest such) and its counts, chosen with the truth in hand."""
        weights = np.unique(np.concatenate([self.named, self.rival]))
        cuts = [(float(cut), self.metrics(float(cut))) for cut in weights[::-1] if cut > -np.inf]
        return max(cuts, key=lambda item: item[1].f1, default=(float("inf"), self.metrics(float("inf"))))

    def area_under_curve(self) -> float:
        """Return the chance that a match weighs more than a case that is none; nan when either is wanting.

        A match counts by the pair named, a case that is none by its likeliest. Ties count half: Mann-Whitney's U.
        """
        match = self.named[self.expected == MATCH]
        none = np.sort(self.likeliest[self.expected == NO_MATCH])
        if not match.size or not none.size:
            return float("nan")
        below, up_to = np.searchsorted(none, match, side="left"), np.searchsorted(none, match, side="right")
        return float((below + up_to).sum() / (2.0 * match.size * none.size))

    def astray(self, threshold: float) -> tuple[int, int]:
        """Return how many matches are joined with another record too, and of how many another weighs no less."""
        match = self.expected == MATCH
        as_likely = (self.rival >= self.named) & (self.rival > -np.inf)
        return int((match & (self.rival >= threshold)).sum()), int((match & as_likely).sum())

    def open_cases(self, link_threshold: float, review_threshold: float) -> tuple[int, int, int]:
        """Return how many cases that people should look at are joined, between both thresholds, and apart."""
        weights = self.likeliest[self.expected == OPEN]
        joined, apart = int((weights >= link_threshold).sum()), int((weights < review_threshold).sum())
        return joined, weights.size - joined - apart, apart


@dataclass(frozen=True)
class Share:
    """How many of the cases of a kind are answered as expected."""

    kind: str
    right: int
    total: int

    def interval(self) -> Interval:
        """Wilson interval of the share."""
        return wilson_interval(self.right, self.total)


def answers_of(linked: Linked, cases: Cases) -> Answers:
    """Return what a run says of every case; a pair that no rule brings together counts as not found."""
    left, right = record_numbers(linked, cases.left), record_numbers(linked, cases.right)
    bits, met = pair_weights(linked, left, right)
    rival = np.full(bits.size, -np.inf)
    if cases.searched:
        seeds = np.arange(linked.records.left_count, dtype=np.int32)
        every, others = np.tile(seeds, right.size), np.repeat(right, seeds.size)
        of_all, all_met = pair_weights(linked, every, others)
        away = all_met & (every != np.repeat(left, seeds.size))
        rival = np.where(away, of_all, -np.inf).reshape(right.size, seeds.size).max(axis=1)
    return Answers(np.array(cases.expected, np.int8), np.where(met, bits, -np.inf), rival, met)


def by_kind(answers: Answers, kinds: Sequence[Sequence[str]], threshold: float) -> list[Share]:
    """Return the share of right answers per kind, the worst first; kinds without an answered case are left out.

    A kind of both matches and others is divided in two: what fails one way must not hide behind the other.
    """
    shares = []
    for kind in sorted({name for names in kinds for name in names}):
        of = np.array([kind in names for names in kinds], np.bool_)
        for answer, word in ((MATCH, "match"), (NO_MATCH, "no match")):
            right, total = answers.accuracy(threshold, of & (answers.expected == answer))
            if total:
                shares.append(Share(f"{kind}, {word}", right, total))
    return sorted(shares, key=lambda share: (share.right / share.total, -share.total, share.kind))
