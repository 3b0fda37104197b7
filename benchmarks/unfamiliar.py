"""Registers unlike those the models were made on: ``python -m benchmarks.unfamiliar [records] [--model MODEL]``.

Names are of the half that no training register is made of, regencies of the other provinces, and each register has an
office's own way of going wrong. Beside them stands the ``hard`` register of ``benchmarks.registers``. A model that has
learned the generator's habits instead of the names falls off here; a point and a half is what we allow.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from benchmarks.measure import Quality, cluster_labels, machine, quality, run_command
from benchmarks.registers import WORK, joined, register
from linkage.synthetic import DEFAULT_ERROR_SHARES, RegisterPlan, write_single

SEED: Final = 30_261
GROUPS: Final = ("twin_group", "namesake_group")
HEADER: Final = (
    "| register | F1 best | less | F1 default | clusters F1 | R at P .99 | twins joined | namesakes joined |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|"
)


def heavy(factor: float, *starts: str) -> dict[str, float]:
    """Return the usual weights of errors, those of kinds that start so multiplied."""
    shares = DEFAULT_ERROR_SHARES.items()
    return {kind: share * (factor if kind.startswith(starts) else 1.0) for kind, share in shares}


SLIPS: Final = ("name_substitution", "name_insertion", "name_deletion", "name_transposition", "mother_typing")
OTHERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "other names and regions": {},
    "typing": {"error_shares": heavy(5.0, *SLIPS)},
    "optical reading": {"error_shares": heavy(20.0, "name_ocr") | {"nik_digit": 0.08, "card_digit": 0.05}},
    "old spelling": {"error_shares": heavy(10.0, "name_old_spelling") | {"name_phonetic": 0.3}},
    "missing fields": {"missing_factor": 6.0, "error_shares": heavy(5.0, "field_missing", "nik_missing")},
    "dates": {"default_date_factor": 3.0, "error_shares": heavy(4.0, "date_")},
    "other habits": {
        "twins_entered_apart_rate": 0.7,
        "twins_apart_rate": 0.4,
        "copy_same_day_rate": 0.5,
        "copy_channel_rate": 1.0,
        "particulars_changed_rate": 0.2,
        "wrongly_refused_rate": 0.005,
        "error_shares": {**DEFAULT_ERROR_SHARES, "father_shortened": 0.05, "father_typing": 0.03, "sex_slip": 0.01},
    },
    "one in a hundred": {"preset": "default", "duplicate_rate": 0.01},
}
"""What is particular to each register, beside names and regions; ``hard`` where nothing else is said."""


def plan_of(number: int, records: int) -> RegisterPlan:
    """Return the plan of the register with this number in ``OTHERS``."""
    settings = {"preset": "hard", **list(OTHERS.values())[number]}
    regions = max(5, min(40, records // 10_000))
    return RegisterPlan(records, regions, SEED + number, name_tables="second", region_part="second", **settings)


def unfamiliar(number: int, records: int) -> tuple[Path, Path]:
    """Return the file of a register and that of its truth, invented now if they are not there yet."""
    source = WORK / f"unfamiliar_{number}_{records}.parquet"
    truth = source.with_name(f"{source.stem}_truth.parquet")
    if not (source.is_file() and truth.is_file()):
        WORK.mkdir(exist_ok=True)
        write_single(plan_of(number, records), source)
    return source, truth


def judge(source: Path, truth_file: Path, options: list[str]) -> tuple[Quality, str]:
    """Link a register; return how well, and what of its twins and namesakes was joined."""
    out = WORK / f"{source.stem}_out"
    run_command("dedupe", str(source), "--out", str(out), *options)
    truth = pq.read_table(truth_file, columns=["record_id", "person_id", *GROUPS])
    ids = truth["record_id"].combine_chunks()
    labels = cluster_labels(pq.read_table(out / "clusters.parquet"), ids)
    hard = " | ".join(joined(truth, labels, group) for group in GROUPS)
    return quality(out, ids, truth["person_id"].combine_chunks()), hard


def line(name: str, judged: Quality, hard: str, familiar: float) -> str:
    """Return a line of the table; ``familiar``: the best F1 of the familiar register, to compare with."""
    best = judged.at_best[2]
    return (
        f"| {name} | {judged.best_cell()} | {100.0 * (familiar - best):+.1f} | {judged.default_cell()} "
        f"| {judged.cluster_f1:.3f} | {judged.recall_at_99:.3f} | {hard} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("records", type=int, nargs="?", default=200_000)
    parser.add_argument("--model", help="built-in name or file; the model of dedupe by default")
    parsed = parser.parse_args()
    options = ["--model", parsed.model] if parsed.model else []
    print(machine(), f"{parsed.records:,} records each", HEADER, sep="\n\n")
    judged, hard = judge(*register(parsed.records, "hard"), options)
    familiar = judged.at_best[2]
    print(line("familiar (`hard`)", judged, hard, familiar), flush=True)
    for number, name in enumerate(OTHERS):
        judged, hard = judge(*unfamiliar(number, parsed.records), options)
        print(line(name, judged, hard, familiar), flush=True)


if __name__ == "__main__":
    main()
