"""Erasing a resident, or a false value, from everything that holds it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from linkage.cli import main
from linkage.erasure.erase import finish_erasures, lift
from linkage.errors import InvariantError, NotPermittedError, UsageError
from linkage.nightly.erased_rows import ERASED_BY, read_tombstones
from linkage.publishing.overview import look_over
from linkage.reference.tables import KEYS, MEMBERSHIP, NIK_ALIAS, PERSONS, PERSONS_HEAD, STATE, USULAN
from linkage.review.cases import Action
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command
from tests.erasure.conftest import SECRET
from tests.erasure.forgotten import Forgotten
from tests.nightly.conftest import Nightly
from tests.publishing.published import Project, forget_publications
from tests.small_register import CANARY_NAME, CANARY_NIK, semarang

TABLES = (*STATE, USULAN)


def test_with_a_queue_older_than_the_reference_nobody_is_erased(project):
    forget_publications(project.home / "workspace" / "queue.db")
    with pytest.raises(InvariantError, match=r"older than the reference.*linkage restore"):
        project.erase(project.record(CANARY_NAME))
    assert read_tombstones(project.home / "workspace") == ()
    assert project.holding(CANARY_NAME)


def test_no_file_of_workspace_or_results_holds_a_value_of_an_erased_resident(project):
    assert project.holding(CANARY_NAME, CANARY_NIK)
    project.erase(project.record(CANARY_NAME))
    assert project.holding(CANARY_NAME, CANARY_NIK) == []


def test_former_publications_keep_their_hashes_and_answer_with_the_tombstone(project):
    record, nik = project.alone()
    person = project.project.members()[record]
    rows = project.reference.rows()
    project.erase(record)
    reference = project.reference
    assert reference.rows()[: len(rows)] == rows
    assert [row.kind for row in reference.rows()] == ["publication", "publication", "erasure"]
    for row in reference.rows():
        assert reference.state_hash(row.publication) == row.state_hash
        (told,) = (one for one in reference.read(PERSONS, row.publication).to_pylist() if one["person_id"] == person)
        assert told["taken_from"] == record
        assert not any(value for name, value in told.items() if name not in PERSONS_HEAD.names)
    assert not told["active"]
    assert [reference.broken_seals(name) for name in KEYS] == [0] * len(KEYS)
    assert reference.erased(PERSONS).num_rows == 1
    assert project.holding(nik) == []


def test_a_forged_erasure_is_told_from_one_that_was_done(project):
    from linkage.reference.store import Reference

    record, _ = project.alone()
    project.erase(record)
    assert Reference(project.reference.folder, b"another key" * 4).broken_seals(PERSONS) > 1


def test_of_a_person_of_several_records_only_what_came_from_the_erased_one_goes(project):
    record = project.record(CANARY_NAME)
    person = project.project.members()[record]
    project.erase(record)
    for publication in (2, 3):
        (row,) = (one for one in project.reference.read(PERSONS, publication).to_pylist() if one["person_id"] == person)
        kept = {source.partition("=")[0] for source in row["sources"]}
        assert not any(f"={record};" in source for source in row["sources"])
        assert {name for name, value in row.items() if value and name not in PERSONS_HEAD.names} == kept


def test_the_next_publication_says_who_a_person_is_of_whom_a_record_was_erased(project):
    record = project.record(CANARY_NAME)
    person = project.project.members()[record]
    project.erase(record)
    assert look_over(project.loaded()).publication.kind == "erasure"
    assert project.project.publish() is not None
    (row,) = (one for one in project.reference.read(PERSONS).to_pylist() if one["person_id"] == person)
    assert row["taken_from"] != record
    assert (row["nama"] is None, row["tanggal_lahir"] is None, row["active"]) == (False, False, True)
    assert project.project.publish() is None


def test_nobody_is_asked_any_longer_to_do_something_about_an_erased_record(project):
    usulan = project.reference.read(USULAN).to_pylist()
    record = next(row["record_id"] for row in usulan if row["status"] == "DIUSULKAN")
    project.erase(record)
    after = [row for row in project.reference.read(USULAN).to_pylist() if row["record_id"] == record]
    assert {row["status"] for row in after} == {"DIBATALKAN"}
    assert not any(row["nik"] or row["given_id"] for row in after)


def test_everybody_elses_rows_stay_as_they_were(project):
    record = project.record(CANARY_NAME)
    person = project.project.members()[record]
    before = {name: project.reference.log(name).to_pylist() for name in TABLES}
    residents = project.nightly.residents()
    project.erase(record)
    for name, rows in before.items():
        case = next((row["case"] for row in before[MEMBERSHIP] if row["record_id"] == record and row["case"]), None)
        others = [row for row in rows if person not in row.values() and row.get("case") != case]
        after = project.reference.log(name).to_pylist()
        assert [row for row in others if row not in after] == []
    after = project.nightly.residents()
    assert after.pop(record)["closed_by"] == ERASED_BY
    assert after == {key: row for key, row in residents.items() if key != record}


def test_the_next_night_and_publication_agree_with_what_was_left(project):
    record, _ = project.alone()
    project.erase(record)
    left = project.reference.read(PERSONS).sort_by("person_id")
    again = [row | {"ALAMAT": "JL BARU 1"} if at == 8 else row for at, row in enumerate(semarang())]
    project.nightly.put("3374_full_20260602_1.csv", again)
    result = project.nightly.run()
    (reject,) = project.nightly.written(result, "rejects").to_pylist()
    assert (reject["code"], reject["source"]) == ("RECORD_ERASED", "3374_full_20260602_1.csv")
    quality = {row["code"]: row for row in project.nightly.written(result, "quality").to_pylist() if not row["field"]}
    told, hit = quality["RECORD_ERASED"], quality["ROWS_HIT"]
    assert (told["region"], told["source"], told["severity"]) == ("3374", "3374_full_20260602_1.csv", "reject")
    assert (told["count"], told["rows"], told["example_lines"]) == (1, len(again), [reject["line"]])
    assert quality["ROWS_READ"]["count"] == len(again) >= hit["count"] >= 1
    assert project.nightly.noticed(result) == []
    assert project.project.publish() is not None
    after = project.reference.read(PERSONS).sort_by("person_id")
    moved = [one["person_id"] for one, other in zip(left.to_pylist(), after.to_pylist(), strict=True) if one != other]
    assert len(moved) == 1
    assert project.nightly.residents()[record]["closed_by"] == ERASED_BY


def test_a_record_whose_tombstone_is_lifted_comes_in_again_under_another_id(project):
    record, nik = project.alone()
    project.erase(record)
    assert lift(project.loaded(), record, by="wakil", approved_by="kepala") == 1
    project.nightly.put("3374_full_20260602_1.csv", semarang()[::-1])
    assert project.nightly.run() is not None
    assert project.nightly.open_by("nik")[nik] != record
    with pytest.raises(UsageError, match="no tombstone"):
        lift(project.loaded(), record, by="wakil", approved_by="kepala")


def test_it_takes_two_who_keep_the_lists_of_the_nation(project):
    record, _ = project.alone()
    for by, approved_by in (("kepala", "kepala"), ("joko", "wakil"), ("wakil", "kirana")):
        with pytest.raises(NotPermittedError):
            project.erase(record, by=by, approved_by=approved_by)
    assert project.nightly.residents()[record]["nik"]


def test_asked_again_it_does_nothing(project):
    record, _ = project.alone()
    stone = project.erase(record)
    number = project.reference.number
    assert project.erase(record) == stone
    assert project.reference.number == number
    assert finish_erasures(project.loaded()) == 0
    with project.project.queue() as queue:
        assert queue.verify().sound


def test_a_record_or_column_that_is_not_there_is_refused(project):
    with pytest.raises(UsageError, match="no such record"):
        project.erase("R000000009999")
    with pytest.raises(UsageError, match="no such column"):
        project.erase(project.alone()[0], fields=["hobi"])


@pytest.mark.parametrize("own", ["change", "night", "source_file", "record_id"])
def test_a_column_that_the_store_keeps_for_itself_is_no_value_to_be_corrected(project, own):
    with pytest.raises(UsageError, match="no such column") as caught:
        project.erase(project.alone()[0], fields=[own])
    assert own not in caught.value.remedy.removeprefix("One of: ").split(", ")


def test_where_nothing_was_false_nothing_is_told_to_be_erased(project, capsys):
    record, nik = project.alone()
    other = project.record(CANARY_NAME)
    given = ["--as", "kepala", "--approved-by", "wakil", "--reason", "permintaan", "--project"]
    command = ["erase", record, other, "--field", "nama", "--field", "alamat", *given, str(project.nightly.file)]
    number = project.reference.number
    assert main(command) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"nothing false was found of alamat, nama of {other}; alamat, nama of {record}\n")
    assert "erased:" not in told
    assert project.reference.number == number
    rows = [row | {"NAMA_LGKP": "QUINTIRA BENAR"} if row["NIK"] == nik else row for row in semarang()]
    project.nightly.put("3374_full_20260602_1.csv", rows)
    project.nightly.run()
    assert main(command) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"erased: the false values of nama of {record}"
    assert told[1] == f"nothing false was found of alamat, nama of {other}; alamat of {record}"
    assert [one.false for one in read_tombstones(project.home / "workspace")] == [(), ((record, "nama"),)]


def test_a_false_value_goes_from_all_versions_and_todays_stays(project):
    record, nik = project.alone()
    place = project.nightly.residents()[record]["nama"]
    rows = [row | {"NAMA_LGKP": "QUINTIRA BENAR"} if row["NIK"] == nik else row for row in semarang()]
    wrong = [row | {"NAMA_LGKP": "XYLOFONA SALAH"} if row["NIK"] == nik else row for row in semarang()]
    for day, extract in ((2, wrong), (3, rows)):
        project.nightly.put(f"3374_full_2026060{day}_1.csv", extract)
        project.nightly.run()
        project.project.publish()
    assert project.holding("XYLOFONA SALAH")
    stone = project.erase(record, fields=["nama"])
    assert stone.false == ((record, "nama"),), "a full run leaves it in the reference alone"
    assert project.holding("XYLOFONA SALAH") == []
    assert project.holding("QUINTIRA BENAR")
    assert place
    row = project.nightly.residents()[record]
    assert (row["nama"], row["closed_by"], row["nik"]) == ("QUINTIRA BENAR", "", nik)
    assert [project.reference.broken_seals(name) for name in KEYS] == [0] * len(KEYS)
    assert NIK_ALIAS in KEYS


def test_a_nik_that_no_longer_stays_becomes_a_digest_and_files_are_written_again(project):
    (before,) = (row for row in project.reference.read(NIK_ALIAS).to_pylist() if CANARY_NIK in row.values())
    nik = before["nik"]
    record = project.nightly.open_by("nik")[nik]
    name = project.nightly.residents()[record]["nama"]
    asked = project.reference.read(USULAN).to_pylist()
    assert project.holding(nik)
    project.erase(record)
    assert project.holding(nik, name) == []
    (alias,) = (row for row in project.reference.read(NIK_ALIAS).to_pylist() if row["nik"].startswith("#"))
    assert alias == before | {"nik": alias["nik"]}
    left = {row["usulan_id"]: row for row in project.reference.read(USULAN).to_pylist()}
    for row in asked:
        after = left[row["usulan_id"]]
        assert (after["action"], after["region"]) == (row["action"], row["region"])
        assert after["status"] == ("DIBATALKAN" if row["record_id"] == record else row["status"])
        assert after["nik"] == (None if row["record_id"] == record else row["nik"])
    folders = list((project.home / "out" / "publications").iterdir())
    assert sorted(path.name for path in folders) == ["000001", "000002", "000003"]
    assert all((path / "manifest.json").is_file() for path in folders)


@pytest.mark.parametrize("fields", [(), ("nik",)])
def test_a_former_nik_that_a_full_run_left_in_the_reference_alone_goes_too(project, fields):
    (before,) = (row for row in project.reference.read(NIK_ALIAS).to_pylist() if CANARY_NIK in row.values())
    nik = before["nik"]
    record = project.nightly.open_by("nik")[nik]
    mended = nik[:-1] + str((int(nik[-1]) + 1) % 10)
    rows = [row | {"NIK": mended} if row["NIK"] == nik else row for row in semarang()]
    project.nightly.put("3374_full_20260602_1.csv", rows)
    project.nightly.run()
    assert project.project.publish() is not None
    project.nightly.run(full=True)
    stone = project.erase(record, fields=fields)
    assert stone.false == (((record, "nik"),) if fields else ())
    assert project.holding(nik) == []
    assert bool(project.holding(mended)) == bool(fields)


def test_two_called_different_stay_so_when_one_is_erased(project):
    case = project.project.case_of("CONFLICT")
    with project.project.queue() as queue:
        token = queue.claim(by="joko", case=case.id, now=project.project.moment()).token
        told = Command(Action.DIFFERENT, version=queue.get(case.id, by="joko").version, token=token, reason="namesakes")
        queue.take(case.id, told, by="joko", now=project.project.moment())
        links = queue.cannot_links()
        assert links
        project.erase(case.record_ids[0])
        assert queue.cannot_links() == links


def test_no_table_of_a_server_holds_a_value_either(tmp_path, monkeypatch, server):
    monkeypatch.setenv("LINKAGE_TEST_KEY", SECRET)
    url = server.fresh("queue_empty")
    nightly = Nightly(tmp_path / "project")
    nightly.file.write_text(
        f"{nightly.file.read_text(encoding='utf-8')}\n[database]\nurl = '{url}'\n", encoding="utf-8"
    )
    nightly.put("3374_full_20260601_1.csv", semarang())
    assert nightly.run() is not None
    project = object.__new__(Project)
    project.nightly, project.minutes = nightly, 0
    with project.queue() as queue:
        queue.set_user(User("wakil", Scope(""), frozenset({Role.PENGELOLA})), by="kepala")
    forgotten = Forgotten(project)
    assert CANARY_NAME in everything(url)
    forgotten.erase(forgotten.record(CANARY_NAME))
    assert CANARY_NAME not in everything(url)
    assert CANARY_NIK not in everything(url)
    assert forgotten.holding(CANARY_NAME, CANARY_NIK) == []


def everything(url: str) -> str:
    """All rows of all tables as one text."""
    engine = sa.create_engine(sa.make_url(url))
    tables = sa.MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        rows = [row for table in tables.sorted_tables for row in connection.execute(sa.select(table))]
    engine.dispose()
    return "\n".join(map(str, rows))
