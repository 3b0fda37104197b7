"""``report``: the quality return and the figures of a region, and the closing of a semester of the DKB."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from linkage.cli.options import Subcommands, add_command, project_option
from linkage.cli.watched import watched

if TYPE_CHECKING:
    from linkage.reports.semesters import Stand


def add_report(commands: Subcommands) -> None:
    """Add ``linkage report``."""
    report = add_command(commands, "report", _report, "the figures of a region, as HTML, XLSX and PDF")
    project_option(report)
    what = report.add_mutually_exclusive_group(required=True)
    what.add_argument("--region", metavar="CODE", help="regency (4 digits), province (2), pusat, or semua for all")
    what.add_argument("--close-semester", metavar="YYYY-N", help="freeze the figures of a semester, once; 2026-1")
    when = report.add_mutually_exclusive_group()
    when.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="ages and period as of this day; default: today")
    when.add_argument("--semester", metavar="YYYY-N", help="of a semester that was closed, such as 2026-1")
    report.add_argument("--anyway", action="store_true", help="close it though figures are missing or data are newer")
    report.add_argument("--out", type=Path, metavar="DIR", help="default: out/reports/<day or semester>")
    report.add_argument("--language", choices=("id", "en"), default="id", help="default: Bahasa Indonesia")


def _report(parsed: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from linkage.days import day_of
    from linkage.nightly.project import load_project
    from linkage.publishing.watched import account_of_look
    from linkage.reports.edition import close_semester, edition
    from linkage.reports.semesters import Semester, frozen
    from linkage.reports.writing import EVERYWHERE, folder_of, manifest_name, region_named, write_reports

    project = load_project(parsed.project)
    now = datetime.now(UTC)
    with watched(parsed, project, "report") as watch:
        if parsed.close_semester:
            files = [written := close_semester(project, parsed.close_semester, now=now, anyway=parsed.anyway)]
            stand = frozen(project.workspace, Semester.named(parsed.close_semester))[0]
        else:
            semester = Semester.named(parsed.semester) if parsed.semester else None
            found = edition(project, parsed.date or day_of(now), semester, now=now)
            stand = found.stand
            regions = found.regions if parsed.region == EVERYWHERE else (region_named(found, parsed.region),)
            folder = parsed.out or folder_of(project, found)
            files, written = list(write_reports(found, regions, folder, parsed.language)), folder / manifest_name(found)
        watch.made(account_of_look(project, [written], {"files": len(files)}))
    for path in files:
        print(path)
    _warn(stand)
    return 0


def _warn(stand: Stand) -> None:
    if stand.lost:
        told = f"folders of nightly runs are gone ({len(stand.lost)}), so the quality of the extracts was not counted"
        print(f"linkage: warning: {told}", file=sys.stderr)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write it as 2026-06-30") from None
