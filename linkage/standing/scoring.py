"""The pairs of a night under their final weights: new ones, and standing ones whose families have changed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors
from linkage.comparison.program import compile_program
from linkage.decision.agreement import compare_records
from linkage.encode import EncodedRecords
from linkage.models.linkage_model import LinkageModel
from linkage.stages.facts import pair_facts, record_facts
from linkage.stages.frequencies import Snapshot
from linkage.stages.modelling import standing_model
from linkage.stages.scoring import score_pairs
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standing.coupling import pair_flags
from linkage.standing.folder import Standing
from linkage.standing.kin import StandingFamilies

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class ScoredPairs:
    """Pairs between ``records`` (n_records,), which are in the order of their numbers and stand in ``rows`` int32.

    ``weight``, ``kin_weight`` float64 (n_pairs,), final and for other families, in bits; ``flags`` uint8 as in
    :mod:`linkage.standing.pairs`.
    """

    rows: Int32
    records: EncodedRecords
    survivors: Survivors
    weight: Float64
    kin_weight: Float64
    flags: UInt8

    def take(self, places: Int64) -> ScoredPairs:
        """Return some of the pairs, between the same records."""
        survivors = {
            item.name: getattr(self.survivors, item.name)[places]
            for item in fields(Survivors)
            if item.name != "compared"
        }
        return replace(
            self,
            survivors=Survivors(**survivors, compared=self.survivors.compared),
            weight=self.weight[places],
            kin_weight=self.kin_weight[places],
            flags=self.flags[places],
        )


def score_night(
    standing: Standing,
    found: Survivors,
    found_rows: Int32,
    reached: Int32,
    model: LinkageModel,
    snapshot: Snapshot,
    threads: int = 1,
) -> ScoredPairs:
    """Return new pairs and then standing ones under the weights they have now.

    Args:
        standing: with the new rows, and without the new pairs.
        found: the new pairs, between places in ``found_rows`` int32; left has the smaller record number.
        reached: int32, standing pairs to be scored again.
        model, snapshot: what the last full run fixed. threads: to score with.
    """
    old_left, old_right = standing.pairs.ends(reached)
    left = np.concatenate([found_rows[found.left], old_left])
    right = np.concatenate([found_rows[found.right], old_right])
    rows, place = standing.rows.by_number(np.unique(np.concatenate([left, right])))
    old = standing.pairs.survivors(reached, place)
    survivors = Survivors(
        left=place[left],
        right=place[right],
        rules=np.concatenate([found.rules, old.rules]),
        weight=np.concatenate([found.weight, old.weight]),
        levels=np.concatenate([found.levels, old.levels]),
        compared=found.compared,
    )
    spec = standing.spec
    records = standing.rows.gather(rows, threads)
    frequencies = snapshot.frequencies(records, spec.older_regions)
    chosen = standing_model(model, frequencies, spec)
    people = record_facts(records, spec.older_regions)
    facts = pair_facts(survivors, records, spec, chosen, compile_program(spec)[0], frequencies)
    scored = score_pairs(
        survivors,
        records,
        spec,
        chosen,
        people,
        facts,
        compare_records(people, facts),
        frequencies,
        ask_families=StandingFamilies(standing, rows, reached),
        threads=threads,
    )
    flags = pair_flags(people, scored.facts, survivors, scored.weight, spec)
    return ScoredPairs(rows, records, survivors, scored.weight, scored.kin_weight, flags)
