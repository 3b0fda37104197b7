"""A project with decided, published cases, and the sheets that its offices got."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from linkage.nightly.project import Project, load_project
from linkage.publishing.change_sets import write_publication
from linkage.publishing.confirmations import Confirmed, take_confirmations
from linkage.reference.asking import usulan_of
from linkage.reference.decisions import decided_of, decisions_table, holding
from linkage.reference.persons import groups
from linkage.reference.store import Reference
from linkage.reference.tables import DECISIONS, USULAN
from linkage.reference.usulan import usulan_of_table
from linkage.review.cases import State
from linkage.review.resolution import PersonOut
from linkage.review.sql import SqlQueue, open_queue
from tests.oracles.decided import sent
from tests.oracles.queue_cases import PLAIN, answer, approved, later, make_case, propose, staff

RECORDS = {
    "A": sent(1),
    "B": sent(2, nama="RATNA SARI"),
    "C": sent(3),
    "D": sent(4, region="3374"),
}


@dataclass
class Office:
    """A project with a case of Bandung (1) and one of two regencies (2), decided and published."""

    project: Project
    queue: SqlQueue
    folder: Path

    @property
    def reference(self) -> Reference:
        """As its ledger says now."""
        return Reference(self.project.workspace / "reference", self.project.secret())

    def fill(self, region: str, answers: Mapping[str, str] | str, *, note: str = "", name: str = "") -> Path:
        """The sheet of an office, with a status for the usulan named or for all, as the office sends it back."""
        source = self.folder / "000001" / "usulan" / f"{region}.csv"
        target = self.folder / (name or f"returned-{region}.csv")
        with source.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            told = answers if isinstance(answers, str) else answers.get(row["usulan"], row["status"])
            row |= {"status": told, "catatan": note}
        with target.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return target

    def take(self, *files: Path, by: str = "ani") -> Confirmed:
        """Take sheets in the name of a steward."""
        return take_confirmations(self.project, files, by, later(60))

    def stand(self) -> dict[str, str]:
        """How each usulan stands."""
        return {one.usulan_id: one.status.value for one in usulan_of_table(self.reference.read(USULAN))}

    def state(self, case: int) -> State:
        """How a case stands, for the centre."""
        return self.queue.get(case, by="joko").state


@contextmanager
def published_office(folder: Path) -> Iterator[Office]:
    """A project in which both cases are decided and published."""
    (folder / "linkage.toml").write_text("[project]\n", encoding="utf-8")
    project = load_project(folder / "linkage.toml")
    project.workspace.mkdir()
    with closing(open_queue(project.database_url, settings=PLAIN, secret=project.secret())) as queue:
        staff(queue)
        queue.load("run", [make_case("A", "B"), make_case("C", "D", scope="")], now=later(0))
        numbers = {case.record_ids[0]: case.id for case in (queue.get(number, by="joko") for number in (1, 2))}
        chosen = PersonOut(("A", "B"), "A", (("nama", "B"),))
        propose(queue, numbers["A"], "ani", at=later(1), persons=[chosen], reason="akta")
        answer(queue, numbers["A"], "budi", at=later(1))
        approved(queue, numbers["C"], at=later(2), by=("joko", "kirana"))
        news = [decided_of(effect) for effect in queue.pending()]
        queue.mark_published([one.effect for one in news], 1, now=later(3))
        made = Office(project, queue, folder)
        rows = usulan_of(news, groups(holding(news)), RECORDS, None)
        tables = {USULAN: rows, DECISIONS: decisions_table(news)}
        made.reference.commit(1, "publication", tables, now=later(3), run_id="r", night=7, last_person=4, counts={})
        write_publication(made.reference, 1, folder / "000001")
        yield made
