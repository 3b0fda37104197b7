"""The one place that names numba: a typed decorator for the kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """Compile ``function`` at its first call: no Python objects inside, no interpreter lock, cached on disk.

    The undecorated function stays reachable as ``function.py_func``; tests use it as the plain reference.
    """
    return cast(Kernel, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: Kernel) -> Kernel:
    """Compile ``function`` into its callers, for helpers of the pair pass that take named tuples of arrays.

    A call would copy the tuple and count references to each of its arrays, which costs more than most comparisons.
    """
    return cast(Kernel, numba.njit(inline="always", error_model="numpy")(function))
