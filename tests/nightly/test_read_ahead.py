"""Extracts read before their turn: small ones only, and nobody sees it but by the clock."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from linkage.errors import InputDataError
from linkage.nightly.arrivals import Arrival
from linkage.nightly.extract import Extract
from linkage.nightly.read_ahead import MOST_BYTES, ReadAhead
from linkage.progress import Silent, Stages


def arriving(*sizes: int, ending: str = "csv") -> list[tuple[Extract, Arrival]]:
    found = []
    for number, size in enumerate(sizes, start=1):
        path = Path(f"3374_delta_20260601_{number}.{ending}")
        found.append((Extract("3374", 20260601, number, "delta", path), Arrival(path, mark=path.name, bytes=size)))
    return found


class Reader:
    """Reads nothing and says what it was asked for; raises for the numbers given."""

    def __init__(self, *bad: int) -> None:
        self.bad = bad
        self.asked: list[tuple[int, int, str]] = []

    def __call__(self, arrival, extract, progress, threads):
        progress(1, 2)
        self.asked.append((extract.sequence, threads, threading.current_thread().name))
        if extract.sequence in self.bad:
            raise InputDataError("HEADER_ONLY", "no rows", where=arrival.name)
        return extract.sequence


def read_all(extracts, reader, threads):
    with ReadAhead(extracts, reader, Stages(Silent()), threads) as ahead:
        return [ahead.reading(arrival, extract)() for extract, arrival in extracts]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_extracts_are_handed_out_in_their_order_each_read_once(threads):
    reader = Reader()
    sizes = [10, 10, MOST_BYTES + 1, 10, 10, 10, 10, 10, 10, 10]
    assert read_all(arriving(*sizes), reader, threads) == list(range(1, 11))
    assert sorted(number for number, _, _ in reader.asked) == list(range(1, 11))


def test_a_small_file_takes_one_thread_and_a_large_one_all_of_them_in_its_turn():
    reader = Reader()
    read_all(arriving(10, MOST_BYTES + 1), reader, 2)
    small, large = sorted(reader.asked)
    assert small[1] == 1
    assert small[2] != threading.current_thread().name
    assert large[1:] == (2, threading.current_thread().name)


def test_a_query_is_asked_in_its_turn_only():
    reader = Reader()
    with ReadAhead(arriving(10, ending="sql.toml"), reader, Stages(Silent()), 2) as ahead:
        reading = ahead.reading(*arriving(10, ending="sql.toml")[0][::-1])
        assert reader.asked == []
        assert reading() == 1


def test_an_error_rises_when_the_turn_of_its_file_comes_and_stops_no_other():
    reader = Reader(2)
    extracts = arriving(10, 10, 10)
    with ReadAhead(extracts, reader, Stages(Silent()), 2) as ahead:
        outcomes = []
        for extract, arrival in extracts:
            try:
                outcomes.append(ahead.reading(arrival, extract)())
            except InputDataError as error:
                outcomes.append(error.code)
    assert outcomes == [1, "HEADER_ONLY", 3]
