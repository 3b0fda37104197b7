"""How cost grows with the number of records: ``python -m benchmarks.scale 100000 300000 1000000 3000000 10000000``.

Each size is a hard register of its own, from one Parquet file to a folder of results, a whole process each. Prints the
curve, the exponents of seconds and of pairs, and what they say on paper of the largest province and of the nation.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.measure import machine, run_command
from benchmarks.registers import WORK, hard_register

PLACES = (("largest province", 52_000_000), ("nation", 288_000_000))
STAGES = ("intake", "encode", "block", "model", "compare", "decide", "write")


@dataclass(frozen=True)
class Point:
    """One run: whole seconds, peak GiB, and what its manifest counts."""

    records: int
    seconds: float
    peak_gib: float
    compared: int
    survived: int
    stages: dict[str, float]


def measured(records: int) -> Point:
    """Link a hard register of so many records in a process of its own."""
    source, _ = hard_register(records)
    out = WORK / f"scale_{records}_out"
    timed = run_command("dedupe", str(source), "--out", str(out))
    manifest = json.loads((Path(out) / "manifest.json").read_text())
    counts = manifest["counts"]
    return Point(
        counts["records"],
        timed.seconds,
        timed.peak_gib,
        counts["pairs_compared"],
        counts["pairs_survived"],
        {stage["name"]: stage["seconds"] for stage in manifest["stages"]},
    )


def exponent(x: list[float], y: list[float]) -> float:
    """Return the slope of log y on log x by least squares: 1 is proportional, 2 grows with the square."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def on_paper(points: list[Point]) -> list[str]:
    """Return lines that carry the two largest runs on to the province and the nation.

    Seconds and pairs follow the exponent between the two largest runs, memory the bytes that each further record took.
    """
    before, last = points[-2], points[-1]
    sizes = [float(before.records), float(last.records)]
    of_seconds = exponent(sizes, [before.seconds, last.seconds])
    of_pairs = exponent(sizes, [before.compared, last.compared])
    per_record = (last.peak_gib - before.peak_gib) * 2**30 / (last.records - before.records)
    lines = [
        f"From {before.records:,} to {last.records:,}: seconds grow with exponent {of_seconds:.2f}, pairs with "
        f"{of_pairs:.2f}, memory by {per_record:,.0f} bytes a record.",
        "",
        "| on paper | records | hours | pairs compared | GiB |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, records in PLACES:
        growth = records / last.records
        hours = last.seconds * growth**of_seconds / 3600
        gib = last.peak_gib + per_record * (records - last.records) / 2**30
        lines.append(f"| {name} | {records:,} | {hours:.1f} | {last.compared * growth**of_pairs:,.0f} | {gib:.0f} |")
    return lines


def main() -> None:
    sizes = sorted(int(size) for size in sys.argv[1:]) or [100_000, 1_000_000]
    run_command("dedupe", str(hard_register(2_000)[0]), "--out", str(WORK / "scale_warm_out"))  # kernels from the cache
    print(machine(), "", "| records | wall s | peak GiB | pairs compared | a record | survivors | "
          + " | ".join(f"{name} s" for name in STAGES) + " |", "|--:" * (6 + len(STAGES)) + "|", sep="\n")  # fmt: skip
    points = []
    for records in sizes:
        point = measured(records)
        points.append(point)
        stages = " | ".join(f"{point.stages.get(name, 0.0):.1f}" for name in STAGES)
        print(
            f"| {point.records:,} | {point.seconds:.1f} | {point.peak_gib:.2f} | {point.compared:,} "
            f"| {point.compared / point.records:.1f} | {point.survived:,} | {stages} |",
            flush=True,
        )
    if len(points) > 1:
        x = [float(point.records) for point in points]
        seconds, pairs = exponent(x, [p.seconds for p in points]), exponent(x, [float(p.compared) for p in points])
        print(f"\nOver all sizes: seconds with exponent {seconds:.2f}, pairs with {pairs:.2f}.")
        print("\n".join(on_paper(points)))


if __name__ == "__main__":
    main()
