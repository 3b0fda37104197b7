"""The measures of the national reference: persons, the duplicates taken out, and what offices are to carry out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.nightly.in_force import in_force
from linkage.reference.store import Reference
from linkage.reference.tables import MEMBERSHIP, PERSONS, USULAN
from linkage.reports.definitions import usulan_statuses
from linkage.reports.figures import Counts
from linkage.reports.residents import count_persons
from linkage.standardise.column import Int64


def count_published(reference: Reference, residents: pa.Table, day: date, columns: Collection[str]) -> Counts:
    """Return the measures of the last publication by the region of the person or the record, or of the office that is
    to act.

    Nothing when there has been no publication. Counted are the persons of whom an active record still stands in the
    store, so that in every region active records are those that wait, those taken out as duplicates, and the persons.

    Args:
        reference: as the last publication left it.
        residents: of the standing store, with ``record_id``, ``region``, ``closed_by`` and, if there is one,
            ``flag_status``.
        day: as of which ages are told.
        columns: those of the persons that are read.
    """
    persons, membership = reference.read(PERSONS), reference.read(MEMBERSHIP)
    if not reference.number or persons is None or membership is None:
        return {}
    kept = {*columns, "person_id", "region", "active", "in_review"}
    persons = persons.select([name for name in persons.column_names if name in kept])
    persons = persons.filter(persons.column("active")).combine_chunks()
    persons, merged, waiting = beside_records(persons, membership, residents)
    usulan = reference.read(USULAN)
    table = usulan.select(["region", "status"]).to_pylist() if usulan is not None else []
    by_status = {
        f"usulan.{status}": Counter(row["region"] for row in table if row["status"] == status)
        for status in usulan_statuses()
    }
    return {
        **count_persons(persons, day),
        "merged": merged,
        "waiting": waiting,
        **by_status,
        "usulan": Counter(row["region"] for row in table),
    }


def beside_records(
    persons: pa.Table, membership: pa.Table, residents: pa.Table
) -> tuple[pa.Table, Counter[str], Counter[str]]:
    """Return the persons who have an active record, and by region how many records are taken out beside them, and how
    many wait: persons, records taken out and records that wait make the active records of each region.

    A person counts where its address is, or, when the record there has left since, where its first record is; its other
    records are taken out where they are.

    Args:
        persons: active ones of the reference, with ``person_id`` and ``region``.
        membership: of the reference.
        residents: of the standing store, with ``record_id``, ``region``, ``closed_by`` and, if there is one,
            ``flag_status``.
    """
    records = residents.filter(pa.array(pc.equal(residents.column("closed_by"), "").to_numpy() & in_force(residents)))
    person = _person_of(records, membership, persons)
    known, regions = np.flatnonzero(person >= 0), records.column("region").fill_null("")
    own = persons.column("region").fill_null("").take(pa.array(person[known]))
    at_home = pc.equal(regions.take(pa.array(known)), own).to_numpy()
    # Records at home first: a person's first one is there if any is.
    known = known[np.argsort(~at_home, kind="stable")]
    rows, first = np.unique(person[known], return_index=True)
    still = persons.take(pa.array(rows))
    homes = regions.take(pa.array(known[first]))
    still = still.set_column(still.column_names.index("region"), "region", homes).combine_chunks()
    merged = _by_region(regions.take(pa.array(known)))
    merged.subtract(_by_region(homes))
    return still, merged, _by_region(regions.filter(pa.array(person < 0)))


def _person_of(records: pa.Table, membership: pa.Table, persons: pa.Table) -> Int64:
    """Return the row of each record's person, int64 (n_records,), -1 where the record is not in the reference."""
    members = membership.filter(membership.column("active"))
    row = pc.index_in(records.column("record_id"), value_set=members.column("record_id").combine_chunks())
    told = members.column("person_id").take(row)
    found = pc.index_in(told, value_set=persons.column("person_id").combine_chunks())
    rows: Int64 = found.fill_null(-1).to_numpy().astype(np.int64)
    return rows


def _by_region(regions: pa.ChunkedArray) -> Counter[str]:
    counts = pc.value_counts(regions).to_pylist()
    return Counter({one["values"]: one["counts"] for one in counts})
