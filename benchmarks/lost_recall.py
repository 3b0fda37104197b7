"""Recall lost to blocking, estimated without truth, against what the truth says.

``python -m benchmarks.lost_recall hard 50000`` links a register once, then takes away rules: the pairs that the others
find are what a run with those alone would have, and how many true pairs none of them meets is known. Prints a line for
every set of rules, and how often the interval held the truth.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq

from benchmarks.measure import machine
from benchmarks.registers import SEED, WORK, codes_of
from linkage.comparison.pair_pass import rules_of_pairs
from linkage.engine.local import LocalEngine
from linkage.evaluation.lost_recall import LostRecall, estimate_lost_recall
from linkage.evaluation.truth import true_pairs
from linkage.intake import read_inputs
from linkage.pipeline import Linked, LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.spec import load_builtin_spec
from linkage.stages.facts import record_facts
from linkage.synthetic import RegisterPlan, write_single

SETS = 40
FEWEST_RULES = 5


@dataclass(frozen=True)
class Setting:
    """One set of rules on one register: the true recall of its candidates, the estimate, and the truth by region."""

    rules: int
    recall: float
    missed: int
    lost: LostRecall
    seconds: float
    regions_held: float

    @property
    def held(self) -> bool:
        return self.lost.low <= self.recall <= self.lost.high


def link_register(preset: str, records: int) -> tuple[Linked, np.ndarray]:
    """Return a linked register and the person of every record, int64 (n,)."""
    source = WORK / f"{preset}_{records}.parquet"
    truth = source.with_name(f"{source.stem}_truth.parquet")
    if not truth.is_file():
        WORK.mkdir(exist_ok=True)
        regions = max(5, min(40, records // 10_000))
        write_single(RegisterPlan(records=records, regions=regions, seed=SEED, preset=preset), source)
    spec = load_builtin_spec()
    intake = read_inputs([str(source)], spec, latest_year=2026)
    linked = link_records(intake.accepted, spec, LinkOptions(latest_year=2026), LocalEngine(), Stages(Silent()))
    told = pq.read_table(truth)
    person = dict(zip(told["record_id"].to_pylist(), codes_of(told["person_id"]).tolist(), strict=True))
    return linked, np.array([person[name] for name in linked.records.ids.to_pylist()], np.int64)


def kept_bits(masks: np.ndarray, rules: list[int]) -> np.ndarray:
    """Return the masks of the chosen rules alone, numbered anew."""
    kept = np.zeros_like(masks)
    for place, rule in enumerate(rules):
        kept |= (masks >> np.uint64(rule) & np.uint64(1)) << np.uint64(place)
    return kept


def judge(linked: Linked, person: np.ndarray, n_sets: int) -> list[Setting]:
    """Return the settings: all rules, then random sets of them."""
    blocks = linked.candidates.work.blocks
    left, right = true_pairs(person)
    left, right = np.minimum(left, right), np.maximum(left, right)
    true_masks = rules_of_pairs(blocks, left, right)
    region = record_facts(linked.records, linked.spec.older_regions).region.astype(np.int32)
    survivors = linked.survivors
    pair_regions = np.stack([region[survivors.left], region[survivors.right]], axis=1)
    fields = [frozenset(key.partition(".")[0] for key in rule.keys) for rule in linked.spec.rules]
    rng = np.random.default_rng(1)
    sets = [list(range(len(fields)))]
    sets += [
        sorted(rng.choice(len(fields), rng.integers(FEWEST_RULES, len(fields)), replace=False)) for _ in range(n_sets)
    ]
    settings = []
    for rules in sets:
        found = kept_bits(true_masks, rules) != 0
        masks = kept_bits(survivors.rules, rules)
        met = masks != 0
        began = time.perf_counter()
        lost = estimate_lost_recall(
            masks[met], linked.facts.probability[met], [fields[rule] for rule in rules], pair_regions[met]
        )
        seconds = time.perf_counter() - began
        held = []
        for item in lost.regions:
            inside = (region[left] == item.region) | (region[right] == item.region)
            if inside.any():
                held.append(item.low <= found[inside].mean() <= item.high)
        settings.append(
            Setting(len(rules), float(found.mean()), int((~found).sum()), lost, seconds, float(np.mean(held)))
        )
    return settings


def main() -> None:
    preset, records = sys.argv[1] if len(sys.argv) > 1 else "hard", int(sys.argv[2]) if len(sys.argv) > 2 else 50_000
    linked, person = link_register(preset, records)
    settings = judge(linked, person, SETS)
    print(machine(), f"{preset} register of {records:,} records", sep="\n\n")
    print("\n| rules | true recall | estimated | interval | missed | estimated | regions held | s |")
    print("|--:|--:|--:|--|--:|--:|--:|--:|")
    for item in settings:
        lost = item.lost
        print(
            f"| {item.rules} | {item.recall:.4f} | {lost.recall:.4f} | {lost.low:.4f} to {lost.high:.4f}"
            f"{'' if item.held else ' (not held)'} | {item.missed:,} | {lost.missed:,.0f} | {item.regions_held:.0%} "
            f"| {item.seconds:.2f} |"
        )
    sighted = [item for item in settings if not item.lost.blind_fields]
    error = np.log([item.lost.missed / max(item.missed, 1) for item in sighted])
    held = np.mean([item.held for item in sighted])
    print(
        f"\n{len(sighted)} sets: the interval held the truth in {held:.0%}; missed pairs estimated at "
        f"{np.exp(np.mean(error)):.2f} times their number (geometric mean), typical factor "
        f"{np.exp(np.sqrt(np.mean(error**2))):.2f}"
    )


if __name__ == "__main__":
    main()
