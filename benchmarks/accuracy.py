"""How good the shipped models are, with intervals: ``python -m benchmarks.accuracy [records] [--model MODEL]``.

Registers of preset ``hard`` at four shares of duplicates, of seeds that nothing was trained on. Each is linked by the
command and judged by ``linkage evaluate``; the figures below are its own. ``--as-others``: the names and provinces that
no training register has.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.measure import machine, run_command
from benchmarks.registers import WORK
from linkage.synthetic import RegisterPlan, write_single
from linkage.synthetic.plan import Half

SEED: Final = 40_261
PREVALENCES: Final = (0.003, 0.01, 0.05, 0.15)
HEADER: Final = (
    "| duplicates | F1 best | F1 default | clusters F1 | R at P .99 | proposed P / R | twins | namesakes | one NIK "
    "| ECE (by chance, pairs) | fairness gap |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def register(name: str, place: int, records: int, part: Half, seed: int) -> tuple[Path, Path]:
    """Return the file of a register and that of its truth, invented now if they are not there yet."""
    source = WORK / f"{name}_{part}_{PREVALENCES[place]:g}_{records}.parquet"
    truth = source.with_name(f"{source.stem}_truth.parquet")
    if not (source.is_file() and truth.is_file()):
        WORK.mkdir(exist_ok=True)
        plan = RegisterPlan(
            records, max(5, min(40, records // 10_000)), seed, "hard",
            duplicate_rate=PREVALENCES[place], name_tables=part, region_part=part,
        )  # fmt: skip
        write_single(plan, source)
    return source, truth


def judged(source: Path, truth: Path, options: list[str]) -> dict[str, Any]:
    """Link a register and return what ``linkage evaluate`` says of it."""
    out = WORK / f"{source.stem}_out"
    run_command("dedupe", str(source), "--out", str(out), *options)
    told = WORK / f"{source.stem}.json"
    run_command("evaluate", "--run", str(out), "--truth", str(truth), "--out", str(told))
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found


def proposed_recall(source: Path, truth: Path, out: Path) -> float:
    """Return the share of true pairs of active records that stand in one case about a person.

    History, a record that was closed when its person moved or died, is matched and rightly never proposed.
    """
    status = pq.read_table(source, columns=["record_id", "flag_status"]).to_pandas().set_index("record_id").flag_status
    person = pq.read_table(truth, columns=["record_id", "person_id"]).to_pandas().set_index("record_id").person_id
    active = person[person.index.isin(status.index[status.fillna("0").replace("", "0") == "0"])]
    cases = pq.read_table(out / "cases.parquet", columns=["case_id", "kind", "record_ids"]).to_pandas()
    held = cases[cases.kind != "SHARED_NIK"].explode("record_ids").set_index("record_ids").case_id
    # A record is in one case about a person at most, so that a pair is counted once.
    together = active.to_frame("person").join(held.rename("case"), how="inner").groupby(["person", "case"]).size()
    return float(_pairs(together) / _pairs(active.value_counts()))


def _pairs(sizes: pd.Series[int]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def cell(figure: dict[str, Any]) -> str:
    """Return a figure with its interval, in per cent."""
    return f"{100 * figure['value']:.1f} ({100 * figure['low']:.1f}-{100 * figure['high']:.1f})"


def line(share: float, told: dict[str, Any], recall: float) -> str:
    """Return a line of the table."""
    figures, found = told["figures"], told["evaluation"]
    error, shared = found["calibration"], found["joined"]["shared_nik"]
    main_figures = [cell(figures[name]) for name in ("best_f1", "default_f1", "cluster_f1", "recall_at_99")]
    return (
        f"| {100 * share:g} % | {' | '.join(main_figures)} "
        f"| {100 * figures['proposed_precision']['value']:.1f} / {100 * recall:.1f} "
        f"| {100 * figures['twins_joined']['value']:.2f} % | {100 * figures['namesakes_joined']['value']:.2f} % "
        f"| {shared['joined']} of {shared['pairs']:,} "
        f"| {100 * error['error']:.1f} ({100 * error['noise']:.1f}, {error['n_pairs']:,}) "
        f"| {100 * figures['fairness_gap']['value']:.1f} |"
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("records", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--model", help="built-in name or file; the model of dedupe by default")
    parser.add_argument("--as-others", action="store_true", help="names and provinces that nothing was trained on")
    parsed = parser.parse_args()
    options = ["--model", parsed.model] if parsed.model else []
    print(machine(), f"{parsed.records:,} records each", HEADER, sep="\n\n")
    part: Half = "second" if parsed.as_others else "all"
    for place, share in enumerate(PREVALENCES):
        source, truth = register("accuracy", place, parsed.records, part, SEED + place)
        told = judged(source, truth, options)
        print(line(share, told, proposed_recall(source, truth, WORK / f"{source.stem}_out")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
