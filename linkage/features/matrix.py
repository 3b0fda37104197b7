"""The feature matrix of surviving pairs: every kind of evidence, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from linkage.errors import InvariantError
from linkage.features.dates import date_features
from linkage.features.evidence import PairEvidence
from linkage.features.family.block import family_features
from linkage.features.feature import FeatureBlock, joined
from linkage.features.guards import guard_features
from linkage.features.household import household_features
from linkage.features.levels import level_features, weight_features
from linkage.features.names.features import name_features
from linkage.features.names.newborn import newborn_features
from linkage.features.niks import nik_features
from linkage.features.person import person_features

NAMES: Final = ("nama", "nama_ibu", "nama_ayah")
"""The person's name, compared in full, and the parents'."""


AskFamilies = Callable[[PairEvidence], FeatureBlock]
"""What finds the family evidence of pairs."""


def families_among(pairs: PairEvidence) -> FeatureBlock:
    """Return the family evidence of all pairs there are, under the weights that Fellegi-Sunter and the guards give."""
    left, right, people = pairs.survivors.left, pairs.survivors.right, pairs.people
    return family_features(
        left, right, pairs.kin_weight, pairs.facts.name_relation, people.kk, people.birth, pairs.records.left_count
    )


def feature_matrix(pairs: PairEvidence, ask_families: AskFamilies = families_among) -> FeatureBlock:
    """Return the features of all pairs, float32 (n_pairs, n_features), nan for what is missing.

    ``ask_families``: how their family evidence is found; by themselves, when they are all there are.
    A spec without the field ``nama`` is not about residents: then levels and weights are all there is.
    """
    blocks = [level_features(pairs), weight_features(pairs)]
    if NAMES[0] in pairs.records.columns:
        blocks += [
            *_names(pairs),
            nik_features(pairs),
            date_features(pairs),
            household_features(pairs),
            person_features(pairs),
            guard_features(pairs),
            ask_families(pairs),
        ]
    return joined(blocks)


def _names(pairs: PairEvidence) -> list[FeatureBlock]:
    """The names of person, mother and father, token by token, and whether a newborn bears its mother's name."""
    left, right = pairs.survivors.left, pairs.survivors.right
    columns = {field: pairs.records.columns[field] for field in NAMES if field in pairs.records.columns}
    blocks = []
    for field, column in columns.items():
        forms, counts = column.content.names, pairs.value_counts[field]
        if forms is None:
            raise InvariantError("this field holds no person names", where=f"field {field}")
        blocks.append(
            name_features(
                field,
                column.codes[left],
                column.codes[right],
                forms,
                pairs.token_counts[field],
                counts,
                column.content.values,
                pairs.bearers[field],
                field == NAMES[0],
            )
        )
    name, mother = columns[NAMES[0]], columns.get(NAMES[1])
    if mother is not None and name.content.names is not None and mother.content.names is not None:
        blocks.append(
            newborn_features(
                (name.codes[left], name.codes[right]),
                (mother.codes[left], mother.codes[right]),
                name.content.names,
                mother.content.names,
            )
        )
    return blocks
