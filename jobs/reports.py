"""The reports of every regency, province and the nation, for schedulers: ``python -m jobs.reports --project FILE``.

It is ``linkage report --region semua``: HTML, XLSX and PDF of each region in ``out/reports/<day>/``. Run it after the
nightly run and the publication; once more on one day it writes them anew. ``--semester 2026-1`` writes those of a
semester that was closed. Options and exit codes are those of ``linkage report``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from linkage.cli import main as linkage


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reports of all regions and return the exit code."""
    return linkage(["report", "--region", "semua", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
