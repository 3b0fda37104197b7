"""Two region codes are the same as deep as both go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.regions import relation
from linkage.standardise.regions.relation import RELATIONS, region_relation

DIGITS = {2: "same_province", 4: "same_regency", 6: "same_district", 10: "same"}

codes = st.builds(
    lambda parts, depth: "".join(parts)[:depth],
    st.tuples(
        st.sampled_from(["32", "33"]),
        st.sampled_from(["73", "01"]),
        st.sampled_from(["01", "12"]),
        st.sampled_from(["1001", "2003"]),
    ),
    st.sampled_from([2, 4, 6, 10]),
)


def by_text(left: str, right: str) -> str:
    """The relation of two codes as texts: the deepest prefix that both have and share."""
    shared = [depth for depth in DIGITS if len(left) >= depth <= len(right) and left[:depth] == right[:depth]]
    return DIGITS[max(shared)] if shared else "different"


@given(codes, codes)
def test_a_relation_is_the_deepest_region_that_both_name(left: str, right: str) -> None:
    found = RELATIONS[region_relation(int(left), int(right))]
    assert found == RELATIONS[region_relation(int(right), int(left))] == by_text(left, right)


@pytest.mark.parametrize("missing", [0, -1])
def test_a_missing_code_says_nothing(missing: int) -> None:
    assert region_relation(3273, missing) == region_relation(missing, 3273) == relation.UNKNOWN


def test_relations_are_named_by_their_code() -> None:
    listed = [getattr(relation, name.upper()) for name in RELATIONS]
    assert listed == list(range(len(RELATIONS)))
