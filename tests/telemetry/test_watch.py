"""A run as those see it who watch over it: it begins, it ends in one of three ways, and nothing told stops it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linkage.errors import InputMissingError, LockHeldError, ServiceUnavailableError
from linkage.progress import Silent
from linkage.run.manifest import new_run_id
from linkage.telemetry.account import Account, Dataset
from linkage.telemetry.history import read_last
from linkage.telemetry.prometheus import gauge
from linkage.telemetry.settings import telemetry_settings
from linkage.telemetry.underway import cut_off
from linkage.telemetry.watch import Watch
from tests.oracles.lineage_events import events_of, kinds_by_run
from tests.oracles.metrics_text import parse


class Warned(Silent):
    """Keeps what it is warned of."""

    def __init__(self):
        self.said = []

    def warned(self, message):
        self.said.append(message)


class Project:
    """A folder in which commands are watched, an hour apart."""

    def __init__(self, home: Path):
        self.settings = telemetry_settings({}, base=home, workspace=home / "workspace")
        self.observer = Warned()
        self.now = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
        self.measured = [gauge("tunggal_regions", "Regions.", 5)]

    def watch(self, command="run"):
        self.now += timedelta(hours=1)
        return Watch(self.settings, command, new_run_id(), self.observer, lambda: self.measured, lambda: self.now)

    def metrics(self):
        text = self.settings.metrics.read_text(encoding="utf-8")
        return {
            name: value for name, told in parse(text).items() for key, value in told["samples"].items() if key == ()
        }

    def events(self):
        return events_of(self.settings.lineage)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


class Stopped(KeyboardInterrupt):
    exit_code = 143


ENDINGS = [
    (InputMissingError("no inbox", where="inbox"), "FAIL", 66, "inbox: no inbox"),
    (LockHeldError("held by another process"), "FAIL", 75, "held by another process"),
    (KeyboardInterrupt(), "ABORT", 130, "stopped before its end"),
    (Stopped(), "ABORT", 143, "stopped before its end"),
    (MemoryError("3374015703880004"), "FAIL", 71, "the memory is used up"),
    (ValueError("3374015703880004"), "FAIL", 1, "an error nobody foresaw: ValueError"),
]


def test_a_run_that_ends_well_is_told_with_what_it_read_and_wrote(project):
    with project.watch() as watch:
        (started,) = project.events()
        assert started["eventType"] == "START"
        watch.made(Account((Dataset("/a.csv", "ab"),), (Dataset("/p", "cd"),), {"rows_read": 7}, "ef"))
    _, ended = project.events()
    assert (ended["eventType"], ended["run"]["runId"]) == ("COMPLETE", watch.run_id)
    assert [item["name"] for item in (*ended["inputs"], *ended["outputs"])] == ["/a.csv", "/p"]
    metrics = project.metrics()
    assert metrics["tunggal_run_last_success_timestamp_seconds"] == project.now.timestamp()
    assert metrics["tunggal_run_last_exit_code"] == 0
    assert metrics["tunggal_run_last_rows_read"] == 7
    assert metrics["tunggal_regions"] == 5
    assert project.observer.said == []


@pytest.mark.parametrize(("error", "kind", "code", "says"), ENDINGS)
def test_a_run_that_ends_otherwise_keeps_the_last_success(project, error, kind, code, says):
    with project.watch() as watch:
        watch.made(Account(figures={"rows_read": 7}))
    succeeded = project.now.timestamp()
    with pytest.raises(type(error)), project.watch():
        raise error
    ended = project.events()[-1]
    assert (ended["eventType"], ended["run"]["facets"]["errorMessage"]["message"]) == (kind, says)
    metrics = project.metrics()
    assert metrics["tunggal_run_last_success_timestamp_seconds"] == succeeded
    assert metrics["tunggal_run_last_exit_code"] == code
    assert metrics["tunggal_run_last_start_timestamp_seconds"] == project.now.timestamp()
    assert metrics["tunggal_run_last_rows_read"] == 7
    (last,) = read_last(project.settings.folder)
    assert (last.failed, last.error) == (True, type(error).__name__)
    assert "3374015703880004" not in project.settings.lineage.read_text(encoding="utf-8")


def test_nothing_to_do_is_a_success_under_its_own_code(project):
    with project.watch() as watch:
        watch.exit_code = 99
    assert project.metrics()["tunggal_run_last_exit_code"] == 99
    assert project.metrics()["tunggal_run_last_success_timestamp_seconds"] == project.now.timestamp()


def test_commands_keep_metrics_of_their_own_in_one_file(project):
    with project.watch("run"):
        pass
    with project.watch("publish"):
        pass
    metrics = project.metrics()
    apart = "tunggal_publish_last_success_timestamp_seconds", "tunggal_run_last_success_timestamp_seconds"
    assert metrics[apart[0]] - metrics[apart[1]] == 3600
    counted = parse(project.settings.metrics.read_text(encoding="utf-8"))["tunggal_run_runs_total"]
    assert (counted["kind"], counted["samples"]) == ("counter", {(("ended", "complete"),): 1})


KILLED = """
import sys
from pathlib import Path
from tests.telemetry.test_watch import Project
with Project(Path(sys.argv[1])).watch("publish") as watch:
    print(watch.run_id, flush=True)
    sys.stdin.read()
"""


def test_of_a_run_that_was_killed_the_next_one_tells_and_of_one_that_lives_it_does_not(project, tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    killed = run.stdout.readline().strip()
    with project.watch():
        pass
    assert kinds_by_run(project.events())[killed] == ["START"], "it is still under way"
    assert cut_off(project.settings.folder) == ()
    run.kill()
    run.communicate()
    (left,) = cut_off(project.settings.folder)
    assert (left.run_id, left.command) == (killed, "publish")
    for _ in range(2):
        with project.watch():
            pass
    told = kinds_by_run(project.events())
    assert told.pop(killed) == ["START", "ABORT"]
    assert set(map(tuple, told.values())) == {("START", "COMPLETE")}
    (abort,) = [event for event in project.events() if event["eventType"] == "ABORT"]
    assert abort["job"]["name"] == "publish"
    assert cut_off(project.settings.folder) == ()


def test_what_cannot_be_told_is_warned_of_and_stops_nothing(project, tmp_path):
    (tmp_path / "workspace").write_text("a file, where a folder should be")
    with project.watch() as watch:
        watch.made(Account(figures={"rows_read": 7}))
    assert project.observer.said
    assert all(line.split(" ", 1)[0] in ("lineage", "metrics") for line in project.observer.said)


def test_where_the_project_cannot_be_measured_the_command_still_is(project):
    def nothing():
        raise ServiceUnavailableError("the database cannot be reached")

    watch = Watch(project.settings, "run", new_run_id(), project.observer, nothing, lambda: project.now)
    with watch:
        pass
    assert project.metrics()["tunggal_run_last_exit_code"] == 0
    assert "tunggal_regions" not in project.metrics()
    assert project.observer.said == ["metrics could not be told: the database cannot be reached"]


@pytest.mark.parametrize("left", ["", "[]", "{}", '{"command": "run"}', "\x00"])
def test_a_damaged_memory_of_the_last_run_is_begun_anew(project, left):
    folder = project.settings.folder / "ended"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(left)
    assert read_last(project.settings.folder) == ()
    with project.watch():
        pass
    assert [last.ended for last in read_last(project.settings.folder)] == [{"complete": 1}]
    assert project.observer.said == []
