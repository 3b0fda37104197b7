"""Stewards work a queue without rest while they, and its database, are killed: the tests' hammer for longer.

    python -m benchmarks.queue_hammer --seconds 300

Ends with an error at the first thing that was told and is not stored, or is stored and was not told.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.oracles.crew import database_killed, workers_killed
from tests.oracles.history import Operation
from tests.oracles.postgres_process import PostgresProcess


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill stewards and databases at work, and check what is left.")
    parser.add_argument("--seconds", type=float, default=300.0, help="how long, about")
    parser.add_argument("--stewards", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    ends = time.monotonic() + given.seconds
    trials: dict[str, Callable[[Path, int], list[Operation]]] = {
        "PostgreSQL killed": lambda folder, seed: database_killed(folder, rounds=8, size=given.stewards, seed=seed),
        "workers killed, PostgreSQL": lambda folder, seed: _on_postgresql(folder, given.stewards, seed),
        "workers killed, SQLite": lambda folder, seed: workers_killed(
            f"sqlite:///{folder}/queue.db", folder, rounds=40, size=given.stewards, seed=seed
        ),
    }
    for seed in count(given.seed):
        for name, trial in trials.items():
            with tempfile.TemporaryDirectory(prefix="tunggal-hammer-") as folder:
                outcomes = Counter(call.outcome for call in trial(Path(folder), seed))
            told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
            print(f"{name}, seed {seed}: {told}", flush=True)
        if time.monotonic() > ends:
            return


def _on_postgresql(folder: Path, stewards: int, seed: int) -> list[Operation]:
    with PostgresProcess() as server:
        return workers_killed(server.url, folder, rounds=40, size=stewards, seed=seed)


if __name__ == "__main__":
    main()
