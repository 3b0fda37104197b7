"""Strata of pairs by match weight: narrow where the model doubts, and cut at the link threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

BANDS: Final = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 12.0)
"""Bounds in bits. At -4 about one pair in seventeen is a match, at 8 all but one in 257, at 12 all but one in 4,097."""


@dataclass(frozen=True)
class Stratum:
    """Pairs whose weight is at least ``low_bits`` and below ``high_bits`` (infinite at the ends)."""

    low_bits: float
    high_bits: float
    linked: bool

    @property
    def name(self) -> str:
        """The bounds as text, such as ``-1 to 0``."""
        if np.isinf(self.low_bits):
            return f"below {self.high_bits:g}"
        return f"{self.low_bits:g} and over" if np.isinf(self.high_bits) else f"{self.low_bits:g} to {self.high_bits:g}"


def stratify(weight_log2: Float64, link_threshold: float) -> tuple[Int64, tuple[Stratum, ...]]:
    """Return the stratum of each pair, int64 (n_pairs,), and the strata that hold any, by rising weight.

    The link threshold is one more bound, so that a stratum is linked as a whole or not at all.

    Args:
        weight_log2: float64 (n_pairs,), bits.
        link_threshold: a probability above 0 and below 1.

    Raises:
        UsageError: a threshold outside (0, 1).
    """
    if not 0.0 < link_threshold < 1.0:
        raise UsageError("a link threshold lies between 0 and 1")
    cut = float(np.round(np.log2(link_threshold / (1.0 - link_threshold)), 9))
    bounds = np.unique([*BANDS, cut])
    # The cut itself is compared with some slack, for a weight is the rounded logarithm of its probability.
    band = np.searchsorted(np.where(bounds == cut, cut - 1e-9, bounds), weight_log2, side="right")
    held, code = np.unique(band, return_inverse=True)
    ends = [-np.inf, *bounds.tolist(), np.inf]
    strata = tuple(Stratum(ends[place], ends[place + 1], ends[place] >= cut) for place in held.tolist())
    return code.astype(np.int64), strata
