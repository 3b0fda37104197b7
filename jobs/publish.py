"""The publication, for schedulers: ``python -m jobs.publish --project linkage.toml``, after the nightly job.

It is ``linkage publish`` and nothing else. It ends with 99 under ``--skip-exit-code`` when nothing is new, with 75 when
a run works on the workspace (try again later), and with 79 when the circuit breaker holds the publication back: then it
is a supervisor's turn, and repeating does not help.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from linkage.cli import main as linkage


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish with these options of ``linkage publish`` and return its exit code."""
    return linkage(["publish", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
