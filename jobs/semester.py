"""The semester's run (DKB), on 1 July and 1 January: ``python -m jobs.semester --project linkage.toml``.

One step after another: a full run, publication, are all files there, the figures frozen, the reports of all regions,
the extracts of closed semesters deleted (unless the settings keep them), a backup. The first step that fails ends the
job with its exit code; started again, it goes on from there and does nothing twice. It ends with 66 and names the
regions when files are missing or late (``--anyway`` closes the semester without them), with 75 when another run works,
and with 79 when the publication waits for a supervisor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkage.cli import carry_out
from linkage.cli import main as linkage
from linkage.cli.options import carried_out_by, project_option

if TYPE_CHECKING:
    from linkage.nightly.project import Project
    from linkage.reports.semesters import Semester


def main(arguments: Sequence[str] | None = None) -> int:
    """Close a semester and return the exit code."""
    return carry_out(parser().parse_args(arguments))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the job."""
    made = argparse.ArgumentParser(prog="python -m jobs.semester", description="Close a semester of the DKB.")
    project_option(made)
    made.add_argument("--semester", metavar="YYYY-N", help="such as 2026-1; default: the last one that is over")
    made.add_argument("--anyway", action="store_true", help="close it although files are missing or late")
    made.add_argument("--to", type=Path, metavar="DIR", help="folder of the backups; without it none is taken")
    return carried_out_by(made, _close)


def _close(parsed: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from linkage.checking.readiness import semester_to_close
    from linkage.nightly.project import load_project
    from linkage.reports.semesters import Semester

    project = load_project(parsed.project)
    semester = Semester.named(parsed.semester) if parsed.semester else semester_to_close(datetime.now(UTC))
    for step in _steps(project, semester, parsed):
        code = linkage([*step, "--project", str(parsed.project), "--log-format", parsed.log_format])
        if code:
            return code
    return 0


def _steps(project: Project, semester: Semester, parsed: argparse.Namespace) -> Iterator[list[str]]:
    from linkage.checking.readiness import is_closed, linked_whole, missing_of, refuse_missing
    from linkage.nightly.store import Store

    yield ["run"] if linked_whole(project, semester) else ["run", "--full"]
    yield ["publish"]
    if not is_closed(project, semester):
        regions, intake = Store(project.workspace).ledger.regions, project.intake
        missing = missing_of(regions, semester, intake.late_after_days, intake.regions)
        refuse_missing(() if parsed.anyway else missing, semester)
        yield ["report", "--close-semester", str(semester)]
    yield ["report", "--region", "semua", "--semester", str(semester)]
    yield ["erase", "--extracts"]
    if parsed.to is not None:
        yield ["backup", "--to", str(parsed.to)]


if __name__ == "__main__":
    sys.exit(main())
