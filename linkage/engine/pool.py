"""Threads over tasks: results as they come, few held at a time, and a clean end when somebody wants one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING_PER_THREAD: Final = 2


class _Stopped(Exception):
    """Ends a task that nobody waits for any more."""


def run_tasks(
    function: Callable[[Item, Callable[[], None]], Result],
    items: Sequence[Item],
    threads: int,
    done: Callable[[int, Result], None],
) -> None:
    """Run ``function`` on every item and give position and result to ``done``, here, in the order they end.

    Items begin in the order given. ``function`` also gets a check to call every few milliseconds: when an error rises,
    in a task, in ``done`` or from outside (KeyboardInterrupt), the check ends what is running, the threads are waited
    for, nothing else starts, and the error goes on.
    """
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise _Stopped

    following = iter(enumerate(items))
    running: dict[Future[Result], int] = {}
    with ThreadPoolExecutor(threads, thread_name_prefix="pair-pass") as pool:
        try:
            while True:
                while len(running) < threads * _WAITING_PER_THREAD and (entry := next(following, None)) is not None:
                    running[pool.submit(function, entry[1], check)] = entry[0]
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    done(running.pop(future), future.result())
        finally:
            stop.set()
            for future in running:
                future.cancel()
