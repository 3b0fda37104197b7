"""Ours beside Splink 5 on the hard register: ``python -m benchmarks.against_splink 100000 1000000 5000000``.

Whole processes, from one Parquet file to pairs and clusters, one after another. Both sides use Fellegi-Sunter: (a)
trained on the input, Splink with u from 1e6 and from 1e7 random pairs, ours with ``dedupe --train``; (b) with the model
that (a) made and stored. Ours with the shipped model stands beside them. Our kernels are compiled beforehand, by a
small run that does not count; DuckDB has nothing to compile.

Splink lives in an environment of its own, for it needs other versions than we do::

    python3.11 -m venv splink-env && splink-env/bin/python -m pip install splink==5.0.0 duckdb==2.0.0
    SPLINK_PYTHON=splink-env/bin/python python -m benchmarks.against_splink 100000

What Splink does stands in ``benchmarks/splink_side``: an expert's configuration, the best of seven that were tried.
NIKs and dates are compared by ``hamming`` there, in DuckDB a hundred times cheaper than ``damerau_levenshtein``; once,
beside it, by the latter, which is what configurations found elsewhere use.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.candidates import evaluate, read_register
from benchmarks.measure import Quality, Timed, machine, quality, run_command, time_process
from benchmarks.registers import SEED, WORK
from linkage.evaluation.truth import true_pairs
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.store import to_json
from linkage.spec import LinkageSpec, load_builtin_spec
from linkage.synthetic import RegisterPlan, write_single

REPOSITORY: Final = Path(__file__).parents[1]
WARM_UP: Final = 20_000
SPLINK_CLUSTERS_FROM: Final = 0.95
"""Where Splink's clusters are cut: at 0.5 a million records end in one giant cluster."""


@dataclass(frozen=True)
class Run:
    """One engine on one register. ``seconds_by_phase``: as the engine tells it."""

    name: str
    timed: Timed
    pairs: int
    judged: Quality
    candidate_recall: float
    seconds_by_phase: dict[str, float] = field(default_factory=dict)

    def line(self) -> str:
        """Return the run as a line of the table."""
        return (
            f"| {self.name} | {self.timed.seconds:.1f} | {self.timed.peak_gib:.2f} | {self.pairs:,} "
            f"| {self.candidate_recall:.4f} | {self.judged.best_cell()} | {self.judged.default_cell()} "
            f"| {self.judged.cluster_f1:.3f} | {self.judged.recall_at_99:.3f} |"
        )


@dataclass(frozen=True)
class Register:
    """An invented register of ``records`` rows, with its truth."""

    records: int
    source: Path
    ids: pa.StringArray
    persons: pa.StringArray

    @property
    def codes(self) -> np.ndarray:
        """The persons as numbers, int64 (n,)."""
        codes: np.ndarray = self.persons.dictionary_encode().indices.to_numpy().astype(np.int64)
        return codes


HEADER: Final = (
    "| run | wall s | peak GiB | pairs compared | candidate recall | F1 best (P / R, at p) | F1 at p .5 (P / R) "
    "| clusters F1 | R at P .99 |\n|---|---|---|---|---|---|---|---|---|"
)


def make_register(records: int) -> Register:
    """Return the register, inventing it when it is not there yet."""
    source = WORK / f"hard_{records}.parquet"
    truth_file = WORK / f"hard_{records}_truth.parquet"
    WORK.mkdir(exist_ok=True)
    if not (source.exists() and truth_file.exists()):
        regions = max(5, min(40, records // 10_000))
        write_single(RegisterPlan(records=records, regions=regions, seed=SEED, preset="hard"), source)
    truth = pq.read_table(truth_file, columns=["record_id", "person_id"])
    return Register(records, source, truth["record_id"].combine_chunks(), truth["person_id"].combine_chunks())


def run_splink(name: str, register: Register, recall: float, *options: str) -> Run:
    """Link with Splink in a process of its own."""
    out = WORK / f"splink_{register.records}" / name.replace(" ", "_")
    timed = call_splink(register, out, *options, "--link-from", str(SPLINK_CLUSTERS_FROM))
    (out / "manifest.json").write_text(json.dumps({"thresholds": {"link_threshold": 0.5}}))
    report = json.loads((out / "report.json").read_text())
    judged = quality(out, register.ids, register.persons)
    return Run(name, timed, report["pairs_compared"], judged, recall, report["seconds"])


def call_splink(register: Register, out: Path, *options: str) -> Timed:
    """Run ``benchmarks.splink_side`` under the interpreter that ``SPLINK_PYTHON`` names."""
    command = [os.environ["SPLINK_PYTHON"], "-m", "benchmarks.splink_side", str(register.source), str(out), *options]
    return time_process(*command, cwd=REPOSITORY)


def splink_candidate_recall(register: Register) -> float:
    """Return the share of true pairs among those that Splink blocks, in a run that is not timed."""
    out = WORK / f"splink_{register.records}" / "blocked"
    call_splink(register, out, "--only-block")
    blocked = pq.read_table(out / "blocked.parquet")
    codes = register.codes
    left, right = (
        codes[pc.index_in(blocked[side], value_set=register.ids).to_numpy()] for side in ("left_id", "right_id")
    )
    return float(np.count_nonzero(left == right) / true_pairs(codes)[0].size)


def our_candidate_recall(register: Register, spec: LinkageSpec) -> float:
    """Return the share of true pairs that share a block under some rule."""
    records, truth = read_register("hard", register.records, spec)
    persons = truth["person_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    _, _, masks = evaluate(records, spec, *(side.astype(np.int64) for side in true_pairs(persons)))
    return float(np.mean(masks > 0))


def run_ours(name: str, register: Register, recall: float, *options: str) -> tuple[Run, Path]:
    """Link with ``linkage dedupe`` in a process of its own; return the run and its folder."""
    out = WORK / f"ours_{register.records}" / name.replace(" ", "_")
    timed = run_command("dedupe", str(register.source), "--out", str(out), *options)
    manifest = json.loads((out / "manifest.json").read_text())
    phases = {stage["name"]: stage["seconds"] for stage in manifest["stages"]}
    judged = quality(out, register.ids, register.persons)
    return Run(name, timed, manifest["counts"]["pairs_compared"], judged, recall, phases), out


def store_model(out: Path, spec: LinkageSpec) -> Path:
    """Store the model that a run trained, as its manifest gives it, and return the file."""
    trained = json.loads((out / "manifest.json").read_text())["model"]
    comparisons = tuple(
        ComparisonModel(
            name=item.name,
            level_names=item.level_names,
            m=tuple(trained["comparisons"][item.name]["m"]),
            u=tuple(trained["comparisons"][item.name]["u"]),
            term_frequency=item.term_frequency,
        )
        for item in spec.weighted
    )
    path = out.with_suffix(".model.json")
    path.write_bytes(to_json(FellegiSunter(comparisons, trained["prior"])))
    return path


def ratios(records: int, runs: dict[str, Run]) -> list[str]:
    """Return a line for each figure that is asked for at this size: what is asked, what came out."""
    trained, stored = runs["ours trained"], runs["ours stored"]
    theirs = runs["Splink trained 1e7"]
    lines = [
        faster("trained, against u from 1e7 by edit distance", runs["Splink trained 1e7 by edits"], trained, 5.0),
        faster("trained, against u from 1e7", theirs, trained, 5.0),
        faster("trained, against u from 1e6", runs["Splink trained 1e6"], trained, 2.0),
    ]
    if records >= 1_000_000:
        large = records >= 5_000_000
        lines.append(faster("stored model", runs["Splink stored"], stored, 2.0 if large else 1.5))
        for kind, one, other in (("trained", theirs, trained), ("stored", runs["Splink stored"], stored)):
            share, most = other.timed.peak_gib / one.timed.peak_gib, 1 / 3 if large else 1 / 2
            lines.append(f"| peak memory, {kind} | at most {most:.2f} | {share:.2f} | {answer(share <= most)} |")
    best = max(run.judged.at_best[2] for name, run in runs.items() if name.startswith("Splink"))
    own = trained.judged.at_best[2]
    lines.append(f"| best pair F1, trained | at least {best:.4f} | {own:.4f} | {answer(own >= best)} |")
    recall, their_recall = trained.candidate_recall, theirs.candidate_recall
    lines.append(
        f"| candidate recall | at least {their_recall:.4f} | {recall:.4f} | {answer(recall >= their_recall)} |"
    )
    return lines


def faster(what: str, theirs: Run, ours: Run, asked: float) -> str:
    """Return the line on how many times faster ours is."""
    ratio = theirs.timed.seconds / ours.timed.seconds
    return f"| {what} | {asked:g} times faster | {ratio:.1f} | {answer(ratio >= asked)} |"


def answer(met: bool) -> str:
    """Return ``yes`` or ``no``."""
    return "yes" if met else "no"


def compare(records: int, spec: LinkageSpec) -> None:
    """Run both engines on a register of so many records and print the tables."""
    register = make_register(records)
    their_recall, our_recall = splink_candidate_recall(register), our_candidate_recall(register, spec)
    print(f"\n## {records:,} records, {true_pairs(register.codes)[0].size:,} true pairs\n\n{HEADER}", flush=True)
    runs: dict[str, Run] = {}

    def add(run: Run) -> None:
        runs[run.name] = run
        print(run.line(), flush=True)

    add(run_splink("Splink trained 1e6", register, their_recall, "--max-pairs", "1e6"))
    add(run_splink("Splink trained 1e7", register, their_recall, "--max-pairs", "1e7"))
    edits = ("--max-pairs", "1e7", "--distance", "damerau_levenshtein")
    add(run_splink("Splink trained 1e7 by edits", register, their_recall, *edits))
    model = WORK / f"splink_{records}" / "Splink_trained_1e7" / "model.json"
    add(run_splink("Splink stored", register, their_recall, "--model", str(model)))
    trained, out = run_ours("ours trained", register, our_recall, "--train")
    add(trained)
    stored = ("--model", str(store_model(out, spec)))
    add(run_ours("ours stored", register, our_recall, *stored, "--as-is")[0])
    add(run_ours("ours stored, settled anew", register, our_recall, *stored)[0])
    add(run_ours("ours shipped", register, our_recall)[0])
    print("\n| figure | asked | measured | met |\n|---|---|---|---|", *ratios(records, runs), sep="\n")
    print("\n| run | seconds by phase |\n|---|---|")
    for run in runs.values():
        print(
            f"| {run.name} | {', '.join(f'{phase} {seconds:.1f}' for phase, seconds in run.seconds_by_phase.items())} |"
        )


def main() -> None:
    if "SPLINK_PYTHON" not in os.environ:
        raise SystemExit("SPLINK_PYTHON must name the interpreter of an environment with Splink (see the docstring)")
    sizes = [int(size) for size in sys.argv[1:]] or [100_000]
    print(machine())
    warm_up = make_register(WARM_UP)
    run_command("dedupe", str(warm_up.source), "--out", str(WORK / "warm_up"), "--train")
    for records in sizes:
        compare(records, load_builtin_spec("residents"))


if __name__ == "__main__":
    main()
