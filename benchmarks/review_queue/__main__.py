"""The review queue at the size of the nation: ``python -m benchmarks.review_queue [CASES] [--database sqlite]``.

Invented cases are loaded as a night does, in a process of its own. On PostgreSQL (a server of its own, every connection
under the role that the walls bind) stewards and approvers then work for some minutes from several processes, each
claiming and deciding a case every ten seconds on average. Then, on either database, eight do so without a pause, and
what looking around costs is measured. Prints tables for ``benchmarks/results.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.measure import machine, time_process
from benchmarks.review_queue.invented import CHIEF, staff
from benchmarks.review_queue.looking import looks
from benchmarks.review_queue.office import Work, work
from benchmarks.review_queue.server import describe, postgresql
from linkage.review.cases import State
from linkage.review.people import User
from linkage.review.sql import SqlQueue, open_queue

PROCESSES: Final = 4
PAUSE: Final = 10.0
APPROVERS_TO_STEWARDS: Final = 0.6
"""Three in five decisions are proposals; so many approvers keep up with them."""

AT_ONCE: Final = 8
LOOKS: Final = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review_queue", description=__doc__)
    parser.add_argument("cases", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--stewards", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    chosen = parser.parse_args()
    opened = postgresql() if chosen.database == "postgresql" else _sqlite()
    with opened as url:
        measure(url, chosen.cases, chosen.stewards, chosen.seconds)


def measure(url: str, cases: int, stewards: int, seconds: float) -> None:
    """Print all that is measured of the queue at ``url``, which is empty."""
    approvers = round(APPROVERS_TO_STEWARDS * stewards)
    people = staff(stewards, approvers)
    queue = open_queue(url)
    for user in people:
        queue.set_user(user, by=None if user.name == CHIEF else CHIEF)
    print(f"{machine()}\n{describe(queue.engine)}\n", flush=True)
    print(load(url, cases), flush=True)
    if url.startswith("postgresql"):
        print(f"\n{stewards} stewards and {approvers} approvers, {PAUSE:.0f} s a case, {seconds:.0f} s")
        print(office(queue, url, people[1:], seconds, PAUSE, PROCESSES), flush=True)
    print(f"\n{AT_ONCE} stewards and {AT_ONCE // 2} approvers at once, no pause, {seconds / 10:.0f} s")
    busy = [*people[1 : 1 + AT_ONCE], *people[1 + stewards : 1 + stewards + AT_ONCE // 2]]
    print(office(queue, url, busy, seconds / 10, 0.0, 1), flush=True)
    print("\n| look | user | p50 ms | p99 ms |\n|---|---|--:|--:|")
    for user in (people[0], people[1]):
        where = user.scope.code or "nation"
        for kind, took in looks(queue, user.name, cases, LOOKS).items():
            print(f"| {kind} | {where} | {milliseconds(took, 50)} | {milliseconds(took, 99)} |", flush=True)
    queue.close()


def load(url: str, cases: int) -> str:
    """Load, and return a line about it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "load.json"
        timed = time_process(sys.executable, "-m", "benchmarks.review_queue.loading", url, str(cases), str(out))
        told = json.loads(out.read_text(encoding="utf-8"))
    return (
        f"load of {cases:,} cases: {told['seconds']:.1f} s ({cases / told['seconds']:,.0f} cases/s), "
        f"peak {timed.peak_gib:.2f} GiB, of which the cases themselves {told['cases_gib']:.2f}"
    )


def office(queue: SqlQueue, url: str, people: Sequence[User], seconds: float, pause: float, processes: int) -> str:
    """Let people work, and return a table of what it took and whether the books balance."""
    before = tally(queue)
    began = time.perf_counter()
    done = work(url, people, seconds=seconds, pause=pause, processes=processes)
    took = time.perf_counter() - began
    problems = balance(before, tally(queue), done)
    began = time.perf_counter()
    report = queue.verify()
    verified = time.perf_counter() - began
    if not report.sound:
        problems.append(f"chain: {report.problem}")
    lines = ["| step | times | a second | p50 ms | p99 ms | longest ms |", "|---|--:|--:|--:|--:|--:|"]
    for name, each in (("claim", done.claims), ("claim, nothing there", done.nothing), ("decide", done.decisions)):
        if each:
            cells = (f"{len(each):,}", f"{len(each) / seconds:.1f}", *(milliseconds(each, q) for q in (50, 99, 100)))
            lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append(f"\n{', '.join(f'{action} {times:,}' for action, times in sorted(done.actions.items()))}")
    lines.append(f"errors: {dict(done.errors) or 'none'}; books: {'; '.join(problems) or 'balance'}")
    lines.append(f"chain of {report.rows:,} rows verified in {verified:.1f} s; the whole took {took:.0f} s")
    return "\n".join(lines)


def tally(queue: SqlQueue) -> dict[str, int]:
    """Return how many cases there are, how many are approved, and how many rows the audit chain has."""
    counted = queue.counts(by=CHIEF)
    approved = sum(count.cases for count in counted if count.state is State.DISETUJUI)
    return {"cases": sum(count.cases for count in counted), "approved": approved, "rows": queue.head().seq}


def balance(before: dict[str, int], after: dict[str, int], done: Work) -> list[str]:
    """Return what does not add up: no case comes or goes, each approval counts once, each step leaves one audit row."""
    expected = {
        "cases": 0,
        "approved": done.actions["approve"],
        "rows": len(done.claims) + len(done.decisions),
    }
    grown = {name: after[name] - before[name] for name in expected}
    return [f"{name} grew by {grown[name]}, not {expected[name]}" for name in expected if grown[name] != expected[name]]


def milliseconds(seconds: Sequence[float], percentile: float) -> str:
    """Return a percentile in milliseconds."""
    return f"{1000 * float(np.percentile(np.asarray(seconds), percentile)):.1f}"


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="tunggal-benchmark-") as folder:
        yield f"sqlite:///{folder}/queue.db"


if __name__ == "__main__":
    main()
