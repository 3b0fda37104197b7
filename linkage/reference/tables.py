"""The tables of the national reference, a sentence per column.

Each is a log: a publication appends the rows it added, changed or closed, and rewrites nothing. The last row under a
key counts, up to the publication one asks for; one that says ``closed`` takes its key out. So "as of" is a filter. What
a reader may see is what the ledger names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from linkage.schema import column

PERSONS: Final = "persons"
MEMBERSHIP: Final = "membership"
NIK_ALIAS: Final = "nik_alias"
IN_REVIEW: Final = "in_review"
DECISIONS: Final = "decisions"
USULAN: Final = "usulan"

STATE: Final = (PERSONS, MEMBERSHIP, NIK_ALIAS)
"""What user institutions rely on: undoing a decision restores these to the last bit."""

PERSONS_HEAD: Final = pa.schema(
    [
        column("person_id", pa.string(), "opaque, stable, never given to anybody else"),
        column("region", pa.string(), "regency of the record whose address stays, 4 digits; empty when unknown"),
        column("records", pa.int64(), "records that are this person, closed ones included"),
        column("active", pa.bool_(), "whether an office still has one of the records and calls it active"),
        column("in_review", pa.bool_(), "whether one of the records is in a case that nobody has decided yet"),
        column("taken_from", pa.string(), "the record whose NIK stays, and whose values stand where sources is silent"),
        column("as_of", pa.string(), "day of that record's last change, else entry, yyyy-mm-dd", nullable=True),
        column(
            "sources",
            pa.list_(pa.string()),
            "of a person of several records, for each value: field=record;rule;yyyy-mm-dd, sorted by field",
        ),
    ]
)
"""A person begins with these; then follow the surviving values, by plain column name, as nullable strings: ``nik``
first, dates as yyyy-mm-dd and codes in one form, the others as they were sent."""

MEMBERSHIP_SCHEMA: Final = pa.schema(
    [
        column("record_id", pa.string(), "a record of the standing store"),
        column("own_id", pa.string(), "the person it was, or would be, alone; issued once"),
        column("person_id", pa.string(), "the person it is: the smallest own_id among the records of one person"),
        column("active", pa.bool_(), "whether its office still has it and calls it active"),
        column("case", pa.int64(), "the case whose decision put it there, null for a record alone", nullable=True),
        column(
            "released_by",
            pa.int64(),
            "the case whose decision let it in, null when it was in no open case",
            nullable=True,
        ),
    ]
)

NIK_ALIAS_SCHEMA: Final = pa.schema(
    [
        column("nik", pa.string(), "a NIK that one of the person's records bears and that does not stay"),
        column("person_id", pa.string(), "the person"),
        column("nik_now", pa.string(), "the NIK that stays, null where the centre has yet to settle it", nullable=True),
        column(
            "status",
            pa.string(),
            "DIUSULKAN, TERKONFIRMASI, or DITAHAN while somebody else bears it",
        ),
        column("case", pa.int64(), "the case whose decision it follows from"),
    ]
)

IN_REVIEW_SCHEMA: Final = pa.schema(
    [column("record_id", pa.string(), "a record that was in a case nobody had decided when it was published")]
)

DECISIONS_SCHEMA: Final = pa.schema(
    [
        column("effect", pa.int64(), "number of the decision in the queue's outbox; in the order they were taken"),
        column("case", pa.int64(), "number of the case"),
        column("kind", pa.string(), "kind of the case"),
        column("verdict", pa.string(), "duplicate, resolve, finish_move, split or revert"),
        column("reverts", pa.int64(), "the case that a revert undoes", nullable=True),
        column("confirmed", pa.bool_(), "the centre confirmed what was approved before"),
        column("at", pa.string(), "when it was taken, ISO 8601 with time zone"),
        column("persons", pa.string(), "JSON: which records are which person, whose NIK stays, which values are taken"),
    ]
)

USULAN_SCHEMA: Final = pa.schema(
    [
        column("usulan_id", pa.string(), "U<effect>-<number>: names what one office is to do, for good"),
        column("effect", pa.int64(), "the decision it follows from"),
        column("case", pa.int64(), "its case"),
        column("region", pa.string(), "the office that carries it out, 4 digits; empty for the centre"),
        column("action", pa.string(), "what is to be done (linkage.reference.usulan.Action)"),
        column("record_id", pa.string(), "the record it is about"),
        column("given_id", pa.string(), "the id under which the office sent it", nullable=True),
        column("nik", pa.string(), "the NIK the record bears", nullable=True),
        column("nik_stays", pa.string(), "the NIK that stays", nullable=True),
        column("field", pa.string(), "the column to correct; empty where none is", nullable=False),
        column("value_now", pa.string(), "what the record says", nullable=True),
        column("value_new", pa.string(), "what it should say", nullable=True),
        column("status", pa.string(), "DIUSULKAN, DILAKSANAKAN, GAGAL or DIBATALKAN"),
        column("note", pa.string(), "why an office could not carry it out (linkage.reference.usulan.Note); else empty"),
    ]
)

LEDGER_SCHEMA: Final = pa.schema(
    [
        column("publication", pa.int64(), "counts up; numbers may be missing where a publication was stopped"),
        column("kind", pa.string(), "publication, confirmations or erasure"),
        column("published_at", pa.string(), "ISO 8601, UTC"),
        column("run_id", pa.string(), "the nightly run whose residents it shows"),
        column("night", pa.int64(), "that run's number in the standing store"),
        column("last_person", pa.int64(), "the last person number issued"),
        column("versions", pa.string(), "JSON: the version of each table that this row makes visible"),
        column("state_hash", pa.string(), "hash of persons, membership and nik_alias as they are then, 32 hex digits"),
        column("counts", pa.string(), "JSON: what was added, changed and closed, and who waits"),
        column("rules", pa.string(), "digest of the rules of survivorship; null: those of the package", nullable=True),
    ]
)
"""One row per publication, appended last: it is the commit."""

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    PERSONS: ("person_id",),
    MEMBERSHIP: ("record_id",),
    NIK_ALIAS: ("nik", "person_id"),
    IN_REVIEW: ("record_id",),
    DECISIONS: ("effect",),
    USULAN: ("usulan_id",),
}
"""By which columns a row of each table is known."""

CHANGE: Final = "change"
PUBLICATION: Final = "publication"
SEAL: Final = "seal"
LOG: Final = pa.schema(
    [
        column(CHANGE, pa.string(), "added, changed or closed"),
        column(PUBLICATION, pa.int64(), "the publication that appended the row"),
        column(SEAL, pa.string(), "keyed digest of the row's values, 32 hex digits; it outlives their erasure"),
    ]
)
"""Every row of a log ends with these."""

ERASED: Final = "erased"
"""A column behind these, in tables from which a resident was erased: keyed digest of what was left of the row's values,
32 hex digits; null for a row that is as it was written, of which the seal speaks."""


def bare(schema: pa.Schema) -> pa.Schema:
    """Return the names and types alone, as Delta gives them back: every column nullable, without its sentence."""
    return pa.schema([(field.name, field.type) for field in schema])
