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
