"""Link public sets through the command line: ``LINKAGE_DATA=... python -m benchmarks.public_sets [SET...]``.

Prints a table for ``benchmarks/results.md``. With ``--spec proposed``, ``linkage spec`` proposes a spec from the files
alone, and both are printed side by side.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.measure import HEADER, Quality, Timed, machine, quality, row, run_command
from benchmarks.public_sets.prepare import Prepared, data_folder, prepare
from benchmarks.public_sets.sets import SETS, SPECS, PublicSet

WORK = Path(__file__).parents[1] / "work"

SIDE_BY_SIDE = (
    "| data | hand default (P / R) | hand best (P / R, at p) | proposed default (P / R) | proposed best (P / R, at p) "
    "| proposing s | wall s |\n|---|---|---|---|---|---|---|"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_sets", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"default: all of {', '.join(SETS)}")
    parser.add_argument("--spec", choices=("hand", "proposed"), default="hand", help="proposed: beside the hand's")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.sets if name not in SETS]
    if unknown:
        parser.error(f"no set {', '.join(unknown)}; there are {', '.join(SETS)}")
    data = data_folder()
    print(machine(), HEADER if chosen.spec == "hand" else SIDE_BY_SIDE, sep="\n\n")
    for name in chosen.sets or SETS:
        prepared = prepare(SETS[name], data, WORK / name)
        line = hand_row(SETS[name], prepared) if chosen.spec == "hand" else proposed_row(SETS[name], prepared)
        print(line, flush=True)


def judge(chosen: PublicSet, prepared: Prepared, spec: Path, out: Path) -> tuple[Quality, Timed]:
    """Link a set by a spec into ``out``, and hold the result against the truth."""
    command = "link" if chosen.is_link else "dedupe"
    timed = run_command(command, *map(str, prepared.files), "--spec", str(spec), "--out", str(out))
    return quality(out, prepared.ids, prepared.entities, left_ids=prepared.left_ids), timed


def hand_row(chosen: PublicSet, prepared: Prepared) -> str:
    """Return the line of a set under its hand-written spec."""
    out = WORK / chosen.name / "hand"
    judged, timed = judge(chosen, prepared, SPECS / chosen.spec, out)
    return row(f"{chosen.name} (link)" if chosen.is_link else chosen.name, out, judged, timed)


def proposed_row(chosen: PublicSet, prepared: Prepared) -> str:
    """Return the line of a set under both specs; the proposal is kept beside the results as ``proposed.toml``."""
    folder = WORK / chosen.name
    spec = folder / "proposed.toml"
    spec.unlink(missing_ok=True)
    proposing = run_command(
        "spec", *map(str, prepared.files), *(["--link"] if chosen.is_link else []), "--out", str(spec)
    )
    by_hand, _ = judge(chosen, prepared, SPECS / chosen.spec, folder / "hand")
    by_proposal, timed = judge(chosen, prepared, spec, folder / "proposed")
    cells = [cell for judged in (by_hand, by_proposal) for cell in (judged.default_cell(), judged.best_cell())]
    name = f"{chosen.name} (link)" if chosen.is_link else chosen.name
    return f"| {name} | {' | '.join(cells)} | {proposing.seconds:.1f} | {timed.seconds:.1f} |"


if __name__ == "__main__":
    main()
