"""From what people decided to the reference: once, whatever happens in between."""

from __future__ import annotations

import json
import shutil
import signal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from linkage.errors import CaseConflictError, InvariantError, LockHeldError, PublicationStoppedError, UsageError
from linkage.nightly.erased_rows import write_tombstones
from linkage.publishing import inputs
from linkage.publishing import publish as publishing
from linkage.publishing.verifying import verify_publication
from linkage.reference.tables import NIK_ALIAS, PERSONS, USULAN
from linkage.reference.tombstones import Tombstone
from linkage.review.cases import Action, Verdict
from linkage.review.publications import StopReason
from linkage.review.resolution import PersonOut
from linkage.review.sql import SqlQueue
from tests.oracles.queue_cases import step
from tests.publishing.published import Project, forget_publications
from tests.small_register import COLUMNS, denpasar, semarang, write_csv


def test_what_is_in_no_open_case_is_published_and_the_rest_waits(project):
    done = project.publish()
    with project.queue() as queue:
        waiting = set(queue.open_records())
    assert set(project.members()) == project.open_residents() - waiting
    assert done.row.counts["in_review"] == len(waiting) > 0
    assert (done.folder / "manifest.json").is_file()


def test_the_second_time_there_is_nothing_to_do(project):
    project.publish()
    assert project.publish() is None
    assert project.reference.number == 1


def test_before_the_first_night_there_is_nothing_to_publish(tmp_path, monkeypatch):
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    with pytest.raises(UsageError, match="no run yet"):
        Project(tmp_path / "new").publish()


def test_an_approved_case_becomes_one_person_and_a_task_for_its_office(project):
    project.publish()
    case = project.case_of("DUPLICATE")
    project.approve(case)
    project.publish()
    first, second = case.record_ids
    assert project.members()[first] == project.members()[second]
    with project.queue() as queue:
        assert queue.pending() == ()
        assert queue.get(case.id, by="joko").published
    tasks = project.reference.read(USULAN).to_pylist()
    assert [(row["action"], row["record_id"], row["case"]) for row in tasks if row["field"] == ""] == [
        ("PENONAKTIFAN", second, case.id)
    ]
    assert project.reference.read(NIK_ALIAS).num_rows == 1


def test_undoing_a_decision_brings_back_the_state_that_was_there(project):
    before = project.publish().row.state_hash
    case = project.case_of("DUPLICATE")
    project.approve(case)
    assert project.publish().row.state_hash != before
    project.undo(case)
    assert project.publish().row.state_hash == before
    assert project.reference.state_hash() == before


def test_the_next_night_asks_the_question_again_and_the_state_stays(project):
    before = project.publish().row.state_hash
    case = project.case_of("DUPLICATE")
    project.approve(case)
    project.publish()
    project.undo(case)
    project.publish()
    project.nightly.put("3374_delta_20260702_2.csv", [])
    project.nightly.run(full=True)
    assert project.case_of("DUPLICATE").record_ids == case.record_ids
    assert project.publish().row.state_hash == before


def test_whom_an_undoing_calls_different_are_persons_of_their_own_and_not_asked_about_again(project):
    project.publish()
    case = project.case_of("DUPLICATE")
    project.approve(case)
    project.publish()
    project.undo(case, *(PersonOut((record,)) for record in case.record_ids))
    project.publish()
    members = project.members()
    assert len({members[record] for record in case.record_ids}) == 2
    project.nightly.run(full=True)
    with project.queue() as queue:
        assert queue.list(by="joko", kind="DUPLICATE") == ()


def test_of_a_shared_nik_the_owner_keeps_it(project):
    case = project.case_of("SHARED_NIK")
    owner, other = case.record_ids
    project.approve(case, PersonOut((owner,), owner), PersonOut((other,)), verdict=Verdict.SPLIT)
    project.publish()
    persons = {row["person_id"]: row["nik"] for row in project.reference.read(PERSONS).to_pylist()}
    members = project.members()
    assert persons[members[owner]] is not None
    assert persons[members[other]] is None
    assert "NIK_BARU" in project.reference.read(USULAN).column("action").to_pylist()


def test_a_night_that_changes_and_closes_records_changes_the_persons(project):
    project.publish()
    rows = semarang()
    project.nightly.put(
        "3374_full_20260702_2.csv", [rows[0] | {"NAMA_LGKP": "NAMA YANG BARU"}, *rows[1:60], *rows[61:]]
    )
    project.nightly.run()
    counts = project.publish().row.counts
    assert (counts["persons_added"], counts["persons_changed"], counts["persons_closed"]) == (0, 2, 0)
    persons = project.reference.read(PERSONS)
    assert "NAMA YANG BARU" in persons.column("nama").to_pylist()
    assert pc.sum(pc.invert(persons.column("active"))).as_py() == 1


@pytest.mark.parametrize("few", [-1.0, 2.0], ids=["reading all", "reading what changed"])
def test_publishing_what_changed_gives_what_publishing_all_gives(project, monkeypatch, few, begun):
    monkeypatch.setattr(inputs, "_FEW", few)
    hashes = [project.publish().row.state_hash]
    case = project.case_of("DUPLICATE")
    project.approve(case)
    hashes.append(project.publish().row.state_hash)
    project.nightly.put("5171_full_20260702_2.csv", denpasar()[5:])
    project.nightly.run()
    hashes.append(project.publish().row.state_hash)
    project.undo(case)
    hashes.append(project.publish().row.state_hash)
    known = begun.__dict__.setdefault("hashes", hashes)
    assert hashes == known
    assert hashes[-1] == project.reference.state_hash()


def test_a_case_that_is_reopened_meanwhile_is_left_out(project, monkeypatch):
    project.publish()
    case = project.case_of("DUPLICATE")
    project.approve(case)
    build, calls = publishing.build, []

    def meanwhile(*arguments, **options):
        if not calls:
            with project.queue() as queue:
                step(queue, case.id, "lestari", Action.REOPEN, at=project.moment(), reason="keliru")
        calls.append(1)
        return build(*arguments, **options)

    monkeypatch.setattr(publishing, "build", meanwhile)
    assert project.publish() is None
    assert len(calls) == 2
    assert case.record_ids[0] not in project.members()


def test_who_reopens_again_and_again_is_told_to_wait(project, monkeypatch):
    project.publish()
    project.approve(project.case_of("DUPLICATE"))

    def reopened(*_, **__):
        raise CaseConflictError("its case was reopened meanwhile")

    monkeypatch.setattr("linkage.review.sql.SqlQueue.mark_published", reopened)
    with pytest.raises(CaseConflictError):
        project.publish()


def test_what_is_unusual_waits_until_a_supervisor_lets_it_pass(project):
    project.nightly.file.write_text(project.nightly.file.read_text() + "\n[publish]\nlargest_person = 1\n")
    project.publish()
    case = project.case_of("DUPLICATE")
    project.approve(case)
    for _ in range(2):
        with pytest.raises(PublicationStoppedError, match="CLUSTER_SIZE") as stopped:
            project.publish()
    assert stopped.value.exit_code == 79
    assert "CLUSTER_SIZE 3374: 2, bar 1" in str(stopped.value)
    assert project.reference.number == 1
    with project.queue() as queue:
        (stop,) = queue.stopped(by="lestari")
        assert [(reason.code, reason.region, reason.figure) for reason in stop.reasons] == [
            ("CLUSTER_SIZE", "3374", 2.0)
        ]
        assert queue.begun(1) is None
        queue.release_publication(stop.number, reason="sudah diperiksa", by="lestari", now=project.moment())
    done = project.publish()
    assert done.row.publication > stop.number
    assert case.record_ids[1] in project.members()


def test_of_many_reasons_ten_are_said_and_how_many_more(project, monkeypatch):
    reasons = [StopReason("COVERAGE_DROP", 0.25, 0.1, str(3300 + number)) for number in range(12)]
    monkeypatch.setattr(publishing, "reasons_to_stop", lambda *_: (*reasons, StopReason("MERGE_RATE", 0.5, 0.125)))
    with pytest.raises(PublicationStoppedError) as stopped:
        project.publish()
    assert str(stopped.value).count("COVERAGE_DROP") == 10
    assert "COVERAGE_DROP 3309: 0.25, bar 0.1; and 3 more" in str(stopped.value)


def test_a_person_older_than_the_mother_it_names_is_looked_at_first(project):
    project.nightly.file.write_text(project.nightly.file.read_text() + "\n[publish]\nimpossible_families = 0\n")
    project.publish()
    case = project.case_of("DUPLICATE")
    child = project.nightly.residents()[case.record_ids[0]]
    (row,) = [row for row in semarang() if row["NIK"] == child["nik"] and row["NAMA_LGKP"] == child["nama"]]
    mother = max(semarang(), key=lambda row: row["TGL_LHR"][-4:])
    assert mother["TGL_LHR"][-4:] > row["TGL_LHR"][-4:]
    file = project.nightly.home / "inbox" / "3374_delta_20260702_2.csv"
    write_csv(file, [row | {"NIK_IBU": mother["NIK"]}], (*COLUMNS, "NIK_IBU"))
    project.nightly.run()
    project.approve(project.case_of("DUPLICATE"))
    with pytest.raises(PublicationStoppedError, match="IMPOSSIBLE_FAMILY"):
        project.publish()


def test_what_a_supervisor_let_pass_passes_also_when_offices_answered_meanwhile(project):
    project.nightly.file.write_text(project.nightly.file.read_text() + "\n[publish]\nlargest_person = 1\n")
    project.publish()
    project.approve(project.case_of("DUPLICATE"))
    with pytest.raises(PublicationStoppedError):
        project.publish()
    with project.queue() as queue:
        (stop,) = queue.stopped(by="lestari")
        queue.release_publication(stop.number, reason="sudah diperiksa", by="lestari", now=project.moment())
    reference = project.reference
    reference.commit(
        stop.number + 1, "confirmations", {}, now=project.moment(), run_id="r", night=1, last_person=4, counts={}
    )
    done = project.publish()
    assert done.row.publication > stop.number + 1


def test_a_number_whose_files_went_out_before_an_older_backup_was_restored_is_not_used_again(project):
    sent = project.nightly.home / "out/publications/000007"
    sent.mkdir(parents=True)
    assert project.publish().row.publication == 8


def test_when_niks_were_told_that_a_restored_backup_does_not_know_the_feed_begins_anew_once(project):
    project.publish()
    for number, sequence in ((2, 0), (3, 5)):
        folder = project.nightly.home / f"out/publications/{number:06d}"
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps({"alias_sequence": sequence}))
    done = project.publish()
    assert (done.row.publication, done.row.counts["alias_begun_after"]) == (4, 5)
    (row,) = pq.read_table(done.folder / "alias/alias.parquet").to_pylist()
    assert (row["sequence"], row["status"], row["nik_closed"]) == (6, "SUSUN_ULANG", "")
    assert json.loads((done.folder / "manifest.json").read_text())["aliases"] == {"SUSUN_ULANG": 1}
    assert verify_publication(done.folder, reference=project.reference, rerun=True)
    assert project.publish() is None


def test_publications_that_a_restored_backup_does_not_know_and_that_told_of_no_nik_begin_no_feed_anew(project):
    project.publish()
    folder = project.nightly.home / "out/publications/000002"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"alias_sequence": 0}))
    assert project.publish() is None


def test_of_folders_whose_manifests_do_not_tell_it_the_feeds_do(project):
    project.publish()
    for number, sequences in ((2, [4, 5]), (3, [])):
        folder = project.nightly.home / f"out/publications/{number:06d}"
        (folder / "alias").mkdir(parents=True)
        pq.write_table(pa.table({"sequence": pa.array(sequences, pa.int64())}), folder / "alias" / "alias.parquet")
        (folder / "manifest.json").write_text("{}")
    assert project.publish().row.counts["alias_begun_after"] == 5


def test_a_publication_that_a_backup_holds_half_done_and_that_went_out_since_gets_a_new_number(project):
    project.publish()
    project.approve(project.case_of("DUPLICATE"))
    with project.queue() as queue:
        queue.mark_published([effect.id for effect in queue.pending(limit=10)], 2, now=project.moment())
    sent = project.nightly.home / "out/publications/000002"
    sent.mkdir()
    (sent / "manifest.json").write_text(json.dumps({"alias_sequence": 0}))
    done = project.publish()
    assert (done.row.publication, done.folder.name) == (3, "000003")
    assert verify_publication(done.folder, reference=project.reference, rerun=True)
    assert [path.name for path in sent.iterdir()] == ["manifest.json"]
    assert project.publish() is None


@pytest.mark.parametrize("damaged", ["{", "{}", '{"alias_sequence": null}', "[]"])
def test_what_institutions_were_told_must_be_readable(project, damaged):
    folder = project.nightly.home / "out/publications/000002"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(damaged)
    with pytest.raises(InvariantError, match="cannot be read"):
        project.publish()
    assert project.reference.number == 0


def test_nothing_is_built_on_half_an_erasure(project):
    half = Tombstone(("R000000000001",), (), (), "hak untuk dihapus", "2026-06-04T00:00:00+00:00", "kepala", "ketua")
    write_tombstones(project.nightly.home / "workspace", (half,))
    for work in (project.publish, lambda: project.nightly.run(full=True)):
        with pytest.raises(LockHeldError, match="an erasure is not finished"):
            work()


def test_of_several_publications_that_were_killed_before_their_files_all_get_them(project):
    first = project.publish().folder
    project.approve(project.case_of("DUPLICATE"))
    second = project.publish().folder
    for folder in (first, second):
        shutil.rmtree(folder)
    assert project.publish() is None
    assert (first / "manifest.json").is_file()
    assert (second / "manifest.json").is_file()


def test_a_case_that_is_approved_while_it_is_gathered_waits_a_publication_longer(project, monkeypatch):
    case = project.case_of("DUPLICATE")
    begun, calls = SqlQueue.begun, []

    def meanwhile(self, after):
        if not calls:
            calls.append(1)
            project.approve(case)
        return begun(self, after)

    monkeypatch.setattr(SqlQueue, "begun", meanwhile)
    project.publish()
    members = project.members()
    assert {members.get(record) for record in case.record_ids} == {None}
    project.publish()
    members = project.members()
    assert len({members[record] for record in case.record_ids}) == 1


def put_back(kept, database):
    """A restored database has no log beside it."""
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    shutil.copy(kept, database)


def test_a_queue_older_than_the_reference_is_told(project):
    project.approve(project.case_of("DUPLICATE"))
    project.publish()
    forget_publications(project.nightly.home / "workspace" / "queue.db")
    with pytest.raises(InvariantError, match="older than the reference: 1 published decisions are not published in it"):
        project.publish()


def test_a_database_older_than_the_last_publication_is_refused_and_nothing_is_published(project, tmp_path):
    database = project.nightly.home / "workspace" / "queue.db"
    shutil.copy(database, tmp_path / "kept.db")
    project.approve(project.case_of("DUPLICATE"))
    project.publish()
    before = project.reference.rows()
    put_back(tmp_path / "kept.db", database)
    with pytest.raises(InvariantError, match=r"older than the reference.*linkage restore"):
        project.publish()
    assert project.reference.rows() == before


def test_a_database_older_than_the_last_night_is_refused(project, tmp_path):
    project.publish()
    database = project.nightly.home / "workspace" / "queue.db"
    shutil.copy(database, tmp_path / "kept.db")
    project.nightly.put("5171_delta_20260702_2.csv", [semarang()[0] | {"KODE_WILAYAH": "5171"}])
    run_id = project.nightly.run().manifest.run_id
    put_back(tmp_path / "kept.db", database)
    with pytest.raises(InvariantError, match=f"older than the workspace: it does not hold what run {run_id} left"):
        project.publish()


def test_letting_records_of_open_cases_in_takes_effect_at_the_next_publication(project):
    waiting = set(project.open_residents()) - set(project.publish() and project.members())
    assert waiting
    text = project.nightly.file.read_text(encoding="utf-8")
    project.nightly.file.write_text(f"{text}\n[publish]\npublish_in_review = true\n", encoding="utf-8")
    project.publish()
    assert waiting <= set(project.members())


def test_a_nik_that_another_living_record_bears_is_not_made_inactive_and_leads_nowhere(project):
    project.publish()
    case = project.case_of("DUPLICATE")
    lost = project.nightly.residents()[case.record_ids[1]]["nik"]
    other = denpasar()[5] | {"NIK": lost}
    project.nightly.put("5171_delta_20260702_2.csv", [other])
    project.nightly.run()
    (case,) = [one for one in project.cases("DUPLICATE") if set(case.record_ids) <= set(one.record_ids)]
    project.approve(case)
    project.publish()
    assert project.reference.read(NIK_ALIAS) is None, "whose NIK it is, is a case of its own"
    assert "PENONAKTIFAN" not in project.reference.read(USULAN).column("action").to_pylist()


def test_files_that_are_missing_are_written_again_the_same(project):
    folder = project.publish().folder
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    shutil.rmtree(folder)
    assert project.publish() is None
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path

import linkage.reference.store as store
from linkage.nightly.project import load_project
from linkage.progress import Silent
from linkage.publishing import publish as publishing
from linkage.reference.store import Reference
from linkage.review.sql import SqlQueue

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Killer(Silent):
    def __init__(self, stage):
        self.stage = stage
    def stage_finished(self, name, seconds, counts):
        if name == self.stage:
            die()

moment, now = sys.argv[2], datetime.fromisoformat(sys.argv[3])
if moment == "before the mark":
    SqlQueue.mark_published = die
if moment == "before the rows":
    Reference.commit = die
if moment.startswith("write "):
    left, write = int(moment.removeprefix("write ")), store.write_deltalake
    def some(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            die()
        write(*arguments, **options)
    store.write_deltalake = some
if moment == "before the files":
    publishing.write_publication = die
if moment == "in the files":
    Path.rename = die
project = load_project(Path(sys.argv[1]))
publishing.publish(project, observer=Killer(moment.removeprefix("after ")), now=now)
"""
MOMENTS = (
    *(f"after {stage}" for stage in ("gather", "build", "breaker", "commit", "files")),
    "before the mark",
    "before the rows",
    *(f"write {number}" for number in range(7)),
    "before the files",
    "in the files",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(("before the rows", "write 3", "before the files"), id="a few"),
        pytest.param(MOMENTS, id="all", marks=pytest.mark.soak),
    ],
)
def test_killed_anywhere_and_started_again_it_ends_in_the_same_state_and_does_nothing_twice(
    project, tmp_path, python_script, moments
):
    project.publish()
    project.approve(project.case_of("DUPLICATE"))
    now = project.moment().isoformat()
    copies = {moment: project.copied(tmp_path / moment.replace(" ", "-")) for moment in moments}
    project.publish()
    expected = project.reference.state_hash()
    manifest = json.loads((project.nightly.home / "out/publications/000002/manifest.json").read_text())
    for moment, copy in copies.items():
        died = python_script(CHILD, str(copy.nightly.file), moment, now)
        assert died.returncode == -signal.SIGKILL, (moment, died.stderr)
        copy.publish()
        assert copy.reference.state_hash() == expected, moment
        assert [row.publication for row in copy.reference.rows()] == [1, 2], moment
        with copy.queue() as queue:
            assert queue.pending() == (), moment
            assert queue.begun(2) is None, moment
        written = json.loads((copy.nightly.home / "out/publications/000002/manifest.json").read_text())
        assert written["files"] == manifest["files"], moment
        assert copy.publish() is None, moment
