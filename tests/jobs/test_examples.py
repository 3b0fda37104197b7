"""The examples for cron, systemd and Airflow can be used as they are: every line parses, every command is real."""

from __future__ import annotations

import ast
import configparser
import importlib
import re
import shlex
from pathlib import Path

import pytest

import linkage.cli
from linkage.cli.parser import command_parser

EXAMPLES = Path(__file__).parents[2] / "jobs" / "examples"
SERVICES = sorted(EXAMPLES.glob("*.service"))
TIMERS = sorted(EXAMPLES.glob("*.timer"))
COMMANDS = {"nightly": ["run"], "reports": ["report", "--region", "semua"]}
OWN = ("model_check", "semester")
SCHEDULED = {"nightly", "publish", "backup", "reports", *OWN}
KEYS = {
    "Unit": {"Description", "Wants", "After", "OnSuccess", "StartLimitIntervalSec", "StartLimitBurst"},
    "Service": {
        "Type", "User", "WorkingDirectory", "ExecStart", "SuccessExitStatus", "Restart", "RestartPreventExitStatus",
        "RestartSec", "TimeoutStartSec", "TimeoutStopSec", "Nice", "NoNewPrivileges", "PrivateTmp", "ProtectSystem",
        "ReadWritePaths", "UMask",
    },
    "Timer": {"OnCalendar", "Persistent", "RandomizedDelaySec"},
    "Install": {"WantedBy"},
}  # fmt: skip
CALENDAR = re.compile(r"((Mon|Sun) )?\*-(\*|01,07)-(\*|01) ([01]\d|2[0-3]):[0-5]\d:00 Asia/Jakarta")
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


class Unit(configparser.ConfigParser):
    """A systemd unit: keys keep their case, and may come several times."""

    def optionxform(self, name: str) -> str:
        return name


def unit(path: Path) -> Unit:
    read = Unit(interpolation=None, strict=False)
    read.read(path, encoding="utf-8")
    return read


def job_of(command: str) -> str:
    """Return the job that a shell command starts, after its own parser has read its options."""
    words = shlex.split(command)
    place = words.index("-m")
    assert words[place - 1].endswith(".venv/bin/python")
    package, _, name = words[place + 1].partition(".")
    assert package == "jobs"
    options = words[place + 2 :]
    job = importlib.import_module(f"jobs.{name}")
    if name in OWN:
        assert job.parser().parse_args(options).project == Path("linkage.toml")
    else:
        parsed = command_parser().parse_args([*COMMANDS.get(name, [name]), *options])
        assert parsed.project == Path("linkage.toml")
    return name


def cron_lines() -> list[str]:
    lines = (EXAMPLES / "tunggal.cron").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#") and not re.match(r"[A-Z_]+=", line)]


def within(field: str, least: int, most: int) -> bool:
    return field == "*" or all(number.isdigit() and least <= int(number) <= most for number in field.split(","))


def airflow() -> list[tuple[str, dict[str, str]]]:
    """Return the calls of the DAG file: what is called, and its keywords as text."""
    tree = ast.parse((EXAMPLES / "airflow_nightly.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        (ast.unparse(call.func), {str(word.arg): ast.unparse(word.value) for word in call.keywords}) for call in calls
    ]


def test_each_line_for_cron_has_its_fields_and_starts_a_job():
    started = set()
    for line in cron_lines():
        *fields, user, command = line.split(maxsplit=6)
        assert [within(field, *bounds) for field, bounds in zip(fields, FIELDS, strict=True)] == [True] * 5, line
        assert user == "tunggal"
        started.add(job_of(command.split(" 2>>")[0].split(" >>")[0]))
    assert started == SCHEDULED


@pytest.mark.parametrize("path", [*SERVICES, *TIMERS], ids=lambda path: path.name)
def test_a_unit_has_known_sections_and_keys(path):
    read = unit(path)
    assert set(read.sections()) == ({"Unit", "Service"} if path.suffix == ".service" else {"Unit", "Timer", "Install"})
    for section in read.sections():
        assert set(read[section]) <= KEYS[section]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_starts_the_job_of_its_name_and_is_tried_again_for_two_codes(path):
    service = unit(path)["Service"]
    assert f"tunggal-{job_of(service['ExecStart']).replace('_', '-')}.service" == path.name
    assert (service["Type"], service["Restart"], service["SuccessExitStatus"]) == ("oneshot", "on-failure", "99")
    given_up = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert given_up == {1, 2, 65, 66, 70, 71, 73, 77, 78, 79}
    if "--to" in service["ExecStart"]:
        assert service["ReadWritePaths"] == "/srv/tunggal /backup"


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_has_a_service_a_day_and_catches_up(path):
    timer = unit(path)["Timer"]
    assert path.with_suffix(".service") in SERVICES
    assert CALENDAR.fullmatch(timer["OnCalendar"])
    assert (timer["Persistent"], timer["RandomizedDelaySec"]) == ("true", "10min")


def test_every_service_is_started_by_a_timer_or_after_another():
    after = {name for path in SERVICES for name in unit(path)["Unit"].get("OnSuccess", "").split()}
    timed = {path.with_suffix(".service").name for path in TIMERS}
    assert {path.name for path in SERVICES} == timed | after
    assert unit(EXAMPLES / "tunggal-nightly.service")["Unit"]["OnSuccess"] == "tunggal-publish.service"


def test_each_task_of_airflow_starts_the_job_of_its_name():
    tasks = [words for name, words in airflow() if name == "BashOperator"]
    commands = {ast.literal_eval(words["task_id"]): ast.literal_eval(words["bash_command"]) for words in tasks}
    assert {task: job_of(command) for task, command in commands.items()} == {name: name for name in SCHEDULED}
    skipping = [task for task, command in commands.items() if "--skip-exit-code" in command]
    assert skipping == [ast.literal_eval(words["task_id"]) for words in tasks if "skip_on_exit_code" in words]


def test_what_any_example_starts_makes_files_for_its_own_user_alone():
    assert all(" && umask 077 && " in line for line in cron_lines())
    assert {unit(path)["Service"]["UMask"] for path in SERVICES} == {"0077"}
    for name, words in airflow():
        if name == "BashOperator":
            assert ast.literal_eval(words["bash_command"]).startswith("umask 077 && exec ")


def test_airflow_keeps_the_order_and_every_schedule_is_one_for_cron():
    source = (EXAMPLES / "airflow_nightly.py").read_text(encoding="utf-8")
    assert "nightly >> publish >> backup" in source
    schedules = [ast.literal_eval(words["schedule"]) for name, words in airflow() if name == "DAG"]
    assert len(schedules) == 3
    for schedule in schedules:
        assert all(within(field, *bounds) for field, bounds in zip(schedule.split(), FIELDS, strict=True))


@pytest.mark.parametrize("name", sorted({*SCHEDULED, "restore"}))
def test_a_job_stays_short_and_says_how_it_is_started(name):
    text = (EXAMPLES.parent / f"{name}.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 80
    assert f"python -m jobs.{name}" in text


@pytest.mark.parametrize("name", ["nightly", "publish", "backup", "restore"])
def test_a_job_ends_as_its_command_does(name, monkeypatch):
    job = importlib.import_module(f"jobs.{name}")
    called = []
    monkeypatch.setattr(job, "linkage", lambda arguments: called.append(arguments) or 75)
    assert job.main(["--project", "x.toml"]) == 75
    assert called == [["run" if name == "nightly" else name, "--project", "x.toml"]]
    assert job.linkage is not linkage.cli.main
