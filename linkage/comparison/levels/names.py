"""Names: the level of their relation, and of names merely near by spelling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.opcodes import UNSETTLED
from linkage.similarity.gates import most_jaro_winkler
from linkage.similarity.jit import AHEAD, ask_for, borrowing
from linkage.similarity.packed import Chars, Words
from linkage.similarity.strings import jaro_winkler_at_least
from linkage.standardise.names.gates import names_apart
from linkage.standardise.names.letters import SIMILAR_FROM
from linkage.standardise.names.level import name_relation

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@borrowing
def name_glance(left: Int32, right: Int32, count: int, gates: Words, near: float, out: Int8) -> None:
    """Find the names that ``gates`` uint64 (n, 2) show to be different, and not even near."""
    words = gates.reshape(-1)
    for pair in range(count):
        ahead = min(pair + AHEAD, count - 1)
        ask_for(words, 2 * left[ahead])
        ask_for(words, 2 * right[ahead])
        a, b = left[pair], right[pair]
        apart = names_apart(a, b, gates)
        if apart and near > 0.0:
            apart = most_jaro_winkler(gates[a, 0], gates[b, 0]) < near
        out[pair] = 1 if apart else UNSETTLED


@borrowing
def name_levels(
    left: Int32, right: Int32, count: int, token_offsets: Int64, token_ids: Int32, token_soft: npt.NDArray[np.uint8],
    key_offsets: Int64, keys: Int32, chars: Chars, offsets: Int64, relation_level: Int8, near: float, out: Int8,
) -> None:  # fmt: skip
    """Relate names by tokens and keys (:class:`linkage.standardise.column.NameForms`) and by their texts.

    ``near``, where above 0: the Jaro-Winkler similarity from which different names are at level 2.
    """
    for pair in range(count):
        for side in (left, right):
            far, middle = side[min(pair + 2 * AHEAD, count - 1)], side[min(pair + AHEAD, count - 1)]
            ask_for(token_offsets, far)
            ask_for(offsets, far)
            ask_for(token_ids, token_offsets[middle])
            ask_for(token_soft, token_offsets[middle])
            ask_for(chars, offsets[middle])
            next_one = side[min(pair + AHEAD // 2, count - 1)]
            for token in range(token_offsets[next_one], token_offsets[next_one + 1]):
                ask_for(key_offsets, token_ids[token])
        a, b = left[pair], right[pair]
        relation = name_relation(a, b, token_offsets, token_ids, token_soft, key_offsets, keys, chars, offsets)
        out[pair] = relation_level[relation]
        if out[pair] == 1 and near > 0.0:
            # At or above the similarity of "similar" a name is called different for a reason: its ending tells the sex.
            closeness = jaro_winkler_at_least(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1], near)
            if near <= closeness < SIMILAR_FROM:
                out[pair] = 2
