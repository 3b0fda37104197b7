"""How a project publishes: the table ``[publish]`` of ``linkage.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from linkage.errors import ConfigurationError

UNTIL_DKB: Final = "dkb"
ALWAYS: Final = "always"
_SHARES: Final = ("merge_rate", "usual_merge_rate", "coverage_drop")


@dataclass(frozen=True)
class PublishSettings:
    """What is published, and from which figures on the circuit breaker asks a supervisor first.

    ``publish_in_review``: new records in open cases become persons of their own, marked so, instead of waiting.
    ``largest_person``: records of one person. ``merge_rate``: share of a region's active persons that newly joined
    records may be, as long as few publications tell what is usual there, 0 to 1. ``usual_merge_rate``: below it nothing
    is unusual, 0 to 1.
    ``coverage_drop``: share by which the active persons of a region may fall between two publications, 0 to 1.
    ``bridges``: persons of a region that hang together by a chain. ``impossible_families``: persons of a region whose
    records cannot be of one person. ``keep_extracts``: "dkb", until an extract's semester is closed, or "always".
    """

    publish_in_review: bool = False
    largest_person: int = 6
    merge_rate: float = 0.03
    usual_merge_rate: float = 0.003
    coverage_drop: float = 0.05
    bridges: int = 3
    impossible_families: int = 3
    keep_extracts: str = UNTIL_DKB


KEYS = tuple(field.name for field in fields(PublishSettings))


def publish_settings(table: Mapping[str, Any], *, where: str) -> PublishSettings:
    """Return the settings in a table.

    Raises:
        ConfigurationError: a value of another kind, or out of its range.
    """
    for name, value in table.items():
        default = getattr(PublishSettings, name)
        if isinstance(default, str):
            if value not in (UNTIL_DKB, ALWAYS):
                raise ConfigurationError(f"{name} in [publish] must be {UNTIL_DKB!r} or {ALWAYS!r}", where=where)
            continue
        switch = isinstance(default, bool)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        whole = isinstance(default, float) or isinstance(value, int)
        if isinstance(value, bool) != switch or not (switch or (number and whole and value >= 0)):
            kind = "true or false" if switch else "a number, 0 or more"
            raise ConfigurationError(f"{name} in [publish] must be {kind}", where=where)
    for name in _SHARES:
        if table.get(name, 0) > 1:
            remedy = "Write 3 per cent as 0.03"
            raise ConfigurationError(f"{name} in [publish] is a share, 0 to 1", where=where, remedy=remedy)
    return PublishSettings(**table)
