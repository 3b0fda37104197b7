"""Who is let into the reference, and under which number.

An active record is let in when it is in no open case. One that waited for a decision is let in by it, and goes back to
waiting when that decision is undone and the question is open again: the state is then what it was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.reference.decisions import Decided, Holding

Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

NOBODY: Final = -1
"""Instead of a case or a number where there is none."""


@dataclass(frozen=True, repr=False)
class Standing:
    """Records as a publication finds them, sorted by id; arrays (n_records,).

    ``active``: an office still has it and calls it active. ``in_review``: a case with it waits for a decision.
    ``own``: the number of its own person, :data:`NOBODY` when it never had one. ``inside``: it is in the reference.
    ``released_by``: the case that let it in, :data:`NOBODY` for none.
    """

    record_ids: pa.StringArray
    active: Bool
    in_review: Bool
    own: Int64
    inside: Bool
    released_by: Int64


def admit(before: Standing, held: Holding, last_person: int, *, review_too: bool) -> tuple[Standing, int]:
    """Return the records with those let in that may be, and the last person number issued.

    Numbers are issued in the order of the record ids. A record that went back to waiting keeps its own.

    ``review_too``: new records in open cases are let in as well.
    """
    newest = _newest_case(before.record_ids, held)
    decided = newest != NOBODY
    waits = before.in_review & (not review_too)
    inside = before.inside | (~waits & (before.active | decided))
    released_by = np.where(before.inside, before.released_by, np.where(review_too, NOBODY, newest))
    orphaned = (released_by != NOBODY) & ~np.isin(released_by, np.array(sorted(held.cases), np.int64))
    inside &= ~(orphaned & ~decided & before.in_review)
    released_by = np.where(orphaned, newest, released_by)
    own = before.own.copy()
    fresh = np.flatnonzero(inside & (own == NOBODY))
    own[fresh] = np.arange(last_person + 1, last_person + 1 + fresh.size)
    released_by[~inside] = NOBODY
    after = Standing(before.record_ids, before.active, before.in_review, own, inside, released_by)
    return after, last_person + int(fresh.size)


def _newest_case(record_ids: pa.StringArray, held: Holding) -> Int64:
    """Return the case of the newest decision that is about each record."""
    told: dict[str, Decided] = {record: one for one in held.decisions for record in one.record_ids}
    places = pc.index_in(pa.array(sorted(told), pa.string()), value_set=record_ids)
    newest = np.full(len(record_ids), NOBODY, np.int64)
    for record, place in zip(sorted(told), places.to_pylist(), strict=True):
        if place is not None:
            newest[place] = told[record].case
    return newest
