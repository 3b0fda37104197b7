"""``run`` and ``status``: the nightly job of a project."""

from __future__ import annotations

import argparse

from linkage.cli.exit_codes import NOTHING_TO_DO
from linkage.cli.options import Subcommands, add_command, machine_options, project_option
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


def _run(parsed: argparse.Namespace) -> int:
    from linkage.nightly.job import run_nightly
    from linkage.nightly.project import load_project
    from linkage.terminal import summary

    project = load_project(parsed.project)
    with watching(parsed) as observer:
        engine = local_engine(parsed, project.workspace / "run")
        result = run_nightly(project, full=parsed.full, engine=engine, observer=observer)
    if result is None:
        print("nothing new in the inbox")
        return NOTHING_TO_DO if parsed.skip_exit_code else 0
    option = f"--project {parsed.project}"
    steps = [
        f"linkage serve {option}",
        f"linkage queue user add NAME --region pusat --roles pengelola,petugas {option}",
        f"linkage queue list {option} --as NAME",
        f"linkage queue next {option} --as NAME",
        f"linkage status {option}",
        f"linkage verify {result.folder}",
    ]
    print(summary(result.manifest, result.folder, steps))
    return 0


def _status(parsed: argparse.Namespace) -> int:
    from linkage.nightly.status import project_status

    print(project_status(parsed.project))
    return 0
