"""What starting costs: ``python -m benchmarks.start_up``, each figure a process of its own, the whole of it.

Three limits: ``linkage --help`` 0.3 s; ``dedupe`` of 10,000 records 3 s when the kernels are compiled; compiling them,
which happens once after an installation, 60 s. Bytecode is kept, as an installed package keeps it, and the kernels lie
in a folder of this benchmark's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import machine
from linkage.synthetic import RegisterPlan, write_single

RECORDS = 10_000
SEED = 20_261
REPEATS = 3
LIMITS = {"--help": 0.3, "dedupe, warm": 3.0, "compiling": 60.0}


def timed(arguments: list[str], environment: Mapping[str, str]) -> float:
    """Run ``linkage`` in a process of its own and return its wall seconds."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "linkage.cli", *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def best(arguments: list[str], environment: Mapping[str, str]) -> float:
    """Return the quickest of several runs, after one that fills the caches."""
    timed(arguments, environment)
    return min(timed(arguments, environment) for _ in range(REPEATS))


def main() -> None:
    """Print a table for ``benchmarks/results.md``."""
    with tempfile.TemporaryDirectory(prefix="linkage-start-up-") as folder:
        place = Path(folder)
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": str(place / "bytecode"),
            "NUMBA_CACHE_DIR": str(place / "kernels"),
        }
        register = place / "register.parquet"
        write_single(RegisterPlan(records=RECORDS, regions=5, seed=SEED, preset="hard"), register)
        dedupe = ["dedupe", str(register), "--out", str(place / "out"), "--quiet"]
        figures = {"--help": best(["--help"], environment)}
        cold = timed(dedupe, environment)
        figures["dedupe, warm"] = best(dedupe, environment)
        figures["compiling"] = cold - figures["dedupe, warm"]
    print(f"{machine()}\n\n| process | wall s | limit s |\n|---|---|---|")
    for name, seconds in figures.items():
        print(f"| {name} | {seconds:.2f} | {LIMITS[name]:g} |")


if __name__ == "__main__":
    main()
