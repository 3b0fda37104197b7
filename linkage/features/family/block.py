"""Family evidence as features: do the others of two families match as well, and does another one match better?

Twins, siblings and namesakes agree in nearly all that is compared; what tells them from copies stands in other records.
Who has a twin at home is more likely joined with the twin's copy; a member of a copied family has the others beside it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.decision.partition import neighbours
from linkage.errors import InvariantError
from linkage.features.family.families import find_families
from linkage.features.family.kin import Float64, Int8, KinPairs, KinRecords, kin_columns
from linkage.features.feature import Feature, FeatureBlock
from linkage.standardise.column import Int32, Int64

GROUP: Final = "family"

FEATURES: Final = (
    Feature("kin_on_both", 0, GROUP),
    Feature("kin_on_one", 0, GROUP),
    Feature("same_day_kin", 0, GROUP),
    Feature("rival_margin", 0, GROUP),
    Feature("rival_own_weight", 0, GROUP),
)
"""Kin with a counterpart in the other family, and without; kin born on the record's day, a twin or its further copy;
how much less the best rival weighs; and how far that rival is the record itself once more. In full:
:func:`linkage.features.family.kin.kin_columns`.

None has a direction. Kin on both sides speak for a copied family, and where the pair are twins, for nothing; a strong
rival speaks against the pair, unless it is the same person a third time, when it speaks for it."""


def family_features(
    left: Int32,
    right: Int32,
    weight: Float64,
    name_relation: Int8,
    cards: Int32,
    birth: Int64,
    left_count: int = -1,
) -> FeatureBlock:
    """Return the family evidence of surviving pairs, float32 (n_pairs, 5), nan where there is no family to ask.

    ``left``, ``right`` int32 (n_pairs,): numbers of records, each pair once. ``weight`` float64 (n_pairs,): match
    weight in bits, prior and guards included. ``name_relation`` int8 (n_pairs,):
    :class:`linkage.decision.evidence.NameRelation`. ``cards`` int32 (n_records,): codes of the family cards, -1 for
    missing. ``birth`` int64 (n_records,): yyyymmdd, yyyy0000 when only the year is known, 0 for missing.
    ``left_count``: in ``link`` the first so many records are LEFT's, whose families are apart from RIGHT's.

    The features do not depend on which record is left, nor on the order of records and pairs.

    **Coupling.** The features of a pair (x, y) are a function of the two families (their members' cards and birth
    dates), of the surviving pairs between x or its family and y or its family, and of those inside a family that x or y
    is part of; of nothing else in the register. Which pairs a change reaches:
    :func:`linkage.features.family.coupling.coupled_pairs`.

    Raises:
        InvariantError: lengths differ.
    """
    if not left.size == right.size == weight.size == name_relation.size:
        raise InvariantError("left, right, weight and name relation differ in length", where="family features")
    if cards.size != birth.size:
        raise InvariantError("cards and birth dates differ in length", where="family features")
    families = find_families(cards, left_count)
    records = KinRecords(families.family, birth, families.offsets, families.members)
    lists = neighbours(left, right, np.arange(left.size), cards.size)
    return FEATURES, kin_columns(left, right, records, KinPairs(weight, name_relation, *lists))
