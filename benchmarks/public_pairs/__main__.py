"""Judge public lists of cases: ``LINKAGE_DATA=... python -m benchmarks.public_pairs [LIST...]``.

Prints tables for ``benchmarks/results.md``: under a spec written once by kind of column, and under the one that
``linkage spec`` proposes from the files alone. Neither was tuned to the answers. Models are trained on the records
without labels.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import pyarrow.csv as pv

from benchmarks.measure import machine
from benchmarks.public_pairs.cases import Cases, immunisation_pairs, seeded_people
from benchmarks.public_pairs.judging import Answers, answers_of, by_kind
from benchmarks.public_pairs.scoring import run_files
from benchmarks.public_pairs.tables import HEADER, KINDS_HEADER, in_bits, kind_row, row
from benchmarks.public_sets.prepare import data_folder
from linkage.proposal.propose import propose_spec
from linkage.run.one_off import read_spec_file
from linkage.spec import LinkageSpec

WORK: Final = Path(__file__).parents[1] / "work"
SPECS: Final = Path(__file__).parent / "specs"
LISTS: Final = {"immreg_miis": immunisation_pairs, "cdc_recordlinker": seeded_people}
LATEST_YEAR: Final = 2026
"""Tells the century of two-digit years; the figures must not change with the clock."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_pairs", description=__doc__)
    parser.add_argument("lists", nargs="*", metavar="LIST", help=f"default: all of {', '.join(LISTS)}")
    parser.add_argument("--all-kinds", action="store_true", help="also kinds of cases that are all answered rightly")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.lists if name not in LISTS]
    if unknown:
        parser.error(f"no list {', '.join(unknown)}; there are {', '.join(LISTS)}")
    data = data_folder()
    print(machine())
    for name in chosen.lists or LISTS:
        report(LISTS[name](data), WORK / name, whole=chosen.all_kinds)


def report(cases: Cases, folder: Path, *, whole: bool) -> None:
    """Run a list under both specs and print what came out."""
    files = write_tables(cases, folder)
    print("", f"## {cases.name}: {'; '.join(cases.notes)}", "", HEADER, sep="\n")
    judged = []
    for origin, spec in specs_for(cases, files).items():
        run = run_files(files, spec, latest_year=LATEST_YEAR)
        answers = answers_of(run.linked, cases)
        judged.append((origin, spec, answers, run.warnings))
        print(row(origin, answers, spec, run.seconds), flush=True)
    for origin, spec, answers, warnings in judged:
        _print_kinds(cases, origin, spec, answers, whole=whole)
        print(*(f"warning ({origin}): {warning}" for warning in warnings), sep="\n")


def write_tables(cases: Cases, folder: Path) -> list[Path]:
    """Write the records of a list as files that a run may see, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("left", "right") if len(cases.tables) == 2 else ("records",)
    files = [folder / f"{name}.csv" for name in names]
    for path, table in zip(files, cases.tables, strict=True):
        pv.write_csv(table, path)
    return files


def specs_for(cases: Cases, files: list[Path]) -> dict[str, LinkageSpec]:
    """Return the spec written by hand and the one proposed."""
    proposal = propose_spec(files, across=len(files) == 2, latest_year=LATEST_YEAR)
    return {"by hand": read_spec_file(SPECS / f"{cases.name}.toml"), "proposed": proposal.spec}


def _print_kinds(cases: Cases, origin: str, spec: LinkageSpec, answers: Answers, *, whole: bool) -> None:
    shares = by_kind(answers, cases.kinds, in_bits(spec.link_threshold))
    kept = [share for share in shares if whole or share.right < share.total]
    print("", f"### {origin}: {len(shares) - len(kept)} more kinds are all right", "", KINDS_HEADER, sep="\n")
    print(*map(kind_row, kept), sep="\n")


if __name__ == "__main__":
    main()
