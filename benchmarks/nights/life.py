"""Thirty nights in one house: files come, the job runs and is published, people work; killed now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from benchmarks.nights.house import House
from benchmarks.nights.identities import COLUMNS, Identities
from benchmarks.nights.machine import Kill, PublicationHeldBackError
from benchmarks.nights.offices import Sent
from benchmarks.nights.people import CHIEF, People, hire
from benchmarks.nights.scenario import FIRST_DAY, Scenario, publish_at, run_at
from benchmarks.nights.steps import Office, Step, Told
from benchmarks.nights.world import World

_MOST_STOPS = 3


@dataclass
class Diary:
    """What happened, night by night.

    ``days``: the steps of each day, in order. ``releases``: likewise those that let a publication pass. ``runs``: their
    manifests; ``killed_runs``: the nights on which one was killed. ``publications``: what was told of them. ``heads``:
    rows of the audit chain when the day began. ``stops``: reasons why a publication was held back. ``differences``:
    what people were told otherwise than before.
    """

    days: dict[int, list[tuple[Step, Told]]] = field(default_factory=dict)
    releases: dict[int, list[tuple[Step, Told]]] = field(default_factory=dict)
    runs: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    killed_runs: set[int] = field(default_factory=set)
    publications: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    stops: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


class Day(Protocol):
    """What people do between two nights."""

    def __call__(self, office: Office, night: int, identities: Identities) -> list[str]:
        """Do it, and return what went otherwise than it should."""
        ...


def live(
    house: House,
    scenario: Scenario,
    world: World,
    sent: Sequence[Sent],
    day: Day,
    *,
    kills: Mapping[tuple[str, int], Sequence[Kill]] | None = None,
    watch: Callable[[int, House, Identities, Diary], None] | None = None,
) -> tuple[Diary, Identities]:
    """Let all nights pass; after the last day's work it is published once more, as night number ``nights + 1``.

    ``kills``: by command and night. ``watch``: called after every publication.
    """
    house.build()
    diary, identities, killed = Diary(), Identities(world), kills or {}
    with house.queue() as queue:
        hire(queue, world.regions, datetime.combine(FIRST_DAY, datetime.min.time(), run_at(1).tzinfo))
    for night in range(1, scenario.nights + 2):
        if night <= scenario.nights:
            full = house.prepare(scenario, night, sent)
            if house.run(run_at(night), night, full=full, kills=killed.get(("run", night), ())):
                diary.killed_runs.add(night)
            diary.runs[night] = house.last_manifest()
            identities.follow(house.resident_rows(COLUMNS, house.ledger.counters["night"]))
        publish_by_supervisor(house, diary, night, publish_at(night), killed.get(("publish", night), ()))
        if watch is not None:
            watch(night, house, identities, diary)
        if night <= scenario.nights:
            with house.queue() as queue:
                diary.heads[night] = queue.head().seq
                office = Office(queue)
                diary.differences += day(office, night, identities)
                diary.days[night] = office.log
    house.machine.stop()
    return diary, identities


def by_truth(people: People) -> Day:
    """Return the work of people who know the truth, and err."""

    def day(office: Office, night: int, identities: Identities) -> list[str]:
        people.day(office, night, identities.person)
        return []

    return day


def by_record(diary: Diary) -> Day:
    """Return the same steps again, in their recorded order; what they are told otherwise is returned."""

    def day(office: Office, night: int, identities: Identities) -> list[str]:
        return office.again(diary.days[night])

    return day


def publish_by_supervisor(house: House, diary: Diary, night: int, now: datetime, kills: Sequence[Kill] = ()) -> None:
    """Publish; what the circuit breaker holds back a supervisor looks at and lets pass."""
    diary.releases[night] = []
    for _ in range(_MOST_STOPS):
        try:
            diary.publications[night] = house.machine.publish(house.file, now, kills=kills)
        except PublicationHeldBackError as held:
            diary.stops.append(f"night {night}: {held}")
            with house.queue() as queue:
                office = Office(queue)
                for stop in queue.stopped(by=CHIEF):
                    if stop.released_at is None:
                        office.release(stop.number, CHIEF, now)
                diary.releases[night] += office.log
        else:
            return
    raise PublicationHeldBackError(f"night {night}: held back again and again")
