"""Rules of survivorship that change: the page and the next publication follow them, and nothing is linked anew."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake

from linkage.errors import SpecError
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue
from linkage.publishing import inputs
from linkage.reference.folders import REFERENCE_FOLDER
from linkage.reference.tables import PERSONS
from linkage.review.resolution import PersonOut
from linkage.spec import DEFAULT_SURVIVORSHIP
from tests.publishing.published import Project
from tests.small_register import CANARY_NAME, COLUMNS, semarang, write_csv

MISSPELT = "ZULKARNAINI WIDIASWARA"
CHANNELS = {CANARY_NAME: "LOKET", MISSPELT: "DARING"}


def spec_of(project: Project) -> Path:
    return project.nightly.home / "spec.toml"


def trust(project: Project, *channels: str) -> None:
    """From now on the name of the record that came by the first of these channels stays."""
    lines = spec_of(project).read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith(("nama = ", "rank"))]
    listed = ", ".join(f'"{channel}"' for channel in channels)
    told = ['nama = ["source_rank", "with_nik"]', 'rank_by = "kanal"', f"rank = [{listed}]"]
    at = lines.index("[survivorship]") + 1
    spec_of(project).write_text("\n".join([*lines[:at], *told, *lines[at:]]), encoding="utf-8")


@pytest.fixture
def project(project):
    """The project, whose records of the misspelt name came by two channels."""
    rows = [row | {"KANAL": CHANNELS.get(row["NAMA_LGKP"], "")} for row in semarang()]
    write_csv(project.nightly.home / "inbox" / "3374_full_20260702_2.csv", rows, (*COLUMNS, "KANAL"))
    assert project.nightly.run() is not None
    project.publish()
    return project


def join(project: Project, **chosen: str) -> dict[str, str]:
    """The records of the misspelt name become one published person, by name; ``chosen``: whose value of a field."""
    case = project.case_of("DUPLICATE")
    residents = project.nightly.residents()
    named = {residents[record]["nama"]: record for record in case.record_ids}
    fields = tuple((field, named[name]) for field, name in chosen.items())
    project.approve(case, PersonOut(case.record_ids, named[CANARY_NAME], fields))
    project.publish()
    return named


def name_of(project: Project) -> str:
    """The published name of the person of two records."""
    persons = project.reference.read(PERSONS)
    (row,) = persons.filter(pc.equal(persons.column("records"), 2)).to_pylist()
    return row["nama"]


@pytest.mark.parametrize("few", [-1.0, 2.0], ids=["reading all", "reading what changed"])
def test_the_next_publication_follows_other_rules_and_the_old_ones_bring_back_the_state(project, monkeypatch, few):
    monkeypatch.setattr(inputs, "_FEW", few)
    join(project)
    before, text = project.reference.state_hash(), spec_of(project).read_text(encoding="utf-8")
    assert name_of(project) == CANARY_NAME
    trust(project, "DARING", "LOKET")
    counts = project.publish().row.counts
    assert name_of(project) == MISSPELT
    assert (counts["persons_changed"], counts["persons_added"], counts["usulan_added"]) == (1, 0, 0)
    assert project.publish() is None
    spec_of(project).write_text(text, encoding="utf-8")
    assert project.publish().row.state_hash == before
    assert name_of(project) == CANARY_NAME


def test_rules_that_change_nothing_are_no_publication_and_another_reason_for_a_value_is_one(project):
    join(project)
    text = spec_of(project).read_text(encoding="utf-8")
    spec_of(project).write_text(
        text.replace('agama = ["recency", "with_nik"]', 'agama = ["recency"]'), encoding="utf-8"
    )
    assert project.publish() is None
    trust(project, "LOKET", "DARING")
    assert project.publish().row.counts["persons_changed"] == 1
    assert name_of(project) == CANARY_NAME


def test_what_a_steward_chose_stays_whatever_the_rules(project):
    join(project, nama=CANARY_NAME)
    trust(project, "DARING")
    project.publish()
    assert name_of(project) == CANARY_NAME


def test_the_page_shows_what_would_stay_by_the_rules_of_the_project(project):
    trust(project, "DARING")
    case = project.case_of("DUPLICATE")
    residents = project.nightly.residents()
    with open_project_queue(project.nightly.file) as queue:
        seen = queue.view(case.id, by="joko")
        held = queue.claim(by="joko", case=case.id)
        assert held is not None
        for shown in (seen, held.case):
            (told,) = [one for one in shown.survivors if one.field == "nama"]
            assert (residents[told.record_id]["nama"], told.rule) == (MISSPELT, "source_rank")


def test_other_rules_link_nothing_anew(project):
    model, digest = project.nightly.ledger.model, project.nightly.ledger.spec_digest
    trust(project, "DARING")
    project.nightly.put("5171_delta_20260703_3.csv", semarang()[:1])
    result = project.nightly.run()
    assert result.manifest.options["full"] is False
    assert (project.nightly.ledger.model, project.nightly.ledger.spec_digest) == (model, digest)
    assert result.manifest.spec["survivorship"]["rank"] == ("DARING",)


def test_a_reference_of_before_there_were_rules_was_published_under_those_of_the_package(project):
    join(project)
    ledger = project.nightly.home / "workspace" / REFERENCE_FOLDER / "ledger"
    rows = DeltaTable(str(ledger)).to_pyarrow_table().drop_columns(["rules"])
    write_deltalake(str(ledger), rows, mode="overwrite", schema_mode="overwrite")
    assert project.reference.last().rules is None
    assert project.publish() is None
    trust(project, "DARING")
    assert project.publish().row.rules != DEFAULT_SURVIVORSHIP.digest()
    assert name_of(project) == MISSPELT
    assert project.reference.last().rules == load_project(project.nightly.file).survivorship().digest()
    assert project.reference.rows()[0].rules is None


def test_a_project_whose_rules_nothing_can_follow_shows_no_case(project):
    trust(project)
    with (
        pytest.raises(SpecError, match="source_rank needs an order of sources"),
        open_project_queue(project.nightly.file),
    ):
        pass
