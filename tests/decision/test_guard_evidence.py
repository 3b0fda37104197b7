"""What guards say as evidence: the strongest of those that hold, by how names and NIKs relate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision.agreement import compare_records
from linkage.decision.guards import Guard, guard_bits, guard_evidence
from linkage.spec import GUARDS, GuardWeight, guard_weight, load_builtin_spec
from linkage.spec.guard_weights import NAME_RELATIONS, NIK_RELATIONS
from tests.decision.strategies import worlds
from tests.oracles.decision import Pair, Person, as_facts

SIBLINGS_ON_ONE_CARD = [Person("a", kk="K", birth="1990-02-11"), Person("b", kk="K", birth="2005-06-07")]


def evidence(people, pair, *weights):
    records, pairs = as_facts(people, [pair])
    bits = guard_bits(pairs, compare_records(records, pairs), np.zeros((0, 2), np.int32))
    return Guard(int(bits[0])), float(guard_evidence(bits, pairs, weights)[0])


def test_of_several_guards_the_strongest_counts():
    pair = Pair(0, 1, name="similar", nik="different")
    guards, said = evidence(
        SIBLINGS_ON_ONE_CARD, pair, GuardWeight("family", -7.0), GuardWeight("sibling", -9.0, "similar")
    )
    assert guards == Guard.SIBLING | Guard.FAMILY
    assert said == -9.0


@pytest.mark.parametrize(("nik", "said"), [("different", -6.0), ("prefix", -15.0)])
def test_a_guard_weighs_by_how_names_and_niks_relate(nik, said):
    weights = [GuardWeight("sibling", -15.0, "similar", "prefix"), GuardWeight("sibling", -6.0, "similar")]
    assert evidence(SIBLINGS_ON_ONE_CARD, Pair(0, 1, name="similar", nik=nik), *weights)[1] == said


def test_a_guard_without_weight_and_a_stewards_word_say_nothing():
    people = [Person("a"), Person("b")]
    records, pairs = as_facts(people, [Pair(0, 1)])
    bits = guard_bits(pairs, compare_records(records, pairs), np.array([[0, 1]], np.int32))
    assert bits.tolist() == [Guard.STEWARD]
    assert guard_evidence(bits, pairs, [GuardWeight("twin", -9.0)]).tolist() == [0.0]


@given(worlds())
def test_evidence_of_every_pair_is_the_least_weight_of_its_guards(world):
    people, pairs, _ = world
    weights = load_builtin_spec().guard_weights
    records, facts = as_facts(people, pairs)
    bits = guard_bits(facts, compare_records(records, facts), np.zeros((0, 2), np.int32))
    expected = [
        min(
            (guard_weight(weights, name, pair.name, pair.nik) for name in GUARDS if held & Guard[name.upper()]),
            default=0.0,
        )
        for pair, held in zip(pairs, bits.tolist(), strict=True)
    ]
    assert guard_evidence(bits, facts, weights).tolist() == expected


@given(st.sampled_from(GUARDS), st.sampled_from(NAME_RELATIONS), st.sampled_from(NIK_RELATIONS))
def test_no_built_in_weight_speaks_for_a_match(guard, name, nik):
    assert guard_weight(load_builtin_spec().guard_weights, guard, name, nik) <= 0.0
