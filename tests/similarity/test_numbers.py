"""Numbers lie apart by their gap, or by their gap beside their size."""

from hypothesis import given
from hypothesis import strategies as st

from linkage.similarity.numbers import number_gap, relative_gap

numbers = st.integers(-(10**15), 10**15)


@given(numbers, numbers)
def test_gaps_are_those_of_plain_numbers_in_both_orders(left, right):
    assert number_gap(left, right) == number_gap(right, left) == abs(left - right)
    expected = abs(left - right) / max(abs(left), abs(right)) if left != right else 0.0
    assert relative_gap(left, right) == relative_gap(right, left) == expected
    assert 0.0 <= expected <= 2.0
