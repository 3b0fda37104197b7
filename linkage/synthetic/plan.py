"""What a synthetic register shall be like: one frozen value with every rate in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError

Preset = Literal["default", "hard"]

DUPLICATE_KINDS: Final = (
    "copy_same_office",
    "moved_not_closed",
    "second_nik_elsewhere",
    "newborn_placeholder",
    "conflict_reentry",
)
"""Kinds of duplicate: entered twice by one office under two NIKs; moved but still active where they came from (one
NIK); enrolled by another office under a second NIK; a newborn entered before it had a name; one NIK entered twice
with another sex or birth date."""

ERROR_KINDS: Final = (
    "name_substitution",
    "name_insertion",
    "name_deletion",
    "name_transposition",
    "name_ocr",
    "name_phonetic",
    "name_old_spelling",
    "name_abbreviated",
    "title_added",
    "tokens_swapped",
    "token_dropped",
    "tokens_joined",
    "name_truncated",
    "date_day_month_swapped",
    "date_default",
    "date_digit",
    "date_year_slip",
    "nik_digit",
    "nik_transposed",
    "nik_missing",
    "mother_shortened",
    "mother_typing",
    "address_rewritten",
    "birthplace_rewritten",
    "field_missing",
    "sex_contradicts",
    "date_contradicts",
)
"""Kinds of error. Bit e of a record's ``errors`` mask stands for ``ERROR_KINDS[e]``. The last two belong to the
duplicate kind ``conflict_reentry`` and are not drawn."""

DEFAULT_DUPLICATE_SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "copy_same_office": 0.34,
        "moved_not_closed": 0.24,
        "second_nik_elsewhere": 0.22,
        "newborn_placeholder": 0.08,
        "conflict_reentry": 0.12,
    }
)
"""Share of each kind among the copies (unit: 1, sums to 1)."""

DEFAULT_ERROR_SHARES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "name_substitution": 0.08,
        "name_insertion": 0.05,
        "name_deletion": 0.06,
        "name_transposition": 0.05,
        "name_ocr": 0.02,
        "name_phonetic": 0.14,
        "name_old_spelling": 0.04,
        "name_abbreviated": 0.05,
        "title_added": 0.05,
        "tokens_swapped": 0.02,
        "token_dropped": 0.06,
        "tokens_joined": 0.03,
        "name_truncated": 0.05,
        "date_day_month_swapped": 0.04,
        "date_default": 0.03,
        "date_digit": 0.04,
        "date_year_slip": 0.03,
        "nik_digit": 0.02,
        "nik_transposed": 0.01,
        "nik_missing": 0.02,
        "mother_shortened": 0.05,
        "mother_typing": 0.03,
        "address_rewritten": 0.05,
        "birthplace_rewritten": 0.03,
        "field_missing": 0.04,
    }
)
"""Weight with which an error of each kind is drawn (unit: 1); a kind that does not fit a record is drawn again."""

_HARD: Final[Mapping[str, float]] = MappingProxyType(
    {
        "duplicate_rate": 0.15,
        "twin_rate": 0.04,
        "namesake_rate": 0.03,
        "shared_nik_rate": 2e-3,
        "original_error_rate": 0.06,
        "missing_factor": 2.0,
    }
)
_DEFAULT: Final[Mapping[str, float]] = MappingProxyType(
    {
        "duplicate_rate": 0.01,
        "twin_rate": 0.015,
        "namesake_rate": 1e-3,
        "shared_nik_rate": 1e-4,
        "original_error_rate": 0.01,
        "missing_factor": 1.0,
    }
)
_ERRORS_PER_COPY: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "default": (0.34, 0.34, 0.18, 0.08, 0.04, 0.015, 0.005),
        "hard": (0.08, 0.22, 0.26, 0.20, 0.13, 0.07, 0.04),
    }
)


@dataclass(frozen=True)
class RegisterPlan:
    """The plan of a synthetic register. Rates that are None take the value of the preset.

    Attributes:
        records: number of records in ``truth``, duplicates included; rows damaged on purpose come on top.
        regions: number of regencies, each of which sends one extract.
        seed: not negative; the same plan gives the same bytes.
        preset: ``default`` after published counts; ``hard`` for training and benchmarks.
        cut_off: the day the extracts were made; nobody is born and nothing is entered after it.
        duplicate_rate: records that repeat a person, per record.
        twin_rate: twin births per birth.
        namesake_rate: persons given name and birth date of a stranger, per person (natural namesakes come on top).
        shared_nik_rate: NIKs held by two persons, per person.
        original_error_rate: first records of a person that carry one error, per person.
        missing_factor: multiplies the rates at which offices leave fields empty.
        default_date_rate: birth dates set to 1 July, 31 December or 1 January, per person born before 1975.
        enrolled_rate: residents of 17 and over with a finished biometric enrolment, per such resident.
        both_enrolled_rate: second NIKs of an enrolled adult that are enrolled as well, per such copy.
        dirty_row_rate: damaged rows added to each CSV extract, per record.
        duplicate_shares: share of each of ``DUPLICATE_KINDS`` among copies.
        error_shares: weight of each of ``ERROR_KINDS``.
    """

    records: int
    regions: int
    seed: int
    preset: Preset = "default"
    cut_off: dt.date = dt.date(2026, 6, 30)
    duplicate_rate: float | None = None
    twin_rate: float | None = None
    namesake_rate: float | None = None
    shared_nik_rate: float | None = None
    original_error_rate: float | None = None
    missing_factor: float | None = None
    default_date_rate: float = 0.065
    enrolled_rate: float = 0.974
    both_enrolled_rate: float = 0.05
    dirty_row_rate: float = 0.002
    duplicate_shares: Mapping[str, float] = field(default_factory=lambda: DEFAULT_DUPLICATE_SHARES)
    error_shares: Mapping[str, float] = field(default_factory=lambda: DEFAULT_ERROR_SHARES)

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            UsageError: a count, preset, rate or share is out of range.
        """
        if self.preset not in _ERRORS_PER_COPY:
            raise UsageError(f"unknown preset {self.preset!r}", remedy="Known: default, hard")
        if self.records < 1 or self.regions < 1 or self.seed < 0:
            raise UsageError("records and regions must be at least 1, the seed not negative")
        if self.records > 50_000_000:
            raise UsageError("at most 50,000,000 records in one register")
        for name in (*_DEFAULT, "default_date_rate", "enrolled_rate", "both_enrolled_rate", "dirty_row_rate"):
            limit = {"duplicate_rate": 0.5, "missing_factor": 10.0}.get(name, 1.0)
            if not 0.0 <= self.rate(name) <= limit:
                raise UsageError(f"{name} must lie between 0 and {limit:g}")
        _check_shares("duplicate_shares", self.duplicate_shares, DUPLICATE_KINDS)
        _check_shares("error_shares", self.error_shares, ERROR_KINDS[:-2])

    def rate(self, name: str) -> float:
        """Return a rate by name: the plan's own, else the preset's."""
        own = getattr(self, name)
        return float((_HARD if self.preset == "hard" else _DEFAULT)[name] if own is None else own)

    @property
    def errors_per_copy(self) -> tuple[float, ...]:
        """Probability of 0, 1, .. 6 errors on a copy."""
        return _ERRORS_PER_COPY[self.preset]

    @property
    def copies(self) -> int:
        """Number of records that repeat a person."""
        return min(round(self.records * self.rate("duplicate_rate")), self.records // 2)

    @property
    def cut_off_day(self) -> int:
        """The cut-off as days since 1970-01-01."""
        return (self.cut_off - dt.date(1970, 1, 1)).days


def share_vector(shares: Mapping[str, float], kinds: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return float64 (n_kinds,): the shares in the order of ``kinds``, 0 for those not named."""
    return np.array([shares.get(kind, 0.0) for kind in kinds], np.float64)


def _check_shares(label: str, shares: Mapping[str, float], kinds: tuple[str, ...]) -> None:
    if unknown := sorted(set(shares) - set(kinds)):
        raise UsageError(f"{label} names unknown kinds: {', '.join(unknown)}", remedy=f"Known: {', '.join(kinds)}")
    if min(shares.values(), default=0.0) < 0.0 or sum(shares.values()) <= 0.0:
        raise UsageError(f"{label} must not be negative, and at least one must be above 0")
