"""How sure a measured share is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A confidence interval, ``low`` to ``high``; both nan when nothing was counted."""

    low: float
    high: float


def wilson_interval(successes: float, total: float, *, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval of a proportion; always within 0 to 1, and sensible for 0 and all.

    With p = successes / total and z the normal quantile:
    (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n). It takes the trials as independent;
    pairs of one cluster are not, so for pairs it is too narrow: see :func:`ratio_bootstrap`.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212.

    Raises:
        UsageError: not 0 <= successes <= total, or a confidence outside (0, 1).
    """
    if not 0.0 <= successes <= total or not 0.0 < confidence < 1.0:
        raise UsageError("an interval needs 0 <= successes <= total and a confidence between 0 and 1")
    if total == 0.0:
        return Interval(float("nan"), float("nan"))
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share, unit = successes / total, z * z / total
    centre = share + unit / 2.0
    spread = z * ((share * (1.0 - share) + unit / 4.0) / total) ** 0.5
    # At 0 and at all successes the bound is exact; rounding must not move it outside.
    low = 0.0 if successes == 0.0 else (centre - spread) / (1.0 + unit)
    high = 1.0 if successes == total else (centre + spread) / (1.0 + unit)
    return Interval(low, high)


def ratio_bootstrap(
    parts: Float64,
    ratio: Callable[[Float64], Float64],
    *,
    rng: np.random.Generator,
    replicates: int = 200,
    confidence: float = 0.95,
) -> Interval:
    """Return the percentile interval of a ratio of sums over independent units (entities, clusters).

    ``parts`` float64 (n_units, n_sums): what each unit adds to each sum; ``ratio`` takes sums (replicates, n_sums) to
    values (replicates,). Units are resampled by Poisson(1) weights, which for many units equals drawing with
    replacement, at a fraction of the cost.

    C. A. Field and A. H. Welsh, "Bootstrapping clustered data", JRSS B 69 (2007) 369-390.
    """
    if parts.shape[0] == 0 or replicates < 1:
        return Interval(float("nan"), float("nan"))
    sums = np.empty((replicates, parts.shape[1]))
    for replicate in range(replicates):
        times = rng.poisson(1.0, (parts.shape[0], 1))
        sums[replicate] = (parts * times).sum(axis=0)
    values = ratio(sums)
    values = values[~np.isnan(values)]
    if not values.size:
        return Interval(float("nan"), float("nan"))
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail])
    return Interval(float(low), float(high))
