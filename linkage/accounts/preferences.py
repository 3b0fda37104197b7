"""How a user wants the page: language, time zone, and which key does what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from linkage.errors import UsageError

LANGUAGES: Final = ("id", "en")
TIME_ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
_MOST: Final = 100
_LONGEST: Final = 50


@dataclass(frozen=True)
class Preferences:
    """A user's own settings. ``keys``: for actions of the page, the key that does it, where it is not the usual one.

    Raises:
        UsageError: another language or time zone; a key that is not one printable character, or stands for two actions.
    """

    language: str = "id"
    shortcuts_on: bool = True
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    time_zone: str = TIME_ZONES[0]

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise UsageError(
                "no such language",
                where="language",
                remedy=f"Known: {', '.join(LANGUAGES)}",
                key="preferences.language",
            )
        if self.time_zone not in TIME_ZONES:
            raise UsageError(
                "no such time zone",
                where="time zone",
                remedy=f"Known: {', '.join(TIME_ZONES)}",
                key="preferences.zone",
            )
        if len(self.keys) > _MOST or any(len(action) > _LONGEST for action in self.keys):
            raise UsageError("too many keys, or an action of too long a name", where="keys", key="preferences.many")
        if any(len(key) != 1 or not key.isprintable() or key.isspace() for key in self.keys.values()):
            raise UsageError("a key is one character that can be seen", where="keys", key="preferences.key")
        # Whether Shift is held is easily missed: a and A are one key.
        if len({key.casefold() for key in self.keys.values()}) < len(self.keys):
            raise UsageError("one key cannot stand for two actions", where="keys", key="preferences.twice")
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))
