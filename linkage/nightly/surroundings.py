"""What stands around the records a night decided about: their facts, their families, and the pairs of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linkage.comparison.pair_pass import Survivors
from linkage.decision.evidence import RecordFacts
from linkage.features.evidence import PairEvidence
from linkage.features.family.block import family_features
from linkage.features.feature import FeatureBlock
from linkage.features.matrix import AskFamilies
from linkage.nightly.families import CardHolders, holders_among, holders_standing
from linkage.pipeline import Linked
from linkage.stages.explaining import told_fields
from linkage.stages.facts import record_facts
from linkage.standardise.column import Int32, Int64
from linkage.standing.delta import DeltaLinked
from linkage.standing.folder import Standing
from linkage.standing.kin import StandingFamilies


@dataclass(frozen=True)
class Surroundings:
    """Around the records and survivors of a night.

    ``people``: facts of its records. ``told``: fields that any standing record tells. ``families``: given some of the
    survivors, by their places int64, what finds their family evidence. ``holders``: given some of the records, by
    their numbers int32, who stands on their family cards.
    """

    people: RecordFacts
    told: frozenset[str]
    families: Callable[[Int64], AskFamilies]
    holders: Callable[[Int32], CardHolders]


def around_all(linked: Linked) -> Surroundings:
    """Return the surroundings where all standing records were linked."""
    people = record_facts(linked.records, linked.spec.older_regions)
    return Surroundings(
        people=people,
        told=told_fields(linked.records),
        families=lambda asked: _FamiliesAmong(linked, people, asked),
        holders=lambda wanted: holders_among(linked.records, people, wanted),
    )


def around_changed(linked: DeltaLinked, standing: Standing) -> Surroundings:
    """Return the surroundings where what changed was linked: they are looked up in the derived files."""
    return Surroundings(
        people=record_facts(linked.records, linked.spec.older_regions),
        told=standing.rows.told_fields(),
        families=lambda asked: StandingFamilies(standing, linked.rows, linked.standing_pairs[asked]),
        holders=lambda wanted: holders_standing(standing.rows, linked.spec, linked.rows[wanted]),
    )


@dataclass(frozen=True)
class _FamiliesAmong:
    """Asks the families of some survivors, ``asked`` int64, of all that there are."""

    linked: Linked
    people: RecordFacts
    asked: Int64

    def __call__(self, pairs: PairEvidence) -> FeatureBlock:
        """Return the family evidence of the survivors asked about, which are ``pairs``."""
        cards = self._cards(self.linked.survivors)
        near = (cards >= 0) | np.isin(np.arange(cards.size), self._ends())
        left, right = self.linked.survivors.left, self.linked.survivors.right
        around = np.flatnonzero(near[left] & near[right])
        features, columns = family_features(
            left[around],
            right[around],
            self.linked.kin_weight[around],
            self.linked.facts.name_relation[around],
            cards,
            self.people.birth,
            self.linked.records.left_count,
        )
        return features, columns[np.searchsorted(around, self.asked)]

    def _ends(self) -> Int32:
        survivors = self.linked.survivors
        return np.unique(np.concatenate([survivors.left[self.asked], survivors.right[self.asked]]))

    def _cards(self, survivors: Survivors) -> Int32:
        """Return the cards of all records, -1 where nobody asked about stands."""
        held = np.zeros(int(self.people.kk.max(initial=-1)) + 2, np.bool_)
        held[self.people.kk[self._ends()]] = True
        held[-1] = False
        cards: Int32 = np.where(held[self.people.kk], self.people.kk, np.int32(-1))
        return cards
