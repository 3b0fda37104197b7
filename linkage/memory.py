"""Memory that was freed goes back to the system: a register is large, and one stage's leavings are the next one's room.

On Linux with the GNU C library, freed blocks are kept by its allocator, and Arrow's own allocator keeps still more: on
a million records a third of the resident memory was nobody's. Elsewhere these calls do nothing. A command may also set
a limit, which compiling and loading kernels may pass.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Final

_LARGE_BYTES: Final = 1 << 20
_REUSED_BYTES: Final = 4 << 20
_KEPT_BYTES: Final = 8 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_ARROW_POOL: Final = "ARROW_DEFAULT_MEMORY_POOL"
_ALGEBRA_THREADS: Final = "OPENBLAS_NUM_THREADS"

_settled: Final[list[bool]] = []
_limits: Final[list[int]] = []
_raised: Final[list[bool]] = []
_one_at_a_time: Final = Lock()


def settle_memory() -> None:
    """Let blocks of a megabyte and more go back as soon as they are freed; for a process that is ours alone.

    Called before pyarrow is imported, which then allocates like all else. What the environment says goes before.
    """
    if getattr(_c_library(), "mallopt", None) is None:
        return
    os.environ.setdefault(_ARROW_POOL, "system")
    # Its threads would each take room and spin for work that never comes: what is multiplied here is small.
    os.environ.setdefault(_ALGEBRA_THREADS, "1")
    _set_thresholds(_LARGE_BYTES, _LARGE_BYTES)
    _settled.append(True)


@contextmanager
def reusing_memory() -> Iterator[None]:
    """Keep freed blocks below 4 MiB for the next ones while the body runs, and give all of them back at its end.

    For reading and encoding, which ask for such blocks over and over, while the system clears every page it hands out;
    they lie well below the peak of a run. No larger blocks: among what stays they leave holes that the next stage fills
    and cannot give back, a tenth more at the peak. In a process that is not settled, such as a program that imports the
    package, nothing changes. A context manager, and a decorator.
    """
    if not _settled:
        yield
        return
    _set_thresholds(_REUSED_BYTES, _KEPT_BYTES)
    try:
        yield
    finally:
        _set_thresholds(_LARGE_BYTES, _LARGE_BYTES)
        give_back_memory()


def hold_memory(size: int) -> None:
    """Let the system refuse this process more than ``size`` bytes of data; what it maps from files does not count."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    _limits[:] = [size if hard == resource.RLIM_INFINITY else min(size, hard)]
    resource.setrlimit(resource.RLIMIT_DATA, (_limits[0], hard))


@contextmanager
def beyond_the_limit() -> Iterator[None]:
    """Lift the limit of :func:`hold_memory` for the body; bodies may overlap, and the last to end puts it back."""
    if not _limits:
        yield
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with _one_at_a_time:
        _raised.append(True)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        with _one_at_a_time:
            _raised.pop()
            if not _raised:
                resource.setrlimit(resource.RLIMIT_DATA, (_limits[0], hard))


def give_back_memory() -> None:
    """Return what was freed to the system, a matter of milliseconds; at the end of a stage."""
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    trim = getattr(_c_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _set_thresholds(mapped: int, kept: int) -> None:
    """Have blocks from ``mapped`` bytes on come from the system and go back there, and of the others ``kept`` stay."""
    # Stated, they stay: by itself the library raises both to 32 MiB and more once large blocks were freed.
    _c_library().mallopt(_MMAP_THRESHOLD, mapped)
    _c_library().mallopt(_TRIM_THRESHOLD, kept)


@cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
