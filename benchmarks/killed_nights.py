"""Nights killed (SIGKILL) after every stage and at random moments: ``python -m benchmarks.killed_nights``.

A few nights of small regencies, with decisions, publications and another model, pass undisturbed. Then they pass again
with the same files and decisions, and every run and publication is killed again and again before it may end. Store,
queue and reference must be the same to the last bit, on both databases. Exit 0 only if they are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.nights.checks import Checks
from benchmarks.nights.databases import databases
from benchmarks.nights.house import House
from benchmarks.nights.identities import Identities
from benchmarks.nights.life import Diary, by_record, by_truth, live
from benchmarks.nights.machine import Kill
from benchmarks.nights.nightly_checks import Watcher
from benchmarks.nights.offices import Sent, send
from benchmarks.nights.people import People
from benchmarks.nights.proof import compare, prove
from benchmarks.nights.scenario import Scenario
from benchmarks.nights.world import World, make_world

STAGES = {"run": 9, "publish": 5}
"""Stages of a full run and of a publication; a delta run has fewer, and is not killed after those it has not."""

KILLED = "a run or publication was killed as often as it was meant to be"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed_nights", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="on each database, at least")
    parser.add_argument("--records", type=int, default=4_000)
    parser.add_argument("--nights", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", action="append", help="sqlite, postgresql, or a URL; both by default")
    chosen = parser.parse_args()
    scenario = Scenario(
        records=chosen.records,
        regencies=4,
        nights=chosen.nights,
        seed=chosen.seed,
        cases_a_day=12,
        kills=chosen.kills,
        other_model=chosen.nights // 2,
        other_spec=chosen.nights - 1,
    )
    print(f"{machine()}\n{scenario}", flush=True)
    held = True
    with tempfile.TemporaryDirectory(prefix="tunggal-killed-nights-") as folder:
        home = Path(folder)
        world = make_world(scenario, home / "world")
        sent = send(scenario, world, home / "sent")
        for kind in chosen.database or ("sqlite", "postgresql"):
            held &= killed_nights(kind, scenario, world, sent, home)
    sys.exit(0 if held else 1)


def killed_nights(kind: str, scenario: Scenario, world: World, sent: Sequence[Sent], home: Path) -> bool:
    """Let the nights pass undisturbed and killed on one kind of database; return whether all is the same."""
    name, checks, began = "postgresql" if "postgresql" in kind else "sqlite", Checks(), time.perf_counter()
    with databases(kind) as fresh:
        calm = House(home / name / "calm", fresh("killed_nights_calm"))
        diary, _ = live(calm, scenario, world, sent, by_truth(People(scenario, world.regions)))
        survived: dict[str, int] = {}
        lives = 0
        while sum(survived.values()) < scenario.kills:
            lives += 1
            house = House(home / name / f"killed{lives}", fresh(f"killed_nights_{lives}"))
            watcher = Watcher(checks, sent)
            kills = _kills(scenario, lives)
            again, identities = live(house, scenario, world, sent, by_record(diary), kills=kills, watch=watcher)
            _look(checks, calm, house, diary, again, identities, watcher)
            for what, number in house.machine.kills.items():
                survived[what] = survived.get(what, 0) + number
    told = ", ".join(f"{number} {what}" for what, number in sorted(survived.items()))
    print(f"\n{name}: {sum(survived.values())} kills survived ({told}), {time.perf_counter() - began:.0f} s")
    print(checks.report(), flush=True)
    return checks.hold


def _look(
    checks: Checks, calm: House, house: House, diary: Diary, again: Diary, identities: Identities, watcher: Watcher
) -> None:
    prove(checks, house, again, identities, watcher)
    compare(checks, calm, house, diary, again)


def _kills(scenario: Scenario, life: int) -> Mapping[tuple[str, int], Sequence[Kill]]:
    """Return the kills of a life: each command of each night after two of its stages in turn, and at two moments."""
    rng = scenario.stream("kills", life)
    kills: dict[tuple[str, int], list[Kill]] = {}
    for night in range(1, scenario.nights + 1):
        for command, stages in STAGES.items():
            first = (2 * (night - 1) + life - 1) % stages
            after = [Kill(stage=stage % stages) for stage in (first, first + 1)]
            kills[command, night] = [*after, *(Kill(share=float(rng.random())) for _ in range(2))]
    return kills


if __name__ == "__main__":
    main()
