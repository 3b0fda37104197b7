"""What an evaluation found, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linkage.evaluation.accuracy import BCubed, Curve
from linkage.evaluation.breakdown import RecallRow
from linkage.evaluation.calibration import CalibrationError
from linkage.evaluation.circumstances import SHARED
from linkage.evaluation.fairness.groups import Fairness
from linkage.evaluation.figures import Figure, PairFigures, plain
from linkage.evaluation.joined import Joined


@dataclass(frozen=True)
class Evaluation:
    """What was measured. Shares are 0 to 1; intervals are of 95 %, by resampling persons.

    ``records``, ``persons``: those that the truth knows. ``labelled_pairs``: how many pairs are labelled, when only
    those are known (recall is then of the labelled pairs); else None. ``unknown_pairs``: pairs the run kept of which
    the truth says nothing; they are left out everywhere. ``curve``: with a threshold chosen by the truth. ``default``:
    at ``link_threshold``. ``clusters``: every two records of a cluster. ``proposed``: every two records of a case that
    proposes to merge. ``candidates``: true pairs that the run kept at all. ``calibration``: of the pairs it kept.
    """

    records: int
    persons: int
    true_pairs: int
    labelled_pairs: int | None
    unknown_pairs: int
    link_threshold: float
    curve: Curve
    default: PairFigures
    clusters: PairFigures
    b_cubed: BCubed | None
    proposed: PairFigures
    candidates: Figure
    joined: Mapping[str, Joined]
    by_kind: tuple[RecallRow, ...]
    by_error_count: tuple[RecallRow, ...]
    by_error: tuple[RecallRow, ...]
    calibration: CalibrationError
    fairness: Fairness | None

    def figures(self) -> dict[str, Figure]:
        """Return the figures that a gate may set a bar for, by name; nan where nothing was measured."""
        none = Figure(*(float("nan"),) * 3)
        curve_ = self.curve
        figures = {
            "best_f1": curve_.best.f1,
            "recall_at_99": curve_.recall_at_precision,
            "average_precision": curve_.average_precision,
            "candidate_recall": self.candidates,
        }
        for name, told in (("default", self.default), ("cluster", self.clusters), ("proposed", self.proposed)):
            figures |= {f"{name}_precision": told.precision, f"{name}_recall": told.recall, f"{name}_f1": told.f1}
        for name in SHARED:
            found = self.joined.get(name)
            figures[f"{name}_joined"] = none if found is None else found.share
        shared = self.joined.get("shared_nik")
        merged = float("nan") if shared is None else float(shared.joined)
        figures["shared_nik_merged"] = Figure(merged, merged, merged)
        error = self.calibration
        figures["ece"] = Figure(error.error, error.interval.low, error.interval.high)
        gap = None if self.fairness is None else self.fairness.gap
        figures["fairness_gap"] = none if gap is None else Figure(gap.value, gap.low, gap.high)
        return figures

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what is not known is None."""
        told: dict[str, Any] = plain(asdict(self))
        return told
