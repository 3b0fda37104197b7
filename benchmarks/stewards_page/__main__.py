"""What stewards wait for: ``python -m benchmarks.stewards_page [CASES] [--stewards N] [--seconds S]``.

Invented cases are loaded into a PostgreSQL of its own as a night does; the page is one process beside it; stewards, all
from one more process, each read a case for ten seconds on average, answer it and are at the next one. Everything shares
this machine's processors. The clock starts when the page answers, as it does once it is ready.
Prints a table for ``benchmarks/results.md``.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2
import numpy as np

from benchmarks.measure import machine
from benchmarks.review_queue.__main__ import load
from benchmarks.review_queue.invented import CHIEF, staff
from benchmarks.review_queue.server import describe, postgresql
from benchmarks.stewards_page.browsing import Waited, browse
from benchmarks.stewards_page.serving import SECRET
from linkage.accounts.accounts import Accounts
from linkage.review.sql import SqlQueue, open_queue

PAUSE: Final = 10.0
BAR: Final = 200.0
"""Milliseconds that 95 of 100 requests may take."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stewards_page", description=__doc__)
    parser.add_argument("cases", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--stewards", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=180.0)
    chosen = parser.parse_args()
    with postgresql() as url:
        queue = open_queue(url, secret=SECRET)
        people = staff(chosen.stewards, 0)
        for user in people:
            queue.set_user(user, by=None if user.name == CHIEF else CHIEF)
        print(f"{machine()}\n{describe(queue.engine)}\n\n{load(url, chosen.cases)}\n", flush=True)
        tokens = [_session(queue, user.name) for user in people[1:]]
        with _page(url) as address:
            waited = browse(address, tokens, seconds=chosen.seconds, pause=PAUSE)
        report = queue.verify()
        print(table(waited, chosen.stewards, chosen.seconds))
        print(f"audit chain: {'sound' if report.sound else report.problem}, {report.rows:,} rows")
        queue.close()


def table(waited: Waited, stewards: int, seconds: float) -> str:
    """Return what was waited for, all requests together in the last line."""
    lines = [
        f"{stewards} stewards, {PAUSE:.0f} s a case, {seconds:.0f} s",
        "",
        "| request | times | a second | p50 ms | p95 ms | p99 ms | longest ms |",
        "|--|--:|--:|--:|--:|--:|--:|",
    ]
    together = [one for each in waited.seconds.values() for one in each]
    for kind, each in [*waited.seconds.items(), ("all", together)]:
        shown = " | ".join(f"{1000 * float(np.percentile(each, q)):.0f}" for q in (50, 95, 99, 100))
        lines.append(f"| {kind} | {len(each):,} | {len(each) / seconds:.1f} | {shown} |")
    p95 = 1000 * float(np.percentile(together, 95))
    size = float(np.median(waited.page_bytes)) / 1024
    lines += [
        "",
        f"p95 of all {p95:.0f} ms ({'under' if p95 < BAR else 'OVER'} {BAR:.0f})",
        f"a case page has {size:.1f} KiB as sent",
        f"wrong: {dict(waited.wrong) or 'nothing'}",
    ]
    return "\n".join(lines)


def _session(queue: SqlQueue, name: str) -> str:
    accounts = Accounts(queue.sessions, secret=SECRET)
    accounts.link_oidc(name, f"benchmark {name}", by=CHIEF)
    return accounts.sign_in_trusted(f"benchmark {name}").token


@contextmanager
def _page(url: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.stewards_page.serving", url, str(port)])
    address = f"http://localhost:{port}"
    try:
        while True:
            try:
                httpx2.get(f"{address}/masuk", timeout=60)
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


if __name__ == "__main__":
    main()
