"""How far a publication reaches from what changed: along decisions, and along NIKs that lead to another person.

What it looks at is closed under both, so publishing what changed gives what publishing all would give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.nightly.in_force import in_force
from linkage.nightly.store import Store
from linkage.reference.build import HELD
from linkage.reference.persons import Group
from linkage.reference.store import Reference
from linkage.reference.tables import MEMBERSHIP, NIK_ALIAS
from linkage.review.survivorship import NIK

_NO_DIGIT: Final = "[^0-9]"


def reach(start: pa.StringArray, persons: Sequence[Group]) -> pa.StringArray:
    """Return some records with all that are one person with one of them, and with those that the decisions about these
    name: the owner of a NIK tells what others no longer bear."""
    told = [frozenset(group.record_ids).union(*(decided.record_ids for decided, _ in group.by)) for group in persons]
    named = pa.array(sorted({record for part in told for record in part}), pa.string())
    met = set(named.filter(pc.is_in(named, value_set=start)).to_pylist())
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for place, part in enumerate(told):
        for record in part:
            parts[record].append(place)
    waiting, seen = list(met), set(met)
    while waiting:
        for place in parts[waiting.pop()]:
            news = told[place] - seen
            seen |= news
            waiting += news
    return pa.concat_arrays([start, pa.array(sorted(seen), pa.string())]).unique()


def led_by(reference: Reference, niks: pa.StringArray, decided: pa.StringArray) -> pa.StringArray:
    """Return the records of persons whose closed NIKs are to be looked at again: those that one of ``niks`` (digits) is
    among, for whoever bears it now may need it, and those held back because somebody bore theirs.

    ``decided``: the records that are one person with others by a decision.
    """
    aliases = reference.read(NIK_ALIAS)
    if aliases is None or not aliases.num_rows:
        return decided[:0]
    again = pc.or_(pc.equal(aliases.column("status"), HELD), pc.is_in(aliases.column("nik"), value_set=niks))
    persons = aliases.filter(again).column("person_id").combine_chunks()
    members = reference.read(MEMBERSHIP, keys=decided)
    if members is None:
        return decided[:0]
    inside = pc.is_in(members.column("person_id"), value_set=persons)
    return members.filter(inside).column("record_id").combine_chunks()


def bearers_of(store: Store, residents: pa.Table, decided: pa.StringArray) -> Mapping[str, frozenset[str]]:
    """Return for each NIK of the residents that decisions are about, by its digits, the active records that bear it.

    ``residents``: those a publication looks at.
    """
    if NIK not in residents.column_names:
        return {}
    own = residents.filter(pc.is_in(residents.column("record_id"), value_set=decided))
    niks = digits_of(own)
    if not len(niks):
        return {}
    held = store.read_records("residents", store.ledger.tables["residents"], store.holders("residents", NIK, niks))
    held = held.filter(active(held))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for record, nik in zip(held.column("record_id").to_pylist(), _digits(held.column(NIK)).to_pylist(), strict=True):
        found[nik].add(record)
    return {nik: frozenset(records) for nik, records in found.items()}


def active(residents: pa.Table) -> pa.BooleanArray:
    """Return whose office still has them and calls them active, bool (n,): who is dead or has moved away is neither."""
    return pc.and_(pc.equal(residents.column("closed_by").combine_chunks(), ""), pa.array(in_force(residents)))


def digits_of(residents: pa.Table) -> pa.StringArray:
    """Return the NIKs of residents by their digits, each once, none for a spec without NIKs."""
    if NIK not in residents.column_names:
        return pa.array([], pa.string())
    return _digits(residents.column(NIK)).combine_chunks().unique().drop_null()


def _digits(niks: pa.ChunkedArray) -> pa.ChunkedArray:
    plain = pc.replace_substring_regex(niks.cast(pa.string()), _NO_DIGIT, "")
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)
