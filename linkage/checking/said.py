"""What people have said since of what the model put forward as one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from linkage.evaluation.figures import FEW, Figure, share
from linkage.labelling.decisions import settled_by, told_by
from linkage.lookback.evaluate.run_folder import MERGING
from linkage.review.cases import Case

_NOTHING: Final = Figure(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Said:
    """Decided cases that proposed a merge, their pairs at or above the link threshold, and how many of these are one
    person: ``precision`` with a 95 % interval that draws cases, and what the model had ``expected`` of them.

    Both are nan without a pair. Cases come to people by their turn, not by lot: this is of what was decided, no more.
    """

    cases: int
    pairs: int
    same: int
    precision: Figure
    expected: float

    @property
    def enough(self) -> bool:
        """Whether so many cases were decided that a bar may be held against them."""
        return self.cases >= FEW


def said_since(decided: Iterable[Case], since: datetime, link_threshold: float) -> Said:
    """Return what people have said at or after an instant of the pairs that the model would link."""
    parts: list[tuple[int, int]] = []
    expected = 0.0
    for case in decided:
        decision = settled_by(case)
        if case.kind not in MERGING or decision is None or decision.at < since:
            continue
        told = {frozenset((left, right)): same for left, right, same in told_by(case, decision)}
        linked = [pair for pair in case.pairs if pair.match_probability >= link_threshold]
        judged = [(told[key], pair) for pair in linked if (key := frozenset((pair.left_id, pair.right_id))) in told]
        if judged:
            parts.append((sum(same for same, _ in judged), len(judged)))
            expected += sum(pair.match_probability for _, pair in judged)
    if not parts:
        return Said(0, 0, 0, _NOTHING, float("nan"))
    same, pairs = np.array(parts, np.float64).T
    number = int(pairs.sum())
    return Said(
        len(parts), number, int(same.sum()), share(same, pairs, rng=np.random.default_rng(0)), expected / number
    )
