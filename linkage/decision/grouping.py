"""Which records and pairs make one case.

Pairs of the rows OPEN_MOVE and below make one case per connected group. Pairs of the row SHARED_NIK make one case per
NIK, with every record of that NIK, whether paired or not and active or not; such a record may stand in a second case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkage.decision.evidence import Bool, Int8, Int32, Int64, PairFacts, RecordFacts
from linkage.decision.kinds import Row
from linkage.decision.union_find import components


@dataclass(frozen=True)
class Grouping:
    """Cases as groups of records and of pairs.

    The records of case c are ``members[member_offsets[c]:member_offsets[c + 1]]``, sorted by the bytes of their ids;
    its pairs, by index into the pair facts, ``pairs[pair_offsets[c]:pair_offsets[c + 1]]``, sorted likewise. Both
    are int64 and no case is empty. The first ``n_groups`` cases are connected groups, the others shared NIKs.
    ``group_of_record`` int32 (n_records,): the connected group of a record, -1 for none.
    """

    n_groups: int
    member_offsets: Int64
    members: Int64
    pair_offsets: Int64
    pairs: Int64
    group_of_record: Int32

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return int(self.member_offsets.size) - 1

    @property
    def case_of_member(self) -> Int64:
        """The case of each entry of ``members``."""
        return np.repeat(np.arange(self.n_cases), np.diff(self.member_offsets))

    @property
    def case_of_pair(self) -> Int64:
        """The case of each entry of ``pairs``."""
        return np.repeat(np.arange(self.n_cases), np.diff(self.pair_offsets))

    def within_group(self, pairs: PairFacts) -> Int32:
        """Return for each pair the connected group that holds both its records, -1 for none, int32 (n_pairs,)."""
        group = self.group_of_record[pairs.left]
        return np.where(group == self.group_of_record[pairs.right], group, -1).astype(np.int32)


def group_cases(records: RecordFacts, pairs: PairFacts, kinds: Int8, ranks: Int64) -> Grouping:
    """Group the pairs that make cases; ``kinds`` int8 (n_pairs,) from :func:`linkage.decision.kinds.pair_kinds`."""
    proposed = np.flatnonzero(kinds > Row.SHARED_NIK)
    group_of_record, n_groups = _connected_groups(pairs.left[proposed], pairs.right[proposed], records.n_records)
    shared = np.flatnonzero(kinds == Row.SHARED_NIK)
    nik_of_pair = records.nik[pairs.left[shared]]
    niks = np.unique(nik_of_pair)

    grouped = np.flatnonzero(group_of_record >= 0)
    sharing = np.flatnonzero(np.isin(records.nik, niks))
    members = np.concatenate([grouped, sharing])
    case_of_member = np.concatenate([group_of_record[grouped], n_groups + np.searchsorted(niks, records.nik[sharing])])
    pair_indices = np.concatenate([proposed, shared])
    case_of_pair = np.concatenate(
        [group_of_record[pairs.left[proposed]], n_groups + np.searchsorted(niks, nik_of_pair)]
    )
    one, other = ranks[pairs.left[pair_indices]], ranks[pairs.right[pair_indices]]
    # Of one number made of two, each below 2^31, the sort is much quicker than of two.
    member_order = np.argsort(case_of_member.astype(np.int64) << 32 | ranks[members])
    pair_order = np.argsort(np.minimum(one, other) << 32 | np.maximum(one, other))
    pair_order = pair_order[np.argsort(case_of_pair[pair_order], kind="stable")]
    n_cases = n_groups + niks.size
    return Grouping(
        n_groups,
        offsets_of(case_of_member[member_order], n_cases),
        members[member_order],
        offsets_of(case_of_pair[pair_order], n_cases),
        pair_indices[pair_order],
        group_of_record,
    )


def offsets_of(sorted_groups: Int64, n_groups: int) -> Int64:
    """Return where each group begins and the last ends, int64 (n_groups + 1,), in a sorted list of group numbers."""
    return np.searchsorted(sorted_groups, np.arange(n_groups + 1)).astype(np.int64)


def _connected_groups(left: Int32, right: Int32, n_records: int) -> tuple[Int32, int]:
    """Number the connected components that hold an edge; -1 for records without one."""
    touched: Bool = np.zeros(n_records, np.bool_)
    touched[left] = True
    touched[right] = True
    roots = components(left, right, n_records)
    distinct, number = np.unique(roots[touched], return_inverse=True)
    group = np.full(n_records, -1, np.int32)
    group[touched] = number
    return group, int(distinct.size)
