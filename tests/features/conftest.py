"""Feature values of pairs of invented residents, by name."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from linkage.comparison.pair_pass import Survivors, levels_of_pairs, rules_of_pairs
from linkage.decision.agreement import compare_records
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.features.evidence import PairEvidence
from linkage.features.feature import FeatureBlock
from linkage.intake import read_inputs
from linkage.spec import load_builtin_spec
from linkage.stages.candidates import plan_candidates
from linkage.stages.facts import pair_facts, record_facts
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import choose_model
from linkage.stages.scoring import pair_evidence

Rows = Sequence[dict[str, str]]


def evidence_of(rows: Rows) -> PairEvidence:
    """Return what the features read of every pair of the rows, in the order of ``combinations``."""
    spec = load_builtin_spec()
    names = sorted({name for row in rows for name in row})
    table = pa.table({name: [row.get(name) for row in rows] for name in names})
    records = encode(read_inputs([table], spec).accepted, spec, latest_year=2026)
    candidates = plan_candidates(records, spec)
    frequencies = count_values(records, spec)
    chosen = choose_model(candidates, records, spec, LocalEngine(1), model="residents", as_is=True)
    pairs = np.array(list(combinations(range(len(rows)), 2)), np.int32).reshape(-1, 2)
    left, right = pairs[:, 0].copy(), pairs[:, 1].copy()
    levels = levels_of_pairs(candidates.work, left, right)
    weight = chosen.model.evidence_weight(levels[:, candidates.work.program.weighted])
    rules = rules_of_pairs(candidates.work.blocks, left, right)
    survivors = Survivors(left, right, rules, weight, levels, left.size)
    facts = pair_facts(survivors, records, spec, chosen, candidates.work.program, frequencies)
    people = record_facts(records)
    return pair_evidence(
        survivors, weight + chosen.model.prior_log2odds, records, spec, people, facts,
        compare_records(people, facts), frequencies,
    )  # fmt: skip


@pytest.fixture(scope="session")
def evidence() -> Callable[[Rows], PairEvidence]:
    """Turn rows into what the features read of all their pairs."""
    return evidence_of


@pytest.fixture(scope="session")
def values_of() -> Callable[[Callable[[PairEvidence], FeatureBlock], Rows], dict[str, list[float]]]:
    """Return every feature's values of all pairs of some rows, by its name."""

    def values(make: Callable[[PairEvidence], FeatureBlock], rows: Rows) -> dict[str, list[float]]:
        features, columns = make(evidence_of(rows))
        assert columns.dtype == np.float32
        assert columns.shape[1] == len(features)
        return {item.name: columns[:, place].tolist() for place, item in enumerate(features)}

    return values
