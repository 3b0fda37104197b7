"""Run the command line on files with known truth, and say how well and how fast it did."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.evaluation.metrics import cluster_pair_metrics, pair_curve


@dataclass(frozen=True)
class Timed:
    """Wall seconds and the largest resident size of a process, in GiB."""

    seconds: float
    peak_gib: float


@dataclass(frozen=True)
class Quality:
    """Pairs at the default threshold and at the best one; clusters; recall of all compared pairs."""

    at_default: tuple[float, float, float]
    best_threshold: float
    at_best: tuple[float, float, float]
    cluster_f1: float
    recall_at_99: float
    candidates_recall: float

    def default_cell(self) -> str:
        """Return F1 (P / R) at the default threshold, for a table."""
        p, r, f1 = self.at_default
        return f"{f1:.3f} ({p:.3f} / {r:.3f})"

    def best_cell(self) -> str:
        """Return F1 (P / R, at p) at the best threshold, for a table."""
        p, r, f1 = self.at_best
        return f"{f1:.3f} ({p:.3f} / {r:.3f}, {self.best_threshold:.2g})"


# The peak that the system reports of a process counts what its parent held when it was started. So the measured one is
# the child of a small one.
_LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_maxrss]))
"""


def time_process(*command: str, cwd: Path | None = None) -> Timed:
    """Run a command in a process of its own and time the whole of it. Ends this one when it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    launched = [sys.executable, "-S", "-c", _LAUNCHER, *command]
    done = subprocess.run(launched, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    code, seconds, peak_kib = json.loads(done.stdout)
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return Timed(seconds, peak_kib / 2**20)


def run_command(*arguments: str) -> Timed:
    """Run ``linkage`` in a process of its own and time the whole of it."""
    return time_process(sys.executable, "-m", "linkage.cli", *arguments, "--quiet")


def quality(out: Path, ids: pa.Array, entities: pa.Array, *, left_ids: int | None = None) -> Quality:
    """Judge a run against the truth.

    ``ids`` and ``entities`` (n,): every record and the entity it belongs to; in ``link`` LEFT's first, ``left_ids`` of
    them, no id on both sides, and only pairs across count.
    """
    manifest = json.loads((out / "manifest.json").read_text())
    pairs = pq.read_table(out / "pairs.parquet", columns=["left_id", "right_id", "match_probability"])
    codes = pc.index_in(entities, value_set=pc.unique(entities)).to_numpy(zero_copy_only=False).astype(np.int64)
    side = slice(None) if left_ids is None else slice(0, left_ids)
    left = pc.index_in(pairs["left_id"], value_set=ids[side]).to_numpy().astype(np.int64)
    rest = ids if left_ids is None else ids[left_ids:]
    right = pc.index_in(pairs["right_id"], value_set=rest).to_numpy().astype(np.int64) + (left_ids or 0)
    curve = pair_curve(left, right, pairs["match_probability"].to_numpy(), codes, n_left=left_ids)
    labels = cluster_labels(pq.read_table(out / "clusters.parquet"), ids)
    cluster_f1 = cluster_pair_metrics(labels, codes, n_left=left_ids).f1
    threshold, best = curve.best_f1()
    default = curve.at(manifest["thresholds"]["link_threshold"])
    return Quality(
        (default.precision, default.recall, default.f1),
        threshold,
        (best.precision, best.recall, best.f1),
        cluster_f1,
        curve.recall_at_precision(0.99),
        float(curve.recall[-1]) if curve.thresholds.size else 0.0,
    )


def cluster_labels(clusters: pa.Table, ids: pa.Array) -> np.ndarray:
    """Return the cluster of each record as a number, int64 (n,); a rejected record stands alone, -1."""
    numbers = pc.index_in(clusters["cluster_id"], value_set=pc.unique(clusters["cluster_id"])).to_numpy()
    position = pc.fill_null(pc.index_in(ids, value_set=clusters["record_id"].combine_chunks()), -1).to_numpy()
    return np.append(numbers.astype(np.int64), -1)[position]


def machine() -> str:
    """Return what the figures were taken on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores {model}, {memory:.0f} GiB, Python {sys.version.split()[0]}"


HEADER = (
    "| data | records | pairs compared | F1 default (P / R) | F1 best (P / R, at p) | clusters F1 | R at P .99 "
    "| wall s | peak GiB |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def row(name: str, out: Path, judged: Quality, timed: Timed) -> str:
    """Return one line of the results table."""
    counts = json.loads((out / "manifest.json").read_text())["counts"]
    return (
        f"| {name} | {counts['records']:,} | {counts['pairs_compared']:,} | {judged.default_cell()} "
        f"| {judged.best_cell()} | {judged.cluster_f1:.3f} "
        f"| {judged.recall_at_99:.3f} | {timed.seconds:.1f} | {timed.peak_gib:.2f} |"
    )
