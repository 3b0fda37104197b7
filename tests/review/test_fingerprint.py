"""The fingerprint of a pair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ConfigurationError, UsageError
from linkage.review.fingerprint import pair_fingerprint

KEY = b"k" * 32
VALUES = st.one_of(st.none(), st.text(max_size=4))
FIELDS = st.dictionaries(st.sampled_from(["nik", "nama", "rt"]), st.tuples(VALUES, VALUES), min_size=1)


def listed(fields):
    return [(name, left, right) for name, (left, right) in fields.items()]


@given(FIELDS)
def test_swapping_the_records_or_the_order_of_fields_changes_nothing(fields):
    swapped = [(name, right, left) for name, left, right in reversed(listed(fields))]
    assert pair_fingerprint(KEY, listed(fields)) == pair_fingerprint(KEY, swapped)


@given(FIELDS, FIELDS)
def test_different_values_give_different_fingerprints(one, other):
    def sides(fields):
        return sorted([sorted((n, v[side] is None, v[side] or "") for n, v in fields.items()) for side in (0, 1)])

    same = sides(one) == sides(other)
    assert (pair_fingerprint(KEY, listed(one)) == pair_fingerprint(KEY, listed(other))) == same


def test_two_values_that_change_places_in_one_field_alone_are_a_change():
    before = [("nama", "SITI", "BUDI"), ("rt", "001", "002")]
    after = [("nama", "BUDI", "SITI"), ("rt", "001", "002")]
    assert pair_fingerprint(KEY, before) != pair_fingerprint(KEY, after)


def test_a_missing_value_is_not_an_empty_one():
    assert pair_fingerprint(KEY, [("rt", None, "1")]) != pair_fingerprint(KEY, [("rt", "", "1")])


def test_the_fingerprint_depends_on_the_key_and_has_32_bytes():
    fields = [("nama", "SITI", "SITI")]
    assert pair_fingerprint(KEY, fields) != pair_fingerprint(b"j" * 32, fields)
    assert len(pair_fingerprint(KEY, fields)) == 32


def test_a_short_key_and_a_field_given_twice_are_refused():
    with pytest.raises(ConfigurationError, match="16 bytes"):
        pair_fingerprint(b"short", [])
    with pytest.raises(UsageError, match="field nama"):
        pair_fingerprint(KEY, [("nama", "A", "B"), ("rt", "1", "2"), ("nama", "C", "D")])
