"""Survivors are weighed by how common their names are where they live, and every path says the same number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.intake import read_inputs
from linkage.models.fellegi_sunter import log2odds
from linkage.stages.candidates import plan_candidates
from linkage.stages.facts import frequency_adjustments
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import choose_model, survive_weights
from linkage.standardise.frequencies.regional import MOST_BITS
from tests.small_register import DENPASAR, SEMARANG, people, residents_spec, table

SPEC = residents_spec()
ENGINE = LocalEngine(1)


@pytest.fixture(scope="module")
def register():
    """Two offices; half of Denpasar bears one name, and so does the first couple of Semarang."""
    there = people(60, DENPASAR, seed=1)
    here = people(60, SEMARANG, seed=2)
    for person in [*there[:30], *here[:2]]:
        person["NAMA_LGKP"] = "I WAYAN SUDANA"
    rows = [*here, *there, *(row | {"NIK": ""} for row in [*here[:20], *there[:40]])]
    records = encode(read_inputs([table(rows)], SPEC).accepted, SPEC, latest_year=2026)
    return records, plan_candidates(records, SPEC)


def chosen_for(register, *, regions=True):
    records, candidates = register
    frequencies = count_values(records, SPEC)
    if not regions:
        frequencies = replace(frequencies, regional={})
    return choose_model(candidates, records, SPEC, ENGINE, frequencies=frequencies)


def survivors_of(register, chosen):
    _, candidates = register
    candidates, weights = survive_weights(chosen, candidates, SPEC)
    return ENGINE.survive(candidates.work, weights)


def test_the_weight_of_a_survivor_is_that_of_its_levels_and_adjustments_to_the_last_digit(register):
    chosen = chosen_for(register)
    found = survivors_of(register, chosen)
    records, candidates = register
    adjusted = frequency_adjustments(found.left, found.right, found.levels, records, SPEC, chosen)
    weighted = found.levels[:, candidates.work.program.weighted]
    assert found.weight.tolist() == chosen.model.evidence_weight(weighted, adjusted).tolist()


def test_a_shared_name_weighs_less_where_it_is_common_and_never_less_than_a_different_one(register):
    records, _ = register
    regional, national = chosen_for(register), chosen_for(register, regions=False)
    assert set(regional.regional) == {"nama"}
    name = [item.name for item in SPEC.weighted].index("nama")
    wayan = records.columns["nama"].content.values.to_pylist().index("I WAYAN SUDANA")
    bearers = np.flatnonzero(records.columns["nama"].codes == wayan).astype(np.int32)
    region = np.asarray(regional.regional["nama"].regions)[bearers]
    levels = np.full((1, len(SPEC.comparisons)), [len(item.level_names) - 1 for item in SPEC.comparisons], np.int8)

    def bits(chosen, code: int) -> float:
        left, right = bearers[region == code][:1], bearers[region == code][1:2]
        return float(frequency_adjustments(left, right, levels, records, SPEC, chosen)[0, name])

    assert bits(regional, int(DENPASAR)) < bits(national, int(DENPASAR))
    assert bits(regional, int(SEMARANG)) > bits(regional, int(DENPASAR))
    own = regional.model.comparisons[name].level_weights()
    assert bits(regional, int(DENPASAR)) >= own[1] - own[-1]


def test_what_a_region_can_lift_to_the_review_threshold_is_not_dropped_before(register):
    _, candidates = register
    chosen = chosen_for(register)
    review = float(log2odds(SPEC.review_threshold)) - chosen.model.prior_log2odds
    for survive in (SPEC.survive_probability, 0.01, 0.5):
        spec = replace(SPEC, survive_probability=survive)
        _, weights = survive_weights(chosen, candidates, spec)
        assert weights.least <= review - MOST_BITS + 1e-9


def test_records_of_no_known_region_are_weighed_by_the_nation_alone():
    rows = [row | {"KODE_WILAYAH": "", "NIK": ""} for row in people(30, SEMARANG, seed=3)]
    records = encode(read_inputs([table(rows)], SPEC).accepted, SPEC, latest_year=2026)
    assert count_values(records, SPEC).regional == {}
