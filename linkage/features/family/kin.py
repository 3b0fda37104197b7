"""The kin of two records against each other: who has a counterpart, who was born the same day, who fits better.

x and y are the two records of a pair; the kin of x are the other members of its family, without y.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.decision.evidence import NameRelation
from linkage.similarity.jit import borrowing, inlined, kernel
from linkage.standardise.column import Int32, Int64

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]

LEAST_WEIGHT: Final = -10.0
"""Bits. No pair weighs less here: one that did not survive (p below 0.001) is no more than this, and a guarded one, of
minus forty, is no rival either."""

ALIKE: Final = int(NameRelation.SIMILAR)
"""Names that relate so, or closer, may be one person's."""

NAMELESS: Final = int(NameRelation.MISSING)
"""A newborn without a name may be anyone born that day."""

N_COLUMNS: Final = 5


class KinRecords(NamedTuple):
    """What is asked of records. ``family`` int32, ``birth`` int64 (n_records,); ``offsets``, ``members``: families."""

    family: Int32
    birth: Int64
    offsets: Int64
    members: Int32


class KinPairs(NamedTuple):
    """What is asked of surviving pairs: ``weight`` float64, ``name_relation`` int8 (n_pairs,), who survived with whom.

    Record i has ``partners[offsets[i]:offsets[i + 1]]``, under the numbers ``pairs`` of its pairs.
    """

    weight: Float64
    name_relation: Int8
    offsets: Int64
    partners: Int32
    pairs: Int64


@kernel
def kin_columns(left: Int32, right: Int32, records: KinRecords, survivors: KinPairs) -> Float32:
    """Return for each pair, float32 (n_pairs, 5), nan where there is nobody to ask:

    0. kin with a counterpart on the other side, on the side that has fewer such;
    1. kin without a counterpart, likewise. Both need kin on both sides;
    2. kin born on x's day, or on y's, on the side that has more such. Needs kin on one side;
    3. the pair's weight less the best rival's, in bits. A rival is kin of x paired with y, or kin of y with x. nan
       where no rival weighs more than :data:`LEAST_WEIGHT`;
    4. the best rival's weight with the record whose kin it is, in bits: above 0, the rival is that person once more.

    ``left``, ``right`` int32 (n_pairs,). A counterpart of kin of x is a record of y's family, not x nor y, that it
    survived with at a weight above 0 under a name not ``different``.
    """
    columns = np.full((left.shape[0], N_COLUMNS), np.nan, np.float32)
    found = np.zeros((2, 3), np.int64)
    for pair in range(left.shape[0]):
        one, other = left[pair], right[pair]
        if records.family[one] < 0 and records.family[other] < 0:
            continue
        rival, itself = LEAST_WEIGHT, LEAST_WEIGHT
        for side in range(2):
            x, y = (one, other) if side == 0 else (other, one)
            kin, matched, same_day, rival, itself = _ask_kin(x, y, rival, itself, records, survivors)
            found[side, 0], found[side, 1], found[side, 2] = kin, matched, same_day
        if found[0, 0] > 0 and found[1, 0] > 0:
            columns[pair, 0] = min(found[0, 1], found[1, 1])
            columns[pair, 1] = min(found[0, 0] - found[0, 1], found[1, 0] - found[1, 1])
        if found[0, 0] > 0 or found[1, 0] > 0:
            columns[pair, 2] = max(found[0, 2], found[1, 2])
        if rival > LEAST_WEIGHT:
            columns[pair, 3] = max(survivors.weight[pair], LEAST_WEIGHT) - rival
            columns[pair, 4] = itself
    return columns


@inlined
def _ask_kin(
    x: int, y: int, rival: float, itself: float, records: KinRecords, survivors: KinPairs
) -> tuple[int, int, int, float, float]:
    """Return x's kin, how many of them have a counterpart, how many x's birthday, and the best rival so far."""
    kin, matched, same_day = 0, 0, 0
    first = last = 0
    if records.family[x] >= 0:
        first, last = records.offsets[records.family[x]], records.offsets[records.family[x] + 1]
    for position in range(first, last):
        member = records.members[position]
        if member in (x, y):
            continue
        kin += 1
        same_day += _one_day(records.birth[member], records.birth[x])
        has_counterpart = False
        with_x, with_y = LEAST_WEIGHT, LEAST_WEIGHT
        for place in range(survivors.offsets[member], survivors.offsets[member + 1]):
            partner, edge = survivors.partners[place], survivors.pairs[place]
            weight = survivors.weight[edge]
            if partner == x:
                with_x = max(with_x, weight)
            elif partner == y:
                with_y = max(with_y, weight)
            elif weight > 0 and records.family[partner] == records.family[y] and records.family[partner] >= 0:
                name = survivors.name_relation[edge]
                has_counterpart |= name == NAMELESS or name >= ALIKE
        matched += has_counterpart
        # Of two rivals alike the one nearer to its kin, so that the order of records is nothing.
        if with_y > rival or (with_y == rival and with_x > itself):
            rival, itself = with_y, with_x
    return kin, matched, same_day, rival, itself


@borrowing
def _one_day(one: int, other: int) -> bool:
    return one == other and one % 100 > 0
