"""The queue's settings: how long things may take, how much is handed out, how many decisions are read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from linkage.errors import ConfigurationError


@dataclass(frozen=True)
class QueueSettings:
    """Settings of the review queue; the table ``[queue]`` of a project, every key optional.

    ``lease_minutes``: how long a case stays with who opened it, from the last sign of life. ``assignment_days``: after
    that an assigned case is offered to others too. ``ask_days``: an office asked for its answer has so long; then the
    next tier decides. ``cases_per_hour`` and ``horizon_days``: an office's open queue is bound to what its stewards'
    hours (see :class:`linkage.review.people.User`) can do within the horizon; an office where nobody's hours are known
    is not bound. ``urgent_days`` and ``patient_days``: a case of the greatest urgency should be decided within the
    former, one of the least within the latter; what was opened that much earlier goes first. ``second_reading_share``:
    of decisions taken by one person, the share that another reads blind. ``known_share``: of the cases handed out, the
    share whose answer is known. ``values_days``: how long after a case was withdrawn its records' values are kept.
    ``views_days``: how long the list of who saw which record is kept, at least.
    """

    lease_minutes: float = 10.0
    assignment_days: float = 7.0
    ask_days: float = 14.0
    cases_per_hour: float = 30.0
    horizon_days: float = 30.0
    urgent_days: float = 1.0
    patient_days: float = 180.0
    second_reading_share: float = 0.05
    known_share: float = 0.02
    values_days: float = 365.0
    views_days: float = 3653.0

    @property
    def lease(self) -> timedelta:
        """How long a lease holds."""
        return timedelta(minutes=self.lease_minutes)


DEFAULTS: Final = QueueSettings()

_SHARES: Final = frozenset({"second_reading_share", "known_share"})
_KNOWN: Final[Mapping[str, object]] = MappingProxyType({field.name: field.default for field in fields(QueueSettings)})


def queue_settings(table: Mapping[str, Any], *, where: str) -> QueueSettings:
    """Return the settings of a ``[queue]`` table.

    Raises:
        ConfigurationError: an unknown key, or a value that is no number in range.
    """
    for key, value in table.items():
        place = f"{where} [queue] {key}"
        if key not in _KNOWN:
            raise ConfigurationError("unknown key", where=place, remedy=f"Known: {', '.join(_KNOWN)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConfigurationError("must be a number", where=place)
        if key in _SHARES and not 0 <= value <= 1:
            raise ConfigurationError("must lie between 0 and 1", where=place)
        if key not in _SHARES and not 0 < value < 100_000:
            raise ConfigurationError("must be greater than 0", where=place)
    chosen = QueueSettings(**{key: float(value) for key, value in table.items()})
    if chosen.urgent_days > chosen.patient_days:
        raise ConfigurationError("urgent_days must not exceed patient_days", where=f"{where} [queue]")
    return chosen
