"""What the circuit breaker looks at: what a draft changes, and the counts of the publications before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import CHANGE
from linkage.reference.breaker import Counted, Proposed, parents_named
from linkage.reference.build import Draft, Touched
from linkage.reference.store import Reference
from linkage.reference.tables import MEMBERSHIP, PERSONS

_ACTIVE = "active:"
_JOINED = "joined:"


def proposed(
    reference: Reference,
    draft: Draft,
    looked_at: Touched,
    born: Callable[[frozenset[str]], Mapping[str, str]],
) -> Proposed:
    """Return what a draft changes, beside the publications before it.

    ``born``: returns for NIKs, by their digits, the earliest day of birth that a record which bears one tells.
    """
    moved = _regrouped(draft, looked_at)
    groups = tuple(group for group in draft.groups if not moved.isdisjoint(group.record_ids))
    named = pa.array(sorted({record for group in groups for record in group.record_ids}), pa.string())
    residents = looked_at.residents
    held = residents.filter(pc.is_in(residents.column("record_id"), value_set=named)).to_pylist()
    inside = _inside(draft, named)
    records = {
        row["record_id"]: {name: row[name] for name in looked_at.fields if row[name]}
        for row in held
        if row["record_id"] in inside
    }
    earlier = [_counted_of(row.counts) for row in reference.rows() if row.kind == "publication"]
    before = _active_before(reference, earlier)
    return Proposed(
        groups=groups,
        records=records,
        regions={row["record_id"]: row["region"] or "" for row in held},
        now=Counted(_active(before, draft, looked_at), *_joined(draft, looked_at, moved)),
        earlier=earlier,
        born=born(parents_named(records.values())),
    )


def _active_before(reference: Reference, earlier: Sequence[Counted]) -> Mapping[str, int]:
    """Return the active persons by region as the reference stands. Who was erased since is in no count."""
    counted = max((row.publication for row in reference.rows() if row.kind == "publication"), default=0)
    if any(row.kind == "erasure" and row.publication > counted for row in reference.rows()):
        return _by_region(reference.read(PERSONS))
    return earlier[-1].active if earlier else {}


def _inside(draft: Draft, named: pa.StringArray) -> set[str]:
    """Return those of the records that are in the reference after the draft."""
    after = draft.after.membership
    if after is None:
        return set()
    return set(named.filter(pc.is_in(named, value_set=after.column("record_id").combine_chunks())).to_pylist())


def region_counts(counted: Counted) -> dict[str, int]:
    """Return counts by region as the ledger keeps them."""
    told = {f"{_ACTIVE}{region}": number for region, number in sorted(counted.active.items())}
    return told | {f"{_JOINED}{region}": number for region, number in sorted(counted.joined.items())}


def _counted_of(counts: Mapping[str, int]) -> Counted:
    return Counted(active_by_region(counts), _of(counts, _JOINED))


def active_by_region(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the active persons by region as a row of the ledger counts them."""
    return _of(counts, _ACTIVE)


def _of(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): number for name, number in counts.items() if name.startswith(prefix)}


def _regrouped(draft: Draft, looked_at: Touched) -> set[str]:
    """Return the records that come to a person which is not theirs alone, or to another one."""
    rows = draft.changed[MEMBERSHIP]
    rows = rows.filter(pc.not_equal(rows.column(CHANGE), "closed"))
    rows = rows.filter(pc.is_valid(rows.column("case")))
    old = looked_at.before.membership
    if old is not None and rows.num_rows:
        place = pc.index_in(rows.column("record_id"), value_set=old.column("record_id").combine_chunks())
        was = old.column("person_id").combine_chunks().take(place.combine_chunks())
        rows = rows.filter(pc.fill_null(pc.not_equal(rows.column("person_id"), was), True))
    return set(rows.column("record_id").to_pylist())


def _joined(draft: Draft, looked_at: Touched, moved: set[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return by region how many records were newly joined to another's person, and how many of these were active
    persons of their own before."""
    after, before = draft.after.membership, looked_at.before.membership
    if after is None or not moved:
        return {}, {}
    joined = after.filter(
        pc.and_(
            pc.is_in(after.column("record_id"), value_set=pa.array(sorted(moved), pa.string())),
            pc.not_equal(after.column("own_id"), after.column("person_id")),
        )
    )
    ids = joined.column("record_id").combine_chunks()
    alone = ids[:0]
    if before is not None:
        own = pc.and_(before.column("active"), pc.equal(before.column("own_id"), before.column("person_id")))
        alone = ids.filter(pc.is_in(ids, value_set=before.filter(own).column("record_id").combine_chunks()))
    return _regions_of(ids, looked_at), _regions_of(alone, looked_at)


def _regions_of(ids: pa.StringArray, looked_at: Touched) -> dict[str, int]:
    rows = looked_at.residents.filter(pc.is_in(looked_at.residents.column("record_id"), value_set=ids))
    return dict(Counter(region or "" for region in rows.column("region").to_pylist()))


def _active(before: Mapping[str, int], draft: Draft, looked_at: Touched) -> dict[str, int]:
    """Return the active persons by region after the draft."""
    found = Counter(before)
    found.subtract(_by_region(looked_at.before.persons))
    found.update(_by_region(draft.after.persons))
    return {region: number for region, number in found.items() if number}


def _by_region(persons: pa.Table | None) -> dict[str, int]:
    if persons is None:
        return {}
    active = persons.filter(persons.column("active"))
    return {row["values"] or "": row["counts"] for row in pc.value_counts(active.column("region")).to_pylist()}
