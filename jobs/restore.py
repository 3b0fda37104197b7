"""The restore job: ``python -m jobs.restore /backup/20260601T180000Z-... --project linkage.toml``.

It is ``linkage restore`` and nothing else. A person starts it; or, into a project of its own, a scheduler that tries
every week whether the newest backup can be restored.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from linkage.cli import main as linkage


def main(arguments: Sequence[str] | None = None) -> int:
    """Restore with these options of ``linkage restore`` and return its exit code."""
    return linkage(["restore", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
