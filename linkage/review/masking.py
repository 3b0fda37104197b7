"""What of a resident's values a terminal may show before anyone has asked to open them.

The rule is the offices' own: NIK and KK keep their first six and last four digits, a mother's name its
initials, a date its year, and what is below the village nothing. Whether two values agree is told
beside them, computed on the whole values, so that masking hides no evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from linkage.identifiers import mask_identifier, mask_name, normalise_digits

BRIEF: Final = ("nama", "tanggal_lahir", "kab_kota", "status_ktpel", "flag_status")
"""What an office may see of another office's record: the name, the year of birth, the regency, the status."""

NUMBERS: Final = frozenset({"nik", "no_kk", "nik_ibu", "nik_ayah", "no_akta_lhr"})
"""Shown by their first six and last four digits."""
PARENTS: Final = frozenset({"nama_ibu", "nama_ayah"})
"""Shown by their initials."""
DATES: Final = frozenset({"tanggal_lahir"})
"""Shown by their year."""
HIDDEN: Final = frozenset({"alamat", "rt", "rw"})
"""Not shown at all."""
_YEAR = re.compile(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])")


def masked(field: str, value: str) -> str:
    """Return ``value`` of the plain column ``field`` as it may be shown; an empty value stays empty."""
    if not value.strip():
        return ""
    if field in NUMBERS:
        return mask_identifier(value)
    if field in PARENTS:
        return mask_name(visible(value))
    if field in DATES:
        year = _YEAR.search(value)
        return f"{year.group()}-**-**" if year else "****-**-**"
    if field in HIDDEN:
        return "***"
    return visible(value)


def masked_values(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return all values of a record as they may be shown, in their order."""
    return tuple((field, masked(field, value)) for field, value in values.items())


def brief_values(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what another office may see of a record."""
    return tuple((field, masked(field, values[field])) for field in BRIEF if values.get(field))


def agreements(records: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (field, ``same`` | ``differs`` | ``unknown``) over the whole values of the records of a case.

    One missing value leaves the question open: missing is neither agreement nor disagreement.
    """
    fields = dict.fromkeys(field for values in records for field in values)
    return tuple(
        (field, _agreement([compared(field, values.get(field, "")) for values in records])) for field in fields
    )


def compared(field: str, value: str) -> str:
    """Return a whole value in the form in which two are the same or not.

    Case, runs of spaces and the way an accent is stored do not count; blanks and dots within a number neither.
    """
    if field in NUMBERS:
        return normalise_digits(value).casefold()
    return " ".join(unicodedata.normalize("NFC", value).split()).casefold()


def _agreement(plain: Sequence[str]) -> str:
    present = {value for value in plain if value}
    if len(present) > 1:
        return "differs"
    return "same" if present and all(plain) else "unknown"


def visible(text: str) -> str:
    """Return ``text`` with every control, format and unassigned character as ``?``.

    Names come from files; one may hold an escape sequence that would rewrite the terminal, or marks
    that turn the reading direction.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if sign.isspace() else sign if unicodedata.category(sign)[0] != "C" else "?" for sign in text)
