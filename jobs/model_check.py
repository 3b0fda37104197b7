"""The weekly check of the model, for schedulers: ``python -m jobs.model_check --project linkage.toml``.

Does the model that the last full run fixed still fit? How far the register has moved, what the model claims of the
pairs that stand, and what stewards have said since, in ``out/model_checks/<day>/`` as text and JSON.

It ends with 79 when a bar is missed (the report is written all the same), with 75 while a run works on the workspace,
and with 66 when the folder of the full run is gone. ``--gate FILE`` names bars of your own (docs/guide/operations.md).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from linkage.cli import carry_out
from linkage.cli.options import carried_out_by, positive, project_option
from linkage.cli.watched import watched


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the model of a project and return the exit code."""
    return carry_out(parser().parse_args(arguments))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the job."""
    made = argparse.ArgumentParser(prog="python -m jobs.model_check", description="Check the model of a project.")
    project_option(made)
    made.add_argument("--gate", type=Path, metavar="FILE", help="bars to reach; default: those that ship")
    made.add_argument("--threads", type=positive, help="default: all processors")
    return carried_out_by(made, _check)


def _check(parsed: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from linkage.checking.model_check import check_bars, check_model, refuse_missed, write_check
    from linkage.checking.model_report import report
    from linkage.nightly.project import load_project
    from linkage.publishing.watched import account_of_look

    project, bars = load_project(parsed.project), check_bars(parsed.gate)
    with watched(parsed, project, "model_check") as watch:
        check = check_model(project, bars, now=datetime.now(UTC), threads=parsed.threads or os.cpu_count() or 1)
        text = report(check)
        folder = write_check(check, text, project.out)
        figures = {"bars": len(check.bars), "missed": len(check.missed)}
        watch.made(account_of_look(project, [folder / "report.json", folder / "report.txt"], figures))
        sys.stdout.write(f"{text}\n\nreport: {folder}\n")
        refuse_missed(check, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
