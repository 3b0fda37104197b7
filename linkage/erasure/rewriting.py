"""Erasing records from the reference: blanked rows in the place of old ones, and a row of the ledger that says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.erasure import blanking
from linkage.erasure.blanking import Erased
from linkage.publishing.numbers import begun_anew, next_number
from linkage.reference.decisions import decisions_of
from linkage.reference.store import LedgerRow, Reference
from linkage.reference.tables import CHANGE, DECISIONS, MEMBERSHIP, NIK_ALIAS, PERSONS, USULAN
from linkage.reference.usulan import Status
from linkage.review.sql import SqlQueue

ERASURE: Final = "erasure"
"""The kind of a publication by which the reference forgets."""

_OPEN: Final = ("active", "in_review")


def erase_from_reference(
    reference: Reference, queue: SqlQueue, erased: Erased, publications: Path, now: datetime
) -> LedgerRow | None:
    """Blank the rows that hold values of the records in all publications; None when there is nothing left to blank.

    Former publications answer with what is left from then on, under the hashes they always had. A person who was one of
    the records alone is active no longer; of a person of several, the next publication says who they are now.
    ``publications``: where the folders of publications are, which tell what numbers are used.
    """
    last = reference.last()
    if last is None:
        return None
    left = _left(reference, erased)
    changed = {} if erased.fields else {**_no_longer_active(reference, erased), **_cancelled(reference, erased)}
    if not any(rows.num_rows for rows in (*left.values(), *changed.values())):
        return None
    return reference.commit(
        next_number(reference, queue, publications),
        ERASURE,
        changed,
        now=now,
        run_id=last.run_id,
        night=last.night,
        last_person=last.last_person,
        counts={f"{name}_erased": rows.num_rows for name, rows in left.items()} | begun_anew(reference, publications),
        left=left,
    )


def going(reference: Reference, erased: Erased) -> frozenset[tuple[str, str, str]]:
    """Return (record, column, value) of what all publications tell of the records, and that is to go.

    A full run leaves in the store no more than what stands; the reference keeps what it published.
    """
    persons, usulan = reference.log(PERSONS, _persons_of(reference, erased)), reference.log(USULAN)
    found = frozenset() if persons is None else blanking.going_from_persons(persons, erased)
    if usulan is None:
        return found
    return found | blanking.going_from_usulan(blanking.of_records(usulan, erased.record_ids), erased)


def _left(reference: Reference, erased: Erased) -> Mapping[str, pa.Table]:
    ids = _persons_of(reference, erased)
    effects = {
        one.effect
        for one in decisions_of(reference.read(DECISIONS))
        if not erased.record_ids.isdisjoint(one.record_ids)
    }
    logs = {
        PERSONS: reference.log(PERSONS, ids),
        NIK_ALIAS: _among(reference.log(NIK_ALIAS), "person_id", ids),
        USULAN: _among(reference.log(USULAN), "effect", pa.array(sorted(effects), pa.int64())),
    }
    rules = {
        PERSONS: lambda log: blanking.persons(log, erased),
        NIK_ALIAS: lambda log: blanking.aliases(log, erased),
        USULAN: lambda log: blanking.usulan(log, erased, effects),
    }
    return {name: rules[name](log) for name, log in logs.items() if log is not None}


def _persons_of(reference: Reference, erased: Erased) -> pa.StringArray:
    members = reference.log(MEMBERSHIP)
    if members is None:
        return pa.array([], pa.string())
    of_them = blanking.of_records(members, erased.record_ids)
    return pa.concat_arrays([of_them.column(name).combine_chunks() for name in ("person_id", "own_id")]).unique()


def _no_longer_active(reference: Reference, erased: Erased) -> Mapping[str, pa.Table]:
    """Return rows by which the records, and the persons who are one of them alone, are active no longer."""
    records = pa.array(sorted(erased.record_ids), pa.string())
    members = reference.read(MEMBERSHIP, keys=records)
    if members is None:
        return {}
    members = members.filter(members.column("active"))
    persons = reference.read(PERSONS, keys=members.column("person_id").combine_chunks().unique())
    rows: list[dict[str, Any]] = []
    for row in persons.to_pylist() if persons is not None else ():
        if row["records"] == 1 and row["taken_from"] in erased.record_ids:
            values = dict.fromkeys(name for name in row if name not in blanking.KEPT_OF_A_PERSON)
            rows.append({**row, **values, "as_of": None, "sources": [], **dict.fromkeys(_OPEN, False)})
    schema = persons.schema if persons is not None else pa.schema([])
    place = members.column_names.index("active")
    closed = members.set_column(place, "active", pa.array([False] * members.num_rows, pa.bool_()))
    told = {MEMBERSHIP: closed, PERSONS: pa.Table.from_pylist(rows, schema=schema)}
    return {name: _as_changed(table) for name, table in told.items() if table.num_rows}


def _cancelled(reference: Reference, erased: Erased) -> Mapping[str, pa.Table]:
    """Return rows by which what an office was to do about the records, and has not done, is asked for no longer."""
    usulan = reference.read(USULAN)
    if usulan is None:
        return {}
    rows = blanking.of_records(usulan, erased.record_ids).to_pylist()
    gone = [
        {**row, **dict.fromkeys(blanking.OF_AN_USULAN), "status": Status.DIBATALKAN.value}
        for row in rows
        if row["status"] == Status.DIUSULKAN.value
    ]
    return {USULAN: _as_changed(pa.Table.from_pylist(gone, schema=usulan.schema))} if gone else {}


def _as_changed(table: pa.Table) -> pa.Table:
    return table.append_column(CHANGE, pa.array(["changed"] * table.num_rows, pa.string()))


def _among(log: pa.Table | None, name: str, wanted: pa.Array) -> pa.Table | None:
    return None if log is None else log.filter(pc.is_in(log.column(name), value_set=wanted))
