"""The level of every comparison is what its values say, whatever else is compared with them."""

import numpy as np
import pytest

from linkage.comparison.pair_pass import levels_of_pairs
from linkage.encode import encode
from linkage.intake import read_inputs
from linkage.similarity.packed import pack_texts
from linkage.stages.candidates import plan_candidates
from tests.oracles.levels import levels_of
from tests.small_register import people, residents_spec, table


def check_all_pairs(records, spec):
    work = plan_candidates(records, spec).work
    left, right = (side.astype(np.int32) for side in np.triu_indices(records.n_records, 1))
    found = levels_of_pairs(work, left, right)
    names = {item.field for item in spec.comparisons if item.kernel == "name"}
    packed = {name: pack_texts(records.columns[name].content.values) for name in names}
    for i, j, levels in zip(left.tolist(), right.tolist(), found.tolist(), strict=True):
        assert levels == levels_of(spec, records.columns, packed, i, j)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_levels_of_every_kernel_are_those_of_the_oracle(small_spec, small_records, seed):
    found = check_all_pairs(small_records(70, seed), small_spec)
    for number, item in enumerate(small_spec.comparisons):
        assert set(found[:, number].tolist()) == set(range(len(item.level_names)))


def test_levels_of_residents_are_those_of_the_oracle():
    spec = residents_spec()
    rows = people(60, "3374", seed=3) + people(30, "3374", seed=4)
    records = encode(read_inputs([table(rows)], spec).accepted, spec, latest_year=2026)
    found = check_all_pairs(records, spec)
    assert (found.max(axis=0) > 1).sum() > len(spec.comparisons) // 2
