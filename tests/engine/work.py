"""Work for engines, the same in every process. As a program: begin it and be killed.

``python -m tests.engine.work FOLDER TASKS`` kills itself, as ``kill -9`` does, when so many tasks are done.
"""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from linkage.comparison.pair_pass import build_weights
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates

SPEC = """
name = "work"
[[field]]
name = "group"
kind = "category"
[[field]]
name = "word"
kind = "text"
[[field]]
name = "code"
kind = "identifier"
[[comparison]]
name = "word"
field = "word"
kernel = "jaro_winkler"
levels = [{ name = "equal" }, { name = "close", at_least = 0.9 }, { name = "near", at_least = 0.7 }]
[[comparison]]
name = "code"
field = "code"
kernel = "levenshtein"
levels = [{ name = "equal" }, { name = "one", at_most = 1 }]
[[rule]]
name = "group"
keys = ["group"]
cap = 5000
[[rule]]
name = "code"
keys = ["code.deletions"]
cap = 5000
"""
PAIRS_PER_TASK = 2000


def make_work(seed=1):
    rng = np.random.default_rng(seed)
    n = 2000
    letters = np.array(list("ABCDE"))
    table = {
        "record_id": [f"r{k:04}" for k in range(n)],
        "group": [f"g{k}" for k in rng.integers(0, 12, n)],
        "word": ["".join(row) for row in letters[rng.integers(0, 5, (n, 6))]],
        "code": [f"{k:05}" for k in rng.integers(0, 3000, n)],
    }
    spec = parse_spec(SPEC)
    work = plan_candidates(encode(pa.table(table), spec, latest_year=2026), spec).work
    weights = np.array([[0, -3, 1, 4, 8], [0, -1, 3, 9, 0]], np.float64)
    return work, build_weights(weights, spec, work.program, 2.0)


def main():
    folder, limit = Path(sys.argv[1]), int(sys.argv[2])
    calls = []

    def progress(done, planned):
        calls.append(done)
        if len(calls) == limit:
            os.kill(os.getpid(), signal.SIGKILL)

    LocalEngine(2, folder=folder, pairs_per_task=PAIRS_PER_TASK, resumed_from=0).survive(*make_work(), progress)


if __name__ == "__main__":
    main()
