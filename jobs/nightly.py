"""The nightly job, for schedulers: ``python -m jobs.nightly --project linkage.toml``.

It is ``linkage run`` and nothing else, so that what the scheduler does can be done by hand. It ends with 99 under
``--skip-exit-code`` when the inbox holds nothing new, and with 75 when another run still works (try again later).
Examples for cron, systemd and Airflow lie in ``jobs/examples``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from linkage.cli import main as linkage


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the nightly job with these options of ``linkage run`` and return its exit code."""
    return linkage(["run", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
