"""From surviving pairs to their final match weight: by the supervised model where there is one, else by the guards.

Fellegi-Sunter takes the comparisons as independent, so what a guard says is added to it. A supervised model has the
guards among its features, and the weight of all comparisons too: it says everything itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors
from linkage.decision.agreement import Agreements
from linkage.decision.evidence import PairFacts, RecordFacts
from linkage.decision.guards import guard_bits
from linkage.encode import EncodedRecords
from linkage.features.evidence import PairEvidence
from linkage.features.feature import Float32
from linkage.features.matrix import AskFamilies, families_among, feature_matrix
from linkage.models.fellegi_sunter import probability
from linkage.models.prevalence import estimate_prevalence
from linkage.models.supervised import SupervisedModel
from linkage.spec import LinkageSpec
from linkage.stages.facts import with_guard_evidence
from linkage.stages.frequencies import Frequencies
from linkage.stages.modelling import ChosenModel

Float64 = npt.NDArray[np.float64]

SAME_DAY_KIN: Final = "same_day_kin"
GUARD_FEATURE: Final = "guard_twin"
NO_PAIRS = np.zeros((0, 2), np.int32)


@dataclass(frozen=True)
class Scored:
    """Final match weights float64 (n_pairs,) in bits, the facts under the probabilities they give, and the model.

    ``kin_weight`` float64 (n_pairs,): what Fellegi-Sunter and the guards give, in bits, under which families are asked;
    without a supervised model it is ``weight``. ``chosen``: with the share of matches of this run, where that was
    estimated. ``features``: names of the columns of ``matrix`` float32 (n_pairs, n_features); none without a supervised
    model.
    """

    weight: Float64
    kin_weight: Float64
    facts: PairFacts
    chosen: ChosenModel
    warnings: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    matrix: Float32 | None = None


def score_pairs(
    survivors: Survivors,
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: ChosenModel,
    people: RecordFacts,
    facts: PairFacts,
    agreements: Agreements,
    frequencies: Frequencies,
    *,
    ask_families: AskFamilies = families_among,
    threads: int = 1,
) -> Scored:
    """Return the final match weights of the survivors.

    ``ask_families``: how their family evidence is found, where it takes more records and pairs than these to know it.

    Raises:
        ModelError: the supervised model was made for other features than these records give.
    """
    weight = survivors.weight + chosen.model.prior_log2odds
    if chosen.supervised is None:
        final, facts = with_guard_evidence(weight, facts, people, spec, agreements)
        return Scored(final, final, facts, chosen)
    pairs = pair_evidence(survivors, weight, records, spec, people, facts, agreements, frequencies)
    features, matrix = feature_matrix(pairs, ask_families)
    names = tuple(item.name for item in features)
    chosen.supervised.check_features(names)
    supervised, warnings = _settled(chosen.supervised, matrix, threads, as_it_is=chosen.settled)
    final = supervised.match_weight(matrix, threads=threads)
    answers = weighs_guards(supervised, spec)
    at_home = matrix[:, names.index(SAME_DAY_KIN)] > 0 if answers and SAME_DAY_KIN in names else None  # nan is no twin
    facts = replace(facts, probability=probability(final), guards_weighed=answers, twin_at_home=at_home)
    return Scored(final, pairs.kin_weight, facts, replace(chosen, supervised=supervised), warnings, names, matrix)


def weighs_guards(model: SupervisedModel | None, spec: LinkageSpec) -> bool:
    """Tell whether guards may be answered by this model: it knows of them, and the spec says from when it is believed.

    Only then may it also be asked of what no rule suspects, such as a twin at home: nobody else could answer.
    """
    return model is not None and spec.guard_answered_at is not None and GUARD_FEATURE in model.feature_names


def _settled(
    model: SupervisedModel, matrix: Float32, threads: int, *, as_it_is: bool
) -> tuple[SupervisedModel, tuple[str, ...]]:
    """Return the model at this run's share of matches, estimated from its scores, and what to say about that."""
    if as_it_is or not matrix.shape[0]:
        return model, ()
    share = estimate_prevalence(model.training_log_odds(matrix, threads=threads), model.training_share)
    return model.with_prior_shift(share.shift), share.warnings


def pair_evidence(
    survivors: Survivors,
    weight: Float64,
    records: EncodedRecords,
    spec: LinkageSpec,
    people: RecordFacts,
    facts: PairFacts,
    agreements: Agreements,
    frequencies: Frequencies,
) -> PairEvidence:
    """Return what the features read. ``weight`` float64 (n_pairs,): Fellegi-Sunter, with the prior, in bits."""
    return PairEvidence(
        survivors=survivors,
        weight=weight,
        records=records,
        spec=spec,
        people=people,
        facts=facts,
        agreements=agreements,
        guards=guard_bits(facts, agreements, NO_PAIRS),
        value_counts=frequencies.counts,
        token_counts=frequencies.tokens,
        bearers=frequencies.present,
    )
