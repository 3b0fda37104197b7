"""What a synthetic register shall be like: one frozen value with every rate in it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final, Literal

from linkage.errors import UsageError
from linkage.synthetic.kinds import (
    DEFAULT_DUPLICATE_SHARES,
    DEFAULT_ERROR_SHARES,
    DRAWN_ERRORS,
    DUPLICATE_KINDS,
)

Preset = Literal["default", "hard"]
Half = Literal["all", "first", "second"]

LARGEST: Final = 50_000_000
"""Records of one register, at most."""

_PRESETS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "default": {
            "duplicate_rate": 0.01,
            "closed_move_rate": 0.004,
            "non_permanent_rate": 5e-4,
            "twin_rate": 0.015,
            "namesake_rate": 1e-3,
            "shared_nik_rate": 5e-5,
            "correction_rate": 0.008,
            "original_error_rate": 0.01,
            "missing_factor": 1.0,
            "tampungan_rate": 5e-4,
        },
        "hard": {
            "duplicate_rate": 0.15,
            "closed_move_rate": 0.01,
            "non_permanent_rate": 2e-3,
            "twin_rate": 0.04,
            "namesake_rate": 0.03,
            "shared_nik_rate": 2e-3,
            "correction_rate": 0.02,
            "original_error_rate": 0.06,
            "missing_factor": 2.0,
            "tampungan_rate": 2e-3,
        },
    }
)
_ERRORS_PER_COPY: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "default": (0.34, 0.34, 0.18, 0.08, 0.04, 0.015, 0.005),
        "hard": (0.08, 0.22, 0.26, 0.20, 0.13, 0.07, 0.04),
    }
)
_LIMITS: Final[Mapping[str, float]] = MappingProxyType(
    {"duplicate_rate": 0.4, "closed_move_rate": 0.05, "non_permanent_rate": 0.05, "missing_factor": 10.0}
    | {"default_date_factor": 5.0}
)
_MOST_NIGHTS: Final = 60
_MOST_ERRORS: Final = 12
_PARTS: Final = ("all", "first", "second")
_SUM_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class RegisterPlan:
    """The plan of a synthetic register. Rates that are None take the value of the preset; all have the unit 1.

    ``plan.rate(name)`` gives the rate that counts. Where too few people fit a kind of repeat, others are entered twice
    by their office instead.

    Attributes:
        records: records in ``truth`` as of the last night, repeats included; damaged rows come on top.
        regions: number of regencies, each of which sends extracts.
        seed: not negative; the same plan gives the same bytes.
        preset: ``default`` after published counts; ``hard`` for training and benchmarks.
        cut_off: the day of the last extracts; nobody is born and nothing is entered after it.
        duplicate_rate: records that repeat a person wrongly, per record.
        closed_move_rate: records of people who moved whose old record was closed and kept, per record.
        non_permanent_rate: records of people at a second, lawful place, per record.
        twin_rate: twin births per birth.
        namesake_rate: persons given name and birth date of a stranger, per person (natural namesakes come on top).
        shared_nik_rate: NIKs held by two persons, per person.
        correction_rate: persons whose birth date or sex was corrected while the NIK stayed as it was, per person.
        original_error_rate: errors on the first record of a person, per person; a few people have most of them.
        missing_factor: multiplies the rates at which offices leave fields empty.
        tampungan_rate: records on a family card that is a dump of many families, per person.
        default_date_factor: multiplies the share of birth dates that are 1 July, 31 December or 1 January, which
            depends on the birth year: 7 to 8 % of those born before 1975, near 0 from 2005 on.
        died_reported_rate, died_unreported_rate: residents who died, the record closed or still active, per person.
        enrolled_rate: residents of 17 and over with a finished biometric enrolment, per such resident.
        both_enrolled_rate: second NIKs of an enrolled adult that are enrolled as well, per such copy.
        title_rate: adults recorded with a title or degree, per adult.
        dirty_row_rate: damaged rows added to each CSV extract, per record.
        nights: extracts of each region: the first is full, each later one is the delta of a day.
        nightly_new_rate: records that are new in each delta, per record.
        nightly_change_rate: records that changed in each delta, per record.
        dialects: names of ``ALL_DIALECTS`` that the regions use in turn; empty for the usual five.
        name_tables: ``all``, or one half of the names' tokens: people of ``first`` and of ``second`` share no name but
            titles, words that only lead a name, MUHAMMAD, birth-order names and the like.
        region_part: ``all``, or the regencies of one half of the provinces.
        errors_per_copy: probability of 0, 1, 2, .. errors on a copy, summing to 1; empty for the preset's.
        twins_entered_apart_rate: younger twins entered on a later day than the elder, per pair.
        twins_apart_rate: younger twins who live with another family of the regency, per pair.
        copy_same_day_rate: repeats ``copy_same_office`` and ``conflict_reentry`` entered on the day of the first
            record, per such repeat.
        copy_channel_rate: repeats that came through a channel of their own instead of that of the first record.
        particulars_changed_rate: repeats on which religion is written otherwise, and as many each on which marital
            status, relation and (in the same office) family card are.
        wrongly_refused_rate: residents of 17 and over whose card has the status ``DUPLICATE_RECORD``, there twice or
            not, per such resident.
        duplicate_shares: share of each of ``DUPLICATE_KINDS`` among duplicates.
        error_shares: weight of each of ``DRAWN_ERRORS``.
    """

    records: int
    regions: int
    seed: int
    preset: Preset = "default"
    cut_off: dt.date = dt.date(2026, 6, 30)
    duplicate_rate: float | None = None
    closed_move_rate: float | None = None
    non_permanent_rate: float | None = None
    twin_rate: float | None = None
    namesake_rate: float | None = None
    shared_nik_rate: float | None = None
    correction_rate: float | None = None
    original_error_rate: float | None = None
    missing_factor: float | None = None
    tampungan_rate: float | None = None
    default_date_factor: float = 1.0
    died_reported_rate: float = 0.004
    died_unreported_rate: float = 0.004
    enrolled_rate: float = 0.974
    both_enrolled_rate: float = 0.05
    title_rate: float = 0.02
    dirty_row_rate: float = 0.002
    nights: int = 1
    nightly_new_rate: float = 0.002
    nightly_change_rate: float = 0.003
    dialects: tuple[str, ...] = ()
    name_tables: Half = "all"
    region_part: Half = "all"
    errors_per_copy: tuple[float, ...] = ()
    twins_entered_apart_rate: float = 0.0
    twins_apart_rate: float = 0.0
    copy_same_day_rate: float = 0.0
    copy_channel_rate: float = 0.0
    particulars_changed_rate: float = 0.0
    wrongly_refused_rate: float = 0.0
    duplicate_shares: Mapping[str, float] = field(default_factory=lambda: DEFAULT_DUPLICATE_SHARES)
    error_shares: Mapping[str, float] = field(default_factory=lambda: DEFAULT_ERROR_SHARES)

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            UsageError: a count, preset, rate or share is out of range.
        """
        if self.preset not in _PRESETS:
            raise UsageError(f"unknown preset {self.preset!r}", remedy="Known: default, hard")
        for name in ("name_tables", "region_part"):
            if getattr(self, name) not in _PARTS:
                raise UsageError(f"{name} must be one of {', '.join(_PARTS)}")
        _check_errors_per_copy(self.errors_per_copy)
        whole = (self.records, self.regions, self.seed, self.nights)
        if not all(isinstance(number, int) for number in whole):
            raise UsageError("records, regions, seed and nights must be whole numbers")
        if self.records < 1 or self.regions < 1 or self.seed < 0:
            raise UsageError("records and regions must be at least 1, the seed not negative")
        if self.records > LARGEST:
            raise UsageError(f"at most {LARGEST:,} records in one register")
        if not dt.date(2006, 1, 1) <= self.cut_off <= dt.date(2100, 12, 31):
            raise UsageError("cut_off must lie between 2006, when the first registers were filled, and 2100")
        if not 1 <= self.nights <= _MOST_NIGHTS:
            raise UsageError(f"nights must lie between 1 and {_MOST_NIGHTS}")
        for name in _RATES:
            limit = _LIMITS.get(name, 1.0)
            if not 0.0 <= self.rate(name) <= limit:
                raise UsageError(f"{name} must lie between 0 and {limit:g}")
        if (self.nights - 1) * self.nightly_new_rate > 0.5:
            raise UsageError("nightly_new_rate over all nights must not exceed half of the records")
        _check_shares("duplicate_shares", self.duplicate_shares, DUPLICATE_KINDS)
        _check_shares("error_shares", self.error_shares, DRAWN_ERRORS)

    def rate(self, name: str) -> float:
        """Return a rate by name: the plan's own, else the preset's."""
        own = getattr(self, name)
        return float(_PRESETS[self.preset][name] if own is None else own)

    @property
    def copy_errors(self) -> tuple[float, ...]:
        """Probability of 0, 1, 2, .. errors on a copy: the plan's own, else the preset's."""
        return self.errors_per_copy or _ERRORS_PER_COPY[self.preset]

    @property
    def repeats(self) -> tuple[int, int, int]:
        """Number of records that repeat a person: wrongly, by a closed move, at a second lawful place."""
        names = ("duplicate_rate", "closed_move_rate", "non_permanent_rate")
        duplicates, closed, second = (round(self.records * self.rate(name)) for name in names)
        if self.regions == 1:
            return duplicates, 0, 0
        return duplicates, closed, second

    @property
    def persons(self) -> int:
        """Number of persons."""
        return self.records - sum(self.repeats)

    @property
    def cut_off_day(self) -> int:
        """The cut-off as days since 1970-01-01."""
        return (self.cut_off - dt.date(1970, 1, 1)).days


_RATES: Final = tuple(item.name for item in fields(RegisterPlan) if item.name.endswith(("_rate", "_factor")))


def _check_errors_per_copy(chances: tuple[float, ...]) -> None:
    if not chances:
        return
    if len(chances) > _MOST_ERRORS + 1 or not all(0.0 <= chance <= 1.0 for chance in chances):
        raise UsageError(f"errors_per_copy must be at most {_MOST_ERRORS + 1} numbers between 0 and 1")
    if abs(sum(chances) - 1.0) > _SUM_TOLERANCE:
        raise UsageError("errors_per_copy must sum to 1")


def _check_shares(label: str, shares: Mapping[str, float], kinds: tuple[str, ...]) -> None:
    if unknown := sorted(set(shares) - set(kinds)):
        raise UsageError(f"{label} names unknown kinds: {', '.join(unknown)}", remedy=f"Known: {', '.join(kinds)}")
    if not all(0.0 <= share < math.inf for share in shares.values()) or sum(shares.values()) <= 0.0:
        raise UsageError(f"{label} must be finite and not negative, and at least one must be above 0")
