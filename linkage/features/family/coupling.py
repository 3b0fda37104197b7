"""Which pairs a change reaches: family evidence ties a pair to the other members of its two families."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linkage.features.family.families import MAX_FAMILY, find_families
from linkage.standardise.column import Int32, Int64

Bool = npt.NDArray[np.bool_]


def coupled_pairs(
    left: Int32,
    right: Int32,
    cards: Int32,
    changed_records: Int32,
    former_cards: Int32,
    changed_pairs: Int32,
) -> Bool:
    """Return which surviving pairs may have other family evidence after a change, bool (n_pairs,).

    ``left``, ``right`` int32 (n_pairs,) and ``cards`` int32 (n_records,) as they are now. ``changed_records`` int32
    (k,): records that are new, or whose card or birth date is another. ``former_cards`` int32, any number: cards, in
    the codes of ``cards``, that these records or records now gone had before; -1 and codes that no record has any more
    are allowed. ``changed_pairs`` int32 (n, 2): pairs of present records that survive now and did not, or the other
    way, or whose weight or name relation is another. Pairs of records that are gone need not be told.

    A changed record reaches every pair of its present and former family. A changed pair reaches the pairs between its
    two families; inside one family, all pairs of either record too. A card that holds too many records for a family,
    and did so before, is passed over.
    """
    families = find_families(cards)
    touched = _in_changed_families(cards, changed_records, former_cards)
    touched[changed_records] = True
    # A record without family stands for itself.
    unit = np.where(
        families.family >= 0, families.family.astype(np.int64), families.offsets.size + np.arange(cards.size)
    )
    one, other = changed_pairs[:, 0], changed_pairs[:, 1]
    inside = unit[one] == unit[other]
    touched[one[inside]] = True
    touched[other[inside]] = True
    reached = np.isin(_unit_pairs(unit, left, right), _unit_pairs(unit, one, other))
    return np.asarray(touched[left] | touched[right] | reached)


def _in_changed_families(cards: Int32, changed_records: Int32, former_cards: Int32) -> Bool:
    """Return the records, bool (n_records,), whose card gained, lost or changed a member, unless it is no family."""
    n_cards = int(max(cards.max(initial=-1), former_cards.max(initial=-1))) + 1
    known = cards[changed_records]
    arrived = np.bincount(known[known >= 0], minlength=n_cards)
    changed = arrived > 0
    changed[former_cards[former_cards >= 0]] = True
    sizes = np.bincount(cards[cards >= 0], minlength=n_cards)
    # As many as may have arrived ago it was too large as well.
    changed &= sizes <= MAX_FAMILY + arrived
    return np.append(changed, False)[cards]


def _unit_pairs(unit: Int64, left: Int32, right: Int32) -> Int64:
    one, other = unit[left], unit[right]
    pairs: Int64 = (np.minimum(one, other) << 32) | np.maximum(one, other)
    return pairs
