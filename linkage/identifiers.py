"""The two 16-digit identifiers of Indonesian population administration: NIK and No. KK.

A value of these types never shows itself: ``repr``, ``str`` and formatting give the masked form, and the digits are
read by name (``.digits``) where they are needed. Structure: PP 40/2019; NIK stays for life and is not changed when
birth date, sex or domicile are (Permendagri 108/2019 art. 15(3), PP 40/2019 art. 30(2)), so a mismatch between a NIK
and the rest of a record is information, not an error.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import ClassVar, Final, TypeVar

from linkage.errors import ConfigurationError, InvariantError

PROVINCES_EVER: Final = frozenset(
    (*range(11, 20), 21, *range(31, 37), *range(51, 55), *range(61, 66), *range(71, 77), 81, 82, *range(91, 97))
)
"""Every province code the ministry has used (not BPS codes); 54 was Timor Timur until 1999."""

LENGTHS: Final = (15, 16, 17)
"""Digits of a number that may be a damaged one: one was lost, none, or one was added."""

_SHORTEST_KEY = 16
_IGNORED = re.compile(r"[\s.'’‘`´]+")
_SIXTEEN = re.compile(r"[0-9]{16}", re.ASCII)
_DAMAGED = re.compile(r"[0-9]{15,17}", re.ASCII)
_SEX_SHIFT = 40
_LONGEST_PERIOD = 4
_LONGEST_RUN = 10


class Severity(Enum):
    """What a finding means for the identifier."""

    FATAL = "the value cannot be such a number; it blocks and equals nothing, and is compared for a slip at most"
    WARN = "an anomaly to be reported; the number is still compared"
    INFO = "a feature, not an error"


@dataclass(frozen=True)
class Finding:
    """One thing noticed about an identifier: a stable code, how grave it is, and words without the value."""

    code: str
    severity: Severity
    says: str


LENGTH: Final = Finding("LENGTH", Severity.FATAL, "not 16 digits")
ALL_EQUAL: Final = Finding("ALL_EQUAL", Severity.FATAL, "sixteen times the same digit")
SERIAL_ZERO: Final = Finding("SERIAL_ZERO", Severity.FATAL, "the serial (digits 13-16) starts at 0001")
MONTH: Final = Finding("MONTH", Severity.FATAL, "digits 9-10 are no month")
DAY: Final = Finding("DAY", Severity.FATAL, "digits 7-8 are neither 01-31 nor 41-71")
PROVINCE: Final = Finding("PROVINCE", Severity.FATAL, "digits 1-2 were never a province")
DATE_IMPOSSIBLE: Final = Finding("DATE_IMPOSSIBLE", Severity.WARN, "digits 7-12 are no date in 19yy nor in 20yy")
REGENCY_UNKNOWN: Final = Finding("REGENCY_UNKNOWN", Severity.WARN, "digits 1-4 are not in the table of regencies")
DISTRICT_ZERO: Final = Finding("DISTRICT_ZERO", Severity.WARN, "sub-districts are numbered from 01")
DISTRICT_UNKNOWN: Final = Finding(
    "DISTRICT_UNKNOWN", Severity.WARN, "digits 5-6 are above every sub-district this regency is known to have had"
)
CARD_SERIAL_ZERO: Final = Finding("SERIAL_ZERO", Severity.WARN, "the serial (digits 13-16) starts at 0001")
CARD_DATE: Final = Finding("DATE_IMPOSSIBLE", Severity.WARN, "digits 7-12 are no date of recording (no 40 is added)")
CARD_DATE_LATER: Final = Finding("DATE_LATER", Severity.WARN, "recorded after the extract was made")
DATE_DIFFERS: Final = Finding("DATE_DIFFERS", Severity.INFO, "digits 7-12 are not the birth date of the record")
SEX_DIFFERS: Final = Finding("SEX_DIFFERS", Severity.INFO, "the day digits tell the other sex")
REGION_DIFFERS: Final = Finding("REGION_DIFFERS", Severity.INFO, "first issued in another regency")

Identifier = TypeVar("Identifier", bound="_SixteenDigits")


def normalise_digits(text: str) -> str:
    """Return ``text`` without blanks, dots and apostrophes, which exports put into or before the number."""
    return _IGNORED.sub("", text)


def mask_identifier(text: str) -> str:
    """Return the first 6 and last 4 of 16 digits with the rest starred; of anything else only its length in stars."""
    digits = normalise_digits(text)
    return f"{digits[:6]}******{digits[12:]}" if _SIXTEEN.fullmatch(digits) else "*" * len(digits)


def damaged_digits(text: str) -> str:
    """Return the digits of a text that is no NIK but may be one with a slip in it; empty for anything else.

    Such are 15 to 17 digits with a FATAL finding. A placeholder (:func:`is_placeholder`) is no damaged number, and
    neither is a text with letters.
    """
    digits = normalise_digits(text)
    damaged = _DAMAGED.fullmatch(digits) and Nik.fault(text) is not None and not is_placeholder(digits)
    return digits if damaged else ""


def is_placeholder(digits: str) -> bool:
    """Tell whether digits were typed to fill a field: ``1212...``, ``12345678...``, or ten equal ones in a row.

    That is: they repeat after four digits or fewer, count up or down by one (0 follows 9), or hold a run of ten. A NIK
    without a FATAL finding may do so too, and is then one all the same.
    """
    if any(digits[:-period] == digits[period:] for period in range(1, _LONGEST_PERIOD + 1)):
        return True
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9}) or any(digit * _LONGEST_RUN in digits for digit in "0123456789")


def mask_closely(text: str) -> str:
    """Return 16 digits as ``32•••• •••••• ••01``; of anything else only its length in bullets.

    The first twelve digits tell sub-district, birth date and sex; this form hides them where a page needs no more than
    to tell two numbers apart.
    """
    digits = normalise_digits(text)
    if not _SIXTEEN.fullmatch(digits):
        return "•" * len(digits)
    return f"{digits[:2]}•••• •••••• ••{digits[14:]}"


def digit_bar(left: str, right: str) -> str:
    """Return ``=`` for each of 16 digits that two numbers share, ``x`` for each that differs; empty for other texts.

    For a page that shows masked numbers: the comparison is made where the digits are.
    """
    left, right = normalise_digits(left), normalise_digits(right)
    if not (_SIXTEEN.fullmatch(left) and _SIXTEEN.fullmatch(right)):
        return ""
    return "".join("=" if one == other else "x" for one, other in zip(left, right, strict=True))


def mask_name(text: str) -> str:
    """Return a name with the first letter of each word and the rest starred: ``S*** A*****``. A mother's name is so
    shown: banks ask for it."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in text.split())


@dataclass(frozen=True, repr=False)
class _SixteenDigits:
    """What NIK and No. KK share. ``digits``: the 16 digits, not to be shown."""

    kind: ClassVar[str]
    digits: str

    def __post_init__(self) -> None:
        if self.fault(self.digits) is not None or len(self.digits) != 16:
            raise InvariantError(f"not a valid {self.kind}", remedy="Use parse(), which answers None")

    @classmethod
    def fault(cls, text: str) -> Finding | None:
        """Return the FATAL finding on a raw text, None when it parses."""
        digits = normalise_digits(text)
        if not _SIXTEEN.fullmatch(digits):
            return LENGTH
        return ALL_EQUAL if len(set(digits)) == 1 else None

    @classmethod
    def parse(cls: type[Identifier], text: str) -> Identifier | None:
        """Return the identifier in a raw text, None when a FATAL finding says that it cannot be one."""
        return None if cls.fault(text) is not None else cls(normalise_digits(text))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    @property
    def masked(self) -> str:
        """The number as a page may show it: ``330103******0012``."""
        return mask_identifier(self.digits)

    @property
    def region(self) -> str:
        """Sub-district code of the issuing region, 6 digits."""
        return self.digits[:6]

    @property
    def regency(self) -> int:
        """Regency code of the issuing region, as an integer such as 3273; possibly a retired one."""
        return int(self.digits[:4])

    @property
    def province(self) -> int:
        """Province code of the issuing region."""
        return int(self.digits[:2])

    @property
    def day(self) -> int:
        """Day, from digits 7-8."""
        return int(self.digits[6:8])

    @property
    def month(self) -> int:
        """Month, from digits 9-10."""
        return int(self.digits[8:10])

    @property
    def short_year(self) -> int:
        """Last two digits of the year, from digits 11-12; the century is not coded."""
        return int(self.digits[10:12])

    @property
    def serial(self) -> int:
        """Serial within region, date (and sex), from 1."""
        return int(self.digits[12:])

    def digest(self, key: bytes) -> str:
        """Return HMAC-SHA-256 under ``key`` as 64 hex digits: equal numbers, equal digests; useless without the key.

        NIK and No. KK with the same digits give different digests.

        Raises:
            ConfigurationError: the key is shorter than 16 bytes; every NIK of a country can be tried out in minutes.
        """
        if len(key) < _SHORTEST_KEY:
            raise ConfigurationError(f"the secret key has fewer than {_SHORTEST_KEY} bytes")
        return hmac.new(key, f"{self.kind}:{self.digits}".encode(), hashlib.sha256).hexdigest()

    def _region_findings(self, regencies: Container[int] | None, districts: Mapping[int, int] | None) -> list[Finding]:
        found = []
        if regencies is not None and self.regency not in regencies:
            found.append(REGENCY_UNKNOWN)
        district = int(self.digits[4:6])
        if district == 0:
            found.append(DISTRICT_ZERO)
        elif districts is not None and district > districts.get(self.regency, 99):
            found.append(DISTRICT_UNKNOWN)
        return found


@dataclass(frozen=True, repr=False)
class Nik(_SixteenDigits):
    """Nomor Induk Kependudukan: region of first issue (6), day (+ 40 for women), month, year (2 each), serial (4)."""

    kind: ClassVar[str] = "nik"

    @classmethod
    def fault(cls, text: str) -> Finding | None:
        """Return the FATAL finding on a raw text, None when it parses."""
        fault = super().fault(text)
        if fault is not None:
            return fault
        digits = normalise_digits(text)
        if digits[12:] == "0000":
            return SERIAL_ZERO
        if not 1 <= int(digits[8:10]) <= 12:
            return MONTH
        day = int(digits[6:8])
        if not (1 <= day <= 31 or 1 <= day - _SEX_SHIFT <= 31):
            return DAY
        return None if int(digits[:2]) in PROVINCES_EVER else PROVINCE

    @property
    def day(self) -> int:
        """Day of birth at first issue, 1 to 31."""
        return int(self.digits[6:8]) % _SEX_SHIFT

    @property
    def sex(self) -> str:
        """Sex at first issue: "L" (male) or "P" (female)."""
        return "P" if int(self.digits[6:8]) > _SEX_SHIFT else "L"

    def findings(
        self,
        *,
        regencies: Container[int] | None = None,
        districts: Mapping[int, int] | None = None,
        birth_date: date | None = None,
        sex: str | None = None,
        regency: int | None = None,
    ) -> tuple[Finding, ...]:
        """Return what is odd about this number, alone (WARN) and beside the record that carries it (INFO).

        ``regencies``: every regency code that ever existed. ``districts``: the highest number that a sub-district of a
        regency is known to have had, by regency. ``sex``: "L" or "P". ``regency``: that of the record's office. What is
        None is not looked at.
        """
        found: list[Finding] = []
        if not any(_is_date(century + self.short_year, self.month, self.day) for century in (1900, 2000)):
            found.append(DATE_IMPOSSIBLE)
        found += self._region_findings(regencies, districts)
        if birth_date is not None and (birth_date.day, birth_date.month, birth_date.year % 100) != (
            self.day,
            self.month,
            self.short_year,
        ):
            found.append(DATE_DIFFERS)
        if sex is not None and sex != self.sex:
            found.append(SEX_DIFFERS)
        if regency is not None and regency != self.regency:
            found.append(REGION_DIFFERS)
        return tuple(found)


@dataclass(frozen=True, repr=False)
class NoKk(_SixteenDigits):
    """Number of the family card: region of issue (6), date of recording ddmmyy (6), serial (4).

    It belongs to the head of the family and changes with him or her: equality says "one household now",
    inequality says nothing. A number that breaks the rules still says so when it stands twice; FATAL is only what is no
    number of 16 digits, or sixteen times the same digit.
    """

    kind: ClassVar[str] = "no_kk"

    def findings(
        self,
        *,
        regencies: Container[int] | None = None,
        districts: Mapping[int, int] | None = None,
        latest: date | None = None,
    ) -> tuple[Finding, ...]:
        """Return what is odd about this number (WARN).

        ``regencies``, ``districts``: as for a NIK. ``latest``: the day of the extract that carries the number. The
        register began after 2000, so a date of recording is one of this century.
        """
        found: list[Finding] = []
        recorded = (2000 + self.short_year, self.month, self.day)
        if not _is_date(*recorded):
            found.append(CARD_DATE)
        elif latest is not None and date(*recorded) > latest:
            found.append(CARD_DATE_LATER)
        found += self._region_findings(regencies, districts)
        if self.serial == 0:
            found.append(CARD_SERIAL_ZERO)
        return tuple(found)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
