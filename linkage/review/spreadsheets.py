"""Tables as CSV for people who open them in a spreadsheet: nothing in them is computed, and no number is damaged."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

_FORMULA: Final = frozenset("=+-@")
_AT_ONCE: Final = frozenset("\t\r\n\0|%")
_DIGITS_LOST: Final = re.compile(r"0[0-9]+|[0-9]{12,}", re.ASCII)


def inert(text: str) -> str:
    """Return ``text`` so that a spreadsheet shows it and never computes it.

    What begins like a formula, also after blanks or marks that are not seen, or with a full-width sign, gets an
    apostrophe in front. Source: OWASP, CSV injection; ASVS 5.0, 1.2.10.
    """
    seen = next((sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")), "")
    begins = unicodedata.normalize("NFKC", seen)[:1]
    return f"'{text}" if (begins in _FORMULA and begins) or (text[:1] in _AT_ONCE and text) else text


def kept_digits(text: str) -> str:
    """Return ``text`` inert, and with an apostrophe in front of digits that a spreadsheet would round or shorten.

    A spreadsheet keeps 15 digits, shows 12 or more as a power of ten, and drops leading zeros.
    """
    return f"'{text}" if _DIGITS_LOST.fullmatch(text) else inert(text)


def csv_bytes(table: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV. The texts go in as they are: see :func:`inert`."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(table)
    # The mark tells spreadsheets that it is UTF-8; without it they take the system's own encoding.
    return b"\xef\xbb\xbf" + out.getvalue().encode()
