"""Recall of the true pairs, kind by kind: why a person is there twice, and what is wrong with the two records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.evaluation.figures import Figure, share
from linkage.evaluation.known_pairs import Bool, Int64, KnownPairs

UInt64 = npt.NDArray[np.uint64]

HIDDEN_BELOW = 20
"""A row of fewer pairs is not told: it would be about a handful of people, and say nothing of the model."""


@dataclass(frozen=True)
class Found:
    """Which of the true pairs were found, bool (n_true,) each.

    ``kept``: the run kept the pair at all; ``linked``: it reaches the link threshold; ``clustered``: both records stand
    in one cluster; ``proposed``: both stand in one case that proposes to merge.
    """

    kept: Bool
    linked: Bool
    clustered: Bool
    proposed: Bool


@dataclass(frozen=True)
class RecallRow:
    """Recall of the true pairs of one kind; all figures None when there are fewer than :data:`HIDDEN_BELOW`."""

    name: str
    pairs: int | None
    kept: Figure | None
    linked: Figure | None
    clustered: Figure | None
    proposed: Figure | None


def recall_by_kind(
    kind: Int64, names: Sequence[str], found: Found, known: KnownPairs, *, rng: np.random.Generator
) -> tuple[RecallRow, ...]:
    """Return the recall by kind of record: ``kind`` int64 (n_records,), an index into ``names``, -1 for none.

    A pair counts under the kind of either record.
    """
    left, right = kind[known.left], kind[known.right]
    rows = [_row(name, (left == code) | (right == code), found, known, rng) for code, name in enumerate(names)]
    return tuple(row for row in rows if row is not None)


def recall_by_error(
    errors: UInt64, names: Sequence[str], found: Found, known: KnownPairs, *, rng: np.random.Generator
) -> tuple[RecallRow, ...]:
    """Return the recall by kind of error: ``errors`` uint64 (n_records,), bit e for ``names[e]``.

    A pair counts under every kind that one of its records has.
    """
    either = errors[known.left] | errors[known.right]
    rows = [
        _row(name, (either >> np.uint64(bit) & np.uint64(1)).astype(np.bool_), found, known, rng)
        for bit, name in enumerate(names)
    ]
    return tuple(row for row in rows if row is not None)


def recall_by_error_count(
    counts: Int64, found: Found, known: KnownPairs, *, most: int = 6, rng: np.random.Generator
) -> tuple[RecallRow, ...]:
    """Return the recall by number of errors on the two records together; ``counts`` int64 (n_true,)."""
    capped = np.minimum(counts, most)
    names = [*(str(number) for number in range(most)), f"{most} or more"]
    rows = [_row(name, capped == number, found, known, rng) for number, name in enumerate(names)]
    return tuple(row for row in rows if row is not None)


def error_counts(errors: UInt64, known: KnownPairs) -> Int64:
    """Return the number of errors on the two records of each true pair, int64 (n_true,)."""
    by_record = np.bitwise_count(errors).astype(np.int64)
    counts: Int64 = by_record[known.left] + by_record[known.right]
    return counts


def _row(name: str, chosen: Bool, found: Found, known: KnownPairs, rng: np.random.Generator) -> RecallRow | None:
    pairs = int(chosen.sum())
    if not pairs:
        return None
    if pairs < HIDDEN_BELOW:
        return RecallRow(name, None, None, None, None, None)
    _, unit = np.unique(known.unit[known.left[chosen]], return_inverse=True)
    total = np.bincount(unit).astype(np.float64)
    told = [
        share(np.bincount(unit, weights=hits[chosen], minlength=total.size).astype(np.float64), total, rng=rng)
        for hits in (found.kept, found.linked, found.clustered, found.proposed)
    ]
    return RecallRow(name, pairs, *told)
