"""After a change, only the pairs that it reaches need be asked again: the others have the evidence they had."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.features.family.coupling import coupled_pairs
from linkage.features.family.families import MAX_FAMILY
from tests.oracles.families import Member

CARDS = ["", "A", "B", "C"]
DATES = [0, 19900211, 20150607]
NAMES = ["missing", "different", "equal"]


def cards_of(people):
    """Return the cards' codes."""
    return np.array([CARDS.index(item.card) - 1 for item in people], np.int32)


def coupled(people, pairs, changed, former, changed_pairs):
    """Ask the package which pairs a change reaches."""
    left, right = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    told = np.array(changed_pairs, np.int32).reshape(-1, 2)
    return coupled_pairs(
        left, right, cards_of(people), np.array(changed, np.int32), np.array(former, np.int32), told
    )  # fmt: skip


@st.composite
def changes(draw):
    """Draw a small register, and what it is after some records and pairs have come, changed or gone."""
    members = st.builds(Member, st.sampled_from(CARDS), st.sampled_from(DATES))
    before = draw(st.lists(members, min_size=3, max_size=10))
    # Some cards are nearly, or more than, full.
    before += [Member("A", 19700101)] * draw(st.sampled_from([0, 0, MAX_FAMILY - 3, MAX_FAMILY]))
    after = list(before)
    for number in draw(st.lists(st.integers(0, len(before) - 1), max_size=2)):
        after[number] = draw(members)
    gone = draw(st.lists(st.integers(0, len(before) - 1), max_size=1))
    for number in gone:
        after[number] = replace(after[number], card="")
    after += draw(st.lists(members, max_size=2))
    facts = st.tuples(st.sampled_from([-31.0, -4.0, 3.0, 9.0]), st.sampled_from(NAMES))
    few = range(min(len(before), 10))
    old = draw(st.dictionaries(st.sampled_from(list(combinations(few, 2))), facts, max_size=15))
    new = {two: found for two, found in old.items() if not set(two) & set(gone)}
    for two in draw(st.lists(st.sampled_from(list(combinations(range(len(after)), 2))), max_size=3)):
        if not set(two) & set(gone):
            new.pop(two, None)
            if draw(st.booleans()):
                new[two] = draw(facts)
    return before, old, after, new, set(gone)


@given(changes())
def test_a_pair_that_no_change_reaches_keeps_its_evidence(evidence, change):
    """Asking the coupled pairs again, and keeping the rest, is asking all of them again."""
    before, old, after, new, gone = change
    others = [number for number in range(len(before)) if before[number] != after[number]]
    changed = [number for number in others if number not in gone] + list(range(len(before), len(after)))
    former = [CARDS.index(before[number].card) - 1 for number in {*others, *gone}]
    told = [two for two in {*old, *new} if old.get(two) != new.get(two) and not set(two) & gone]
    earlier = dict(zip(old, evidence(before, [(*two, *found) for two, found in old.items()]), strict=True))
    pairs = [(*two, *found) for two, found in new.items()]
    reached = coupled(after, pairs, changed, former, told)
    for two, now, again in zip(new, evidence(after, pairs), reached, strict=True):
        if not again:
            np.testing.assert_array_equal(now, earlier[two])


FAMILIES = [Member(card) for card in "AABBCC"]
PAIRS = [(0, 2, 9.0, "equal"), (1, 3, 9.0, "equal"), (0, 4, 3.0, "equal"), (2, 4, 3.0, "equal")]


def test_a_changed_pair_reaches_the_pairs_between_its_two_families():
    """Not those between either of them and a third."""
    assert coupled(FAMILIES, PAIRS, [], [], [(1, 3)]).tolist() == [True, True, False, False]


def test_a_changed_pair_inside_a_family_reaches_all_pairs_of_either_record():
    """A rival may turn out to be the same person."""
    assert coupled(FAMILIES, PAIRS, [], [], [(0, 1)]).tolist() == [True, True, True, False]


def test_a_changed_record_reaches_its_present_and_its_former_family():
    """Who comes is kin from now on, and who goes was."""
    assert coupled(FAMILIES, PAIRS, [5], [], []).tolist() == [False, False, True, True]
    assert coupled(FAMILIES, PAIRS, [], [0], []).tolist() == [True, True, True, False]


def test_one_more_record_on_a_dump_of_families_reaches_nobody_else():
    """A card that was no family before, and is none now, is passed over; one that just became too large is not."""
    people = [Member("A")] * (MAX_FAMILY + 2) + [Member("B")]
    pairs = [(0, MAX_FAMILY + 2, 9.0, "equal")]
    assert coupled(people, pairs, [5], [], []).tolist() == [False]
    assert coupled(people[1:], [(0, MAX_FAMILY + 1, 9.0, "equal")], [5], [], []).tolist() == [True]


def test_no_change_reaches_nothing():
    """Without changes every pair keeps its evidence."""
    assert not coupled(FAMILIES, PAIRS, [], [], []).any()
