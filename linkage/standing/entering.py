"""Entering the pairs of a night: what is appended, what is told of them, and whose decision hangs on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from linkage.encode import EncodedRecords
from linkage.stages.pairs import pairs_table
from linkage.standardise.column import Int32
from linkage.standing.coupling import rows_to_decide
from linkage.standing.folder import Standing
from linkage.standing.pairs import WRITTEN
from linkage.standing.rows import OPEN, record_ids
from linkage.standing.scoring import ScoredPairs


class Entered(NamedTuple):
    """What entering pairs gave.

    ``pairs``: written pairs that are new, or stand otherwise than they did; ``old_pairs``, as they stood: these, and
    written pairs of which a record died. ``n_new_written``: written pairs that are new. ``seeds`` int32: rows to be
    decided again since a pair of theirs stands otherwise.
    """

    pairs: pa.Table
    old_pairs: pa.Table
    n_new_written: int
    seeds: Int32


def enter_pairs(standing: Standing, scored: ScoredPairs, reached: Int32, gone: Int32) -> Entered:
    """Enter new pairs, and those of the ``reached`` ones that stand otherwise; ``scored``: both, new ones first."""
    n_new = scored.weight.size - reached.size
    before = standing.pairs.flags(reached)
    heavier = scored.weight[n_new:] != standing.pairs.final_weight(reached)
    other = np.flatnonzero(heavier | (scored.flags[n_new:] != before))
    changed, before = reached[other], before[other]
    dead = standing.pairs.with_flag(_stood_until_now(standing, standing.pairs.of_rows(gone), gone), WRITTEN)
    old_pairs = _as_written(standing, np.union1d(dead, changed[before & WRITTEN != 0]).astype(np.int32))
    new, again = scored.take(np.arange(n_new)), scored.take(n_new + other)
    rows = scored.rows
    left, right = rows[new.survivors.left], rows[new.survivors.right]
    standing.pairs.append(left, right, new.survivors, new.kin_weight, new.weight, new.flags)
    standing.pairs.score_again(changed, again.weight, again.flags)
    moved = scored.take(np.concatenate([np.arange(n_new), n_new + other]))
    pairs = pairs_table(moved.survivors, moved.weight, moved.records, standing.spec)
    n_new_written = int(np.count_nonzero(new.flags & WRITTEN))
    return Entered(pairs, old_pairs, n_new_written, rows_to_decide(standing.rows, standing.pairs, changed, before))


def _stood_until_now(standing: Standing, pairs: Int32, gone: Int32) -> Int32:
    """Return those of the pairs whose records were there until tonight: the last that lived held a row now gone."""
    left, right = standing.pairs.ends(pairs)
    alive = standing.rows.alive
    stood = ((alive[left] == OPEN) | np.isin(left, gone)) & ((alive[right] == OPEN) | np.isin(right, gone))
    still: Int32 = pairs[stood]
    return still


def _as_written(standing: Standing, pairs: Int32) -> pa.Table:
    """Return standing pairs as they are written."""
    left, right = standing.pairs.ends(pairs)
    rows, place = standing.rows.by_number(np.unique(np.concatenate([left, right])))
    records = EncodedRecords(record_ids(standing.rows.numbers[rows]), {})
    survivors, weight = standing.pairs.survivors(pairs, place), standing.pairs.final_weight(pairs)
    return pairs_table(survivors, weight, records, standing.spec)
