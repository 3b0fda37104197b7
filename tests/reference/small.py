"""Small worlds: a few invented residents, decisions about them, and publications of both into a reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from linkage.reference.build import Before, Draft, Touched, build
from linkage.reference.decisions import Decided, decisions_of, decisions_table, holding
from linkage.reference.persons import groups
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, MEMBERSHIP, NIK_ALIAS, PERSONS
from linkage.review.cases import Verdict
from linkage.review.resolution import PersonOut

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
KEY = b"a secret of at least thirty-two characters"
FIELDS = ("nik", "nama", "alamat", "tgl_ubah")


def person(*records: str, keeps: str | None = None, fields: Mapping[str, str] | None = None) -> PersonOut:
    return PersonOut(tuple(sorted(records)), keeps, tuple(sorted((fields or {}).items())))


def decided(number: int, *persons: PersonOut, verdict: Verdict = Verdict.DUPLICATE, kind: str = "DUPLICATE") -> Decided:
    """A decision whose case has its number."""
    ordered = tuple(sorted(persons, key=lambda one: one.record_ids))
    return Decided(number, number, kind, verdict, None, False, NOON + timedelta(minutes=number), ordered)


def undone(number: int, case: int, *, different: Sequence[PersonOut] = ()) -> Decided:
    """The undoing of a case."""
    at = NOON + timedelta(minutes=number)
    return Decided(number, number, "REVERT", Verdict.REVERT, case, False, at, tuple(different))


def confirmed(number: int, one: Decided) -> Decided:
    return Decided(number, one.case, one.kind, one.verdict, None, True, NOON + timedelta(minutes=number), one.persons)


def nik(number: int) -> str:
    return f"327301010190{number:04d}"


@dataclass
class World:
    """Residents by record id, and what is published of them. A record without an entry of its own has plain values; of
    those in ``history`` their office says that they are active no longer."""

    folder: Path
    records: dict[str, dict[str, str | None]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    history: set[str] = field(default_factory=set)
    decisions: list[Decided] = field(default_factory=list)
    number: int = 0
    dropped: str = ""

    def __post_init__(self) -> None:
        self.reference = Reference(self.folder, KEY)

    def residents(self) -> pa.Table:
        ids = sorted(self.records)
        columns: dict[str, list[object]] = {
            "record_id": list(ids),
            "region": [f"32{70 + int(record[1:]) % 5}" for record in ids],
            "open": [record not in self.closed for record in ids],
            "active": [record not in self.closed | self.history for record in ids],
        }
        for place, record in enumerate(ids):
            number = int(record[1:])
            plain = {"nik": nik(number + 1), "nama": f"ORANG {number}", "alamat": f"JALAN {number}"}
            for name in FIELDS:
                columns.setdefault(name, []).append({**plain, **self.records[record]}.get(name))
            assert len(columns["nik"]) == place + 1
        columns.pop(self.dropped, None)
        kinds = {"open": pa.bool_(), "active": pa.bool_()}
        return pa.table({name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()})

    def draft(self, in_review: Iterable[str] = (), *, review_too: bool = False) -> Draft:
        last = self.reference.last()
        known = self.reference.log(MEMBERSHIP)
        held = holding(self.decisions)
        table = self.residents()
        bearers: dict[str, set[str]] = {}
        for record, number, there in zip(
            *(table.column(n).to_pylist() for n in ("record_id", "nik", "active")), strict=True
        ):
            if number and there:
                bearers.setdefault(number, set()).add(record)
        return build(
            Touched(
                residents=table,
                in_review=pa.array(sorted(in_review), pa.string()),
                own_ids=None if known is None else known.select(["record_id", "own_id"]),
                before=Before(*(self.reference.read(name) for name in (PERSONS, MEMBERSHIP, NIK_ALIAS))),
                bearers={number: frozenset(records) for number, records in bearers.items()},
            ),
            held,
            groups(held),
            last.last_person if last else 0,
            review_too=review_too,
        )

    def publish(self, in_review: Iterable[str] = (), *, review_too: bool = False) -> str:
        """Publish what is decided, and return the hash of the state."""
        draft = self.draft(in_review, review_too=review_too)
        known = {one.effect for one in decisions_of(self.reference.read(DECISIONS))}
        news = [one for one in self.decisions if one.effect not in known]
        self.number += 1
        row = self.reference.commit(
            self.number,
            "publication",
            {**draft.changed, DECISIONS: decisions_table(news)},
            now=NOON + timedelta(hours=self.number),
            run_id="run",
            night=self.number,
            last_person=draft.last_person,
            counts={},
        )
        assert row.state_hash == self.reference.state_hash()
        return row.state_hash

    def persons(self) -> dict[str, dict[str, object]]:
        """The persons that stand, by id."""
        table = self.reference.read(PERSONS)
        return {} if table is None else {row["person_id"]: row for row in table.to_pylist()}

    def members(self) -> dict[str, str]:
        """The person of each record that is in the reference."""
        table = self.reference.read(MEMBERSHIP)
        return {} if table is None else {row["record_id"]: row["person_id"] for row in table.to_pylist()}

    def aliases(self) -> dict[str, tuple[str | None, str]]:
        table = self.reference.read(NIK_ALIAS)
        return {} if table is None else {row["nik"]: (row["nik_now"], row["status"]) for row in table.to_pylist()}


def parts(members: Mapping[str, str]) -> set[frozenset[str]]:
    """Which records are together, whatever the ids."""
    found: dict[str, set[str]] = {}
    for record, one in members.items():
        found.setdefault(one, set()).add(record)
    return {frozenset(records) for records in found.values()}
