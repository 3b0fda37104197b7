"""A nightly project of two regencies whose cases people decide and whose state is published."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from linkage.nightly.project import load_project
from linkage.progress import Silent
from linkage.publishing.publish import Publication, open_reference, publish
from linkage.reference.store import Reference
from linkage.reference.tables import MEMBERSHIP
from linkage.review.cases import Case, Verdict
from linkage.review.resolution import PersonOut
from linkage.review.settings import QueueSettings
from linkage.review.sql import open_queue
from tests.nightly.conftest import Nightly
from tests.oracles.queue_cases import answer, propose, staff, undo
from tests.small_register import denpasar, semarang

SETTINGS = QueueSettings(second_reading_share=0, known_share=0)


def forget_publications(database: Path) -> None:
    """Make the queue in this file one that nothing was published from yet."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if name.startswith("outbox"):
                connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE outbox SET publication = NULL")


class Project:
    """A project folder that publishes."""

    def __init__(self, home: Path) -> None:
        self.nightly = Nightly(home)
        self.minutes = 0

    @classmethod
    def begun(cls, home: Path) -> Project:
        """One whose first night is over."""
        project = cls(home)
        project.nightly.put("3374_full_20260601_1.csv", semarang())
        project.nightly.put("5171_full_20260601_1.csv", denpasar())
        assert project.nightly.run() is not None
        with project.queue():
            pass
        return project

    def copied(self, home: Path) -> Project:
        """The same elsewhere."""
        shutil.copytree(self.nightly.home, home)
        other = object.__new__(Project)
        other.nightly = object.__new__(Nightly)
        other.nightly.home, other.nightly.file = home, home / "linkage.toml"
        other.nightly.nights, other.nightly.first, other.minutes = self.nightly.nights, None, self.minutes
        return other

    @contextmanager
    def queue(self):
        project = load_project(self.nightly.file)
        queue = open_queue(project.database_url, settings=SETTINGS, secret=project.secret())
        staff(queue)
        try:
            yield queue
        finally:
            queue.close()

    def moment(self) -> datetime:
        """A minute later, on the day after the last night."""
        self.minutes += 1
        return self.nightly.moment() + timedelta(hours=6, minutes=self.minutes)

    def publish(self, **options: object) -> Publication | None:
        return publish(load_project(self.nightly.file), observer=Silent(), now=self.moment(), **options)

    @property
    def reference(self) -> Reference:
        return open_reference(load_project(self.nightly.file))

    def case_of(self, kind: str) -> Case:
        """The open case of a kind; there is one."""
        with self.queue() as queue:
            (line,) = queue.list(by="joko", kind=kind)
            return queue.get(line.id, by="joko")

    def cases(self, kind: str) -> list[Case]:
        """The open cases of a kind."""
        with self.queue() as queue:
            return [queue.get(line.id, by="joko") for line in queue.list(by="joko", kind=kind)]

    def approve(self, case: Case, *persons: PersonOut, verdict: Verdict = Verdict.DUPLICATE) -> None:
        """Two people of the centre decide: all records are one, or who is told."""
        told = persons or (PersonOut(case.record_ids, case.record_ids[0]),)
        with self.queue() as queue:
            propose(queue, case.id, "joko", at=self.moment(), verdict=verdict, persons=told, reason="KTP-el")
            answer(queue, case.id, "kirana", at=self.moment())

    def undo(self, case: Case, *persons: PersonOut) -> None:
        """Two people of the centre undo a published decision; with ``persons`` they call them different."""
        with self.queue() as queue:
            undo(queue, case.id, at=self.moment(), by=("joko", "kirana"), persons=persons)

    def members(self) -> dict[str, str]:
        """The person of each record in the reference."""
        table = self.reference.read(MEMBERSHIP)
        return {} if table is None else {row["record_id"]: row["person_id"] for row in table.to_pylist()}

    def open_residents(self) -> set[str]:
        return {record for record, row in self.nightly.residents().items() if row["closed_by"] == ""}
