"""A night with a delta against a large standing store: ``python -m benchmarks.incremental 5000000 100000``.

A project is made of the *hard* register without some of its records. The first night, a full run, is not the measure.
Then come those records and as many that changed, as deltas of their regions, and the night is timed as one process.
Prints seconds per stage and peak memory.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measure import machine, run_command
from benchmarks.registers import WORK, hard_register

SEED = 20_262
REGION = "source"


def write_extracts(home: Path, kind: str, day: str, rows: pa.Table) -> None:
    """Write one Parquet extract per region."""
    regions = rows[REGION].cast(pa.string())
    for region in pc.unique(regions).drop_null().to_pylist():
        pq.write_table(rows.filter(pc.equal(regions, region)), home / "inbox" / f"{region}_{kind}_{day}_1.parquet")


def prepare(home: Path, records: int, delta: int) -> None:
    """Make a project whose first night has all but half of the delta."""
    shutil.rmtree(home, ignore_errors=True)
    (home / "inbox").mkdir(parents=True)
    (home / "linkage.toml").write_text("[intake]\nlargest_closed_share = 1\n", encoding="utf-8")
    source, _ = hard_register(records)
    rows = pq.read_table(source)
    rows = rows.filter(pc.is_valid(rows[REGION]))
    order = np.random.default_rng(SEED).permutation(rows.num_rows)
    new, changed = order[: delta // 2], order[delta // 2 : delta]
    write_extracts(home, "full", "20260601", rows.take(pa.array(np.sort(order[delta // 2 :]))))
    later = rows.take(pa.array(np.sort(np.concatenate([new, changed]))))
    streets = pc.binary_join_element_wise(later["alamat"].cast(pa.string()), pa.scalar("BLOK B"), " ")
    later = later.set_column(later.column_names.index("alamat"), "alamat", streets)
    (home / "later").mkdir()
    pq.write_table(later, home / "later" / "delta.parquet")


def stages(home: Path) -> str:
    """Return seconds and peak memory by stage of the last run."""
    ledger = json.loads((home / "workspace" / "ledger.json").read_text(encoding="utf-8"))
    manifest = json.loads((home / "out" / ledger["run_id"] / "manifest.json").read_text(encoding="utf-8"))
    lines = [f"{item['name']:<8} {item['seconds']:8.2f} s  {item['counts']}" for item in manifest["stages"]]
    return "\n".join(lines)


def main() -> None:
    records, delta = (int(argument) for argument in sys.argv[1:3])
    home = Path(os.environ.get("BENCH_HOME", WORK)) / f"incremental_{records}_{delta}"
    print(machine())
    prepare(home, records, delta)
    first = run_command("run", "--project", str(home / "linkage.toml"))
    print(f"first night: {records:,} records, {first.seconds:.1f} s, {first.peak_gib:.2f} GiB\n{stages(home)}")
    write_extracts(home, "delta", "20260602", pq.read_table(home / "later" / "delta.parquet"))
    second = run_command("run", "--project", str(home / "linkage.toml"))
    print(f"delta: {delta:,} rows, {second.seconds:.1f} s, {second.peak_gib:.2f} GiB\n{stages(home)}")


if __name__ == "__main__":
    main()
