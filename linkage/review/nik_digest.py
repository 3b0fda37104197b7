"""The keyed digest by which the queue finds a NIK without holding one in an index.

A NIK has few unknown digits: region, birth date and a short serial. Whoever holds a plain hash of one tries them all
out in minutes, so the digest is keyed (HMAC-SHA-256, RFC 2104) with the workspace's secret and says nothing without it.
The tag keeps it apart from what else the same secret signs: a digest of the queue matches none in any other file.
"""

from __future__ import annotations

import hmac
from typing import Final

from linkage.errors import ConfigurationError
from linkage.identifiers import Nik
from linkage.review.fingerprint import SMALLEST_KEY

_TAG: Final = b"linkage review queue: NIK\0"


def nik_digest(key: bytes, nik: str) -> bytes | None:
    """Return 32 bytes that are equal for equal NIKs, however they are written; None for a text that is no NIK.

    Blanks, dots and apostrophes in the number do not count; a NIK with a FATAL finding (:mod:`linkage.identifiers`)
    equals nothing and so cannot be searched. Raises :class:`ConfigurationError` for a key under 16 bytes.
    """
    if len(key) < SMALLEST_KEY:
        raise ConfigurationError(
            f"the key has fewer than {SMALLEST_KEY} bytes", where="keys", remedy="Give a long random secret"
        )
    number = Nik.parse(nik)
    return None if number is None else hmac.digest(key, _TAG + number.digits.encode(), "sha256")
