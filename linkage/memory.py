"""Memory that was freed goes back to the system: a register is large, and one stage's leavings are the next one's room.

On Linux with the GNU C library, freed blocks are kept by its allocator, and Arrow's own allocator keeps still more: on
a million records a third of the resident memory was nobody's. Elsewhere these calls do nothing.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from typing import Final

_LARGE_BYTES: Final = 1 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_ARROW_POOL: Final = "ARROW_DEFAULT_MEMORY_POOL"


def settle_memory() -> None:
    """Let blocks of a megabyte and more go back as soon as they are freed; for a process that is ours alone.

    Called before pyarrow is imported, which then allocates like all else. What the environment says goes before.
    """
    settle = getattr(_c_library(), "mallopt", None)
    if settle is None:
        return
    os.environ.setdefault(_ARROW_POOL, "system")
    # Stated, they stay: by itself the library raises both to 32 MiB and more once large blocks were freed.
    settle(_MMAP_THRESHOLD, _LARGE_BYTES)
    settle(_TRIM_THRESHOLD, _LARGE_BYTES)


def give_back_memory() -> None:
    """Return what was freed to the system, a matter of milliseconds; at the end of a stage."""
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    trim = getattr(_c_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


@cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
