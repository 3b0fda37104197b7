"""The administrator's pages: users as lines, regions that may be given, who holds what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from linkage.review.backlog import Holding
from linkage.review.people import Role, Scope, User
from linkage.standardise.regions.table import region_table

CENTRE = "pusat"
"""What stands for the nation in a form: an empty choice must not be one by mistake."""

GIVEN: tuple[Role, ...] = (Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS, Role.PENGELOLA, Role.AUDITOR)
"""Roles that a person may hold, in the order of forms."""


@dataclass(frozen=True)
class RegionGroup:
    """A province with the choices below it; ``codes``: the province's own first, where it may be given."""

    code: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Holder:
    """Somebody who holds cases now, by name."""

    name: str
    cases: tuple[Holding, ...]


def region_groups(scope: Scope, also: str | None = None) -> tuple[RegionGroup, ...]:
    """Return the regions that who works for ``scope`` may give, by province; ``also``: one that is given already,
    though it may be a code of former times."""
    table = region_table()
    codes = [f"{code:02d}" for code, province in table.provinces.items() if province.valid]
    codes += [f"{code:04d}" for code in table.current]
    if also and also not in codes:
        codes.append(also)
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(codes):
        if scope.covers(code):
            grouped[code[:2]].append(code)
    return tuple(RegionGroup(code, tuple(held)) for code, held in sorted(grouped.items()))


def scope_of(given: str) -> Scope:
    """Return the region that a form names; :class:`UsageError` when it is none."""
    return Scope("" if given == CENTRE else given or "?")


def office_of(given: str, scope: Scope) -> str:
    """Return the office that an address names, and for nothing, or one out of the region, the visitor's own."""
    code = "" if given == CENTRE else given or scope.code
    return code if scope.covers(code) else scope.code


def found_users(users: Iterable[User], *, name: str, region: str, active: bool | None) -> tuple[User, ...]:
    """Return the users that fit, by name. ``name``: a part of it."""
    part = name.strip().lower()
    return tuple(
        user
        for user in users
        if part in user.name and user.scope.code.startswith(region) and (active is None or user.active == active)
    )


def holders(holdings: Iterable[Holding]) -> tuple[Holder, ...]:
    """Return who holds what, by name."""
    held: defaultdict[str, list[Holding]] = defaultdict(list)
    for one in holdings:
        held[one.holder].append(one)
    return tuple(Holder(name, tuple(held[name])) for name in sorted(held))
