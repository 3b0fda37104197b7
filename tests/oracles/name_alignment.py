"""The alignment of two names written with sets and permutations: slow and plain."""

from __future__ import annotations

from itertools import permutations

from jellyfish import jaro_winkler_similarity
from rapidfuzz.distance import OSA

from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.tokens import soft_flags

UNLIKE, SHORTENED, SLIPPED, SOUNDS, JOINED, SAME = range(6)

Couple = tuple[int, int]


def related(left: list[str], i: int, right: list[str], j: int) -> int | None:
    """Return how two tokens relate, None for a soft and a hard one that are unlike."""
    one, other = left[i], right[j]
    if one == other:
        return SAME
    if set(kfi(one)) & set(kfi(other)):
        return SOUNDS
    shorter = min(len(one), len(other))
    if shorter >= 3 and OSA.distance(one, other) <= (2 if shorter >= 7 else 1):
        return SLIPPED
    if len(one) != len(other) and (one.startswith(other) or other.startswith(one)):
        return SHORTENED
    return UNLIKE if soft_flags(left)[i] == soft_flags(right)[j] else None


def settled(left: list[str], right: list[str]) -> dict[Couple, int]:
    """Return the couples of equal tokens, then of joined ones."""
    couples: dict[Couple, int] = {}
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            if one == other and not touched(couples, i, None) and not touched(couples, None, j):
                couples[i, j] = SAME
    for i in range(len(left)):
        for j in range(len(right)):
            if touched(couples, i, None) or touched(couples, None, j):
                continue
            if len(left) > len(right):
                joined = "".join(left[i : i + 2]) == right[j] and i + 1 < len(left)
                if joined and not touched(couples, i + 1, None):
                    couples[i, j] = couples[i + 1, j] = JOINED
            elif len(right) > len(left):
                joined = "".join(right[j : j + 2]) == left[i] and j + 1 < len(right)
                if joined and not touched(couples, None, j + 1):
                    couples[i, j] = couples[i, j + 1] = JOINED
    return couples


def touched(couples: dict[Couple, int], i: int | None, j: int | None) -> bool:
    """Return whether a token of the left or of the right name has a partner."""
    return any(one == i or other == j for one, other in couples)


def best_sum(left: list[str], right: list[str]) -> float:
    """Return the greatest sum of relation and likeness over all assignments of the tokens not settled."""
    couples = settled(left, right)
    rows = [i for i in range(len(left)) if not touched(couples, i, None)]
    columns = [j for j in range(len(right)) if not touched(couples, None, j)]
    # A row may stay alone: so many columns of nothing.
    places: list[int | None] = [*columns, *[None] * len(rows)]
    return max(
        sum(score(left, i, right, j) for i, j in zip(rows, chosen, strict=True))
        for chosen in set(permutations(places, len(rows)))
    )


def score(left: list[str], i: int, right: list[str], j: int | None) -> float:
    """Return what a couple adds to the sum; nothing for none."""
    relation = None if j is None else related(left, i, right, j)
    if relation is None or j is None:
        return 0.0
    return relation + max(jaro_winkler_similarity(left[i], right[j]), 0.01)
