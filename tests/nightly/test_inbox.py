"""Nights of a careless office: what is noticed of each extract, what is taken all the same, and what is not."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import write_deltalake

from linkage.errors import ConfigurationError, ServiceUnavailableError, SpecError
from linkage.intake import read_inputs
from linkage.nightly import inbox as inbox_module
from linkage.nightly.notices import NOTICES
from linkage.nightly.project import load_project
from linkage.progress import Silent
from linkage.publishing.overview import look_over
from linkage.schema import QUALITY
from linkage.terminal import summary
from tests.small_register import CANARY_NIK, COLUMNS, DENPASAR, SEMARANG, denpasar, people, semarang, table, write_csv

SECOND = "3374_full_20260605_2.csv"


@pytest.fixture
def running(project):
    """A project after its first night."""
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("5171_full_20260601_1.csv", denpasar())
    project.first = project.run()
    return project


def newcomer(seed=77):
    return people(151, SEMARANG, seed=seed)[150:]


def test_a_night_without_anything_remarkable_notices_nothing(running):
    assert running.written(running.first, "notices").equals(NOTICES.empty_table())
    assert running.first.manifest.counts["notices"] == {}


def test_the_same_rows_under_another_name_are_refused_and_nothing_changes(running):
    before = running.residents()
    names = ["3374_full_20260605_1.csv", "5171_full_20260605_1.csv", "3374_delta_20260602_1.csv"]
    for name in names:
        shutil.copy(running.home / "inbox" / "3374_full_20260601_1.csv", running.home / "inbox" / name)
    result = running.run()
    assert running.noticed(result) == [(name, "refused", "EXTRACT_TWICE", 0) for name in sorted(names)]
    hints = running.written(result, "notices").column("hint").to_pylist()
    assert all("taken before, as 3374_full_20260601_1.csv. " in hint for hint in hints)
    assert running.residents() == before
    assert {code: state.last for code, state in running.ledger.regions.items()} == {
        SEMARANG: (20260601, 1),
        DENPASAR: (20260601, 1),
    }
    assert running.run() is None, "it is said once"


def test_the_same_rows_are_taken_again_when_the_sender_confirms_them(running):
    running.put("3374_full_20260605_1.csv", semarang()[1:])
    running.run()
    running.put("3374_full_20260607_1.csv", semarang())
    assert [row[2] for row in running.noticed(running.run())] == ["EXTRACT_TWICE"]
    running.release("3374_full_20260607_1.csv")
    running.describe("3374_full_20260607_1.csv", "confirmed = true")
    result = running.run()
    assert (result.manifest.counts["files_read"], result.manifest.counts["records_kept"]) == (1, len(semarang()))
    assert len(running.open_by("record_id")) == len(semarang()) + len(denpasar())


def test_of_two_copies_that_come_in_one_night_one_is_taken(project):
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("3374_full_20260601_2.csv", semarang())
    result = project.run()
    assert project.noticed(result) == [("3374_full_20260601_2.csv", "refused", "EXTRACT_TWICE", 0)]
    assert len(project.residents()) == len(semarang())


def standing(project, code):
    """Where the status says that a region stands."""
    return next(region for region in look_over(load_project(project.file)).regions if region.code == code)


def test_a_refused_file_is_taken_under_a_better_name(project):
    project.put("semarang.csv", semarang())
    assert project.noticed(project.run()) == [("semarang.csv", "refused", "EXTRACT_UNIDENTIFIED", 0)]
    path = project.release("semarang.csv")
    path.rename(path.with_name("3374_full_20260601_1.csv"))
    result = project.run()
    assert (project.noticed(result), result.manifest.counts["files_read"]) == ([], 1)


def test_a_late_file_is_refused_and_a_missing_number_is_noticed_until_a_full_extract_comes(running):
    running.put("3374_delta_20260603_3.csv", newcomer())
    result = running.run()
    assert running.noticed(result) == [("3374_delta_20260603_3.csv", "taken", "EXTRACT_GAP", 1)]
    assert result.manifest.counts["records_added"] == 1
    assert standing(running, "3374").gaps == (("2026-06-01 no. 1", "2026-06-03 no. 3"),)
    running.put("3374_delta_20260602_2.csv", newcomer(78))
    late = running.run()
    assert running.noticed(late) == [("3374_delta_20260602_2.csv", "refused", "EXTRACT_NOT_NEWER", 0)]
    running.put("3374_full_20260605_5.csv", [*semarang(), *newcomer()])
    assert running.noticed(running.run()) == []
    assert standing(running, "3374").gaps == ()


def test_the_days_a_delta_covers_tell_gaps_and_overlaps_and_known_rows_change_nothing(running):
    before = running.residents()
    running.set("late_after_days = 99")
    running.put("3374_delta_20260610_2.csv", semarang()[:3])
    running.describe("3374_delta_20260610_2.csv", "since = 2026-05-25")
    overlap = running.run()
    assert running.noticed(overlap) == [("3374_delta_20260610_2.csv", "taken", "EXTRACT_OVERLAP", 7)]
    kept = {name: row | {"source_file": "", "line": 0, "given_id": ""} for name, row in running.residents().items()}
    assert kept == {name: row | {"source_file": "", "line": 0, "given_id": ""} for name, row in before.items()}
    running.put("3374_delta_20260620_3.csv", newcomer())
    running.describe("3374_delta_20260620_3.csv", "since = 2026-06-15")
    assert running.noticed(running.run()) == [("3374_delta_20260620_3.csv", "taken", "EXTRACT_GAP", 4)]


def test_a_delta_before_any_full_extract_is_taken_and_noticed(project):
    project.put("3374_delta_20260601_1.csv", newcomer())
    result = project.run()
    assert project.noticed(result) == [("3374_delta_20260601_1.csv", "taken", "EXTRACT_NO_FULL", 0)]
    assert len(project.residents()) == 1
    assert standing(project, "3374").full == ""


def test_a_cut_off_export_closes_nobody_until_its_sender_confirms_it(running):
    before = running.residents()
    half = semarang()[: len(semarang()) // 2]
    running.put(SECOND, half)
    result = running.run()
    assert running.noticed(result) == [(SECOND, "refused", "EXTRACT_SHRUNK", 0)]
    assert [row["code"] for row in running.written(result, "rejects").to_pylist()] == ["EXTRACT_SHRUNK"]
    assert running.residents() == before
    running.release(SECOND)
    running.describe(SECOND, "confirmed = true")
    confirmed = running.run()
    assert confirmed.manifest.counts["records_closed"] == len(semarang()) - len(half)
    assert running.noticed(confirmed) == []


def test_how_much_may_be_closed_is_a_setting(running):
    running.set("largest_closed_share = 0.6")
    running.put(SECOND, semarang()[: len(semarang()) // 2])
    assert running.noticed(running.run()) == []


def test_a_broken_row_of_a_full_extract_does_not_close_its_record(running):
    gone = running.open_by("nik")[CANARY_NIK]
    other = running.open_by("nik")[semarang()[0]["NIK"]]
    rows = [row | {"NAMA_LGKP": ""} if row["NIK"] == CANARY_NIK else row for row in semarang()[1:]]
    running.put(SECOND, rows)
    result = running.run()
    assert running.noticed(result) == [(SECOND, "taken", "CLOSING_SPARED", 1)]
    assert result.manifest.counts["records_closed"] == 1
    assert [running.residents()[name]["closed_by"] for name in (gone, other)] == ["", SECOND]
    running.put("3374_full_20260607_3.csv", [row for row in semarang() if row["NIK"] != CANARY_NIK])
    assert running.run().manifest.counts["records_closed"] == 1
    assert running.residents()[gone]["closed_by"] == "3374_full_20260607_3.csv"


def test_a_broken_row_that_does_not_show_whose_it_is_closes_nobody(running):
    lost = semarang()[3] | {"NAMA_LGKP": "", "NIK": "", "NO_KK": ""}
    running.put(SECOND, [lost, *semarang()[4:]])
    result = running.run()
    assert running.noticed(result) == [(SECOND, "taken", "CLOSING_POSTPONED", 4)]
    assert result.manifest.counts["records_closed"] == 0


def test_how_many_rejected_rows_stop_the_closing_is_a_setting(running):
    running.set("largest_hidden_share = 0.5")
    nobody = {"NAMA_LGKP": "", "NIK": "", "NO_KK": ""}
    rows = [row | nobody if row["NIK"] == CANARY_NIK else row for row in semarang()[:-6]]
    running.put(SECOND, rows)
    result = running.run()
    assert running.noticed(result) == [(SECOND, "taken", "CLOSED_WITH_REJECTS", 1)]
    assert result.manifest.counts["records_closed"] > 5


def test_a_delta_without_rows_is_a_quiet_day_and_a_full_extract_without_rows_is_no_extract(running):
    running.put("3374_delta_20260602_2.csv", [])
    running.put("5171_delta_20260602_2.csv", [])
    running.put("5171_full_20260603_3.csv", [])
    result = running.run()
    assert running.noticed(result) == [
        ("3374_delta_20260602_2.csv", "taken", "EXTRACT_EMPTY", 0),
        ("5171_delta_20260602_2.csv", "taken", "EXTRACT_EMPTY", 0),
        ("5171_full_20260603_3.csv", "refused", "EXTRACT_SHRUNK", 0),
    ]
    assert running.ledger.regions[SEMARANG].last == (20260602, 2)
    assert [item["rows"] for item in result.manifest.inputs] == [0, 0]
    result.manifest.check_balance()
    running.put("3374_delta_20260603_3.csv", newcomer())
    assert running.noticed(running.run()) == []


def test_an_old_code_and_todays_are_one_region_and_an_unknown_code_is_refused(project):
    project.put("9101_full_20260601_1.csv", newcomer())
    project.put("9301_delta_20260602_2.csv", newcomer(78))
    project.put("3347_full_20260601_1.csv", newcomer(79))
    result = project.run()
    assert project.noticed(result) == [("3347_full_20260601_1.csv", "refused", "EXTRACT_REGION_UNKNOWN", 0)]
    assert {(row["region"], row["province"]) for row in project.residents().values()} == {("9301", "93")}
    assert list(project.ledger.regions) == ["9301"]


def test_a_code_that_a_project_learns_of_later_takes_its_records_along(project):
    project.put("3374_full_20260601_1.csv", semarang())
    project.run()
    (project.home / "codes.csv").write_text("code,newest,name\n3399,3374,\n", encoding="utf-8")
    project.set('region_codes = "codes.csv"')
    store, ledger = project.store, project.ledger
    old = store.read("residents").to_pylist()
    moved = pa.Table.from_pylist([row | {"region": "3399"} for row in old], store.read("residents").schema)
    with store.locked():
        version, _ = store.write("residents", moved, night=1)
        regions = {"3399": ledger.regions[SEMARANG]}
        store.commit(replace(ledger, tables={**ledger.tables, "residents": version}, regions=regions))
    project.put("3374_full_20260605_1.csv", [*semarang(), *newcomer()])
    result = project.run()
    assert (result.manifest.counts["records_added"], result.manifest.counts["records_kept"]) == (1, len(old))
    assert {row["region"] for row in project.residents().values()} == {SEMARANG}
    assert list(project.ledger.regions) == [SEMARANG]


def test_regions_that_lag_behind_are_told_by_the_run_and_by_the_status(running):
    running.put("3374_delta_20260611_2.csv", newcomer())
    result = running.run()
    assert running.noticed(result) == [("5171", "late", "EXTRACT_LATE", 10)]
    assert result.manifest.counts["notices"] == {"EXTRACT_LATE": 1}
    assert "regions whose newest cut-off lies far behind: 5171 (10 days) [EXTRACT_LATE]" in result.manifest.warnings
    assert standing(running, "5171").late_days == 10
    running.set("late_after_days = 10")
    running.put("3374_delta_20260611_3.csv", newcomer(78))
    assert running.noticed(running.run()) == []
    assert standing(running, "5171").late_days == 0


def test_a_broken_file_of_any_kind_is_refused_once_and_stops_no_other(project):
    inbox = project.home / "inbox"
    project.put("3374_full_20260601_1.csv", semarang())
    whole = (inbox / "3374_full_20260601_1.csv").read_bytes()
    (inbox / "3375_full_20260601_1.csv.gz").write_bytes(gzip.compress(whole)[:-40])
    with zipfile.ZipFile(inbox / "3376_full_20260601_1.zip", "w") as archive:
        archive.writestr("a.csv", whole)
    damaged = (inbox / "3376_full_20260601_1.zip").read_bytes()
    (inbox / "3376_full_20260601_1.zip").write_bytes(damaged[: len(damaged) // 2])
    (inbox / "3371_full_20260601_1.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (inbox / "3372_full_20260601_1.parquet").write_bytes(b"PAR1 no table")
    (inbox / "3373_full_20260601_1.csv").write_bytes("kolom\nisi\n".encode("utf-16"))
    (inbox / "3301_full_20260601_1.csv").write_text("a,b\n1,2\n")
    (inbox / "3302_full_20260601_1.csv").write_text("nama,nik\nAGUS,3.37401E+15\nBUDI,3.37402E+15\n")
    (inbox / "3303_full_20260601_1.csv").write_bytes(b"")
    result = project.run()
    told = project.noticed(result)
    assert {name[:4] for name, *_ in told} == {"3301", "3302", "3303", "3371", "3372", "3373", "3375", "3376"}
    assert {outcome for _, outcome, *_ in told} == {"refused"}
    assert len(project.residents()) == len(semarang())
    assert result.manifest.counts["files_refused"] == len(told) == 8
    assert project.run() is None


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_night(running, monkeypatch):
    before = running.residents()
    path = running.put("3374_delta_20260602_2.csv", newcomer())

    def grow(paths, *arguments, **options):
        read = read_inputs(paths, *arguments, **options)
        with path.open("a", encoding="utf-8") as stream:
            stream.write("\n")
        return read

    with monkeypatch.context() as growing:
        growing.setattr(inbox_module, "read_inputs", grow)
        result = running.run()
    assert running.noticed(result) == [(path.name, "left", "FILE_CHANGED", 0)]
    assert (result.manifest.counts["files_left"], running.written(result, "rejects").num_rows) == (1, 0)
    assert running.residents() == before
    assert running.run().manifest.counts["records_added"] == 1


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (lambda path: ServiceUnavailableError("no answer"), "SOURCE_UNAVAILABLE"),
        (lambda path: ConfigurationError("it is not set", where="variable X"), "SOURCE_UNAVAILABLE"),
        (lambda path: path.unlink(), "FILE_CHANGED"),
    ],
)
def test_a_source_that_is_not_there_just_now_stops_no_other_and_is_tried_again(running, monkeypatch, happens, code):
    path = running.put("3374_delta_20260602_2.csv", newcomer())
    running.put("5171_delta_20260602_2.csv", people(151, DENPASAR, seed=77)[150:])

    def fail(paths, *arguments, **options):
        if paths == [path]:
            error = happens(path)
            if error is not None:
                raise error
        return read_inputs(paths, *arguments, **options)

    with monkeypatch.context() as failing:
        failing.setattr(inbox_module, "read_inputs", fail)
        result = running.run()
    assert running.noticed(result) == [(path.name, "left", code, 0)]
    assert result.manifest.counts["records_added"] == 1
    assert path.name not in "".join(running.ledger.files)


def test_when_all_that_is_new_must_wait_nothing_is_run_and_that_is_said(running, monkeypatch):
    running.put("3374_delta_20260602_2.csv", newcomer())
    said = []

    class Listener(Silent):
        def warned(self, message):
            said.append(message)

    with monkeypatch.context() as growing:
        growing.setattr(
            "linkage.nightly.arrivals.stamp_of", lambda path, seen=[]: seen.append(path) or ((1, len(seen)),)
        )
        assert running.run(observer=Listener()) is None
    assert len(said) == 3, "two old files look unready too"
    assert all(text.endswith("it changed while it was read; the next run takes it [FILE_CHANGED]") for text in said)
    assert running.run().manifest.counts["files_read"] == 1


def test_a_delta_table_is_an_extract(project):
    rows = table(semarang())
    write_deltalake(str(project.home / "inbox" / "3374_full_20260601_001"), rows)
    result = project.run()
    assert (project.noticed(result), len(project.residents())) == ([], rows.num_rows)
    assert project.run() is None


def test_a_query_is_an_extract_whose_rows_tell_whether_it_comes_twice(project):
    database = sqlite3.connect(project.home / "office.db")
    database.execute(f"create table people ({', '.join(COLUMNS)})")
    insert = "insert into people values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    database.executemany(insert, [tuple(row[name] for name in COLUMNS) for row in semarang()])
    database.commit()
    query = '[query]\nurl = "sqlite:///../office.db"\ntable = "people"\n'

    def ask(number):
        (project.home / "inbox" / f"3374_full_2026060{number}_1.sql.toml").write_text(query, encoding="utf-8")
        return project.noticed(project.run())

    assert ask(1) == []
    assert len(project.residents()) == len(semarang())
    assert [row[2] for row in ask(2)] == ["EXTRACT_TWICE"]
    database.execute(insert, tuple(newcomer()[0][name] for name in COLUMNS))
    database.commit()
    database.close()
    assert ask(3) == []
    assert len(project.residents()) == len(semarang()) + 1


def test_how_files_are_read_is_a_setting_that_the_sidecar_goes_before(project):
    rows = newcomer()[0] | {"ALAMAT": "JL A; NO 1"}
    for name, mark in (("3374_full_20260601_1.csv", "|"), ("3375_full_20260601_1.csv", ";")):
        header, line = mark.join(COLUMNS), mark.join(rows[column] for column in COLUMNS)
        (project.home / "inbox" / name).write_text(f"{header}\n{line.replace('; NO', ' NO')}\n", encoding="utf-8")
    project.set('reading = { delimiter = "|" }')
    project.describe("3375_full_20260601_1.csv", '[reading]\ndelimiter = ";"')
    result = project.run()
    assert (project.noticed(result), [item["rows"] for item in result.manifest.inputs]) == ([], [1, 1])


def test_a_wrong_spec_is_the_projects_fault_and_stops_the_night(running, monkeypatch):
    running.put("3374_delta_20260602_2.csv", newcomer())

    def fail(*_, **__):
        raise SpecError("no such column")

    monkeypatch.setattr(inbox_module, "read_inputs", fail)
    with pytest.raises(SpecError):
        running.run()


def test_a_limit_of_the_project_holds_for_every_extract(project):
    project.put("3374_full_20260601_1.csv", semarang())
    text = project.file.read_text(encoding="utf-8")
    project.file.write_text(f"{text}\n[intake.limits]\ncolumns = {len(COLUMNS) - 1}\n", encoding="utf-8")
    ((name, outcome, _, _),) = project.noticed(project.run())
    assert (name, outcome) == ("3374_full_20260601_1.csv", "refused")


def test_reading_is_shown_over_all_files_and_never_goes_back(project):
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("5171_full_20260601_1.csv", denpasar())
    seen = []

    class Watcher(Silent):
        def stage_progressed(self, name, done, planned):
            if name == "intake":
                seen.append((done, planned))

    project.run(observer=Watcher())
    total = sum(path.stat().st_size for path in (project.home / "inbox").iterdir())
    assert {planned for _, planned in seen} == {total}
    assert seen == sorted(seen)
    assert seen[-1][0] == total


def test_every_night_returns_the_quality_of_its_extracts_under_the_region_of_the_sender(running):
    bare = [name for name in COLUMNS if name != "KODE_WILAYAH"]
    write_csv(running.home / "inbox" / "3374_delta_20260602_2.csv", [newcomer()[0] | {"NIK": ""}], bare)
    quality = running.written(running.run(), "quality")
    assert quality.schema.equals(QUALITY, check_metadata=False)
    assert quality.num_rows
    assert set(quality.column("source").to_pylist()) == {"3374_delta_20260602_2.csv"}
    assert set(quality.column("region").to_pylist()) == {SEMARANG}
    first = running.written(running.first, "quality")
    assert set(first.filter(pc.equal(first.column("source"), "5171_full_20260601_1.csv")).column("region").to_pylist())


def test_the_summary_says_what_was_noticed(running):
    running.put("3374_delta_20260603_3.csv", newcomer())
    result = running.run()
    lines = summary(result.manifest, result.folder, []).splitlines()
    assert lines[1] == "noticed (in notices.parquet): EXTRACT_GAP 1"


def test_the_summary_of_a_delta_night_tells_how_many_of_the_cases_that_stand_it_lists(running):
    standing = running.first.manifest.counts["cases"]
    running.put("3374_delta_20260602_2.csv", newcomer())
    running.put("5171_delta_20260602_2.csv", [semarang()[0] | {"KODE_WILAYAH": "5171"}])
    told = []
    for result in (running.first, running.run()):
        lines = summary(result.manifest, result.folder, []).splitlines()
        (place,) = [number for number, line in enumerate(lines) if "need people" in line]
        told.append(lines[place : place + 2])
    assert told[0][0] == f"{standing} cases that need people:"
    assert told[1][0] == f"{standing + 1} cases that need people; this run looked at 1 of them:"
    assert "OPEN_MOVE" in told[1][1]


def test_the_summary_of_a_delta_night_without_cases_announces_none(running):
    running.put("3374_delta_20260602_2.csv", newcomer())
    result = running.run()
    lines = summary(result.manifest, result.folder, []).splitlines()
    (line,) = [line for line in lines if "need people" in line]
    assert line.endswith("cases that need people; this run looked at none of them")


def test_what_was_noticed_does_not_depend_on_who_came_first(nightly):
    found = []
    for name, order in (("one", 1), ("two", -1)):
        project = nightly(name)
        files = {"9101_delta_20260601_2.csv": newcomer(), "3374_full_20260601_1.csv": semarang(), "x.csv": []}
        for file, rows in list(files.items())[::order]:
            project.put(file, rows)
        project.run()
        found.append(project.results())
    assert found[0] == found[1]


def test_a_file_whose_name_is_no_text_is_refused_and_stops_no_other(project):
    project.put("3374_full_20260601_001.csv", semarang())
    bad = Path(os.fsdecode(bytes(project.home / "inbox") + b"/3374_full_20260602_002\xff.csv"))
    bad.write_text("nik\n", encoding="utf-8")
    sidecar = bad.with_name(bad.name + ".meta.toml")
    sidecar.write_text('region = "3374"\nkind = "full"\ncut_off = 2026-06-02\nsequence = 2\n', encoding="utf-8")
    result = project.run()
    shown = "3374_full_20260602_002\\udcff.csv"
    assert project.noticed(result) == [(shown, "refused", "EXTRACT_UNIDENTIFIED", 0)]
    assert result.manifest.counts["files_read"] == 1
    assert project.run() is None
