"""Settings of signing in: how long a session lasts, how often one may try, how much work a password's hash takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from linkage.errors import ConfigurationError


@dataclass(frozen=True)
class AccountSettings:
    """Settings of accounts; keys of a project's ``[web]`` table, every one optional.

    ``session_idle_minutes``: a session that is not used so long is over; ``session_hours``: so is any after that.
    ``attempts``: how often somebody may fail to sign in to one account within ``attempt_minutes``, and
    ``address_attempts`` from one address, behind which a whole office may sit. ``code_hours``: how long an invitation
    holds. ``second_factor``: whether six digits of a phone are asked for beside a password. ``argon2_…``: the work of
    argon2id (passes, KiB of memory, lanes); a password hashed with others is hashed again when it is next used.
    """

    session_idle_minutes: int = 30
    session_hours: int = 12
    attempts: int = 10
    address_attempts: int = 50
    attempt_minutes: int = 15
    code_hours: int = 24
    second_factor: bool = True
    argon2_time_cost: int = 3
    argon2_memory_kib: int = 65_536
    argon2_parallelism: int = 1

    @property
    def idle(self) -> timedelta:
        """How long a session lasts without being used."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def longest(self) -> timedelta:
        """How long a session lasts at most."""
        return timedelta(hours=self.session_hours)

    @property
    def window(self) -> timedelta:
        """The time within which attempts are counted together."""
        return timedelta(minutes=self.attempt_minutes)


DEFAULTS: Final = AccountSettings()

LIMITS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "session_idle_minutes": (1, 1_440),
        "session_hours": (1, 168),
        "attempts": (3, 100),
        "address_attempts": (3, 100_000),
        "attempt_minutes": (1, 1_440),
        "code_hours": (1, 168),
        "argon2_time_cost": (1, 100),
        "argon2_memory_kib": (8, 4_194_304),
        "argon2_parallelism": (1, 1),
    }
)
"""The smallest and the greatest value of each number. One lane: more would be more threads of a web server."""

KEYS: Final = frozenset(field.name for field in fields(AccountSettings))
"""The keys that are read here; others of the table belong to others."""


def account_settings(table: Mapping[str, Any], *, where: str) -> AccountSettings:
    """Return the settings that a ``[web]`` table gives; keys that are not of this class are not looked at.

    Raises:
        ConfigurationError: a value that is not of the right kind, or out of range.
    """
    chosen = {key: value for key, value in table.items() if key in KEYS}
    for key, value in chosen.items():
        place = f"{where} [web] {key}"
        if key == "second_factor":
            if not isinstance(value, bool):
                raise ConfigurationError("must be true or false", where=place)
            continue
        low, high = LIMITS[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ConfigurationError(f"must be a whole number from {low} to {high}", where=place)
    return AccountSettings(**chosen)
