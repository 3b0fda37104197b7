"""How the nightly job reads and judges extracts: the parts of ``[intake]`` in ``linkage.toml`` beyond the paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from linkage.errors import ConfigurationError, UsageError
from linkage.intake.limits import Limits
from linkage.intake.options import ReadOptions, read_options
from linkage.nightly.closing import ClosingRules
from linkage.standardise.regions.resolve import known_regencies

LIMITS: Final = "limits"
READING: Final = "reading"
LATE_AFTER_DAYS: Final = "late_after_days"
SHARES: Final = tuple(item.name for item in fields(ClosingRules))
REGIONS: Final = "regions"
NATION: Final = "semua"
SETTINGS: Final = (*SHARES, LATE_AFTER_DAYS, REGIONS, LIMITS, READING)
"""Keys and tables of ``[intake]`` that :func:`intake_settings` reads."""


@dataclass(frozen=True)
class IntakeSettings:
    """``limits``: what a file may ask of the machine. ``reading``: how files are written, where their sidecar does not
    say. ``closing``: what a full extract may close. ``late_after_days``: a region is late when its newest cut-off lies
    more days behind the newest of all. ``regions``: the regencies whose offices send extracts, codes of 4 digits; none
    when only those count that have sent one.
    """

    limits: Limits = field(default_factory=Limits)
    reading: ReadOptions = field(default_factory=ReadOptions)
    closing: ClosingRules = field(default_factory=ClosingRules)
    late_after_days: int = 7
    regions: frozenset[str] = frozenset()


def intake_settings(table: Mapping[str, Any], *, where: str) -> IntakeSettings:
    """Return the settings in an ``[intake]`` table; its other keys are left alone.

    Raises:
        ConfigurationError: an unknown limit or reading option, or a value that one cannot have.
    """
    shares = {name: _share(table[name], name, where) for name in SHARES if name in table}
    days = table.get(LATE_AFTER_DAYS, IntakeSettings.late_after_days)
    if not _is_count(days):
        raise ConfigurationError(f"{LATE_AFTER_DAYS} in [intake] must be a number of days above 0", where=where)
    try:
        limits = Limits(**_limits(_table(table, LIMITS, where), where))
        reading = read_options(_table(table, READING, where), where=f"{where}: [intake.{READING}]")
    except UsageError as error:
        raise ConfigurationError(error.problem, where=error.where or where, remedy=error.remedy) from None
    return IntakeSettings(limits, reading, ClosingRules(**shares), days, _regions(table.get(REGIONS, []), where))


def _regions(named: object, where: str) -> frozenset[str]:
    """Return the regencies in force that are named: themselves, by their province, or all of them."""
    if not isinstance(named, list):
        raise ConfigurationError(
            f"{REGIONS} in [intake] must be a list of codes", where=where, remedy='Write ["3374", "51"]'
        )
    known = [f"{code:04d}" for code in known_regencies()]
    found: set[str] = set()
    for code in named:
        within = [one for one in known if code == NATION or (code in (one, one[:2]))]
        if not within:
            raise ConfigurationError(
                f"{REGIONS} in [intake]: {code!r} is no regency and no province of today",
                where=where,
                remedy=f'Write codes of 4 or 2 digits as texts, or ["{NATION}"] for all',
            )
        found.update(within)
    return frozenset(found)


def _table(table: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    content = table.get(name, {})
    if not isinstance(content, dict):
        raise ConfigurationError(f"{name} in [intake] must be a table", where=where, remedy=f"Write [intake.{name}]")
    return content


def _limits(given: Mapping[str, Any], where: str) -> dict[str, int]:
    known = [item.name for item in fields(Limits)]
    for name, value in given.items():
        if name not in known:
            raise ConfigurationError(
                f"unknown key {name!r} in [intake.{LIMITS}]", where=where, remedy=f"Known: {', '.join(known)}"
            )
        if not _is_count(value):
            raise ConfigurationError(f"{name} in [intake.{LIMITS}] must be a whole number above 0", where=where)
    return dict(given)


def _share(value: object, name: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ConfigurationError(f"{name} in [intake] must be a number from 0 to 1", where=where)
    return float(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
