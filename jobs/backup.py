"""The backup job, for schedulers: ``python -m jobs.backup --project linkage.toml --to /backup --keep 14``.

It is ``linkage backup`` and nothing else, so that what the scheduler does can be done by hand. It ends with 75 while a
run works on the workspace (try again later), and with 73 when the place of the backups is full or closed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from linkage.cli import main as linkage


def main(arguments: Sequence[str] | None = None) -> int:
    """Take a backup with these options of ``linkage backup`` and return its exit code."""
    return linkage(["backup", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
