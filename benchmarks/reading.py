"""How fast each kind of input is read, and in how much memory: ``python -m benchmarks.reading [RECORDS...]``.

The same invented residents as CSV, gzip, zip, Parquet, Delta and SQLite, and for at most 100,000 of them a workbook;
each read by ``read_inputs`` (with the quality return) in a process of its own. The last column is the time relative to
CSV in the same run. Prints a table for ``benchmarks/results.md``.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq
from deltalake import write_deltalake

from benchmarks.measure import Timed, machine
from linkage.synthetic import RegisterPlan, write_single

WORK = Path(__file__).parent / "work" / "reading"
MOST_OF_A_WORKBOOK = 100_000
_READ = """
import sys
import linkage.cli
linkage.cli._settle_arrow()
from linkage.intake import read_inputs
from linkage.spec import load_builtin_spec
item = sys.argv[1]
read = read_inputs([item], load_builtin_spec(), latest_year=2026)
print(read.accepted.num_rows, read.rejects.num_rows)
"""


def as_gzip(source: Path, target: Path) -> None:
    with source.open("rb") as raw, gzip.open(target, "wb", compresslevel=4) as packed:
        shutil.copyfileobj(raw, packed, 1 << 20)


def as_zip(source: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as packed:
        packed.write(source, source.name)


def as_sqlite(source: Path, target: Path) -> None:
    with sqlite3.connect(target) as database, pv.open_csv(source, convert_options=_all_text(source)) as batches:
        for number, batch in enumerate(batches):
            names = batch.schema.names
            if not number:
                columns = ", ".join(f'"{name}" TEXT' for name in names)
                database.execute(f"CREATE TABLE residents ({columns})")
            marks = ", ".join("?" * len(names))
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            database.executemany(f"INSERT INTO residents VALUES ({marks})", rows)  # noqa: S608 - our own names
    database.close()


def as_delta(source: Path, target: Path) -> None:
    with pv.open_csv(source, convert_options=_all_text(source)) as batches:
        write_deltalake(str(target), pa.RecordBatchReader.from_batches(batches.schema, batches))


def as_parquet(source: Path, target: Path) -> None:
    with (
        pv.open_csv(source, convert_options=_all_text(source)) as batches,
        pq.ParquetWriter(target, batches.schema) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch)


def as_workbook(source: Path, target: Path) -> None:
    import xlsxwriter

    table = pv.read_csv(source, convert_options=_all_text(source)).slice(0, MOST_OF_A_WORKBOOK)
    with xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, table.column_names)
        for line, row in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True), start=1):
            sheet.write_row(line, 0, [cell or "" for cell in row])


def _all_text(source: Path) -> pv.ConvertOptions:
    with source.open(encoding="utf-8") as stream:
        names = stream.readline().rstrip("\n").replace('"', "").split(",")
    return pv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))


KINDS: dict[str, tuple[str, Callable[[Path, Path], None] | None]] = {
    "CSV": ("residents.csv", None),
    "CSV, gzip": ("residents.csv.gz", as_gzip),
    "CSV, zip": ("residents.zip", as_zip),
    "Parquet": ("residents.parquet", as_parquet),
    "Delta": ("residents_delta", as_delta),
    "SQLite": ("residents.db", as_sqlite),
    "XLSX": ("residents.xlsx", as_workbook),
}


def timed_read(item: str) -> tuple[int, Timed]:
    """Return the rows accepted, the seconds and the peak memory of reading one input."""
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", _READ, item], stdout=subprocess.PIPE, text=True)
    accepted = child.stdout.read().split()[0]
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"reading ended with {child.returncode}")
    return int(accepted), Timed(time.perf_counter() - began, usage.ru_maxrss / 2**20)


def measure(records: int) -> None:
    """Print a line for each kind of input of so many records."""
    folder = WORK / str(records)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    plain = folder / KINDS["CSV"][0]
    write_single(RegisterPlan(records, max(5, records // 200_000), 20_262), plain)
    base = 0.0
    for name, (file, convert) in KINDS.items():
        if name == "XLSX" and records > MOST_OF_A_WORKBOOK:
            continue
        path = folder / file
        if convert is not None:
            convert(plain, path)
        item = f"sqlite:///{path}#table:residents" if name == "SQLite" else str(path)
        accepted, took = timed_read(item)
        base = base or took.seconds
        rate = accepted / took.seconds / 1000
        cells = (name, f"{accepted:,}", f"{took.seconds:.1f}", f"{rate:,.0f}", f"{took.peak_gib:.2f}")
        print(f"| {' | '.join(cells)} | {took.seconds / base:.2f} |", flush=True)
        if path != plain:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(folder)


def main() -> None:
    print(
        machine(),
        "| input | records | wall s | thousand rows/s | peak GiB | of CSV |\n|---|--:|--:|--:|--:|--:|",
        sep="\n\n",
    )
    for records in [int(text) for text in sys.argv[1:]] or [100_000, 1_000_000]:
        measure(records)


if __name__ == "__main__":
    main()
