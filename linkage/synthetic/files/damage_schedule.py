"""Where damaged rows stand in an extract whose length is not known beforehand."""

from __future__ import annotations

import numpy as np

from linkage.synthetic.streams import Float64, Int64


class DamageSchedule:
    """Spreads damaged rows over the records of an extract, in proportion, as the records come.

    After n records ``round(n * rate)`` are due, give or take the one that falls in between; how the records were cut
    into calls changes nothing. ``rate`` lies between 0 and 1; ``least`` is how many there are at least, as far as there
    are records, in an extract with a rate above 0.
    """

    def __init__(self, rate: float, least: int, rng: np.random.Generator) -> None:
        self._rate = rate
        self._least = least
        self._rng = rng
        self._drawn = 0
        self._waiting: Float64 = np.zeros(0)
        self.done = 0

    def until(self, records: int) -> Int64:
        """Return int64, ascending: after how many records each damaged row stands that is due by this record."""
        if self._rate <= 0.0:
            return np.zeros(0, np.int64)
        wanted = max(int(records * self._rate) + 1 - self._drawn, 0)
        # In the later half of its stretch, so that no more than round(n * rate) can ever have come.
        within = np.arange(self._drawn, self._drawn + wanted) + 0.5 + self._rng.random(wanted) / 2
        self._drawn += wanted
        with np.errstate(over="ignore"):
            self._waiting = np.r_[self._waiting, np.ceil(within / self._rate)]
        due = int(np.searchsorted(self._waiting, records, side="right"))
        places = self._waiting[:due].astype(np.int64)
        self._waiting = self._waiting[due:]
        self.done += due
        return places

    def rest(self, records: int) -> int:
        """Return how many are still to come at the end, after all records."""
        if self._rate <= 0.0:
            return 0
        return max(round(records * self._rate), min(records, self._least), self.done) - self.done
