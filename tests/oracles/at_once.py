"""Calls made at the same moment by threads of one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from linkage.errors import LinkageError

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | LinkageError]:
    """Make all calls at once, each in a thread of its own; return what each returned or how it was refused."""
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | LinkageError:
        start.wait()
        try:
            return call()
        except LinkageError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
