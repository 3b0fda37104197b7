"""How much a guard says: learned from the guarded pairs of registers whose truth is known.

A weight is the offset, in bits, at which guarded pairs are copies of one person as often as their match weight then
says. It is what holding adds to what the model has counted already: a ratio of likelihoods, for the share of
duplicates of the register at hand stands in the model's prior, which each run estimates. Hence registers of very
different shares can be pooled, and must be: what fits one alone may be its share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.decision.evidence import NameRelation, NikRelation
from linkage.decision.guards import Guard
from linkage.models.fellegi_sunter import probability
from linkage.spec import GUARDS, GuardWeight

Bool = npt.NDArray[np.bool_]

BY_RELATION: Final = ("twin", "sibling")
"""Guards that are often wrong, and the oftener the less names and NIKs agree; the others have one weight."""

LEAST_PAIRS: Final = 20
"""A relation with fewer guarded pairs has no weight of its own."""

SMOOTHING: Final = 1.0
"""A relation's weight is drawn to the guard's overall one as if by so many pairs for each bit between them."""

STRONGEST: Final = -40.0


@dataclass(frozen=True)
class Guarded:
    """Pairs with a guard, one entry each: ``weight`` in bits with the prior, whether they are one person (``true``),
    bits of ``guards``, and the relations of ``names`` and of ``niks``."""

    weight: npt.NDArray[np.float64]
    true: Bool
    guards: npt.NDArray[np.uint8]
    names: npt.NDArray[np.int8]
    niks: npt.NDArray[np.int8]

    def where(self, chosen: Bool) -> Guarded:
        """Return the chosen pairs."""
        return Guarded(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def pooled(parts: Sequence[Guarded]) -> Guarded:
    """Return the pairs of several registers as one."""
    return Guarded(*(np.concatenate([getattr(part, name) for part in parts]) for name in Guarded.__dataclass_fields__))


def learn_weights(pairs: Guarded) -> tuple[GuardWeight, ...]:
    """Return the weights of all guards, to a tenth of a bit."""
    return tuple(weight for guard in GUARDS for weight in _of_guard(guard, pairs))


def _of_guard(guard: str, pairs: Guarded) -> Iterator[GuardWeight]:
    held = pairs.where((pairs.guards & Guard[guard.upper()]) != 0)
    overall = offset(held, STRONGEST, 0.0)
    rest = np.ones(held.true.size, np.bool_)
    for name in NameRelation if guard in BY_RELATION else ():
        here = held.names == name
        if here.sum() >= LEAST_PAIRS:
            rest &= ~here
            yield from _of_name(guard, name, held.where(here), overall)
    yield GuardWeight(guard, offset(held.where(rest), overall, SMOOTHING) if not rest.all() else overall)


def _of_name(guard: str, name: NameRelation, held: Guarded, overall: float) -> Iterator[GuardWeight]:
    rest = np.ones(held.true.size, np.bool_)
    for nik in NikRelation if np.ptp(held.niks) else ():
        here = held.niks == nik
        if here.sum() >= LEAST_PAIRS:
            rest &= ~here
            bits = offset(held.where(here), overall, SMOOTHING)
            yield GuardWeight(guard, bits, name.name.lower(), nik.name.lower())
    yield GuardWeight(guard, offset(held.where(rest), overall, SMOOTHING), name.name.lower())


def offset(pairs: Guarded, overall: float, smoothing: float) -> float:
    """Return the offset at which the expected matches are the true ones, drawn to ``overall``; within +-0.05 bits.

    It is the posterior mode under a normal prior around ``overall``, never above 0 and never below ``STRONGEST``.
    """
    low, high = STRONGEST, 0.0
    while high - low > 0.01:
        middle = (low + high) / 2
        excess = probability(pairs.weight + middle).sum() - pairs.true.sum() + smoothing * (middle - overall)
        low, high = (low, middle) if excess > 0 else (middle, high)
    return round(high, 1) if high > STRONGEST + 0.1 else STRONGEST
