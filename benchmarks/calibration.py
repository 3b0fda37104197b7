"""Whether the probabilities hold: ``python -m benchmarks.calibration [records] [registers] [--model MODEL]``.

A register alone has too few uncertain pairs to tell a model's error from chance: 1,700 in a million records of which
three in a thousand are repeated. So there are several of each share of duplicates, of seeds that nothing was trained on
or decided by, and the error is that of their pairs together. Each run estimates its own share of matches.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.accuracy import PREVALENCES, register
from benchmarks.measure import machine, run_command
from benchmarks.registers import codes_of
from linkage.evaluation.calibration import CalibrationError, expected_calibration_error
from linkage.synthetic.plan import Half

SEED: Final = 73_000
HEADER: Final = (
    "| duplicates | uncertain pairs | ECE | by chance | each register | more than stated |\n|--:|--:|--:|--:|--:|--:|"
)

Stated = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]
"""Of the pairs of a run: probability, whether they are one person, and the person, whom an interval draws as one."""


def stated(place: int, number: int, records: int, part: Half, options: list[str]) -> Stated:
    """Link a register and return what is stated of its pairs, beside what is true."""
    source, truth = register(f"calibration_{number}", place, records, part, SEED + 100 * place + number)
    out = source.with_name(f"{source.stem}_out")
    run_command("dedupe", str(source), "--out", str(out), *options)
    return _of_run(out, truth)


def _of_run(out: Path, truth: Path) -> Stated:
    pairs = pq.read_table(out / "pairs.parquet", columns=["left_id", "right_id", "match_probability"])
    told = pq.read_table(truth, columns=["record_id", "person_id"])
    ids, person = told["record_id"].combine_chunks(), codes_of(told["person_id"])
    left, right = (person[pc.index_in(pairs[side], value_set=ids).to_numpy()] for side in ("left_id", "right_id"))
    return pairs["match_probability"].to_numpy(), left == right, left


def together(parts: list[Stated]) -> CalibrationError:
    """Return the calibration error of the pairs of several registers."""
    probability, same = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    persons = np.concatenate([part[2] + (number << 40) for number, part in enumerate(parts)])
    return expected_calibration_error(probability, same, clusters=np.unique(persons, return_inverse=True)[1])


def line(share: float, parts: list[Stated]) -> str:
    """Return a line of the table, in per cent."""
    found = together(parts)
    low, high = found.interval.low, found.interval.high
    each = ", ".join(f"{100 * together([part]).error:.1f}" for part in parts)
    more = sum(entry.n_pairs * (entry.share - entry.probability) for entry in found.bins) / found.n_pairs
    return (
        f"| {100 * share:g} % | {found.n_pairs:,} | {100 * found.error:.1f} ({100 * low:.1f}-{100 * high:.1f}) "
        f"| {100 * found.noise:.1f} | {each} | {100 * more:+.1f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("records", type=int, nargs="?", default=1_000_000)
    parser.add_argument("registers", type=int, nargs="?", default=4)
    parser.add_argument("--model", help="built-in name or file; the model of dedupe by default")
    parser.add_argument("--as-others", action="store_true", help="names and provinces that nothing was trained on")
    parsed = parser.parse_args()
    options = ["--model", parsed.model] if parsed.model else []
    part: Half = "second" if parsed.as_others else "all"
    print(machine(), f"{parsed.registers} registers of {parsed.records:,} records for each share", HEADER, sep="\n\n")
    for place, share in enumerate(PREVALENCES):
        parts = [stated(place, number, parsed.records, part, options) for number in range(parsed.registers)]
        print(line(share, parts), flush=True)


if __name__ == "__main__":
    main()
