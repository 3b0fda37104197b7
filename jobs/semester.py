"""The semester's run (DKB), on 1 July and 1 January: ``python -m jobs.semester --project linkage.toml``.

One step after another: may it be closed, what waits in the inbox, is all there, a full run, publication, the figures
frozen, the reports of all regions, a backup; and then, unless the settings keep them, the extracts of closed semesters
deleted. Without ``--to`` there is no backup, and no extract is deleted. The first step that fails ends the job with its
exit code; started again, it goes on from there and does nothing twice. It ends with 2 when the semester cannot be
closed, with 66 when files are missing or late, or folders of nightly runs gone (``--anyway`` closes it without them),
with 75 when another run works, and with 79 when the publication waits for a supervisor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
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
    made.add_argument("--anyway", action="store_true", help="close it though files are missing, late or newer")
    made.add_argument("--to", type=Path, metavar="DIR", help="folder of the backups; without it nothing is deleted")
    return carried_out_by(made, _close)


def _close(parsed: argparse.Namespace) -> int:
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
    from linkage.checking.readiness import check_ready, is_closed, linked_whole
    from linkage.reference.settings import ALWAYS
    from linkage.reports.closing import check_closing

    if not is_closed(project, semester):
        check_closing(project, semester, now=datetime.now(UTC), anyway=parsed.anyway)
        yield ["run"]  # who is missing is known once the inbox is taken; a full run takes hours
        check_ready(project, semester, now=datetime.now(UTC), anyway=parsed.anyway)
        if not linked_whole(project, semester):
            yield ["run", "--full"]
        yield ["publish"]
        yield ["report", "--close-semester", str(semester), *(["--anyway"] if parsed.anyway else [])]
    yield ["report", "--region", "semua", "--semester", str(semester)]
    if parsed.to is not None:
        yield ["backup", "--to", str(parsed.to)]
        if project.publish.keep_extracts != ALWAYS:
            yield ["erase", "--extracts"]  # not before what they brought is kept elsewhere


if __name__ == "__main__":
    sys.exit(main())
