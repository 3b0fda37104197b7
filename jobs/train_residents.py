"""Make the model that ships for residents: ``python -m jobs.train_residents`` (``make model``).

It learns from invented registers whose truth is known: m from all true pairs, u from random pairs. The registers'
seeds are written into the model's card, so that benchmarks can use others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import linkage
from linkage.comparison.kernel import levels_of_pairs
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.evaluation.truth import true_pairs
from linkage.intake import read_inputs
from linkage.models.em import fit_labelled
from linkage.models.patterns import PatternCounts
from linkage.models.store import to_json
from linkage.spec import load_builtin_spec
from linkage.stages.candidates import coincidence, plan_candidates, possible_pairs
from linkage.synthetic import RegisterPlan, make_register
from linkage.version import VERSION

OUT = Path(linkage.__file__).parent / "models" / "data" / "residents.json"
PLAN = RegisterPlan(records=400_000, regions=40, seed=7_001, preset="hard")
DRAWS = 20_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write the model file, and say what was learned."""
    spec = load_builtin_spec()
    register = make_register(PLAN)
    records = encode(read_inputs([register.records], spec).accepted, spec, latest_year=2026)
    candidates = plan_candidates(records, spec)
    left, right = true_pairs(_entities(register.truth, records.ids))
    levels = levels_of_pairs(candidates.work.program, candidates.work.tables, left, right)
    weighted = levels[:, candidates.work.program.weighted]
    drawn = LocalEngine().random(candidates.work, DRAWS, PLAN.seed)
    model = fit_labelled(
        spec,
        PatternCounts(weighted, np.zeros(left.size, np.uint64), np.ones(left.size, np.int64)),
        PatternCounts(drawn.levels, drawn.rules, drawn.counts),
        coincidence=coincidence(records, spec),
        n_pairs_total=possible_pairs(records),
        prior=left.size / possible_pairs(records),
    )
    card = {
        "trained": datetime.now(UTC).date().isoformat(),
        "version": VERSION,
        "register": {"records": PLAN.records, "regions": PLAN.regions, "seed": PLAN.seed, "preset": PLAN.preset},
        "true_pairs": int(left.size),
        "random_pairs": DRAWS,
        "spec_digest": spec.digest(),
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(to_json(model, card))
    for item in model.comparisons:
        bits = ", ".join(f"{name} {bit:+.1f}" for name, bit in zip(item.level_names, item.level_weights(), strict=True))
        sys.stdout.write(f"{item.name}: {bits}\n")
    return 0


def _entities(truth: pa.Table, ids: pa.StringArray) -> np.ndarray:
    """Return the person of each record as a number, int64 (n_records,)."""
    row = pc.index_in(ids, value_set=truth.column("record_id").combine_chunks())
    persons = truth.column("person_id").combine_chunks().take(row)
    return pc.index_in(persons, value_set=pc.unique(persons)).to_numpy(zero_copy_only=False).astype(np.int64)


if __name__ == "__main__":
    sys.exit(main())
