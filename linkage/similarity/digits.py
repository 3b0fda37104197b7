"""Numbers compared digit by digit."""

from __future__ import annotations

from linkage.similarity.jit import borrowing


@borrowing
def digit_slip(left: int, right: int) -> int:
    """Return 1 when two numbers differ in one digit, 2 when two neighbouring digits are exchanged, else 0."""
    differing = 0
    place = 0
    first_place = 0
    first_left = 0
    first_right = 0
    while left != right:
        left_next, right_next = left // 10, right // 10
        digit, other = left - left_next * 10, right - right_next * 10
        if digit != other:
            differing += 1
            if differing == 1:
                first_place, first_left, first_right = place, digit, other
            elif differing > 2 or place != first_place + 1 or digit != first_right or other != first_left:
                return 0
        left, right = left_next, right_next
        place += 1
    return differing
