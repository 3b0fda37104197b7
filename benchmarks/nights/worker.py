"""A process that runs and publishes on request, a line of JSON each way, so that it can be killed at any moment.

    {"do": "run", "project": PATH, "now": ISO, "full": false, "die_after": STAGE or null}

It does what ``linkage run`` and ``linkage publish`` do, but at a moment that is told. ``die_after``: the process kills
itself when this stage, counted from 0, has ended.
"""

from __future__ import annotations

from linkage.memory import settle_memory

settle_memory()

import json  # noqa: E402 - memory is settled before Arrow is there
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from dataclasses import asdict  # noqa: E402
from datetime import datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from linkage.engine.local import LocalEngine  # noqa: E402
from linkage.errors import LinkageError  # noqa: E402
from linkage.nightly.job import run_nightly  # noqa: E402
from linkage.nightly.project import load_project  # noqa: E402
from linkage.progress import Silent  # noqa: E402
from linkage.run.outputs import resume_folder  # noqa: E402


class _Dying(Silent):
    """Watches a job, and kills its process after one of its stages."""

    def __init__(self, die_after: int | None) -> None:
        self._left = die_after

    def stage_finished(self, name: str, seconds: float, counts: Mapping[str, int]) -> None:
        """Count down."""
        if self._left is not None:
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1


def main() -> None:
    """Say that all is loaded, and answer requests until there are no more."""
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        _forget_peak()
        began, used = time.perf_counter(), time.process_time()
        try:
            told = _DO[asked["do"]](asked)
        except LinkageError as error:
            told = {"error": type(error).__name__, "text": str(error)}
        told |= {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used, "peak_gib": _peak_gib()}
        print(json.dumps(told), flush=True)


def _run(asked: dict[str, Any]) -> dict[str, Any]:
    project = load_project(Path(asked["project"]))
    result = run_nightly(
        project,
        full=asked["full"],
        engine=LocalEngine(folder=resume_folder(project.workspace / "run")),
        observer=_Dying(asked["die_after"]),
        now=datetime.fromisoformat(asked["now"]),
    )
    if result is None:
        return {"done": False}
    return {"done": True, "folder": str(result.folder), "load": asdict(result.load)}


def _publish(asked: dict[str, Any]) -> dict[str, Any]:
    from linkage.publishing.publish import publish

    project = load_project(Path(asked["project"]))
    made = publish(project, observer=_Dying(asked["die_after"]), now=datetime.fromisoformat(asked["now"]))
    if made is None:
        return {"done": False}
    return {"done": True, "publication": made.row.publication, "state_hash": made.row.state_hash}


_DO = {"run": _run, "publish": _publish}


def _forget_peak() -> None:
    """Let the peak be counted anew (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_gib() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20


if __name__ == "__main__":
    main()
