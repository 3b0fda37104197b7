"""What of a resident's values a terminal may show before anyone has asked to open them.

The rule is the offices' own: NIK and KK keep their first six and last four digits, a mother's name its
initials, a date its year, and what is below the village nothing. Whether two values agree is told
beside them, computed on the whole values, so that masking hides no evidence.
"""

from __future__ import annotations

import re
import unicodedata

from linkage.identifiers import mask_identifier, mask_name

_NUMBERS = frozenset({"nik", "no_kk", "nik_ibu", "nik_ayah", "no_akta_lhr"})
_PARENTS = frozenset({"nama_ibu", "nama_ayah"})
_DATES = frozenset({"tanggal_lahir"})
_HIDDEN = frozenset({"alamat", "rt", "rw"})
_YEAR = re.compile(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])")


def masked(field: str, value: str) -> str:
    """Return ``value`` of the plain column ``field`` as it may be shown; an empty value stays empty."""
    if not value.strip():
        return ""
    if field in _NUMBERS:
        return mask_identifier(value)
    if field in _PARENTS:
        return mask_name(visible(value))
    if field in _DATES:
        year = _YEAR.search(value)
        return f"{year.group()}-**-**" if year else "****-**-**"
    if field in _HIDDEN:
        return "***"
    return visible(value)


def visible(text: str) -> str:
    """Return ``text`` with every control, format and unassigned character as ``?``.

    Names come from files; one may hold an escape sequence that would rewrite the terminal, or marks
    that turn the reading direction.
    """
    return "".join(" " if sign.isspace() else sign if unicodedata.category(sign)[0] != "C" else "?" for sign in text)
