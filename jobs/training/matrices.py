"""What a supervised model learns from: features of labelled pairs, of one register or of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from jobs.training.linked import LabelledSurvivors
from linkage.features.feature import Feature, Float32
from linkage.features.matrix import feature_matrix
from linkage.standardise.column import Int64

MATCHES: Final = 0.3
"""Share of matches that the pairs of every register are weighted to, so that a score means one thing in all."""


@dataclass(frozen=True)
class LabelledMatrix:
    """Features float32 (n_pairs, n_features); ``same`` bool, ``weight`` float64, ``units`` and ``registers`` int64
    (n_pairs,)."""

    features: tuple[Feature, ...]
    matrix: Float32
    same: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]
    units: Int64
    registers: Int64


def labelled_matrix(pairs: LabelledSurvivors) -> LabelledMatrix:
    """Return the features of a register's survivors; there must be matches among them, and others."""
    features, matrix = feature_matrix(pairs.evidence)
    share = float(pairs.same.mean())
    weight = np.where(pairs.same, MATCHES / share, (1.0 - MATCHES) / (1.0 - share))
    return LabelledMatrix(features, matrix, pairs.same, weight, pairs.units, np.zeros_like(pairs.units))


def stacked(parts: Sequence[LabelledMatrix]) -> LabelledMatrix:
    """Return the pairs of several registers as one; units of different registers are different ones."""
    return LabelledMatrix(
        parts[0].features,
        np.concatenate([part.matrix for part in parts]),
        np.concatenate([part.same for part in parts]),
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.units + (number << 32) for number, part in enumerate(parts)]),
        np.repeat(np.arange(len(parts)), [part.same.size for part in parts]),
    )
