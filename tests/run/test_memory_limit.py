"""A limit on memory: how it is written, and that it holds."""

import subprocess
import sys

import pytest

from linkage.errors import UsageError
from linkage.run.memory_limit import read_size, survivor_budget

HUNGRY = """
import numpy as np
from linkage.run.memory_limit import limit_memory
limit_memory(512 << 20)
np.ones(8 << 20)
try:
    np.ones(1 << 30)
except MemoryError:
    print("held")
"""


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GiB", 4 << 30), ("800 MiB", 800 << 20), ("2.5G", 5 << 29), ("1tb", 1 << 40), ("536870912", 512 << 20)],
)
def test_a_size_is_written_with_or_without_a_unit(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-4GiB", "4 GiB a day", "10MiB", "0", "1e9"])
def test_what_is_no_size_or_too_little_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="--memory") as refused:
        read_size(text)
    assert refused.value.remedy


def test_survivors_wait_on_disk_long_before_the_limit_is_reached() -> None:
    assert 0 < survivor_budget(1 << 30) <= 1 << 28


def test_an_allocation_beyond_the_limit_fails_and_one_below_it_does_not() -> None:
    done = subprocess.run([sys.executable, "-c", HUNGRY], capture_output=True, text=True, check=True)
    assert done.stdout == "held\n"


def test_a_run_that_needs_more_than_its_limit_ends_with_one_clear_line(linkage_command, small_inputs, tmp_path) -> None:
    arguments = ("dedupe", *small_inputs.inputs, "--spec", small_inputs.spec, "--out", tmp_path / "out")
    done = linkage_command(*arguments, "--memory", "256MiB", check=71)
    assert done.stderr.splitlines()[-1].startswith("linkage: the memory is used up")
    assert not (tmp_path / "out").exists()
    linkage_command(*arguments, "--memory", "8GiB", check=0)
