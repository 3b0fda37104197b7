"""What an engine must do: run the tasks of a pair pass somewhere. Only *where* differs between engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from linkage.comparison.pair_pass import CountedPatterns, PairWork, Survivors, Weights

Progress = Callable[[int, int], None]
"""Called with pairs done and pairs planned."""


class Engine(Protocol):
    """Runs the two folds over all candidate pairs. Every engine returns the same bytes."""

    @property
    def threads(self) -> int:
        """How many threads of this process may work at once."""
        ...

    def survive(self, work: PairWork, weights: Weights, progress: Progress | None = None) -> Survivors:
        """Return the surviving pairs, sorted by (left, right)."""
        ...

    def count(self, work: PairWork, share: float, progress: Progress | None = None) -> CountedPatterns:
        """Return agreement patterns over a share (0 to 1) of the candidate pairs."""
        ...

    def random(self, work: PairWork, n_pairs: int, seed: int) -> CountedPatterns:
        """Return agreement patterns of random pairs, blocked or not; of all pairs when as many are asked for."""
        ...
