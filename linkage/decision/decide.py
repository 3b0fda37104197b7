"""From the evidence of surviving pairs to kinds of case, cases and clusters: the one door of this part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.agreement import Agreements, compare_records
from linkage.decision.cases import build_cases
from linkage.decision.clusters import cluster_records
from linkage.decision.evidence import (
    DecisionSettings,
    Int8,
    Int32,
    Int64,
    PairFacts,
    RecordFacts,
    UInt8,
    check_facts,
    id_ranks,
)
from linkage.decision.guards import SUSPICIONS, Guard, guard_bits, holding_guards
from linkage.decision.kinds import KIND_NAMES, one_nik_two_persons, pair_kinds
from linkage.decision.reasons import BRIDGE, CONTRADICTORY, OVER_LARGE


@dataclass(frozen=True)
class DecisionNotes:
    """Counts for the manifest. ``cases`` by kind, the others by guard, in a fixed order.

    ``guarded_pairs``: where the guard holds; ``answered_pairs``: where the model answered its suspicion.
    """

    cases: tuple[tuple[str, int], ...]
    guarded_pairs: tuple[tuple[str, int], ...]
    answered_pairs: tuple[tuple[str, int], ...]
    over_large_cases: int
    contradictory_cases: int
    bridged_cases: int
    clusters: int
    largest_cluster: int


@dataclass(frozen=True)
class Decision:
    """What was decided.

    ``case_table``: :data:`linkage.schema.CASES`, sorted by ``case_id``. The pairs that made its row c are
    ``case_pair_indices[case_pair_offsets[c]:case_pair_offsets[c + 1]]``, int64, into the pair facts.
    ``cluster_labels`` int32 (n_records,): index of the cluster's record with the smallest id.
    ``pair_kind`` int8 (n_pairs,): :class:`linkage.decision.kinds.Row`. ``pair_guard`` uint8 (n_pairs,): the
    :class:`linkage.decision.guards.Guard` bits that hold; ``pair_answered`` uint8 (n_pairs,): those whose suspicion was
    there and was answered, no bit of both. ``id_ranks`` int64 (n_records,): ranks of the ids by UTF-8 bytes.
    """

    case_table: pa.Table
    case_pair_offsets: Int64
    case_pair_indices: Int64
    cluster_labels: Int32
    pair_kind: Int8
    pair_guard: UInt8
    pair_answered: UInt8
    notes: DecisionNotes
    id_ranks: Int64

    def pairs_of_case(self, case: int) -> Int64:
        """Return the indices of the pairs that made this row of the case table."""
        return self.case_pair_indices[self.case_pair_offsets[case] : self.case_pair_offsets[case + 1]]


def decide(
    records: RecordFacts, pairs: PairFacts, settings: DecisionSettings, agreements: Agreements | None = None
) -> Decision:
    """Apply the decision table, the guards and the cluster constraints; nothing is merged here.

    The result does not depend on the order of the pairs. In ``link`` the caller writes an id that stands in both
    files as ``left:<id>`` and ``right:<id>``. ``agreements``: those of the pairs, where the caller has compared their
    records already.

    Raises:
        InvariantError: facts of different lengths, indices out of range, numbers that are none, an id given twice.
    """
    check_facts(records, pairs, settings)
    ranks = id_ranks(records.ids)
    agreements = agreements or compare_records(records, pairs)
    suspicions = guard_bits(pairs, agreements, settings.called_different)
    guards = holding_guards(pairs, agreements, suspicions, settings)
    answered = suspicions & ~guards
    kinds = pair_kinds(pairs, agreements, guards, settings)
    forbidden = (guards != 0) | one_nik_two_persons(pairs, agreements, guards, settings)
    labels = cluster_records(pairs, forbidden, settings, ranks)
    table, offsets, indices = build_cases(
        records, pairs, agreements, kinds, guards, answered, forbidden, labels, settings, ranks
    )
    notes = _notes(table, labels, guards, answered)
    return Decision(table, offsets, indices, labels, kinds, guards, answered, notes, ranks)


def _notes(table: pa.Table, labels: Int32, guards: UInt8, answered: UInt8) -> DecisionNotes:
    kinds = table.column("kind")
    sizes = np.bincount(labels)
    return DecisionNotes(
        cases=tuple((name, _count(pc.equal(kinds, name))) for name in sorted(set(KIND_NAMES) - {""})),
        guarded_pairs=tuple((str(guard.name), int(np.count_nonzero(guards & guard))) for guard in Guard),
        answered_pairs=tuple((str(guard.name), int(np.count_nonzero(answered & guard))) for guard in SUSPICIONS),
        over_large_cases=_marked(table, OVER_LARGE),
        contradictory_cases=_marked(table, CONTRADICTORY),
        bridged_cases=_marked(table, BRIDGE),
        clusters=int(np.count_nonzero(sizes)),
        largest_cluster=int(sizes.max(initial=0)),
    )


def _marked(table: pa.Table, mark: str) -> int:
    # A mark stands at most once among the reasons of a case.
    return _count(pc.equal(pc.list_flatten(table.column("reasons")), mark))


def _count(holds: pa.ChunkedArray) -> int:
    return int(pc.sum(holds).as_py() or 0)
