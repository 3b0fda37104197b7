"""A night that links what changed ends as one that links everything anew under the same model, in store and queue."""

from __future__ import annotations

import shutil

import pytest

from linkage.errors import SpecError
from tests.oracles.queue_cases import different
from tests.small_register import DENPASAR, SEMARANG, denpasar, people, residents_spec_text, semarang

TABLES = ("pairs", "clusters", "cases")


def first_extracts(project):
    project.put("3374_full_20260601_1.csv", [*semarang(), *people(60, SEMARANG, seed=15)])
    project.put("5171_full_20260601_1.csv", denpasar())


def second_extracts(project):
    rows = semarang()
    moved = [row | {"ALAMAT": "JL BARU 1"} for row in rows[5:9]]
    project.put("3374_full_20260701_1.csv", [*rows[:5], *moved, *rows[12:], *people(60, SEMARANG, seed=15)[4:]])
    copies = [row | {"NIK": "", "KODE_WILAYAH": DENPASAR} for row in rows[20:24]]
    project.put("5171_delta_20260701_2.csv", [*copies, denpasar()[3] | {"NIK": denpasar()[9]["NIK"]}])


def third_extracts(project):
    rows = semarang()
    project.put("3374_delta_20260702_1.csv", [rows[9], rows[6] | {"TGL_LHR": "01-01-1970"}, rows[30]])
    project.put("5171_full_20260702_3.csv", denpasar()[2:])
    project.put("3374_full_20260703_1.csv", [row for row in rows if row is not rows[30]])


def decide_something(project):
    """A steward calls the records of the first case of one kind different."""
    queue = project.queue()
    found = queue.list(by="joko", kind="DUPLICATE", limit=1)
    for case in found:
        different(queue, case.id, "joko", "namesakes", at=project.moment())
    queue.close()
    return len(found)


def standing(project):
    """The tables of the store, row by row."""
    return {name: sorted(map(repr, project.store.read(name).to_pylist())) for name in (*TABLES, "residents")}


def told(project, result):
    return {name: project.written(result, name).to_pylist() for name in TABLES}


def lose_derived(project):
    shutil.rmtree(project.home / "workspace" / "derived")


def test_what_changed_and_everything_give_the_same_store_the_same_queue_and_the_same_tables(nightly):
    delta, whole = nightly("one"), nightly("other")
    for project in (delta, whole):
        first_extracts(project)
        project.run()
    for extracts in (second_extracts, third_extracts):
        results = []
        for project in (delta, whole):
            assert decide_something(project) == 1
            extracts(project)
            if project is whole:
                lose_derived(project)
            results.append(project.run())
        one, other = results
        assert not any("derived" in warning for warning in one.manifest.warnings)
        assert any("derived" in warning for warning in other.manifest.warnings)
        assert (one.manifest.options["full"], other.manifest.options["full"]) == (False, False)
        assert standing(delta) == standing(whole)
        assert told(delta, one) == told(whole, other)
        assert delta.queue_content() == whole.queue_content()
        assert delta.ledger.counters == whole.ledger.counters


@pytest.fixture
def running(project):
    first_extracts(project)
    project.run()
    return project


def test_a_night_looks_only_at_what_it_changes(running):
    running.put("3374_delta_20260602_1.csv", [semarang()[0] | {"ALAMAT": "JL BARU 1"}])
    manifest = running.run().manifest
    assert manifest.counts["records"] == len(semarang()) + len(denpasar()) + 60
    assert 0 < manifest.counts["records_decided"] < 5
    assert manifest.counts["records_touched"] < 40


def test_files_that_were_damaged_are_made_anew_and_said(running):
    derived = running.home / "workspace" / "derived"
    (codes,) = derived.glob("*/codes")
    codes.write_bytes(b"")
    running.put("3374_delta_20260602_1.csv", [semarang()[0] | {"ALAMAT": "JL BARU 1"}])
    result = running.run()
    assert any("missing or too short" in warning for warning in result.manifest.warnings)
    assert result.manifest.options["full"] is False
    assert len(list(derived.iterdir())) == 2, "the old folder goes with the next run"
    running.put("3374_delta_20260603_1.csv", [semarang()[0] | {"ALAMAT": "JL BARU 2"}])
    assert running.run().manifest.counts["records_decided"] < 5
    assert len(list(derived.iterdir())) == 1


def test_without_the_snapshot_of_the_last_full_run_the_next_run_is_one(running):
    (snapshot,) = (running.home / "workspace" / "snapshots").iterdir()
    snapshot.write_bytes(snapshot.read_bytes()[:-1])
    running.put("3374_delta_20260602_1.csv", [semarang()[0] | {"ALAMAT": "JL BARU 1"}])
    result = running.run()
    assert result.manifest.options["full"] is True
    assert any("snapshot" in warning for warning in result.manifest.warnings)


def test_extracts_of_a_new_year_make_a_full_run(running):
    running.put("3374_delta_20270102_1.csv", [semarang()[0] | {"ALAMAT": "JL BARU 1"}])
    result = running.run()
    assert result.manifest.options["full"] is True
    assert any("two-digit years" in warning for warning in result.manifest.warnings)


def test_a_sorted_neighbourhood_is_refused(project):
    rule = '\n[[rule]]\nname = "neighbours"\nsort = ["nama"]\nwindow = 3\n'
    (project.home / "spec.toml").write_text(residents_spec_text() + rule, encoding="utf-8")
    first_extracts(project)
    with pytest.raises(SpecError, match="sorted neighbourhood"):
        project.run()


def test_what_a_steward_called_different_is_heeded_though_no_extract_touches_the_records(running):
    case = next(case for case in running.cases() if case["kind"] == "DUPLICATE")
    assert decide_something(running) == 1
    running.put("5171_delta_20260602_1.csv", people(90, DENPASAR, seed=33)[89:])
    running.run()
    assert case["case_id"] not in {row["case_id"] for row in running.cases()}
    left, right = (running.clusters()[name] for name in case["record_ids"])
    assert left != right


def test_the_store_is_a_log_that_is_written_whole_again_when_it_has_grown(running, monkeypatch):
    from linkage.nightly import derived

    monkeypatch.setattr(derived, "MOST_NIGHTS", 2)
    versions = []
    for night in range(1, 5):
        running.put(f"3374_delta_2026060{night + 1}_1.csv", [semarang()[0] | {"ALAMAT": f"JL BARU {night}"}])
        running.run()
        versions.append(running.ledger.derived.nights)
    assert versions == [1, 2, 0, 1]
    log = running.store.read_log("residents", running.ledger.tables["residents"])
    assert log.num_rows == len(running.residents()) + 1
