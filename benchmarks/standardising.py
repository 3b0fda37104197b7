"""How fast raw values become standard ones: ``python -m benchmarks.standardising [RECORDS]``.

The hard register's fields, read from one Parquet file, each through ``linkage.encode`` alone, and then all of them
together as a run does it. Reading the file is not counted. Per field: records, distinct raw values, distinct standard
values, wall and processor seconds of the best of three. Prints a table for ``benchmarks/results.md``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from benchmarks.measure import machine
from linkage.encode import encode
from linkage.intake.read import read_inputs
from linkage.spec import LinkageSpec, load_builtin_spec
from linkage.synthetic import RegisterPlan, write_single

SEED = 20_261
ROUNDS = 3
PEOPLE = ("nama", "nama_ibu", "nama_ayah", "tanggal_lahir", "nik", "tempat_lahir")
ADDRESSES = ("alamat",)
WORK = Path(__file__).parent / "work"


def main(arguments: Sequence[str]) -> None:
    records = int(arguments[0]) if arguments else 1_000_000
    path = WORK / f"hard_{records}.parquet"
    if not path.exists():
        WORK.mkdir(exist_ok=True)
        write_single(RegisterPlan(records=records, seed=SEED, preset="hard"), path)
    spec = load_builtin_spec("residents")
    accepted = read_inputs([path], spec).accepted
    print(f"{records:,} records of the hard register; {machine()}\n")
    print("| fields | distinct raw | distinct standard | wall s | processor s |\n|---|--:|--:|--:|--:|")
    for name in PEOPLE:
        print(row(name, accepted, spec, (name,)))
    print(row("names, date, NIK, place, two threads", accepted, spec, PEOPLE, threads=2))
    print(row("address", accepted, spec, ADDRESSES))


def row(label: str, accepted: pa.Table, spec: LinkageSpec, fields: Sequence[str], threads: int = 1) -> str:
    """Return one line: the standardising of these fields, each record's religion beside its names."""
    chosen = replace(spec, fields=tuple(field for field in spec.fields if field.name in (*fields, "agama")))
    wall, processor = best_of(lambda: encode(accepted, chosen, latest_year=2026, threads=threads))
    encoded = encode(accepted, chosen, latest_year=2026)
    raw = sum(len(accepted[name].unify_dictionaries().chunk(0).dictionary) for name in fields)
    standard = sum(len(encoded.columns[name].content.values) for name in fields)
    return f"| {label} | {raw:,} | {standard:,} | {wall:.2f} | {processor:.2f} |"


def best_of(work: Callable[[], object]) -> tuple[float, float]:
    """Return the least wall and processor seconds of some rounds; the first, which compiles, does not count."""
    work()
    found = []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(found)


if __name__ == "__main__":
    main(sys.argv[1:])
