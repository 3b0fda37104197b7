"""From a finished run and the labels there are to the questions of a session."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import UsageError
from linkage.labelling.choose import Pool, Strategy, choose
from linkage.labelling.committee import committee_spread, levels_alone
from linkage.labelling.consensus import Consolidated, consolidate
from linkage.labelling.labels import SAME, UNSURE, Label
from linkage.labelling.reread import Int64, WrittenPairs
from linkage.labelling.session import Question
from linkage.labelling.shown import shown_pairs
from linkage.lookback.evaluate.estimate import pair_rows

SECOND: Final = "second"
"""Note of a pair that another has labelled before."""


@dataclass(frozen=True)
class Plan:
    """Rows of the pairs to ask about, int64 (n,), in order; ``notes`` and ``inclusion`` of each."""

    rows: Int64
    notes: tuple[str, ...]
    inclusion: tuple[float | None, ...]


def plan_session(
    written: WrittenPairs,
    labels: Sequence[Label],
    labeller: str,
    *,
    count: int = 50,
    strategy: Strategy = "mixed",
    overlap: float = 0.1,
    seed: int = 0,
) -> Plan:
    """Return what to ask a labeller next: nothing they have answered; a share that others have; the rest new.

    The same for the same run, labels, labeller and seed; two labellers get different pairs. ``overlap``: share of the
    pairs that others have labelled, those with the fewest answers first, so that agreement can be measured.

    Raises:
        UsageError: ``count`` below 1, no such strategy, or ``overlap`` outside 0 to 1.
    """
    if not 0.0 <= overlap <= 1.0:
        raise UsageError("--overlap is a share between 0 and 1")
    rng = np.random.default_rng([seed, int.from_bytes(hashlib.sha256(labeller.encode()).digest()[:8])])
    known = consolidate(labels, across=written.across)
    rows = rows_of_labels(written, known)
    found = [(row, label) for row, label in zip(rows.tolist(), known, strict=True) if row >= 0]
    others = [(row, label) for row, label in found if labeller not in label.answers]
    second = _second_opinions(others, min(round(overlap * count), len(others)), rng)
    fresh = np.ones(written.table.num_rows, np.bool_)
    fresh[[row for row, _ in found]] = False
    asked: list[tuple[int, str, float | None]] = [(row, SECOND, label.inclusion) for row, label in second]
    available = np.flatnonzero(fresh)
    if available.size and count > len(second):
        pool = _pool(written, found, rng)
        part = Pool(*(values[available] for values in vars(pool).values()))
        chosen = choose(part, count - len(second), strategy=strategy, rng=rng)
        drawn = zip(available[chosen.rows].tolist(), chosen.inclusion.tolist(), strict=True)
        asked += [(row, strategy, inclusion) for row, inclusion in drawn]
    order = [asked[place] for place in rng.permutation(len(asked))]
    return Plan(
        np.array([row for row, _, _ in order], np.int64),
        tuple(note for _, note, _ in order),
        tuple(inclusion for _, _, inclusion in order),
    )


def questions(written: WrittenPairs, plan: Plan) -> tuple[Question, ...]:
    """Return the questions of a plan. Reads the run's inputs again, unless there is nothing to ask."""
    if not plan.rows.size:
        return ()
    shown = shown_pairs(written, plan.rows)
    return tuple(map(Question, shown, plan.notes, plan.inclusion))


def rows_of_labels(written: WrittenPairs, labels: Sequence[Consolidated]) -> Int64:
    """Return the row of each labelled pair in the run's pairs, int64 (n,), -1 where the run did not write it.

    A pair may be labelled in either order, but for ``link``, where left and right are two files.
    """
    one = pa.array([label.left_id for label in labels], pa.string())
    other = pa.array([label.right_id for label in labels], pa.string())
    return pair_rows(written.table, one, other, across=written.across)


def _second_opinions(
    others: Sequence[tuple[int, Consolidated]], count: int, rng: np.random.Generator
) -> list[tuple[int, Consolidated]]:
    """Return so many pairs that others have labelled, by few answers, at random among equals."""
    shuffled = [others[place] for place in rng.permutation(len(others))]
    return sorted(shuffled, key=lambda item: len(item[1].answers))[:count]


def _pool(written: WrittenPairs, found: Sequence[tuple[int, Consolidated]], rng: np.random.Generator) -> Pool:
    p = written.table.column("match_probability").to_numpy().astype(np.float64)
    sure = [(row, label.label == SAME) for row, label in found if label.label != UNSURE]
    labelled = np.array([row for row, _ in sure], np.int64)
    spread = committee_spread(written.levels, labelled, np.array([same for _, same in sure], np.bool_), rng=rng)
    if spread is None:
        other = levels_alone(written.levels, written.manifest.model, written.spec)
        spread = np.zeros(p.size) if other is None else np.abs(p - other)
    return Pool(p, spread, _patterns(written.levels), written.cluster)


def _patterns(levels: npt.NDArray[np.int8]) -> Int64:
    """Return equal numbers for pairs with the same levels."""
    packed = np.ascontiguousarray(levels).view(np.dtype((np.void, max(levels.shape[1], 1)))).ravel()
    numbers: Int64 = np.unique(packed, return_inverse=True)[1]
    return numbers
