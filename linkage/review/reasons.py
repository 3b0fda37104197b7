"""What a person writes as a reason: plain text of bounded length, and no resident's number in it."""

from __future__ import annotations

import re
from typing import Final

from linkage.errors import UsageError

LONGEST: Final = 2000
"""Characters a reason may have."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"\d(?:[\s./_-]*\d){15}")
_KEY = re.compile(r"\A[A-Za-z0-9._: -]{1,100}\Z")


def free_text(text: str, *, where: str) -> str:
    """Return ``text`` without blanks at its ends.

    Reasons are kept for good and read by many, so a NIK or No. KK (16 digits, whatever stands between
    them) does not belong there. Raises :class:`UsageError`, which does not repeat the text.
    """
    if len(text) > LONGEST or _CONTROL.search(text):
        raise UsageError(
            f"the reason is longer than {LONGEST} characters or holds control characters",
            where=where,
            key="reason.form",
            filled={"longest": LONGEST},
        )
    if _NUMBER.search(text):
        raise UsageError(
            "the reason holds a number of 16 digits",
            where=where,
            remedy="Name the document, not the resident's number",
            key="reason.number",
        )
    return text.strip()


def needed_text(text: str, *, where: str) -> str:
    """Return ``text`` as :func:`free_text` does; :class:`UsageError` when nothing is left."""
    plain = free_text(text, where=where)
    if not plain:
        raise UsageError("a reason is needed", where=where, remedy="Say why", key="reason.needed")
    return plain


def plain_key(key: str, *, where: str) -> str:
    """Return a key under which a step is taken once; :class:`UsageError` unless it is short, plain and no number of a
    resident."""
    if not _KEY.match(key) or _NUMBER.search(key):
        raise UsageError(
            "a key is 1 to 100 letters, digits and . _ : -, and no resident's number", where=where, key="key.form"
        )
    return key
