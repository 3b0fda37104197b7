"""Columns are worked on side by side, and nobody can tell from the result."""

from __future__ import annotations

import threading

import pytest

from linkage.side_by_side import Overlapped, both, side_by_side


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_the_order_of_the_jobs_and_so_does_the_first_error(threads):
    late = threading.Event()

    def slow() -> str:
        # With one thread nobody else could set it.
        if threads > 1:
            late.wait(5)
        return "slow"

    def fast() -> str:
        late.set()
        return "fast"

    def fails() -> str:
        raise ZeroDivisionError

    assert list(side_by_side([slow, fast], threads)) == ["slow", "fast"]
    results = side_by_side([fast, fails, slow], threads)
    assert next(results) == "fast"
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_round_ends_before_the_next_begins_and_its_error_is_raised_there():
    seen: list[int] = []
    with Overlapped[None](2) as rounds:
        for start in range(0, 9, 3):
            rounds.begin([lambda number=number: seen.append(number) for number in range(start, start + 3)])
        rounds.wait()
        assert [sorted(seen[place : place + 3]) for place in (0, 3, 6)] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
        rounds.begin([lambda: seen.append(1 // 0)])
        with pytest.raises(ZeroDivisionError):
            rounds.begin([])


@pytest.mark.parametrize("threads", [1, 2])
def test_two_jobs_return_what_they_return_and_the_first_error_is_raised(threads: int) -> None:
    assert both(lambda: 1, lambda: "two", threads) == (1, "two")
    with pytest.raises(ZeroDivisionError):
        both(lambda: 1 / 0, lambda: int("two"), threads)
    with pytest.raises(ValueError, match="two"):
        both(lambda: 1, lambda: int("two"), threads)
