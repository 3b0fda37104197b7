"""Load a queue as a night does, in a process of its own: ``python -m benchmarks.review_queue.loading URL CASES OUT``.

Writes to OUT, as JSON: how long the load took, and the resident size before it, when the cases stand in memory.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from benchmarks.review_queue.invented import cases
from linkage.review.sql import open_queue


def load(url: str, count: int) -> dict[str, float]:
    """Load so many cases into the queue at ``url``; return seconds, and GiB of the cases alone."""
    queue = open_queue(url)
    # As the nightly handover: millions of small values in no cycles.
    gc.disable()
    arriving = list(cases(count))
    held = _resident_gib()
    began = time.perf_counter()
    loaded = queue.load("benchmark", arriving, model="benchmark")
    seconds = time.perf_counter() - began
    queue.close()
    gc.enable()
    if loaded.added != count:
        raise SystemExit(f"of {count} cases {loaded.added} were added")
    return {"seconds": seconds, "cases_gib": held}


def _resident_gib() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 2**20


def main() -> None:
    url, count, out = sys.argv[1:4]
    Path(out).write_text(json.dumps(load(url, int(count))), encoding="utf-8")


if __name__ == "__main__":
    main()
