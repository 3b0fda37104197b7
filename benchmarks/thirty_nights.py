"""Thirty nights, twenty regencies: ``python -m benchmarks.thirty_nights [--quick]``.

Births, moves, deaths, corrections; files that come late, broken, twice, or yesterday's again; stewards and approvers
who decide by the truth with some error, and undo what turned out wrong; two changes of the model; runs and publications
killed (SIGKILL) at random moments and started again. Every check is printed; the exit code is 0 only if all hold.

``--quick``: 50,000 residents, on SQLite. Else a million, on SQLite and then on a PostgreSQL server of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

if not __package__:  # called by its path: python benchmarks/thirty_nights.py
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.measure import machine
from benchmarks.nights.checks import Checks
from benchmarks.nights.databases import databases
from benchmarks.nights.figures import published
from benchmarks.nights.house import House
from benchmarks.nights.life import by_record, by_truth, live
from benchmarks.nights.machine import Kill, Machine
from benchmarks.nights.nightly_checks import Watcher
from benchmarks.nights.offices import Sent, send, told
from benchmarks.nights.people import People
from benchmarks.nights.proof import compare, prove
from benchmarks.nights.scenario import Scenario
from benchmarks.nights.undoing import try_undoing
from benchmarks.nights.world import World, make_world

_QUICK = 50_000
_WHOLE = 1_000_000
_RECORDS_PER_CASE = 1_600
"""Stewards take up one case a day for so many records, at least twelve, at most five hundred."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.thirty_nights", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 residents on SQLite, at most ten minutes")
    parser.add_argument("--records", type=int, help="other than a million, or 50,000")
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--regencies", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20, help="how many runs and publications are killed, about")
    parser.add_argument("--database", action="append", help="sqlite, postgresql, or a URL; may be given twice")
    parser.add_argument("--home", type=Path, help="folder to work in, which stays; else a temporary one")
    chosen = parser.parse_args()
    records = chosen.records or (_QUICK if chosen.quick else _WHOLE)
    scenario = Scenario(
        records=records,
        regencies=chosen.regencies,
        nights=chosen.nights,
        seed=chosen.seed,
        cases_a_day=min(max(records // _RECORDS_PER_CASE, 12), 500),
        kills=chosen.kills,
        other_model=round(chosen.nights / 3),
        other_spec=round(chosen.nights * 2 / 3),
    )
    kinds = chosen.database or (["sqlite"] if chosen.quick else ["sqlite", "postgresql"])
    with _home(chosen.home) as home:
        sys.exit(0 if thirty_nights(scenario, kinds, home) else 1)


def thirty_nights(scenario: Scenario, kinds: Sequence[str], home: Path) -> bool:
    """Let the nights pass on each kind of database and print what came out; return whether every check holds."""
    print(f"{machine()}\n{scenario}\n", flush=True)
    began = time.perf_counter()
    parts = Parts()
    with parts.timed("inventing residents and their files"):
        world = make_world(scenario, home / "world")
        sent = send(scenario, world, home / "sent")
    files = ", ".join(f"{number} {code}" for code, number in sorted(told(sent).items()))
    print(f"files sent: {files}", flush=True)
    held = True
    for kind in kinds:
        held &= _on(kind, scenario, world, sent, home, parts)
    print(f"\n{parts.table()}\n\nall of it: {time.perf_counter() - began:.0f} s", flush=True)
    return held


def _on(kind: str, scenario: Scenario, world: World, sent: Sequence[Sent], home: Path, parts: Parts) -> bool:
    name = "postgresql" if "postgresql" in kind else "sqlite"
    checks, people = Checks(), People(scenario, world.regions)
    watcher = Watcher(checks, sent)
    with databases(kind) as fresh:
        one, other = (House(home / name / which, fresh(f"thirty_nights_{which}")) for which in ("killed", "rebuilt"))
        with parts.timed(f"{name}: thirty nights", one.machine):
            diary, identities = live(
                one, scenario, world, sent, by_truth(people), kills=_kills(scenario), watch=watcher
            )
        with parts.timed(f"{name}: proof"):
            prove(checks, one, diary, identities, watcher)
        with parts.timed(f"{name}: built again", other.machine):
            again, _ = live(other, scenario, world, sent, by_record(diary))
        with parts.timed(f"{name}: compared"):
            compare(checks, one, other, diary, again)
            figures = published(one, identities)
        with parts.timed(f"{name}: undone", one.machine):
            undone = try_undoing(checks, one, scenario, identities.person, 12)
    kills = ", ".join(f"{number} {what}" for what, number in sorted(one.machine.kills.items()))
    steps = ", ".join(f"{number} {what}" for what, number in sorted(people.told.items()))
    second = len(identities.ids_of)
    print(f"\n{name}\n{checks.report()}\n\n{figures.line()}")
    print(f"people: {steps}")
    print(f"kills survived: {sum(one.machine.kills.values())} ({kills}); undone at the end: {undone}")
    print(f"publications held back: {len(diary.stops)} {diary.stops[:3]}")
    print(
        f"records whose person changed: {watcher.changed_person:,}; office numbers with a second record: {second:,}",
        flush=True,
    )
    return checks.hold


def _kills(scenario: Scenario) -> dict[tuple[str, int], list[Kill]]:
    """Return the kills of a scenario, at random moments of runs and publications."""
    rng = scenario.stream("kills")
    kills: dict[tuple[str, int], list[Kill]] = {}
    for number in range(scenario.kills):
        command = ("run", "publish")[number % 2]
        night = int(rng.integers(1, scenario.nights + 1))
        kills.setdefault((command, night), []).append(Kill(share=0.8 * float(rng.random())))
    return kills


@dataclass
class Parts:
    """What each part took: (name, wall seconds, processor seconds, peak GiB)."""

    rows: list[tuple[str, float, float, float]] = field(default_factory=list)

    @contextmanager
    def timed(self, name: str, worker: Machine | None = None) -> Iterator[None]:
        """Time the body, and tell of the worker's commands what it cost."""
        began, used = time.perf_counter(), time.process_time()
        before = (
            {} if worker is None else {do: (cost.seconds, cost.cpu, cost.times) for do, cost in worker.costs.items()}
        )
        yield
        here = (time.perf_counter() - began, time.process_time() - used, float("nan"))
        self.rows.append((name, *here))
        for do, cost in worker.costs.items() if worker is not None else ():
            seconds, cpu, times = before.get(do, (0.0, 0.0, 0))
            row = (f"  {do}, {cost.times - times} times", cost.seconds - seconds, cost.cpu - cpu, cost.peak_gib)
            self.rows.append(row)

    def table(self) -> str:
        """Return a table."""
        lines = ["| part | wall s | processor s | peak GiB |", "|---|--:|--:|--:|"]
        for name, seconds, cpu, peak in self.rows:
            told = "" if np.isnan(peak) else f"{peak:.2f}"
            lines.append(f"| {name} | {seconds:.1f} | {cpu:.1f} | {told} |")
        return "\n".join(lines)


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    os.environ.setdefault("PYTHONHASHSEED", "0")
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tunggal-thirty-nights-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
