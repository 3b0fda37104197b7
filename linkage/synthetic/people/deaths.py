"""Which residents died: most of them old, some with a report, some still active in the register."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.people.residents import ALIVE, DIED_REPORTED, DIED_UNREPORTED
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Float64, stream

_OLDEST: Final = 120
_AGES: Final = np.arange(_OLDEST + 1)

_REPORTED: Final = np.exp(0.085 * (_AGES - 60.0)) + np.where(_AGES < 1, 0.25, 0.01)
_UNREPORTED: Final = np.exp(0.10 * (_AGES - 60.0)) * np.where(_AGES >= 95, 2.0, 1.0) + np.where(_AGES < 5, 0.1, 0.01)
"""How likely one has died, by age in full years, up to a factor. Mortality of adults grows by a constant share with
each year (Gompertz 1825); the youngest die more often. Deaths without a report lie further back, so that the register
goes on counting the years: 95 and over are mostly such residents."""

_MOST_REPORTED: Final = 0.25
_MOST_UNREPORTED: Final = 0.6
_STEPS: Final = 80


def draw_vital(plan: RegisterPlan, age: Float64, cell: int) -> npt.NDArray[np.int8]:
    """Return int8 (n,): codes of ``People.vital`` for residents of given ages (years).

    The expected shares are the plan's, whatever the ages are; where that asks for too much of the oldest, the younger
    give more.
    """
    years = np.clip(age, 0, _OLDEST).astype(np.int64)
    counts = np.bincount(years, minlength=_OLDEST + 1).astype(np.float64)
    reported = _chances(_REPORTED, counts, plan.died_reported_rate, _MOST_REPORTED)
    others = counts * (1.0 - reported)
    rate = min(plan.died_unreported_rate * age.size / max(others.sum(), 1e-9), 1.0)
    unreported = (1.0 - reported) * _chances(_UNREPORTED, others, rate, _MOST_UNREPORTED)
    chance = stream(plan.seed, "deaths", cell).random(age.size)
    reported, unreported = reported[years], unreported[years]
    died = np.where(chance < reported, DIED_REPORTED, np.where(chance < reported + unreported, DIED_UNREPORTED, ALIVE))
    return died.astype(np.int8)


def _chances(weights: Float64, counts: Float64, rate: float, most: float) -> Float64:
    """Return the chance by age, proportional to ``weights`` but at most ``most``, with the mean ``rate``."""
    if rate >= most:
        return np.full(weights.size, rate)
    low, high = -40.0, 40.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        mean = np.minimum(weights * np.exp(middle), most) @ counts / counts.sum()
        low, high = (middle, high) if mean < rate else (low, middle)
    chances: Float64 = np.minimum(weights * np.exp(low), most)
    return chances
