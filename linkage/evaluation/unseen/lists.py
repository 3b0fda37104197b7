"""From many blocking rules to a few lists that fail for different reasons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


def group_rules(rules_fields: Sequence[frozenset[str]], n_lists: int) -> tuple[tuple[int, ...], ...]:
    """Return the rules, by number, in at most ``n_lists`` groups; a pair is on a list when it meets one of its rules.

    Rules that read the same fields miss the same pairs, and capture-recapture rests on lists that do not. So the two
    groups whose rules share most fields are joined, again and again: average linkage of |A & B| / min(|A|, |B|), the
    earliest rules first where several are alike. A rule without fields (all pairs) shares none.
    """
    groups: list[tuple[int, ...]] = [(number,) for number in range(len(rules_fields))]
    alike = np.array([[_overlap(one, other) for other in rules_fields] for one in rules_fields], np.float64)
    while len(groups) > n_lists:
        upper = np.where(np.triu(np.ones(alike.shape, np.bool_), 1), alike, -1.0)
        one, other = divmod(int(np.argmax(upper.round(12))), len(groups))
        sizes = len(groups[one]), len(groups[other])
        joined = (alike[one] * sizes[0] + alike[other] * sizes[1]) / sum(sizes)
        alike[one], alike[:, one] = joined, joined
        alike = np.delete(np.delete(alike, other, 0), other, 1)
        groups[one] += groups.pop(other)
    return tuple(tuple(sorted(group)) for group in groups)


def list_codes(masks: UInt64, lists: Sequence[Sequence[int]]) -> Int64:
    """Return, for each mask of rules met, uint64 (n,), the lists that hold the pair as a number, int64 (n,).

    Bit l is set when one rule of list l is met.
    """
    codes = np.zeros(masks.size, np.int64)
    for number, rules in enumerate(lists):
        bits = np.uint64(sum(1 << rule for rule in rules))
        codes |= ((masks & bits) != 0).astype(np.int64) << number
    return codes


def cells(codes: Int64, weight: Float64, n_lists: int) -> Float64:
    """Return the expected pairs of each combination of lists, float64 (2 ** n_lists - 1,): 1 to all lists."""
    return np.bincount(codes, weights=weight, minlength=1 << n_lists)[1:].astype(np.float64)


def memberships(n_lists: int) -> Float64:
    """Return which lists hold the pairs of each cell, 0 or 1, float64 (2 ** n_lists - 1, n_lists)."""
    numbers = np.arange(1, 1 << n_lists)
    return ((numbers[:, None] >> np.arange(n_lists)) & 1).astype(np.float64)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
