"""Loading a large run takes seconds, not minutes."""

from time import process_time

from linkage.review.cases import LoadResult
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import NOON, make_case


def test_twenty_thousand_cases_are_loaded_in_well_under_a_minute(tmp_path):
    cases = [make_case(f"r{number}-1", f"r{number}-2") for number in range(20_000)]
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db")
    began = process_time()
    assert queue.load("run1", cases, now=NOON) == LoadResult(20_000, 0, 0, 0, 0)
    assert process_time() - began < 20, "about 2 s of processor time; the room is for slow machines"
    queue.close()
