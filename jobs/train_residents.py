"""Make the model that ships for residents: ``python -m jobs.train_residents`` (``make model``).

It learns from invented registers whose truth is known: m from all true pairs, u from random pairs. The registers'
seeds are written into the model's card, so that benchmarks can use others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import linkage
from jobs.guard_weights import Guarded, learn_weights, pooled
from linkage.comparison.pair_pass import levels_of_pairs, possible_pairs
from linkage.decision.agreement import compare_records
from linkage.decision.guards import guard_bits
from linkage.encode import EncodedRecords, encode
from linkage.engine.base import Engine
from linkage.engine.local import LocalEngine
from linkage.evaluation.truth import true_pairs
from linkage.intake import read_inputs
from linkage.models.em import fit_labelled
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.patterns import PatternCounts
from linkage.models.store import to_json
from linkage.spec import LinkageSpec, guard_weight_lines, load_builtin_spec
from linkage.stages.candidates import Candidates, coincidence, plan_candidates
from linkage.stages.facts import pair_facts, record_facts
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import choose_model, survive_weights
from linkage.standardise.column import Int64
from linkage.synthetic import RegisterPlan, make_register
from linkage.version import VERSION

OUT = Path(linkage.__file__).parent / "models" / "data" / "residents.json"
PLAN = RegisterPlan(records=400_000, regions=40, seed=7_001, preset="hard")
USUAL = RegisterPlan(records=400_000, regions=40, seed=7_002)
"""Where guards are weighed as well, so that their weights hold at any share of duplicates."""

DRAWS = 8_000_000
SMOOTHING = 500
"""True pairs that the defaults count as: real offices do what no generator thought of."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write the model file, and say what was learned; the guard weights go into the spec by hand."""
    spec = load_builtin_spec()
    engine = LocalEngine()
    records, persons, candidates = _invent(PLAN, spec)
    model, card = _learn_model(candidates, records, spec, persons, engine)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(to_json(model, card | {"register": {"records": PLAN.records, "seed": PLAN.seed, "preset": "hard"}}))
    for item in model.comparisons:
        bits = ", ".join(f"{name} {bit:+.1f}" for name, bit in zip(item.level_names, item.level_weights(), strict=True))
        sys.stdout.write(f"{item.name}: {bits}\n")
    guarded = [_guarded(candidates, records, spec, persons, engine)]
    records, persons, candidates = _invent(USUAL, spec)
    guarded.append(_guarded(candidates, records, spec, persons, engine))
    learned = learn_weights(pooled(guarded))
    sys.stdout.writelines(f"{line}\n" for line in ("[guard_weights]", *guard_weight_lines(learned)))
    return 0


def _invent(plan: RegisterPlan, spec: LinkageSpec) -> tuple[EncodedRecords, Int64, Candidates]:
    register = make_register(plan)
    records = encode(read_inputs([register.records], spec).accepted, spec, latest_year=plan.cut_off.year)
    return records, _persons(register.truth, records.ids), plan_candidates(records, spec)


def _learn_model(
    candidates: Candidates, records: EncodedRecords, spec: LinkageSpec, persons: Int64, engine: Engine
) -> tuple[FellegiSunter, dict[str, Any]]:
    left, right = true_pairs(persons)
    work = candidates.work
    levels = levels_of_pairs(work, left, right)[:, work.program.weighted]
    drawn = engine.random(work, DRAWS, PLAN.seed)
    model = fit_labelled(
        spec,
        PatternCounts(levels, np.zeros(left.size, np.uint64), np.ones(left.size, np.int64)),
        PatternCounts(drawn.levels, drawn.rules, drawn.counts),
        coincidence=coincidence(records, spec),
        n_pairs_total=possible_pairs(records.n_records, records.left_count),
        prior=left.size / possible_pairs(records.n_records, records.left_count),
        smoothing=SMOOTHING,
    )
    card = {"version": VERSION, "true_pairs": int(left.size), "random_pairs": DRAWS, "spec_digest": spec.digest()}
    return model, card


def _guarded(
    candidates: Candidates, records: EncodedRecords, spec: LinkageSpec, persons: Int64, engine: Engine
) -> Guarded:
    """Return the guarded pairs of a register under the model just written, settled on it as every run does."""
    frequencies = count_values(records, spec)
    chosen = choose_model(candidates, records, spec, engine, model=str(OUT), frequencies=frequencies)
    candidates, weights = survive_weights(chosen, candidates, spec)
    survivors = engine.survive(candidates.work, weights)
    facts = pair_facts(survivors, records, spec, chosen, candidates.work.program, frequencies)
    bits = guard_bits(facts, compare_records(record_facts(records), facts), np.zeros((0, 2), np.int32))
    pairs = Guarded(
        weight=survivors.weight + chosen.model.prior_log2odds,
        true=persons[survivors.left] == persons[survivors.right],
        guards=bits,
        names=facts.name_relation,
        niks=facts.nik_relation,
    )
    return pairs.where(bits != 0)


def _persons(truth: pa.Table, ids: pa.StringArray) -> Int64:
    """Return the person of each record as a number, int64 (n_records,)."""
    row = pc.index_in(ids, value_set=truth.column("record_id").combine_chunks())
    persons = truth.column("person_id").combine_chunks().take(row)
    numbers = pc.index_in(persons, value_set=pc.unique(persons)).to_numpy(zero_copy_only=False)
    return np.asarray(numbers, np.int64)


if __name__ == "__main__":
    sys.exit(main())
