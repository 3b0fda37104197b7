"""What was freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

CHILD = """
import os
from linkage.memory import give_back_memory, settle_memory
settle_memory()
import pyarrow as pa

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

arrays = [pa.array(range(50_000)) for _ in range(200)]
full = resident()
del arrays[::2], arrays[:-1]
give_back_memory()
print(pa.default_memory_pool().backend_name, full - resident())
"""


def test_a_settled_process_gives_nearly_all_of_eighty_megabytes_back():
    told = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "system"
    assert int(told[1]) > 60_000_000


REUSING = """
import resource
from linkage.memory import reusing_memory, settle_memory
if settled:
    settle_memory()
import numpy as np

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        np.ones(2 << 20, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
outside = faults()
with reusing_memory():
    faults()
    inside = faults()
print(inside, outside, faults())
"""


def test_blocks_are_used_again_while_reading_and_given_back_at_once_after() -> None:
    inside, outside, after = _faults(settled=True)
    assert 10 * inside < min(outside, after)


def test_nothing_changes_in_a_process_that_is_not_settled() -> None:
    inside, outside, after = _faults(settled=False)
    assert max(inside, outside, after) < 2 * min(inside, outside, after) + 1000


def _faults(*, settled: bool) -> list[int]:
    child = f"settled = {settled}\n{REUSING}"
    told = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout
    return [int(number) for number in told.split()]
