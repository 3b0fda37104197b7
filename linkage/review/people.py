"""Who works on the queue: a user's region, roles, and what each role may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from linkage.errors import UsageError

SYSTEM: Final = "sistem"
"""The nightly load signs with this name; no user may."""


class Role(StrEnum):
    """What a user may do, under the offices' names. One user may hold several.

    ``petugas`` works on cases, ``penyetuju`` answers proposals, ``pengawas`` hands out work and reopens,
    ``pengelola`` keeps the list of users, ``auditor`` reads who did and saw what.
    """

    PETUGAS = "petugas"
    PENYETUJU = "penyetuju"
    PENGAWAS = "pengawas"
    PENGELOLA = "pengelola"
    AUDITOR = "auditor"
    SISTEM = "sistem"


_REGION = re.compile(r"\A(?:[0-9]{2}|[0-9]{4})?\Z")


def is_scope(code: str) -> bool:
    """Return whether ``code`` is a regency (4 digits), a province (2) or the nation (empty)."""
    return _REGION.match(code) is not None


@dataclass(frozen=True)
class Scope:
    """The region a user works for: ``""`` the nation, ``"32"`` a province, ``"3273"`` a regency."""

    code: str

    def __post_init__(self) -> None:
        if not is_scope(self.code):
            raise UsageError(
                "a region must be empty, or a code of 2 or 4 digits",
                where="region",
                remedy="Use 32 or 3273",
                key="region.form",
            )

    def covers(self, code: str) -> bool:
        """Return whether what belongs to region ``code`` lies within; an unknown region ("") only within the nation."""
        return code.startswith(self.code)

    @property
    def parent(self) -> Scope | None:
        """The next tier up: regency, province, nation; None above the nation."""
        return Scope(self.code[:-2]) if self.code else None


@dataclass(frozen=True)
class User:
    """A person who works on the queue. ``name`` is lower case; ``hours`` a week for reviewing, None if unknown."""

    name: str
    scope: Scope
    roles: frozenset[Role]
    active: bool = True
    hours: float | None = None

    def __post_init__(self) -> None:
        if user_name(self.name) != self.name:
            raise UsageError("a user name is written in lower case", where="user", key="user.name")
        if not self.roles or Role.SISTEM in self.roles:
            raise UsageError(
                "a user holds at least one role, and never the system's", where=f"user {self.name}", key="user.roles"
            )
        if self.hours is not None and not 0 <= self.hours <= 168:
            raise UsageError("hours a week must lie between 0 and 168", where=f"user {self.name}", key="user.hours")


_USER = re.compile(r"\A[a-z0-9][a-z0-9._@-]{0,99}\Z")


def user_name(name: str) -> str:
    """Return ``name`` in lower case, so that one person cannot be two; refuse anything but a plain user name."""
    plain = name.strip().lower()
    if not _USER.match(plain) or plain == SYSTEM:
        raise UsageError(
            "a user name is letters a to z, digits and . _ @ -, and not the system's own",
            where="user",
            key="user.name",
        )
    return plain
