"""Matches that no written pair holds: those below the review threshold, and those that blocking lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class UnseenPairs:
    """Expected matches that a run did not write.

    ``below_review``: among the pairs that were compared and judged, but lie below the review threshold. ``blocked``:
    matches that no rule brought, for each one that was compared, with the ends of its 95 % interval; 0 or more,
    ``blocked_high`` may be infinite, all nan where it is not known.
    """

    below_review: float = 0.0
    blocked: float = float("nan")
    blocked_low: float = float("nan")
    blocked_high: float = float("nan")

    @property
    def blocking_known(self) -> bool:
        """Whether anything is known of what blocking lost."""
        return not np.isnan(self.blocked)


def recall_of(linked: float, others: float, blocked: float) -> float:
    """Return the share of all matches that are linked, 0 to 1; nan without a match.

    ``linked``: matches among the linked pairs; ``others``: among all others that were compared; ``blocked``: lost by
    blocking for each match that was compared, perhaps infinite.
    """
    compared = linked + others
    if compared <= 0.0:
        return float("nan")
    return 0.0 if np.isinf(blocked) else linked / compared / (1.0 + blocked)
