"""Guard weights: one number, or a table by how names and NIKs relate, with ``other`` for what is not listed."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision.evidence import NameRelation, NikRelation
from linkage.errors import SpecError
from linkage.spec import GUARDS, GuardWeight, guard_weight, guard_weight_lines
from linkage.spec.guard_weights import NAME_RELATIONS, NIK_RELATIONS, OTHER, build_guard_weights, check_guard_weights

TABLE = """
twin.different = { missing = -9.5, other = -18.0 }
twin.similar = { prefix = -27.0 }
twin.partial = -28.0
twin.other = { equal = -2.0, other = -3.0 }
namesake = -40.0
"""
WEIGHTS = build_guard_weights(tomllib.loads(TABLE))

PLACES = st.tuples(
    st.sampled_from(GUARDS), st.sampled_from((*NAME_RELATIONS, OTHER)), st.sampled_from((*NIK_RELATIONS, OTHER))
)


def test_the_relations_are_those_a_decision_knows():
    assert tuple(relation.name.lower() for relation in NameRelation) == NAME_RELATIONS
    assert tuple(relation.name.lower() for relation in NikRelation) == NIK_RELATIONS


@pytest.mark.parametrize(
    ("guard", "name", "nik", "bits"),
    [
        ("twin", "different", "missing", -9.5),
        ("twin", "different", "equal", -18.0),
        ("twin", "similar", "prefix", -27.0),
        ("twin", "similar", "equal", 0.0),  # a row without other says nothing of what it does not list
        ("twin", "partial", "equal", -28.0),
        ("twin", "equal", "equal", -2.0),
        ("twin", "equal", "typo", -3.0),
        ("namesake", "phonetic", "missing", -40.0),
        ("sibling", "different", "different", 0.0),
    ],
)
def test_the_relation_of_names_is_looked_up_first_and_that_of_niks_within_it(guard, name, nik, bits):
    assert guard_weight(WEIGHTS, guard, name, nik) == bits


@given(st.lists(PLACES, unique=True), st.data())
def test_the_lines_read_back_as_they_were(places, data):
    places.sort(key=lambda place: place[:2])  # a line holds all of one guard and one relation of names
    weights = tuple(GuardWeight(guard, -data.draw(st.floats(0, 50)), name, nik) for guard, name, nik in places)
    check_guard_weights(weights)
    assert build_guard_weights(tomllib.loads("\n".join(guard_weight_lines(weights)))) == weights


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ([GuardWeight("cousin", -1.0)], "unknown guard 'cousin'"),
        ([GuardWeight("twin", -1.0, "near")], "unknown relation of names 'near'"),
        ([GuardWeight("twin", -1.0, OTHER, "near")], "unknown relation of NIKs 'near'"),
        ([GuardWeight("twin", 0.5)], "must not be positive"),
        ([GuardWeight("twin", float("nan"))], "twin must be a number"),
        ([GuardWeight("twin", -1.0), GuardWeight("twin", -2.0)], "given twice"),
    ],
)
def test_weights_built_by_hand_are_checked_too(weights, says):
    with pytest.raises(SpecError, match=says):
        check_guard_weights(weights)
