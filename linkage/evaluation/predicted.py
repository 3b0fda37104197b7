"""What each person adds to the counts of predicted pairs, whether pairs are listed or stand in clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.evaluation.known_pairs import Bool, Float64, Int32, Int64, KnownPairs

Sums = tuple[Float64, Float64]
"""True pairs among the predicted ones, and predicted pairs, float64 (n_units,) each. A pair counts half for the person
of either record, so a pair of one person counts once."""


def true_sums(known: KnownPairs) -> Float64:
    """Return the number of true pairs of each person, float64 (n_units,)."""
    return _count(known.unit[known.left], known)


def listed_sums(known: KnownPairs, left: Int32, right: Int32) -> Sums:
    """Return what listed pairs add to each person's counts; pairs of which nothing is known are left out."""
    sure = known.is_known(left, right)
    left, right = left[sure], right[sure]
    hits = known.unit[left[known.is_true(left, right)]]
    predicted = (_count(known.unit[left], known) + _count(known.unit[right], known)) / 2.0
    return _count(hits, known), predicted


def grouped_sums(known: KnownPairs, group: Int64) -> Sums:
    """Return the same when every two records of a group are predicted: ``group`` int64 (n_records,), -1 for none.

    No pair is listed, so that one huge cluster costs no more than many small ones.
    """
    if known.labelled is not None:
        left, right = np.divmod(known.labelled, known.n_records)
        together = (group[left] == group[right]) & (group[left] >= 0)
        return listed_sums(known, left[together].astype(np.int32), right[together].astype(np.int32))
    group = np.where(known.person >= 0, group, -1)
    partners = partner_counts([group], known.n_left)
    same = partner_counts([group, known.person], known.n_left)
    return (
        np.bincount(known.unit, weights=same, minlength=known.n_units) / 2.0,
        np.bincount(known.unit, weights=partners, minlength=known.n_units) / 2.0,
    )


def partner_counts(labels: list[Int64], n_left: int | None) -> Float64:
    """Return for each record how many others carry the same labels (in link mode: of the other file).

    ``labels``: int64 (n_records,) each; a record with a negative label has no partner.
    """
    n = labels[0].size
    counts = np.zeros(n)
    rows = np.flatnonzero(np.logical_and.reduce([label >= 0 for label in labels]))
    cell = np.zeros(rows.size, np.int64)
    for label in labels:
        values, which = np.unique(label[rows], return_inverse=True)
        cell = np.unique(cell * values.size + which, return_inverse=True)[1]
    if n_left is None:
        counts[rows] = np.bincount(cell)[cell] - 1.0 if rows.size else 0.0
        return counts
    ours = rows < n_left
    n_cells = int(cell.max(initial=-1)) + 1
    here, there = np.bincount(cell[ours], minlength=n_cells), np.bincount(cell[~ours], minlength=n_cells)
    counts[rows] = np.where(ours, there[cell], here[cell])
    return counts


def within(group: Int64, left: Int32, right: Int32) -> Bool:
    """Tell which pairs stand in one group, bool (n_pairs,)."""
    together: npt.NDArray[np.bool_] = (group[left] == group[right]) & (group[left] >= 0)
    return together


def _count(units: Int64, known: KnownPairs) -> Float64:
    return np.bincount(units, minlength=known.n_units).astype(np.float64)
