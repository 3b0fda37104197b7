"""Whose decision depends on whose: what must be decided again when some records come, change or go.

Clusters are made along pairs that link, cases along pairs of a kind, and a shared NIK has all records of the NIK. Over
nothing else does one record's decision depend on another's (:mod:`linkage.decision`): a guarded pair matters only where
both its records are in one group anyway. So groups along these are decided alone as they are with all others.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors
from linkage.decision.agreement import compare_records
from linkage.decision.evidence import DecisionSettings, PairFacts, RecordFacts, decision_settings
from linkage.decision.guards import guard_bits, holding_guards
from linkage.spec import LinkageSpec
from linkage.stages.pairs import written_pairs
from linkage.standardise.column import Int32, UInt8
from linkage.standing.pairs import COUPLES, TWIN_AT_HOME, WRITTEN, StandingPairs
from linkage.standing.rows import OPEN, StandingRows


def coupling_flags(records: RecordFacts, pairs: PairFacts, settings: DecisionSettings) -> UInt8:
    """Return COUPLES for each pair that may link two records or make a case of them, else 0; uint8 (n_pairs,).

    A steward's word only takes such pairs away, so it is left out: what it is today it may not be tomorrow.
    """
    agreements = compare_records(records, pairs)
    bits = guard_bits(pairs, agreements, np.zeros((0, 2), np.int32))
    guarded = holding_guards(pairs, agreements, bits, settings) != 0
    likely = (pairs.probability >= min(settings.link_threshold, settings.case_threshold)) & ~guarded
    return np.where(agreements.same_nik | likely, np.uint8(COUPLES), np.uint8(0)).astype(np.uint8)


def pair_flags(
    records: RecordFacts, pairs: PairFacts, survivors: Survivors, weight: npt.NDArray[np.float64], spec: LinkageSpec
) -> UInt8:
    """Return all flags of pairs under their final ``weight`` float64 (n_pairs,), uint8 (n_pairs,)."""
    flags = coupling_flags(records, pairs, decision_settings(spec))
    flags[written_pairs(survivors, weight, spec)] |= np.uint8(WRITTEN)
    if pairs.twin_at_home is not None:
        flags[pairs.twin_at_home] |= np.uint8(TWIN_AT_HOME)
    return flags


def neighbours_of_dead(rows: StandingRows, pairs: StandingPairs, dead: Int32) -> Int32:
    """Return the open rows whose decision depended on rows that are dead or closed, int32 ascending."""
    held = pairs.with_flag(pairs.of_rows(np.unique(dead)), COUPLES)
    ends = np.concatenate([*pairs.ends(held), rows.sharing_nik(dead)])
    return np.unique(ends[rows.alive[ends] == OPEN]).astype(np.int32)


def rows_to_decide(rows: StandingRows, pairs: StandingPairs, changed: Int32, before: UInt8) -> Int32:
    """Return the open rows whose decision may be another since pairs were scored again, int32 ascending.

    ``changed`` int32: living pairs with another weight or other flags; ``before`` uint8: their flags until then. One
    that does not couple its records, and did not, still counts where other pairs hold both in one group.
    """
    couples = ((before | pairs.flags(changed)) & COUPLES) != 0
    left, right = pairs.ends(changed)
    touching = pairs.living(
        pairs.with_flag(pairs.of_rows(np.union1d(left, right).astype(np.int32)), COUPLES), rows.alive
    )
    in_groups = np.concatenate(pairs.ends(touching))
    couples |= np.isin(left, in_groups) & np.isin(right, in_groups)
    return np.union1d(left[couples], right[couples]).astype(np.int32)


def coupled_rows(rows: StandingRows, pairs: StandingPairs, seeds: Int32) -> Int32:
    """Return all open rows that hang together with the seeds, these included, int32 ascending."""
    seen = np.zeros(len(rows), np.bool_)
    front = np.unique(seeds[rows.alive[seeds] == OPEN]).astype(np.int32)
    seen[front] = True
    while front.size:
        held = pairs.living(pairs.with_flag(pairs.of_rows(front), COUPLES), rows.alive)
        reached = np.unique(np.concatenate([*pairs.ends(held), rows.sharing_nik(front)]))
        front = reached[~seen[reached]].astype(np.int32)
        seen[front] = True
    return np.flatnonzero(seen).astype(np.int32)
