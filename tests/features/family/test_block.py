"""What families say of two records, as a table of little families and against plain Python."""

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.features.family.block import FEATURES, family_features
from tests.oracles.families import Found, Member, family_evidence

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "families.toml").read_text())["case"]
DATES = {".": 0, "0": 19900000, "x": 19900211, "y": 19910304, "z": 20150607, "v": 19700101}
WEIGHTS = [-31.0, -10.0, -4.0, 0.0, 2.5, 7.0, 7.0, 16.0]


@st.composite
def worlds(draw, most=9):
    """Draw a few people on few cards, and surviving pairs among them."""
    members = st.builds(Member, st.sampled_from(["", "A", "A", "B", "B", "C"]), st.sampled_from([*DATES.values()]))
    people = draw(st.lists(members, min_size=2, max_size=most))
    possible = list(combinations(range(len(people)), 2))
    chosen = draw(st.lists(st.sampled_from(possible), unique=True, min_size=1, max_size=20))
    names = st.sampled_from(["missing", "different", "similar", "equal"])
    return people, [(*draw(st.permutations(two)), draw(st.sampled_from(WEIGHTS)), draw(names)) for two in chosen]


def as_map(pairs):
    """Return the pairs as the oracle wants them."""
    return {frozenset(pair[:2]): Found(*pair[2:]) for pair in pairs}


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_little_families(case, evidence):
    """The family evidence of the first pair is what the table says."""
    births = [DATES[letter] for letter in case["births"]]
    people = [Member(card.strip("."), birth) for card, birth in zip(case["cards"], births, strict=True)]
    found = evidence(people, case["pairs"])[0]
    assert found.tolist() == pytest.approx(case["expect"], nan_ok=True)


@given(worlds())
def test_families_are_asked_as_plain_python_asks_them(evidence, world):
    """Every pair has the evidence that the oracle finds."""
    people, pairs = world
    expected = [family_evidence(left, right, people, as_map(pairs)) for left, right, *_ in pairs]
    np.testing.assert_array_equal(evidence(people, pairs), np.array(expected, np.float32))


@given(worlds(), st.randoms(use_true_random=False))
def test_neither_side_nor_order_of_records_and_pairs_matters(evidence, world, random):
    """Renumbered records, shuffled pairs and swapped sides give each pair the same evidence."""
    people, pairs = world
    place, order = list(range(len(people))), list(range(len(pairs)))
    random.shuffle(place)
    random.shuffle(order)
    moved = [people[place.index(number)] for number in range(len(people))]
    swapped = [(place[pairs[row][1]], place[pairs[row][0]], *pairs[row][2:]) for row in order]
    np.testing.assert_array_equal(evidence(moved, swapped), evidence(people, pairs)[order])


def test_two_files_share_no_family(evidence):
    """In a link, the card of one file is not the family of the other's records."""
    people = [Member("A", 19900211), Member("A", 19910304)] * 2
    pairs = [(0, 2, 20.0, "equal"), (1, 3, 18.0, "equal")]
    assert evidence(people, pairs, left_count=2)[0, :3].tolist() == [1, 0, 0]
    assert evidence(people, pairs)[0, :3].tolist() == [2, 0, 0]


def test_pairs_without_families_are_nan_and_no_pairs_are_no_rows(evidence):
    """Where no card is known nothing is; without pairs there are columns and no rows."""
    people = [Member(), Member("A")]
    assert np.isnan(evidence(people, [(0, 1, 3.0, "equal")])).all()
    assert evidence(people, []).shape == (0, len(FEATURES))


def test_arrays_of_different_lengths_are_refused():
    """Weights that do not fit the pairs, or dates that do not fit the cards, are an error."""
    two, one = np.zeros(2, np.int32), np.ones(1, np.int32)
    dates = np.zeros(2, np.int64)
    with pytest.raises(InvariantError, match="left, right, weight"):
        family_features(one - 1, one, np.zeros(2), np.zeros(1, np.int8), two, dates)
    with pytest.raises(InvariantError, match="cards and birth dates"):
        family_features(one - 1, one, np.zeros(1), np.zeros(1, np.int8), two, dates[:1])
