"""What a publication needs of the standing store and the queue: the records it touches, in one form, and those around.

A publication follows what changed since the last one: residents of later nights, records that came to an open case or
left one, new decisions, and, where the rules of survivorship changed, the persons by decision. Whoever is one person
with one of them is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import encode
from linkage.errors import SpecError
from linkage.identifiers import Nik
from linkage.nightly.erased_rows import read_tombstones
from linkage.nightly.residents import HEAD
from linkage.nightly.standard_values import ONE_FORM, standard_array
from linkage.nightly.store import Store
from linkage.publishing.reach import active, bearers_of, digits_of, led_by, reach
from linkage.reference.build import Before, Touched
from linkage.reference.decisions import Decided, Holding
from linkage.reference.persons import Group
from linkage.reference.store import Reference
from linkage.reference.tables import (
    CHANGE,
    IN_REVIEW,
    IN_REVIEW_SCHEMA,
    MEMBERSHIP,
    NIK_ALIAS,
    PERSONS,
    PERSONS_HEAD,
    bare,
)
from linkage.review.survivorship import NIK
from linkage.spec import DEFAULT_SURVIVORSHIP, LinkageSpec

_BORN: Final = "tanggal_lahir"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_FEW: Final = 0.2
"""Share of the standing records up to which they are looked up one by one; beyond it all are read."""


def in_question(open_records: Sequence[str], held: Holding, night_began: datetime) -> pa.StringArray:
    """Return the records that wait for a decision, sorted: those of open cases, and those of a question that was opened
    again by an undoing since the last night, which only the next night puts into the queue."""
    again = (records for at, records in held.open_again if at >= night_began)
    return pa.array(sorted(set(open_records).union(*again)), pa.string())


def touched(
    store: Store,
    reference: Reference,
    spec: LinkageSpec,
    news: Sequence[Decided],
    persons: Sequence[Group],
    parted: Sequence[Group],
    in_review: pa.StringArray,
    *,
    review_too: bool,
    threads: int,
) -> Touched:
    """Return the records that a publication looks at, and the rows that stand for them.

    Args:
        store: the standing store as its last committed run left it.
        reference: as its last publication left it.
        spec: of the project.
        news: the decisions since.
        persons: who is one person by the decisions that hold now. parted: who was at the last publication, as far as
            a decision was undone since.
        in_review: of :func:`in_question`.
        review_too: whether records in open cases are let in.
        threads: fields that are put into one form side by side.

    Raises:
        SpecError: a field has the name of a column that the reference keeps for itself.
    """
    _check_fields(spec)
    last = reference.last()
    residents = None
    if last is not None:
        start = [
            store.changed_since("residents", last.night, but=("source_file", "line")),
            review_changes(reference, in_review).column("record_id").combine_chunks(),
            pa.array(sorted({record for one in news for record in one.record_ids}), pa.string()),
            pa.array(sorted({record for group in parted for record in group.record_ids}), pa.string()),
            _erased_since(store, reference),
        ]
        # None: of a version that knew only the rules of the package.
        if (last.rules or DEFAULT_SURVIVORSHIP.digest()) != spec.survivorship.digest():
            start.append(_records_of(persons))
        if bool(last.counts.get("review_too", 0)) != review_too:
            start.append(in_review)
        residents = _reached(store, reference, pa.concat_arrays(start).unique(), (*persons, *parted))
    if residents is None:
        whole = store.read("residents")
        residents = whole if whole is not None else pa.table({"record_id": pa.array([], pa.string())})
    residents = in_one_form(residents.sort_by("record_id").combine_chunks(), spec, store, threads)
    ids = residents.column("record_id").combine_chunks()
    return Touched(
        residents=residents,
        in_review=in_review,
        own_ids=_own_ids(reference, ids),
        before=_rows_before(reference, ids),
        bearers=bearers_of(store, residents, _records_of(persons)),
    )


def review_changes(reference: Reference, in_review: pa.StringArray) -> pa.Table:
    """Return which records came to an open case and which left one since the last publication."""
    old = reference.read(IN_REVIEW)
    stood = pa.array([], pa.string()) if old is None else old.column("record_id").combine_chunks()
    came = in_review.filter(pc.invert(pc.is_in(in_review, value_set=stood)))
    left = stood.filter(pc.invert(pc.is_in(stood, value_set=in_review)))
    rows = pa.table([pa.concat_arrays([came, left.sort()])], schema=bare(IN_REVIEW_SCHEMA))
    return rows.append_column(CHANGE, pa.array(["added"] * len(came) + ["closed"] * len(left), pa.string()))


def began_at(run_id: str) -> datetime:
    """Return when a run began, from its id: a UUID of version 7 (RFC 9562) begins with milliseconds since 1970."""
    return datetime.fromtimestamp(int(run_id.replace("-", "")[:12], 16) / 1000, UTC)


def _check_fields(spec: LinkageSpec) -> None:
    taken = {*PERSONS_HEAD.names, "change", "publication", "seal", "open"} - {"region"}
    for field in spec.fields:
        if field.name in taken:
            raise SpecError(
                f"the reference has a column {field.name!r} of its own",
                where=f"field {field.name}",
                remedy="Give the field another name and list the column under 'columns'",
            )


def _records_of(persons: Sequence[Group]) -> pa.StringArray:
    return pa.array(sorted({record for group in persons for record in group.record_ids}), pa.string())


def _reached(store: Store, reference: Reference, start: pa.StringArray, persons: Sequence[Group]) -> pa.Table | None:
    """Return the residents that a publication reaches from some records, None when these are many."""
    version, many = store.ledger.tables["residents"], _FEW * store.rows("residents")
    if len(start) > many:
        return None
    niks = digits_of(store.read_records("residents", version, start))
    wanted = reach(pa.concat_arrays([start, led_by(reference, niks, _records_of(persons))]), persons)
    return None if len(wanted) > many else store.read_records("residents", version, wanted)


def _erased_since(store: Store, reference: Reference) -> pa.StringArray:
    """Return the records erased since the last publication: who was one person with them has other values now."""
    rows = reference.rows()
    last = max((row.publication for row in rows if row.kind == "publication"), default=0)
    moments = {row.published_at for row in rows if row.kind == "erasure" and row.publication > last}
    stones = (one for one in read_tombstones(store.workspace) if datetime.fromisoformat(one.asked_at) in moments)
    return pa.array(sorted({record for one in stones for record in one.record_ids}), pa.string())


def in_one_form(residents: pa.Table, spec: LinkageSpec, store: Store, threads: int) -> pa.Table:
    """Return residents with their values as stewards compare them: dates and codes in one form, the rest as sent."""
    names = [field.name for field in spec.fields if field.name not in HEAD and field.name in residents.column_names]
    forms = {field.name for field in spec.fields if field.kind in ONE_FORM} & set(names)
    encoded = encode(residents, spec, latest_year=store.ledger.derived.latest_year, threads=threads, fields=forms)
    columns = {
        "record_id": residents.column("record_id"),
        "region": residents.column("region"),
        "given_id": residents.column("given_id"),
        "open": pc.equal(residents.column("closed_by"), ""),
        "active": active(residents),
    }
    rows = np.arange(residents.num_rows)
    for name in names:
        column = standard_array(encoded, name, rows) if name in forms else residents.column(name).cast(pa.string())
        columns[name] = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    return pa.table(columns).combine_chunks()


def born_by_nik(store: Store, spec: LinkageSpec, niks: Collection[str]) -> Mapping[str, str]:
    """Return the earliest day of birth (ISO 8601) that a resident tells who bears one of some NIKs, by its digits.

    A NIK that nobody bears, or only who tells no whole day, is left out. Who died or moved away is a parent as well.
    """
    if not niks or NIK not in store.schema("residents").names:
        return {}
    wanted = pa.array(sorted(niks), pa.string())
    holders = store.holders("residents", NIK, wanted)
    held = in_one_form(store.read_records("residents", store.ledger.tables["residents"], holders), spec, store, 1)
    if _BORN not in held.column_names:
        return {}
    found: dict[str, str] = {}
    for text, day in zip(held.column(NIK).to_pylist(), held.column(_BORN).to_pylist(), strict=True):
        nik = Nik.parse(text or "")
        if nik is not None and nik.digits in niks and _DAY.fullmatch(day or ""):
            found[nik.digits] = min(day, found.get(nik.digits, day))
    return found


def _own_ids(reference: Reference, ids: pa.StringArray) -> pa.Table | None:
    log = reference.log(MEMBERSHIP, ids) if reference.number else None
    if log is None:
        return None
    return (
        log.select(["record_id", "own_id"])
        .group_by("record_id")
        .aggregate([("own_id", "min")])
        .rename_columns(["record_id", "own_id"])
    )


def _rows_before(reference: Reference, ids: pa.StringArray) -> Before:
    membership = reference.read(MEMBERSHIP, keys=ids)
    if membership is None:
        return Before(None, None, None)
    persons = membership.column("person_id").combine_chunks().unique()
    aliases = reference.read(NIK_ALIAS)
    if aliases is not None:
        aliases = aliases.filter(pc.is_in(aliases.column("person_id"), value_set=persons))
    return Before(reference.read(PERSONS, keys=persons), membership, aliases)
