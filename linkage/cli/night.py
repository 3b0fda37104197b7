"""``run`` and ``status``: the nightly job of a project."""

from __future__ import annotations

import argparse

from linkage.cli.exit_codes import NOTHING_TO_DO
from linkage.cli.options import Subcommands, add_command, machine_options, project_option
from linkage.cli.queue import json_option, say_json
from linkage.cli.watched import local_engine, watching


def add_run(commands: Subcommands) -> None:
    """Add ``linkage run``."""
    run = add_command(commands, "run", _run, "the nightly job: inbox to review queue")
    project_option(run)
    run.add_argument("--full", action="store_true", help="estimate the model anew and write every row")
    machine_options(run)
    run.add_argument("--skip-exit-code", action="store_true", help=f"end with {NOTHING_TO_DO} when nothing is new")


def add_status(commands: Subcommands) -> None:
    """Add ``linkage status``."""
    status = add_command(commands, "status", _status, "what the last run did and how the queue stands")
    project_option(status)
    status.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    json_option(status)


def _run(parsed: argparse.Namespace) -> int:
    from linkage.nightly.job import run_nightly
    from linkage.nightly.project import load_project
    from linkage.publishing.watched import watched_run
    from linkage.run.manifest import new_run_id
    from linkage.telemetry.account import account_of
    from linkage.terminal import summary

    project = load_project(parsed.project)
    parsed.run_id = run_id = new_run_id()
    with watching(parsed) as observer, watched_run(project, "run", run_id=run_id, observer=observer) as watch:
        engine = local_engine(parsed, project.workspace / "run")
        result = run_nightly(project, full=parsed.full, engine=engine, observer=observer, run_id=run_id)
        if result is None:
            watch.exit_code = NOTHING_TO_DO if parsed.skip_exit_code else 0
        else:
            watch.made(account_of(result.manifest, result.folder, project.workspace))
    if result is None:
        print("nothing new in the inbox")
        return watch.exit_code
    option = f"--project {parsed.project}"
    people = [
        f"linkage queue user add NAME --region pusat --roles pengelola,petugas {option}",
        f"linkage queue invite NAME {option}",
        f"linkage queue list {option} --as NAME",
        f"linkage queue next {option} --as NAME",
    ]
    steps = [
        # A trial brings stewards of its own, and is held on no queue that has others.
        *([] if project.web.get("mode") == "trial" else people),
        f"linkage serve {option}",
        f"linkage status {option}",
        f"linkage verify {result.folder}",
    ]
    print(summary(result.manifest, result.folder, steps))
    return 0


def _status(parsed: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from linkage.nightly.project import load_project
    from linkage.publishing.overview import look_over
    from linkage.publishing.status import status_json, status_text

    overview = look_over(load_project(parsed.project))
    if parsed.json:
        say_json(status_json(overview))
    else:
        print(status_text(overview, parsed.language, datetime.now().astimezone().tzinfo or UTC))
    return 0
