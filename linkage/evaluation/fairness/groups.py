"""Recall and precision of every group of people, at one threshold for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.evaluation.breakdown import HIDDEN_BELOW
from linkage.evaluation.fairness.gaps import Gap, difference, gap
from linkage.evaluation.fairness.standardised import expected_recall
from linkage.evaluation.figures import Figure, figure
from linkage.evaluation.intervals import Interval, wilson_interval
from linkage.evaluation.known_pairs import Bool, Float64, Int32, Int64, KnownPairs

LEAST_PAIRS = 200
"""Groups of fewer true pairs are told, but marked, and do not count for the gap."""

_Z = 1.959964


@dataclass(frozen=True)
class Division:
    """One way of dividing people into groups: ``code`` int64 (n_records,), an index into ``groups``, -1 unknown.

    A pair is of the group that both its records are in; of the one that is known, where the other is not; and of none,
    where they differ (a move, a contradiction). ``either``: it is of the higher group instead, as for "one of the names
    is a single word".
    """

    name: str
    groups: tuple[str, ...]
    code: Int64
    either: bool = False

    def of_pairs(self, left: Int32, right: Int32) -> Int64:
        """Return the group of each pair, int64 (n_pairs,), -1 for none."""
        one, other = self.code[left], self.code[right]
        higher = np.maximum(one, other)
        return higher if self.either else np.where((one == other) | (one < 0) | (other < 0), higher, -1)

    def touches(self, group: int, left: Int32, right: Int32) -> Bool:
        """Tell which pairs have a record of a group, bool (n_pairs,)."""
        held: Bool = (self.code[left] == group) | (self.code[right] == group)
        return held


@dataclass(frozen=True)
class GroupRow:
    """One group. Numbers are None when it is ``hidden`` (fewer true pairs than may be told).

    ``recall``: as counted. ``expected``: what the groups together give for pairs as hard as these. ``difference``: the
    one minus the other, with its own 95 % interval. ``precision``: of the pairs taken for one person at the same
    threshold that have a record of the group.
    ``counts``: enough pairs to count for the gap.
    """

    name: str
    pairs: int | None
    recall: Figure | None
    expected: float | None
    difference: Figure | None
    precision: Figure | None
    counts: bool
    hidden: bool


@dataclass(frozen=True)
class DivisionRows:
    """The groups of one division, and the gap between the best and the worst that count."""

    name: str
    groups: tuple[GroupRow, ...]
    gap: Gap
    best: str
    worst: str


@dataclass(frozen=True)
class Fairness:
    """Whether all groups fare alike at one threshold.

    ``threshold``: a probability, one for all; ``chosen``: why that one; ``same``: what pairs compared with each other
    have in common. ``gap``: the largest of the divisions' gaps, and of which division; nan when no division has two
    groups that count.
    """

    threshold: float
    chosen: str
    same: str
    divisions: tuple[DivisionRows, ...]
    gap: Gap
    worst_division: str


def fairness_of(
    divisions: Sequence[Division],
    hit: Bool,
    strata: Sequence[Int64],
    known: KnownPairs,
    taken: tuple[Int32, Int32],
    *,
    threshold: float,
    chosen: str,
    same: str,
) -> Fairness:
    """Return the fairness of a result.

    ``hit`` bool and ``strata`` int64 (n_true,), from wide to narrow, of the true pairs of ``known``: what is expected
    of a group is what all groups of its division give, stratum by stratum. ``taken``: all pairs that reach the
    threshold, true or not, int32 (n_taken,) each.
    """
    sure = known.is_known(*taken)
    left, right = taken[0][sure], taken[1][sure]
    right_ones = known.is_true(left, right)
    told = []
    for division in divisions:
        rows, errors = [], []
        codes = division.of_pairs(known.left, known.right)
        inside = np.flatnonzero(codes >= 0)
        expected = np.zeros(hit.size)
        expected[inside] = expected_recall(hit[inside], [labels[inside] for labels in strata])
        for group in np.unique(codes[inside]).tolist():
            mine = codes == group
            reached = division.touches(group, left, right)
            precision = _wilson(int((right_ones & reached).sum()), int(reached.sum()))
            row, error = _group_row(division.groups[group], mine, hit, expected, known.unit[known.left], precision)
            rows.append(row)
            errors.append(error)
        told.append((division.name, rows, errors))
    compared = sum(row.counts for _, rows, _ in told for row in rows)
    finished = tuple(_division_rows(name, rows, errors, compared) for name, rows, errors in told)
    gaps = [item for item in finished if not np.isnan(item.gap.value)]
    worst = max(gaps, key=lambda item: item.gap.value, default=None)
    return Fairness(
        threshold,
        chosen,
        same,
        finished,
        Gap(*(float("nan"),) * 4) if worst is None else worst.gap,
        "" if worst is None else worst.name,
    )


def _group_row(
    name: str, mine: Bool, hit: Bool, expected: Float64, unit: Int64, precision: Figure
) -> tuple[GroupRow, float]:
    pairs = int(mine.sum())
    if pairs < HIDDEN_BELOW:
        return GroupRow(name, None, None, None, None, None, False, True), float("nan")
    surplus, error = difference(hit[mine], expected[mine], unit[mine])
    told = Figure(surplus, surplus - _Z * error, surplus + _Z * error)
    recall = _wilson(int(hit[mine].sum()), pairs)
    wanted = float(expected[mine].mean())
    return GroupRow(name, pairs, recall, wanted, told, precision, pairs >= LEAST_PAIRS, False), error


def _division_rows(name: str, rows: list[GroupRow], errors: list[float], compared: int) -> DivisionRows:
    counting = [(row, row.difference.value, error) for row, error in zip(rows, errors, strict=True)
                if row.counts and row.difference is not None]  # fmt: skip
    differences = np.array([value for _, value, _ in counting])
    found = gap(differences, np.array([error for _, _, error in counting]), comparisons=compared)
    best = counting[int(differences.argmax())][0].name if counting else ""
    worst = counting[int(differences.argmin())][0].name if counting else ""
    return DivisionRows(name, tuple(rows), found, best, worst)


def _wilson(hits: int, total: int) -> Figure:
    interval: Interval = wilson_interval(hits, total)
    return figure(hits / total if total else float("nan"), interval)
