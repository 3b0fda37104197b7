"""Agreement patterns and how often they occur: all that the estimators see of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]

MAX_RULES = 64


@dataclass(frozen=True)
class PatternCounts:
    """Distinct agreement patterns of pairs, each with the number of pairs that show it.

    ``levels`` int8 (n_patterns, n_comparisons): level codes of the weighted comparisons in the spec's
    order, 0 missing, 1 different, larger is closer. ``rules`` uint64 (n_patterns,): bit r is set when these
    pairs meet blocking rule r; all zero for pairs drawn at random. ``counts`` float64 or int64 (n_patterns,):
    pairs, not negative. The same levels may occur again under another ``rules``.

    Raises:
        InvariantError: shapes that do not fit together, or a negative count or level.
    """

    levels: Int8
    rules: UInt64
    counts: Float64 | Int64

    def __post_init__(self) -> None:
        if (
            self.levels.ndim != 2
            or not self.levels.shape[1]
            or self.rules.shape != self.counts.shape
            or self.counts.shape != self.levels.shape[:1]
        ):
            raise InvariantError("levels, rules and counts of agreement patterns do not have fitting shapes")
        if self.levels.size and int(self.levels.min()) < 0:
            raise InvariantError("a level code is negative")
        if self.counts.size and not float(self.counts.min()) >= 0:
            raise InvariantError("a count of pairs is negative or not a number")

    @property
    def n_pairs(self) -> float:
        """Number of pairs over all patterns."""
        return float(self.counts.sum())

    def level_counts(self, n_levels: Sequence[int]) -> list[Float64]:
        """Return for each comparison the pairs by level code, float64 (n_levels,), missing first."""
        return [
            np.bincount(self.levels[:, position], weights=self.counts, minlength=size).astype(np.float64)
            for position, size in enumerate(n_levels)
        ]

    def without_rules(self) -> PatternCounts:
        """Return the patterns with equal levels merged, sorted by levels, all ``rules`` 0 and counts float64."""
        distinct, inverse = np.unique(_row_bytes(self.levels), return_inverse=True)
        counts = np.bincount(inverse, weights=self.counts, minlength=distinct.size)
        levels = distinct.view(np.int8).reshape(distinct.size, self.levels.shape[1])
        return PatternCounts(levels, np.zeros(distinct.size, np.uint64), counts)

    def check_levels(self, n_levels: Sequence[int], *, where: str) -> None:
        """Raise :class:`InvariantError` unless there are ``len(n_levels)`` comparisons and no larger codes."""
        if self.levels.shape[1] != len(n_levels):
            raise InvariantError(
                f"patterns of {self.levels.shape[1]} comparisons where {len(n_levels)} are weighted", where=where
            )
        if self.levels.shape[0] and bool((self.levels.max(axis=0) >= np.asarray(n_levels)).any()):
            raise InvariantError("a level code exceeds the levels of its comparison", where=where)


@dataclass(frozen=True)
class TrainingCounts:
    """What Fellegi-Sunter learns from.

    ``candidates``: patterns of the pairs that meet at least one blocking rule. ``random``: patterns of
    pairs drawn at random (``rules`` = 0). ``coincidence`` float64 (n_comparisons,): exact probability that two
    random records with a value agree at the best level, from the counts of distinct values; nan where unknown.
    ``fixed_by_rule`` bool (n_rules, n_comparisons): the comparison uses a field that the rule blocks on.
    ``n_pairs_total``: number of all possible pairs, blocked or not.

    Raises:
        InvariantError: shapes that do not fit together, or numbers outside their range.
    """

    candidates: PatternCounts
    random: PatternCounts
    coincidence: Float64
    fixed_by_rule: Bool
    n_pairs_total: float

    def __post_init__(self) -> None:
        n_comparisons = self.candidates.levels.shape[1]
        shapes = (self.random.levels.shape[1], self.coincidence.shape[0], self.fixed_by_rule.shape[1])
        if any(size != n_comparisons for size in shapes):
            raise InvariantError("the parts of the training counts speak of different numbers of comparisons")
        n_rules = self.fixed_by_rule.shape[0]
        if n_rules > MAX_RULES:
            raise InvariantError(f"{n_rules} rules; at most {MAX_RULES} fit the bit mask of a pair")
        known = self.coincidence[~np.isnan(self.coincidence)]
        if known.size and not (float(known.min()) >= 0.0 and float(known.max()) <= 1.0):
            raise InvariantError("a coincidence probability lies outside 0 to 1")
        if not self.n_pairs_total >= 1.0:
            raise InvariantError("there must be at least one possible pair")


def _row_bytes(rows: Int8) -> npt.NDArray[np.void]:
    packed = np.ascontiguousarray(rows, np.int8)
    return packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
