"""Whose families a night has touched, and what they say: family evidence at the cost of the delta.

What the features of a pair say depends on its two records alone, but for family evidence, which ties it to the other
members of two families (:func:`linkage.features.family.block.family_features`, Coupling). A night changes pairs only by
new records and records that go. So it reaches the pairs of those who stand on a card with such a record, or did; a pair
between two families, of which one gained or lost a pair, holds a member of such a card as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkage.features.evidence import PairEvidence
from linkage.features.family.block import family_features
from linkage.features.family.families import MAX_FAMILY
from linkage.features.feature import FeatureBlock
from linkage.stages.facts import name_relations, record_facts
from linkage.stages.frequencies import BIRTH
from linkage.standardise.column import Int32
from linkage.standing.folder import Standing
from linkage.standing.pairs import StandingPairs
from linkage.standing.rows import StandingRows


def reached_pairs(rows: StandingRows, pairs: StandingPairs, fresh: Int32, gone: Int32) -> Int32:
    """Return the living pairs whose family evidence may have changed, int32 ascending.

    ``fresh``: new open rows, whose pairs are not among ``pairs`` yet; ``gone``: rows that died or were closed. A card
    that holds too many records for a family, and did before, is passed over.
    """
    card, member = rows.sharing_card(np.concatenate([fresh, gone]))
    _, family, sizes = np.unique(card, return_inverse=True, return_counts=True)
    arrived = np.bincount(family[np.isin(member, fresh)], minlength=sizes.size)
    kin = member[(sizes <= MAX_FAMILY + arrived)[family]]
    return pairs.living(pairs.of_rows(np.unique(kin)), rows.alive)


@dataclass(frozen=True)
class StandingFamilies:
    """Asks the families of ``rows`` int32, the records of some pairs, as they stand now.

    ``asked`` int32: which of the standing pairs are among those that are asked about; the others of these families are
    taken as they stand.
    """

    standing: Standing
    rows: Int32
    asked: Int32

    def __call__(self, pairs: PairEvidence) -> FeatureBlock:
        """Return the family evidence of pairs between :attr:`rows`."""
        rows, standing = self.standing.rows, self.standing.pairs
        circle, cards = _family_circle(rows, self.rows)
        place = np.full(len(rows), -1, np.int32)
        place[circle] = np.arange(circle.size, dtype=np.int32)
        around = standing.living(np.setdiff1d(standing.of_rows(circle), self.asked, assume_unique=True), rows.alive)
        left, right = standing.ends(around)
        around = around[(place[left] >= 0) & (place[right] >= 0)]
        others = standing.survivors(around, place)
        here = place[self.rows]
        features, columns = family_features(
            np.concatenate([here[pairs.survivors.left], others.left]),
            np.concatenate([here[pairs.survivors.right], others.right]),
            np.concatenate([pairs.kin_weight, standing.kin_weight(around)]),
            np.concatenate([pairs.facts.name_relation, name_relations(others, self.standing.spec)]),
            cards,
            record_facts(rows.gather_fields(circle, {BIRTH})).birth,
        )
        return features, columns[: pairs.n_pairs]


def _family_circle(rows: StandingRows, ends: Int32) -> tuple[Int32, Int32]:
    """Return ``ends`` and their families, rows ascending, and the card of each that has a family, else -1; int32."""
    card, member = rows.sharing_card(ends)
    _, family, sizes = np.unique(card, return_inverse=True, return_counts=True)
    kept = (sizes <= MAX_FAMILY)[family]
    circle = np.union1d(ends, member[kept]).astype(np.int32)
    cards = np.full(circle.size, -1, np.int32)
    cards[np.searchsorted(circle, member[kept])] = card[kept]
    return circle, cards
