"""How many errors a record gets: they pile up on some people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.streams import Int64, cumulative

OWN: Final = 0.5
"""Probability with which a copy has the luck of its person and not a luck of its own."""

_SHAPE: Final = 0.25
_MOST: Final = 5


def errors_wanted(per_copy: Sequence[float], person: npt.NDArray[np.integer], rng: np.random.Generator) -> Int64:
    """Return int64 (n,): the number of errors for each copy.

    ``per_copy``: probability of 0, 1, 2, .. errors (unit: 1, sums to 1). Each copy alone follows it; two copies of one
    ``person`` (n,) have the same number with a quarter's probability more than strangers.
    """
    distinct, which = np.unique(person, return_inverse=True)
    own = rng.random(distinct.size)[which]
    chance = np.where(rng.random(person.size) < OWN, own, rng.random(person.size))
    return np.searchsorted(cumulative(np.asarray(per_copy, np.float64)), chance, side="right").astype(np.int64)


def first_record_errors(rate: float, count: int, rng: np.random.Generator) -> Int64:
    """Return int64 (count,): the number of errors on each person's first record, at most 5.

    ``rate``: errors per person (unit: 1). A person's proneness is gamma distributed with shape 0.25 and mean 1, the
    errors are Poisson distributed about ``rate`` times it; so most people have none and a few have several.
    """
    proneness = rng.gamma(_SHAPE, 1.0 / _SHAPE, count)
    return np.minimum(rng.poisson(rate * proneness), _MOST).astype(np.int64)
