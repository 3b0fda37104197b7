"""Public data sets with truth, one short spec each: ``LINKAGE_DATA=... python -m benchmarks.public_sets``.

Prints a table for ``benchmarks/results.md``. The truth is used to judge, never to choose a setting.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from benchmarks.measure import HEADER, machine, quality, row, run_command

WORK = Path(__file__).parent / "work"
SPECS = Path(__file__).parent / "specs"


def read(path: Path) -> pa.Table:
    table = pv.read_csv(path)
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))


def dedupe(name: str, spec: str, data: Path) -> str:
    out = WORK / name
    timed = run_command("dedupe", str(data / name / "records.csv.gz"), "--spec", str(SPECS / spec), "--out", str(out))
    truth = read(data / name / "truth.csv.gz")
    ids, entities = truth["rec_id"].combine_chunks(), truth["truth_id"].combine_chunks()
    return row(name, out, quality(out, ids, entities), timed)


def link(name: str, spec: str, data: Path) -> str:
    """Split the records by their source and link the two parts."""
    out, folder = WORK / name, WORK / f"{name}_parts"
    folder.mkdir(parents=True, exist_ok=True)
    records, truth = read(data / name / "records.csv.gz"), read(data / name / "truth.csv.gz")
    parts = [records.filter(pc.equal(records["source"], side)) for side in ("a", "b")]
    for side, part in zip(("a", "b"), parts, strict=True):
        pv.write_csv(part, folder / f"{side}.csv")
    timed = run_command(
        "link", str(folder / "a.csv"), str(folder / "b.csv"), "--spec", str(SPECS / spec), "--out", str(out)
    )
    ids = pa.concat_tables(parts)["rec_id"].combine_chunks()
    entities = truth["truth_id"].combine_chunks().take(pc.index_in(ids, value_set=truth["rec_id"].combine_chunks()))
    return row(f"{name} (link)", out, quality(out, ids, entities, left_ids=parts[0].num_rows), timed)


def main() -> None:
    if "LINKAGE_DATA" not in os.environ:
        sys.exit("set LINKAGE_DATA to the folder that holds febrl1, febrl4 and splink_historical_50k")
    data = Path(os.environ["LINKAGE_DATA"])
    if (data / "linkage").is_dir():
        data = data / "linkage"
    WORK.mkdir(exist_ok=True)
    print(machine(), HEADER, sep="\n\n")
    print(dedupe("febrl1", "febrl.toml", data), flush=True)
    print(link("febrl4", "febrl.toml", data), flush=True)
    print(dedupe("splink_historical_50k", "historical.toml", data), flush=True)


if __name__ == "__main__":
    main()
