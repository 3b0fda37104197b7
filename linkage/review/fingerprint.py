"""The keyed fingerprint of a pair: has a compared field changed since a steward looked?

A plain hash of a NIK or a birth date can be reversed by trying them all, so the digest is keyed
(HMAC-SHA-256, RFC 2104) with the workspace's secret. A new key makes every pair look changed: the
key may only be replaced together with all stored fingerprints.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from itertools import pairwise

from linkage.errors import ConfigurationError, UsageError

SMALLEST_KEY = 16
"""Bytes below which a key is refused."""


def pair_fingerprint(key: bytes, fields: Sequence[tuple[str, str | None, str | None]]) -> bytes:
    """Return 32 bytes that change when a compared field of either record changes.

    ``fields`` holds (field, left value, right value), each field once, in any order; ``None`` is a
    missing value and differs from an empty one. Swapping left and right in *all* fields changes nothing;
    swapping them in some is a change. Raises :class:`ConfigurationError` for a key under 16 bytes and
    :class:`UsageError` for a field given twice.
    """
    if len(key) < SMALLEST_KEY:
        raise ConfigurationError(
            f"the key has fewer than {SMALLEST_KEY} bytes", where="keys", remedy="Give a long random secret"
        )
    ordered = sorted(fields, key=lambda field: field[0])
    for (name, _, _), (following, _, _) in pairwise(ordered):
        if name == following:
            raise UsageError("a field is given twice", where=f"field {name}")
    left = b"".join(_sized(name) + _sized(value) for name, value, _ in ordered)
    right = b"".join(_sized(name) + _sized(value) for name, _, value in ordered)
    smaller, larger = sorted((left, right))
    # The first length keeps the border between the two records unambiguous.
    message = len(smaller).to_bytes(8, "big") + smaller + larger
    return hmac.digest(key, message, "sha256")


def _sized(value: str | None) -> bytes:
    if value is None:
        return b"\x00"
    data = value.encode()
    return b"\x01" + len(data).to_bytes(8, "big") + data
