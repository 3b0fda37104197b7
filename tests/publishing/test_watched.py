"""The commands of a project, watched: every run told once, and nothing of a resident in anything that is told."""

from __future__ import annotations

import json

import pytest

from jobs import model_check
from linkage.cli import main
from tests.oracles.lineage_events import events_of, kinds_by_run
from tests.oracles.metrics_text import parse
from tests.small_register import (
    CANARY_NAME,
    CANARY_NIK,
    COLUMNS,
    denpasar,
    people,
    residents_spec_text,
    semarang,
    write_csv,
)

CANARY = next(row for row in semarang() if row["NIK"] == CANARY_NIK)
SECRETS = (CANARY_NIK, CANARY_NAME, CANARY["NO_KK"], CANARY["TGL_LHR"], CANARY["NAMA_LGKP_IBU"])


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "spec.toml").write_text(residents_spec_text(), encoding="utf-8")
    (tmp_path / "linkage.toml").write_text('[intake]\nspec = "spec.toml"\n', encoding="utf-8")
    write_csv(tmp_path / "inbox" / "3374_full_20260601_1.csv", semarang())
    write_csv(tmp_path / "inbox" / "5171_full_20260601_1.csv", denpasar())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(home):
    return events_of(home / "workspace" / "lineage.ndjson")


def measured(home):
    return parse((home / "workspace" / "metrics.prom").read_text(encoding="utf-8"))


def test_a_night_and_a_publication_are_told_with_the_ids_digests_and_counts_of_their_manifests(home, capsys):
    assert main(["run", "--quiet"]) == 0
    assert main(["publish", "--log-format", "json"]) == 0
    assert "warned" not in capsys.readouterr().err
    (run,) = (path for path in (home / "out").iterdir() if path.name != "publications")
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    _, night, _, publication = told(home)
    assert [event["eventType"] for event in told(home)] == ["START", "COMPLETE", "START", "COMPLETE"]
    assert night["run"]["runId"] == manifest["run_id"] == run.name
    assert [item["facets"]["version"]["datasetVersion"] for item in night["inputs"]] == [
        item["sha256"] for item in manifest["inputs"]
    ]
    assert [item["inputFacets"]["inputStatistics"]["rowCount"] for item in night["inputs"]] == [
        item["rows"] for item in manifest["inputs"]
    ]
    assert {item["facets"]["tunggal_digest"]["digest"] for item in night["outputs"]} == set(
        manifest["outputs"].values()
    )
    assert night["run"]["facets"]["tunggal_model"]["digest"]
    assert publication["job"]["name"] == "publish"
    assert publication["inputs"][0]["facets"]["version"]["datasetVersion"] == manifest["outputs"]["store/residents"]
    found = measured(home)
    rows = len(semarang()) + len(denpasar())
    assert found["tunggal_run_last_rows_read"]["samples"] == {(): rows}
    assert found["tunggal_publication_number"]["samples"] == {(): 1}
    assert found["tunggal_reference_persons"]["samples"][()] > 0


def test_a_report_a_check_of_the_model_and_an_erasure_are_told_with_what_they_read_and_wrote(home, capsys):
    assert main(["run", "--quiet"]) == 0
    assert main(["publish", "--quiet"]) == 0
    pengelola = ["--region", "pusat", "--roles", "pengelola"]
    assert main(["queue", "user", "add", "ani", *pengelola]) == 0
    assert main(["queue", "user", "add", "budi", *pengelola, "--as", "ani"]) == 0
    before = len(told(home))
    assert main(["report", "--region", "pusat"]) == 0
    assert main(["report", "--region", "9999"]) == 2
    assert model_check.main(["--log-format", "json"]) == 79, "so few records miss a bar, and the report is written"
    by = ["--as", "ani", "--approved-by", "budi", "--reason", "surat 1"]
    assert main(["erase", CANARY_NIK, *by]) == 2, "a NIK is no record id"
    assert main(["erase", "R000000000001", *by]) == 0
    done = told(home)[before:]
    assert [(event["job"]["name"], event["eventType"]) for event in done[1::2]] == [
        ("report", "COMPLETE"),
        ("report", "FAIL"),
        ("model_check", "FAIL"),
        ("erase", "FAIL"),
        ("erase", "COMPLETE"),
    ]
    assert all(event["eventType"] == "START" for event in done[::2])
    files = [[item["name"].rsplit("/", 1)[-1] for item in event["outputs"]] for event in done[1::4]]
    assert [name[:9] for name in files[0]] == ["manifest-"], "that of the day's reports"
    assert files[1:] == [["report.json", "report.txt"], ["residents", "reference"]]
    assert done[5]["inputs"] == done[1]["inputs"] != []
    found = measured(home)
    assert found["tunggal_erase_last_records"]["samples"] == {(): 1}
    assert found["tunggal_report_last_files"]["samples"] == {(): 3}
    assert found["tunggal_model_check_last_missed"]["samples"] == {(): 1}
    text = (home / "workspace" / "lineage.ndjson").read_text(encoding="utf-8") + capsys.readouterr().err
    assert not any(secret in text for secret in SECRETS)


def broken_nights(home):
    """Nights that end badly, or find files that do, each with the canary at hand."""
    line = ",".join(CANARY[name] for name in COLUMNS)
    yield "a file without a header", lambda: (home / "inbox" / "3374_delta_20260602_2.csv").write_text(f"{line}\n")
    yield (
        "a row too many cells",
        lambda: (home / "inbox" / "3374_delta_20260603_3.csv").write_text(
            f"{','.join(COLUMNS)}\n{line},{line}\n{line}\n"
        ),
    )
    yield (
        "a corrected name",
        lambda: write_csv(home / "inbox" / "3374_delta_20260604_4.csv", [CANARY | {"NAMA_LGKP": f"{CANARY_NAME} A"}]),
    )
    yield "no inbox", lambda: (home / "inbox").rename(home / "gone")


def test_nothing_of_a_resident_stands_in_anything_that_is_told(home, capsys):
    said = []
    assert main(["run", "--log-format", "json"]) == 0
    for _, prepare in broken_nights(home):
        prepare()
        main(["run", "--log-format", "json"])
        main(["publish", "--log-format", "json"])
        for language in ("id", "en"):
            main(["status", "--language", language])
        main(["status", "--json"])
    captured = capsys.readouterr()
    said += [captured.out, captured.err]
    for path in (home / "workspace").rglob("*"):
        if path.suffix in (".prom", ".ndjson") or "telemetry" in path.parts or path.name == "lock":
            said += [path.name, path.read_text(encoding="utf-8")] if path.is_file() else []
    said += [path.read_text(encoding="utf-8") for path in (home / "out").rglob("manifest.json")]
    text = "\n".join(said).casefold()
    assert [secret for secret in SECRETS if secret.casefold() in text] == []
    assert "FAIL" in {event["eventType"] for event in told(home)}
    assert all(len(kinds) == 2 for kinds in kinds_by_run(told(home)).values())


def test_every_line_of_a_log_is_one_object_with_time_level_event_and_run(home, capsys):
    assert main(["run", "--log-format", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert lines
    assert all({"ts", "level", "event", "run_id"} <= set(line) for line in lines)
    (run_id,) = {line["run_id"] for line in lines}
    assert run_id == told(home)[0]["run"]["runId"]
    (home / "inbox").rename(home / "gone")
    assert main(["run", "--log-format", "json"]) == 66
    failed = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (failed["event"], failed["exit_code"]) == ("failed", 66)
    assert failed["run_id"] == told(home)[-1]["run"]["runId"]


def test_files_of_telemetry_go_where_the_project_says(home):
    (home / "linkage.toml").write_text(
        '[intake]\nspec = "spec.toml"\n[telemetry]\nmetrics = "collected/t.prom"\nlineage = "l.ndjson"\n'
        'namespace = "dukcapil"\n',
        encoding="utf-8",
    )
    assert main(["run", "--quiet"]) == 0
    assert "tunggal_regions" in parse((home / "collected" / "t.prom").read_text(encoding="utf-8"))
    assert {event["job"]["namespace"] for event in events_of(home / "l.ndjson")} == {"dukcapil"}
    assert not (home / "workspace" / "metrics.prom").exists()


def test_a_night_ends_well_where_nothing_can_be_told(home, capsys):
    (home / "linkage.toml").write_text(
        '[intake]\nspec = "spec.toml"\n[telemetry]\nmetrics = "spec.toml/x.prom"\nlineage = "inbox"\n',
        encoding="utf-8",
    )
    assert main(["run", "--log-format", "json"]) == 0
    warned = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"warned"' in line]
    assert {"lineage", "metrics"} <= {line["message"].split(" could not be told")[0] for line in warned}


def test_counts_of_every_night_balance_and_a_closed_resident_who_comes_again_is_counted(home, capsys):
    assert main(["run", "--quiet"]) == 0
    write_csv(home / "inbox" / "3374_full_20260701_2.csv", [row for row in semarang() if row["NIK"] != CANARY_NIK])
    assert main(["run", "--quiet"]) == 0
    write_csv(home / "inbox" / "3374_full_20260801_3.csv", [*semarang(), *people(2, "3374", seed=77)])
    assert main(["run", "--quiet"]) == 0
    names = ("records_before", "records_added", "records_reopened", "records_closed", "records")
    counts = [
        json.loads(path.read_text(encoding="utf-8"))["counts"] for path in sorted((home / "out").rglob("manifest.json"))
    ]
    all_of_them = len(semarang()) + len(denpasar())
    assert [tuple(one[name] for name in names) for one in counts] == [
        (0, all_of_them, 0, 0, all_of_them),
        (all_of_them, 0, 0, 1, all_of_them - 1),
        (all_of_them - 1, 2, 1, 0, all_of_them + 2),
    ]
