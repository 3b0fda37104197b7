"""The circuit breaker: is what would be published so unusual that a person must look first?

It looks at what a publication changes, never at what was let pass before. Every figure is of one region.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median
from typing import Final

from linkage.identifiers import Nik
from linkage.reference.golden import Values
from linkage.reference.persons import Group
from linkage.reference.settings import PublishSettings
from linkage.review.publications import MOST_CASES, Stop, StopReason
from linkage.review.resolution import pairs_of

_FEW_JOINED: Final = 20
"""So many records may be joined in a region whatever rate they are: small regions change by large shares."""

_FEW_PERSONS: Final = 100
"""Persons below which no drop is told."""

_USUAL_FROM: Final = 5
"""Earlier publications from which on they tell what is usual."""

_DEVIATIONS: Final = 6.0
_MAD_TO_SIGMA: Final = 1.4826
"""By which a median absolute deviation estimates a standard deviation (Hampel, 1974)."""

_APART: Final = 10
"""Years between two birth dates that no slip of one person's explains."""

_YOUNGEST_PARENT: Final = 10
"""Years by which a parent is older than the child, at least."""

_PARENTS: Final = ("nik_ibu", "nik_ayah")

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, repr=False)
class Counted:
    """Counts of one publication by region: active persons after it, records newly joined by it, and how many of these
    were active persons of their own before."""

    active: Mapping[str, int]
    joined: Mapping[str, int]
    absorbed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Proposed:
    """What a publication would change.

    ``groups``: the persons by decision that it changes. ``records``: whole values of their records, by id;
    ``regions``: these' regencies. ``now``: counts after it. ``earlier``: of the publications before, oldest first.

    ``born``: of those whom these records name as a parent, by the digits of the NIK, the earliest day of birth that a
    record which bears it tells, ISO 8601.
    """

    groups: Sequence[Group]
    records: Mapping[str, Values]
    regions: Mapping[str, str]
    now: Counted
    earlier: Sequence[Counted]
    born: Mapping[str, str] = field(default_factory=dict)


def reasons_to_stop(proposed: Proposed, settings: PublishSettings) -> tuple[StopReason, ...]:
    """Return why a publication is to be stopped, sorted by code and region; nothing when it may take effect."""
    found = [
        *_too_large(proposed, settings),
        *_counted(proposed, "BRIDGE", _is_bridge, settings.bridges),
        *_counted(
            proposed,
            "IMPOSSIBLE_FAMILY",
            lambda group, records: _is_impossible(group, records, proposed.born),
            settings.impossible_families,
        ),
        *_merge_rates(proposed, settings),
        *_drops(proposed, settings),
    ]
    return tuple(sorted(found, key=lambda reason: (reason.code, reason.region)))


def covered(reasons: Iterable[StopReason], stops: Iterable[Stop]) -> bool:
    """Return whether a supervisor has let pass each of the reasons: under the same code and region, and no worse,
    whatever cases it names.

    ``stops``: those since the last publication that took effect.
    """
    passed = [reason for stop in stops if stop.released_at is not None for reason in stop.reasons]
    return all(any(_no_worse(reason, other) for other in passed) for reason in reasons)


def _no_worse(reason: StopReason, other: StopReason) -> bool:
    return (reason.code, reason.region) == (other.code, other.region) and reason.figure <= other.figure


def _region(proposed: Proposed, group: Group) -> str:
    """Return the regency of a person: that of the first of its records that tells one."""
    return next((proposed.regions[record] for record in group.record_ids if proposed.regions.get(record)), "")


def _held(proposed: Proposed, group: Group) -> list[str]:
    return [record for record in group.record_ids if record in proposed.records]


def _cases(groups: Iterable[Group]) -> tuple[int, ...]:
    """Return the cases whose decisions joined records of these persons, newest decision first."""
    joining = {(one.effect, one.case) for group in groups for one, person in group.by if len(person.record_ids) > 1}
    return tuple(dict.fromkeys(case for _, case in sorted(joining, reverse=True)))[:MOST_CASES]


def _by_region(proposed: Proposed, groups: Iterable[Group]) -> Mapping[str, Sequence[Group]]:
    found: dict[str, list[Group]] = {}
    for group in groups:
        found.setdefault(_region(proposed, group), []).append(group)
    return found


def _too_large(proposed: Proposed, settings: PublishSettings) -> Iterator[StopReason]:
    large = [group for group in proposed.groups if len(_held(proposed, group)) > settings.largest_person]
    for region, own in _by_region(proposed, large).items():
        size = max(len(_held(proposed, group)) for group in own)
        yield StopReason("CLUSTER_SIZE", float(size), float(settings.largest_person), region, _cases(own))


def _counted(
    proposed: Proposed, code: str, holds: Callable[[Group, Mapping[str, Values]], bool], limit: int
) -> Iterator[StopReason]:
    found = (group for group in proposed.groups if holds(group, proposed.records))
    for region, own in _by_region(proposed, found).items():
        if len(own) > limit:
            yield StopReason(code, float(len(own)), float(limit), region, _cases(own))


def _is_bridge(group: Group, records: Mapping[str, Values]) -> bool:
    """Whether a pair of a person's records was never called the same by anybody: they hang together by others."""
    told = {(left, right) for decided, _ in group.by for left, right, same in pairs_of(decided.persons) if same}
    held = [record for record in group.record_ids if record in records]
    return any(pair not in told for pair in combinations(held, 2))


def parents_named(records: Iterable[Values]) -> frozenset[str]:
    """Return the NIKs, by their digits, of whom records name as a parent."""
    values = tuple(records)
    return frozenset().union(*(_numbers(values, name) for name in _PARENTS))


def _is_impossible(group: Group, records: Mapping[str, Values], parents_born: Mapping[str, str]) -> bool:
    """Whether a person's records say what cannot be of one person and no steward has chosen between."""
    values = [records[record] for record in group.record_ids if record in records]
    if len(values) < 2:
        return False
    chosen = {field for _, person in group.by for field, _ in person.fields}
    own = _numbers(values, "nik")
    if own & parents_named(values):
        return True
    if "jenis_kelamin" not in chosen and len(_told(values, "jenis_kelamin")) > 1:
        return True
    if "nik_ibu" not in chosen and len(_numbers(values, "nik_ibu")) > 1:
        return True
    born = sorted(filter(_DAY.fullmatch, _told(values, "tanggal_lahir")))
    if "tanggal_lahir" in chosen or not born:
        return False
    named = frozenset().union(*(_numbers(values, name) for name in _PARENTS if name not in chosen))
    too_young = any(born[0] < _years_later(parents_born[nik], _YOUNGEST_PARENT) for nik in named if nik in parents_born)
    return too_young or _years_later(born[0], _APART) <= born[-1]


def _years_later(day: str, years: int) -> str:
    return f"{int(day[:4]) + years:04d}{day[4:]}"


def _told(values: Iterable[Values], field: str) -> set[str]:
    return {one[field] for one in values if one.get(field)}


def _numbers(values: Iterable[Values], field: str) -> set[str]:
    found = (Nik.parse(text) for text in _told(values, field))
    return {number.digits for number in found if number}


def _merge_rates(proposed: Proposed, settings: PublishSettings) -> Iterator[StopReason]:
    changed = _by_region(proposed, proposed.groups)
    for region, joined in proposed.now.joined.items():
        before = proposed.earlier[-1].active.get(region, 0) if proposed.earlier else 0
        persons = max(before, proposed.now.active.get(region, 0))
        if joined < _FEW_JOINED or not persons:
            continue
        rate, limit = joined / persons, _usual_rate(region, proposed.earlier, settings)
        if rate > limit:
            cases = _cases(changed.get(region, ()))
            yield StopReason("MERGE_RATE", round(rate, 6), round(limit, 6), region, cases)


def _usual_rate(region: str, earlier: Sequence[Counted], settings: PublishSettings) -> float:
    """Return up to which rate a region's records are usually joined: by median and median absolute deviation."""
    rates = [one.joined.get(region, 0) / one.active[region] for one in earlier if one.active.get(region)]
    if len(rates) < _USUAL_FROM:
        return settings.merge_rate
    middle = median(rates)
    spread = _MAD_TO_SIGMA * median(abs(rate - middle) for rate in rates)
    return min(settings.merge_rate, max(settings.usual_merge_rate, middle + _DEVIATIONS * spread))


def _drops(proposed: Proposed, settings: PublishSettings) -> Iterator[StopReason]:
    if not proposed.earlier:
        return
    for region, before in proposed.earlier[-1].active.items():
        now = proposed.now.active.get(region, 0) + proposed.now.absorbed.get(region, 0)
        if before >= _FEW_PERSONS and now < (1 - settings.coverage_drop) * before:
            yield StopReason("COVERAGE_DROP", round(1 - now / before, 6), settings.coverage_drop, region)
