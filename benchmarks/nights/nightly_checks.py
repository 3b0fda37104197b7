"""What must hold after every night: of the run's account, the queue, and the reference beside the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa
from pyarrow.csv import write_csv

from benchmarks.nights.checks import Checks
from benchmarks.nights.house import House
from benchmarks.nights.identities import Identities, numbers_of
from benchmarks.nights.life import Diary
from benchmarks.nights.offices import IGNORED, TAKEN, Sent
from benchmarks.nights.put_again import put_again
from linkage.reference.decisions import Decided, decisions_of
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, IN_REVIEW, MEMBERSHIP
from linkage.review.cases import REVERT
from linkage.review.sql import SqlQueue
from linkage.review.tables import counter

Int64 = npt.NDArray[np.int64]

ROWS: Final = "every row that came is accepted or refused with a reason"
FILES: Final = "every file is taken once, or refused under the code that fits"
CASES: Final = "every case ever opened is open, decided or withdrawn"
ONCE: Final = "every active record is in the reference, or waits in an open case"
OWN: Final = "a person's id is one record's for good"
MOVED: Final = "a record changes its person only by a decision or its undoing"
SMALLEST: Final = "a person bears the smallest id of its records"
AGAIN: Final = "records called different are not put forward again unless a compared value changed"
NOTED: Final = "what was published of old reads as it was noted then"


@dataclass
class Watcher:
    """Looks at a house after every publication, and remembers what it saw.

    ``own``, ``person``: of every record the number of its own person and of its person, by record number, 0 while it
    has none. ``noted``: state hash and digest of the membership by publication.
    ``opened``: cases so far.
    """

    checks: Checks
    sent: Sequence[Sent]
    own: Int64 = field(default_factory=lambda: np.zeros(1, np.int64))
    person: Int64 = field(default_factory=lambda: np.zeros(1, np.int64))
    noted: dict[int, tuple[str, str]] = field(default_factory=dict)
    opened: int = 0
    changed_person: int = 0

    def __call__(self, night: int, house: House, identities: Identities, diary: Diary) -> None:
        """Look at all of it."""
        with house.queue() as queue:
            if night in diary.runs:
                self.run(night, diary.runs[night])
                self.again(queue, house, diary)
            self.queue(night, queue, diary)
        reference = house.reference
        if reference.number not in self.noted:
            self.reference(night, reference, identities)

    def run(self, night: int, manifest: Mapping[str, Any]) -> None:
        """The counts of a run add up, and each file fared as it should."""
        counts, rejects = manifest["counts"], pq.read_table(Path(manifest["folder"]) / "rejects.parquet")
        lines = rejects.filter(pc.greater(rejects["line"], 0)).select(["source", "line"])
        refused = lines.group_by(["source", "line"]).aggregate([]).num_rows
        read = sum(item["rows"] for item in manifest["inputs"])
        self.checks.equal(ROWS, f"night {night}", read, counts["rows_accepted"] + refused)
        came = {one.path.name: one for one in self.sent if one.night == night}
        fared = {item["name"]: TAKEN for item in manifest["inputs"]}
        whole = rejects.filter(pc.equal(rejects["line"], 0))
        fared |= dict(zip(whole["source"].to_pylist(), whole["code"].to_pylist(), strict=True))
        broken = []
        for name, one in came.items():
            code = fared.get(name, IGNORED)
            if code != one.expected and not (one.expected == "refused" and code not in (TAKEN, IGNORED)):
                broken.append(f"night {night}: {name} is {code or 'taken'} and not {one.expected or 'taken'}")
        self.checks.look(FILES, broken, at=len(came))
        accepted = {item["name"]: item["accepted"] for item in manifest["inputs"]}
        lost = [
            f"night {night}: {name} had {one.rows} whole rows, {accepted[name]} were accepted"
            for name, one in came.items()
            if one.expected == TAKEN and name in accepted and accepted[name] < one.rows
        ]
        self.checks.look(ROWS, lost, at=len(accepted))

    def queue(self, night: int, queue: SqlQueue, diary: Diary) -> None:
        """No case is lost: there are as many as numbers were issued, and a run adds as many as it says."""
        counts = queue.counts(by=None)
        with queue.sessions.look(None) as look:
            issued = look.connection.execute(sa.select(counter.c.value).where(counter.c.name == "case")).scalar_one()
        self.checks.equal(CASES, f"night {night}", sum(count.cases for count in counts), issued)
        found = sum(count.cases for count in counts if count.kind != REVERT)
        # Of a run that was killed, the manifest tells of the last load: those before it may have added cases.
        if night in diary.runs and night not in diary.killed_runs:
            added = diary.runs[night]["counts"]["queue"]["added"]
            self.checks.equal(CASES, f"night {night}, added", found - self.opened, added)
        self.opened = found

    def again(self, queue: SqlQueue, house: House, diary: Diary) -> None:
        """What was called different is put forward again only with news."""
        looked, broken = put_again(queue, house, diary)
        self.checks.look(AGAIN, broken, at=looked)

    def reference(self, night: int, reference: Reference, identities: Identities) -> None:
        """Everybody is in it once, under a lasting id."""
        members = reference.read(MEMBERSHIP)
        assert members is not None
        records, own, person = (numbers_of(members[name]) for name in ("record_id", "own_id", "person_id"))
        self._once(night, reference, members, records, identities)
        self._lasting(night, reference, records, own, person)
        row = reference.rows()[-1]
        self.noted[row.publication] = (row.state_hash, digest_of(members))

    def _once(
        self, night: int, reference: Reference, members: pa.Table, records: Int64, identities: Identities
    ) -> None:
        waiting = reference.read(IN_REVIEW)
        waits = np.zeros(0, np.int64) if waiting is None else numbers_of(waiting["record_id"])
        active = records[members["active"].to_numpy(zero_copy_only=False)]
        there = np.flatnonzero(identities.active)
        missing = np.setdiff1d(there, np.union1d(active, waits))
        ghosts = np.setdiff1d(active, there)
        twice = records.size - np.unique(records).size
        broken = [f"night {night}: {missing.size} in neither"] * bool(missing.size)
        broken += [f"night {night}: {ghosts.size} active in the reference alone"] * bool(ghosts.size)
        broken += [f"night {night}: {twice} twice"] * bool(twice)
        self.checks.look(ONCE, broken, at=there.size)

    def _lasting(self, night: int, reference: Reference, records: Int64, own: Int64, person: Int64) -> None:
        size = max(int(records.max(initial=0)) + 1, self.own.size)
        self.own = np.append(self.own, np.zeros(size - self.own.size, np.int64))
        self.person = np.append(self.person, np.zeros(size - self.person.size, np.int64))
        before, was = self.own[records], self.person[records]
        known = before > 0
        others = int((known & (before != own)).sum())
        broken = [f"night {night}: {others} records have another own id"] * bool(others)
        self.own[records] = own
        issued = self.own[self.own > 0]
        if issued.size != np.unique(issued).size:
            broken.append(f"night {night}: an own id is two records'")
        self.checks.look(OWN, broken, at=records.size)
        moved = records[(was > 0) & (was != person)]
        self.changed_person += moved.size
        left = np.setdiff1d(np.flatnonzero(self.person), records)
        moved = np.union1d(moved, left)
        came = records[was == 0]
        strangers = np.setdiff1d(moved, self._concerned(reference, records, person, np.union1d(came, left)))
        self.checks.look(MOVED, [f"night {night}: {strangers.size} without"] * bool(strangers.size), at=records.size)
        self.person[left] = 0  # whose decision was undone and who waits again
        self.person[records] = person
        smallest = np.full(int(person.max(initial=0)) + 1, np.iinfo(np.int64).max)
        np.minimum.at(smallest, person, own)
        wrong = int((smallest[person] != person).sum())
        self.checks.look(SMALLEST, [f"night {night}: {wrong} do not"] * bool(wrong), at=records.size)

    def _concerned(self, reference: Reference, records: Int64, person: Int64, stepped: Int64) -> Int64:
        """Return the records that tonight's decisions are about, with all that shared, or share, a person with them.

        So are older decisions about a record that tonight came into the reference or left it (``stepped``), because a
        case was opened or closed: while it waits, what was decided about it waits.
        """
        decided = decisions_of(reference.read(DECISIONS))
        tonight = decisions_of(reference.appended(DECISIONS, reference.number))
        undone = {one.reverts for one in tonight}
        stepping = {f"R{number:012}" for number in stepped.tolist()}
        named = [*tonight, *(one for one in decided if one.case in undone or stepping & set(one.record_ids))]
        about = _records_of(named)
        about = about[about < self.person.size]
        persons = np.union1d(self.person[about], person[np.isin(records, about)])
        persons = persons[persons > 0]
        return np.union1d(
            about, np.union1d(np.flatnonzero(np.isin(self.person, persons)), records[np.isin(person, persons)])
        )


def digest_of(members: pa.Table) -> str:
    """Return the digest of a membership, whatever the order of its rows."""
    stream = BytesIO()
    write_csv(members.sort_by("record_id"), stream)
    return hashlib.sha256(stream.getbuffer()).hexdigest()


def _records_of(decided: Sequence[Decided]) -> Int64:
    names = sorted({record for one in decided for record in one.record_ids})
    return numbers_of(pa.array(names, pa.string()))
