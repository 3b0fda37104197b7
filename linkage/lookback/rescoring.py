"""One pair of a finished run scored again, exactly as it was, among those that its family evidence depends on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors, levels_of_pairs, rules_of_pairs
from linkage.comparison.survive import are_kept
from linkage.comparison.weights import Weights, weigh
from linkage.decision.agreement import compare_records
from linkage.decision.evidence import RecordFacts, decision_settings
from linkage.decision.guards import guard_bits, holding_guards
from linkage.encode import EncodedRecords
from linkage.features.evidence import PairEvidence
from linkage.features.family.families import find_families
from linkage.features.feature import Float32
from linkage.features.matrix import feature_matrix
from linkage.models.linkage_model import LinkageModel
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, plan_candidates
from linkage.stages.facts import pair_facts, record_facts
from linkage.stages.frequencies import Frequencies, Snapshot, count_values
from linkage.stages.modelling import ChosenModel, standing_model, survive_weights
from linkage.stages.scoring import NO_PAIRS, pair_evidence, score_pairs
from linkage.stages.survivors import with_unique_ids

Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True, repr=False)
class Rescored:
    """A pair, ``place`` among the surviving ``pairs`` of its two families, and what the run's model says of it.

    ``weight`` float: final match weight in bits; ``guards_weight``: what guards added to that of the comparisons, 0
    under a supervised model. ``features``: names of the columns of ``matrix`` float32
    (n_pairs, n_features). ``survived``: whether the run had the pair among its survivors. ``suspicions``,
    ``holding``: bits of :class:`linkage.decision.guards.Guard`, before and beside the probability; a steward's
    word is not among them.
    """

    pairs: PairEvidence
    place: int
    chosen: ChosenModel
    frequencies: Frequencies
    weight: float
    guards_weight: float
    features: tuple[str, ...]
    matrix: Float32
    survived: bool
    suspicions: int
    holding: int

    @property
    def ends(self) -> tuple[int, int]:
        """The record numbers of the pair, the smaller first."""
        return int(self.pairs.survivors.left[self.place]), int(self.pairs.survivors.right[self.place])

    @property
    def rules(self) -> int:
        """Bit mask of the rules that bring the pair together."""
        return int(self.pairs.survivors.rules[self.place])


@dataclass(frozen=True, repr=False)
class Rescoring:
    """A finished run laid out so that any of its pairs can be scored again (:func:`lay_out`)."""

    records: EncodedRecords
    spec: LinkageSpec
    chosen: ChosenModel
    frequencies: Frequencies
    people: RecordFacts
    candidates: Candidates
    weights: Weights

    def rescore(self, i: int, j: int) -> Rescored:
        """Score the pair of records ``i`` < ``j`` again, also where it did not survive.

        Raises:
            ModelError: the model was made for other features than these records give.
        """
        records, spec, chosen, people = self.records, self.spec, self.chosen, self.people
        circle = _family_circle(people, records.left_count, i, j)
        survivors, survived = _survivors_among(circle, (i, j), records.left_count, self.candidates, self.weights)
        place = int(np.flatnonzero((survivors.left == i) & (survivors.right == j))[0])
        facts = pair_facts(survivors, records, spec, chosen, self.candidates.work.program, self.frequencies)
        agreements = compare_records(people, facts)
        scored = score_pairs(survivors, records, spec, chosen, people, facts, agreements, self.frequencies)
        total = survivors.weight + chosen.model.prior_log2odds
        pairs = pair_evidence(survivors, total, records, spec, people, facts, agreements, self.frequencies)
        features, matrix = scored.features, scored.matrix
        if (
            matrix is None
        ):  # nothing but Fellegi-Sunter scored the pairs; the words are taken from features all the same
            every, matrix = feature_matrix(pairs)
            features = tuple(item.name for item in every)
        # As the decision asks them: of the facts under the final probability, which know of a twin at home.
        suspicions = guard_bits(scored.facts, agreements, NO_PAIRS)
        holding = holding_guards(scored.facts, agreements, suspicions, decision_settings(spec))
        alone = chosen.supervised is None
        return Rescored(
            pairs=pairs,
            place=place,
            chosen=chosen,
            frequencies=self.frequencies,
            weight=float(scored.weight[place]),
            guards_weight=float(scored.weight[place] - total[place]) if alone else 0.0,
            features=features,
            matrix=matrix,
            survived=survived,
            suspicions=int(suspicions[place]),
            holding=int(holding[place]),
        )


def lay_out(records: EncodedRecords, spec: LinkageSpec, model: LinkageModel, snapshot: Snapshot | None) -> Rescoring:
    """Block the records of a run again and lay them out. ``model``: the run's, with its prior.

    ``snapshot``: what a delta run kept to; None counts the records at hand.
    """
    frequencies = count_values(records, spec) if snapshot is None else snapshot.frequencies(records, spec.older_regions)
    chosen = standing_model(model, frequencies, spec)
    candidates, weights = survive_weights(chosen, plan_candidates(records, spec, snapshot), spec)
    people = record_facts(with_unique_ids(records), spec.older_regions)
    return Rescoring(records, spec, chosen, frequencies, people, candidates, weights)


def _family_circle(people: RecordFacts, left_count: int, i: int, j: int) -> list[int]:
    """Return the two records and all members of their families, ascending: all that family evidence asks."""
    families = find_families(people.kk, left_count)
    circle = {i, j}
    for record in (i, j):
        family = families.family[record]
        if family >= 0:
            circle.update(families.members[families.offsets[family] : families.offsets[family + 1]].tolist())
    return sorted(circle)


def _survivors_among(
    circle: list[int],
    pair: tuple[int, int],
    split: int,
    candidates: Candidates,
    weights: Weights,
) -> tuple[Survivors, bool]:
    """Return the pairs among these records that survive, and the pair itself; and whether that is one of them.

    ``split``: in ``link`` the first so many records are LEFT's, else -1.
    """
    across = product([a for a in circle if a < split], [b for b in circle if b >= split])
    every = np.array(list(across if split >= 0 else combinations(circle, 2)), np.int32)
    left, right = np.ascontiguousarray(every[:, 0]), np.ascontiguousarray(every[:, 1])
    work = candidates.work
    levels = levels_of_pairs(work, left, right)
    rules = rules_of_pairs(work.blocks, left, right)
    weight = weigh(work.program, work.tables, weights, left, right, levels)
    kept = are_kept(work.program, work.tables, left, right)
    # As the pass does: dropped by national frequencies first, then by those of regions.
    stays = (rules != 0) & ((weight >= weights.least) | kept)
    if work.regional:
        weight = weigh(work.program, work.tables, weights, left, right, levels, work.regional)
        stays &= (weight >= weights.least) | kept
    asked = (left == pair[0]) & (right == pair[1])
    some = np.flatnonzero(stays | asked)
    survivors = Survivors(left[some], right[some], rules[some], weight[some], levels[some], int(some.size))
    return survivors, bool(stays[asked][0])
