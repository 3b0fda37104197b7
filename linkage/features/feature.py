"""What a feature is: a name, a group it is explained under, and the way it may push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Bool = npt.NDArray[np.bool_]
Direction = Literal[-1, 0, 1]


@dataclass(frozen=True)
class Feature:
    """A column of the feature matrix, float32, nan where what it needs is missing.

    ``direction``: 1, more of it never speaks against one person; -1, never for it; 0, either way. ``group``: the kind
    of evidence that it is explained under.
    """

    name: str
    direction: Direction
    group: str


FeatureBlock = tuple[tuple[Feature, ...], Float32]
"""Features, and their columns: float32 (n_pairs, n_features)."""


class Block:
    """Features gathered one after the other, all of one group."""

    def __init__(self, group: str, n_pairs: int) -> None:
        self._group, self._n = group, n_pairs
        self._features: list[Feature] = []
        self._columns: list[Float32] = []

    def add(self, name: str, direction: Direction, values: npt.NDArray[np.generic], known: Bool | None = None) -> None:
        """Add a feature: ``values`` (n_pairs,) of any number type, nan where not ``known``."""
        column = values.astype(np.float32)
        if known is not None:
            column[~known] = np.nan
        self._features.append(Feature(name, direction, self._group))
        self._columns.append(column)

    def done(self) -> FeatureBlock:
        """Return what was added."""
        if not self._columns:
            return (), np.zeros((self._n, 0), np.float32)
        return tuple(self._features), np.stack(self._columns, axis=1)


def joined(blocks: Sequence[FeatureBlock]) -> FeatureBlock:
    """Return several blocks as one, in their order."""
    features = tuple(feature for block, _ in blocks for feature in block)
    return features, np.concatenate([columns for _, columns in blocks], axis=1)
