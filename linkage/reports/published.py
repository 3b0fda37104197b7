"""The measures of the national reference: persons, the duplicates taken out, and what offices are to carry out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.reference.store import Reference
from linkage.reference.tables import MEMBERSHIP, PERSONS, USULAN
from linkage.reports.definitions import usulan_statuses
from linkage.reports.figures import Counts
from linkage.reports.residents import count_persons


def count_published(reference: Reference, day: date, columns: Collection[str]) -> Counts:
    """Return the measures of the last publication by the region of the person, or of the office that is to act.

    Nothing when there has been no publication. ``columns``: those of the persons that are read.
    """
    persons, membership = reference.read(PERSONS), reference.read(MEMBERSHIP)
    if not reference.number or persons is None or membership is None:
        return {}
    kept = {*columns, "person_id", "region", "active", "in_review"}
    persons = persons.select([name for name in persons.column_names if name in kept])
    persons = persons.filter(persons.column("active")).combine_chunks()
    usulan = reference.read(USULAN)
    table = usulan.select(["region", "status"]).to_pylist() if usulan is not None else []
    by_status = {
        f"usulan.{status}": Counter(row["region"] for row in table if row["status"] == status)
        for status in usulan_statuses()
    }
    return {
        **count_persons(persons, _members(persons, membership), day),
        **by_status,
        "usulan": Counter(row["region"] for row in table),
    }


def _members(persons: pa.Table, membership: pa.Table) -> Mapping[str, int]:
    """Return how many active records belong to the persons of each region."""
    active = membership.filter(membership.column("active"))
    place = pc.index_in(active.column("person_id"), value_set=persons.column("person_id").combine_chunks())
    amounts = np.bincount(place.drop_null().to_numpy(), minlength=persons.num_rows)
    table = pa.table({"region": persons.column("region"), "records": pa.array(amounts[: persons.num_rows], pa.int64())})
    summed = table.group_by("region").aggregate([("records", "sum")])
    return dict(zip(summed["region"].to_pylist(), summed["records_sum"].to_pylist(), strict=True))
