"""A limit on this process's memory that the system enforces: work that needs more ends with a clear error."""

from __future__ import annotations

import re
from typing import Final

from linkage.errors import UsageError
from linkage.memory import hold_memory
from linkage.similarity.jit import load_compiler

_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?", re.IGNORECASE)

LEAST_BYTES: Final = 256 << 20
"""Below this not even the libraries fit."""

_SURVIVOR_SHARE: Final = 8
"""Surviving pairs may take one part in so many of the limit before they wait on disk."""


def read_size(text: str) -> int:
    """Return bytes for a size such as ``4GiB``, ``500M`` or ``2.5 G``; units are powers of 1,024.

    Raises:
        UsageError: it is no size, or below 256 MiB.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError("not a size", where="--memory", remedy="Write it like 4GiB or 800MiB")
    size = int(float(found[1]) * _UNITS[found[2].upper()])
    if size < LEAST_BYTES:
        raise UsageError("less than the libraries need", where="--memory", remedy="Give at least 256MiB")
    return size


def limit_memory(size: int) -> None:
    """Hold this process to ``size`` bytes of its own data from now on; what it maps from files does not count.

    An allocation beyond it raises MemoryError. For commands: the limit stays. What compiling and loading a kernel takes
    is let through, for there the process would be killed without a word.
    """
    load_compiler()
    hold_memory(size)


def survivor_budget(size: int) -> int:
    """Return how many bytes of surviving pairs may be held under a limit of ``size`` bytes."""
    return size // _SURVIVOR_SHARE
