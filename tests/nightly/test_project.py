"""``linkage.toml``: what it may say, where its paths count from, and the project's secret."""

from __future__ import annotations

import stat

import pytest

from linkage.engine.local import LocalEngine
from linkage.errors import ConfigurationError, InputMissingError, LinkageError, SpecError, UsageError
from linkage.intake import Limits
from linkage.intake.options import ReadOptions
from linkage.nightly.closing import ClosingRules
from linkage.nightly.intake_settings import IntakeSettings
from linkage.nightly.job import run_nightly
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue, state_named
from linkage.progress import Silent
from linkage.publishing.overview import look_over
from linkage.publishing.status import status_text
from linkage.review.cases import State


@pytest.fixture
def write(tmp_path):
    def _write(text: str):
        path = tmp_path / "linkage.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_an_empty_file_is_a_project_with_everything_beside_it(write, tmp_path):
    project = load_project(write(""))
    assert (project.workspace, project.out, project.inbox) == tuple(
        tmp_path / name for name in ("workspace", "out", "inbox")
    )
    assert project.spec is None
    assert project.database_url == f"sqlite:///{tmp_path}/workspace/queue.db"


def test_relative_paths_count_from_the_file_wherever_the_job_is_started(write, tmp_path, monkeypatch):
    path = write(
        '[project]\nworkspace = "w"\nout = "../o"\n[intake]\ninbox = "/in"\nspec = "s.toml"\n'
        '[database]\nurl = "sqlite:///q.db"\n[model]\npath = "m.json"\n'
    )
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    project = load_project(path)
    assert project.workspace == tmp_path / "w"
    assert project.out.resolve() == (tmp_path.parent / "o")
    assert str(project.inbox) == "/in"
    assert project.spec == tmp_path / "s.toml"
    assert project.database_url == f"sqlite:///{tmp_path}/q.db"
    assert project.model == str(tmp_path / "m.json")


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/queue.db", "postgresql://steward@db.example/queue", "sqlite:///:memory:", "nonsense"]
)
def test_other_database_urls_are_left_as_they_are(write, url):
    assert load_project(write(f'[database]\nurl = "{url}"\n')).database_url == url


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[project", "not valid TOML"),
        ("[projects]\n", "unknown table [projects]. Known: project, intake, database, model, keys"),
        ("project = 1\n", "unknown table [project]"),
        ('[project]\nworkdir = "w"\n', "unknown key 'workdir' in [project]. Known: workspace, out"),
        ("[project]\nout = 3\n", "out in [project] must be a text"),
        ('[keys]\nenv = ""\n', "env in [keys] must be a text"),
        ("[intake]\nlargest_closed_share = 30\n", "largest_closed_share in [intake] must be a number from 0 to 1"),
        ('[intake]\nlargest_hidden_share = "few"\n', "largest_hidden_share in [intake] must be a number from 0 to 1"),
        ("[intake]\nlargest_closed_share = true\n", "largest_closed_share in [intake] must be a number from 0 to 1"),
        ("[intake]\nlate_after_days = 0\n", "late_after_days in [intake] must be a number of days above 0"),
        ('[intake]\nregions = "3374"\n', 'regions in [intake] must be a list of codes. Write ["3374", "51"]'),
        ('[intake]\nregions = ["3374", "9999"]\n', "'9999' is no regency and no province of today"),
        ("[intake]\nregions = [3374]\n", "3374 is no regency and no province of today. Write codes of 4 or 2 digits"),
        ("[intake]\nlimits = 5\n", "limits in [intake] must be a table. Write [intake.limits]"),
        ("[intake.limits]\nspeed = 5\n", "unknown key 'speed' in [intake.limits]. Known: record_bytes, cell_bytes"),
        ("[intake.limits]\ncolumns = 0\n", "columns in [intake.limits] must be a whole number above 0"),
        ('[intake.limits]\ncolumns = "5"\n', "columns in [intake.limits] must be a whole number above 0"),
        ('[intake.reading]\nspeed = "5"\n', "unknown reading option 'speed'. Known: date_order, date_system, decimal"),
        ('[intake.reading]\nheader = "perhaps"\n', "header must be yes or no"),
    ],
)
def test_what_it_does_not_know_is_refused_with_what_it_knows(write, text, says):
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(text))
    assert says in str(caught.value)
    assert "linkage.toml" in caught.value.where


def test_limits_ways_to_read_and_rules_of_closing_are_settings(write):
    project = load_project(
        write(
            "[intake]\nlargest_closed_share = 0.5\nlargest_hidden_share = 1\nlate_after_days = 30\n"
            "[intake.limits]\ncolumns = 50\nrows = 1000\n"
            '[intake.reading]\ndelimiter = "bar"\nheader = false\n'
        )
    )
    assert project.intake == IntakeSettings(
        limits=Limits(columns=50, rows=1000),
        reading=ReadOptions(delimiter="|", header=False),
        closing=ClosingRules(0.5, 1.0),
        late_after_days=30,
    )
    assert load_project(write("")).intake == IntakeSettings()


@pytest.mark.parametrize(
    ("named", "regencies"), [([], 0), (["3374"], 1), (["51"], 9), (["51", "5171", "3374"], 10), (["semua"], 514)]
)
def test_the_regions_of_a_project_are_regencies_all_of_a_province_or_of_the_nation(write, named, regencies):
    assert len(load_project(write(f"[intake]\nregions = {named}\n")).intake.regions) == regencies


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputMissingError, match="no project file"):
        load_project(tmp_path / "linkage.toml")


def test_the_secret_is_made_once_and_readable_by_its_owner_only(write, tmp_path):
    project = load_project(write(""))
    (tmp_path / "workspace").mkdir()
    first = project.secret()
    assert len(first) >= 32
    assert load_project(project.file).secret() == first
    assert stat.S_IMODE((tmp_path / "workspace" / "secret").stat().st_mode) == 0o600


def test_the_secret_may_come_from_the_environment_and_must_then_be_long(write, monkeypatch):
    project = load_project(write('[keys]\nenv = "OUR_KEY"\n'))
    for value in (None, "short"):
        monkeypatch.delenv("OUR_KEY", raising=False)
        if value is not None:
            monkeypatch.setenv("OUR_KEY", value)
        with pytest.raises(ConfigurationError, match="OUR_KEY must hold at least 32 characters") as caught:
            project.secret()
        assert "short" not in str(caught.value)
    monkeypatch.setenv("OUR_KEY", "x" * 32)
    assert project.secret() == b"x" * 32


def night(path):
    return run_nightly(load_project(path), full=False, engine=LocalEngine(1), observer=Silent())


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ('[intake]\nspec = "none.toml"\n', InputMissingError, "no such spec"),
        ('[intake]\ninbox = "none"\n', InputMissingError, "no inbox folder"),
    ],
)
def test_a_project_that_points_to_nothing_is_told_before_any_work(write, tmp_path, text, error, says):
    (tmp_path / "inbox").mkdir()
    with pytest.raises(error, match=says):
        night(write(text))
    assert not (tmp_path / "out").exists()


def test_a_field_that_the_store_has_a_column_for_is_refused(write, tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "s.toml").write_text(
        '[[field]]\nname = "province"\nkind = "text"\n'
        '[[comparison]]\nname = "p"\nfield = "province"\nkernel = "equal"\nlevels = ["equal"]\n'
        '[[rule]]\nname = "p"\nkeys = ["province"]\n',
        encoding="utf-8",
    )
    with pytest.raises(SpecError, match="the store has a column 'province' of its own"):
        night(write('[intake]\nspec = "s.toml"\n'))


def test_before_the_first_run_there_is_a_status_and_no_queue(write, tmp_path):
    path = write("")
    assert status_text(look_over(load_project(path))).endswith("taruh ekstrak di inbox, lalu: linkage run")
    with pytest.raises(UsageError, match="no run yet, so there is no queue"), open_project_queue(path):
        pass
    assert not (tmp_path / "workspace").exists()


def test_a_state_is_named_exactly():
    assert state_named(None) is None
    assert state_named("BARU") is State.BARU
    with pytest.raises(LinkageError, match=r"no state is called 'NEW'\. States: BARU"):
        state_named("NEW")
