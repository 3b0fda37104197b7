"""Record ids that only the holder of a secret can lead back to records."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from linkage.errors import ConfigurationError

SHORTEST: Final = 32
"""Characters of the secret below which it is refused."""


def secret_from(variable: str) -> bytes:
    """Return the secret in an environment variable.

    Raises:
        ConfigurationError: it is not set, or shorter than 32 characters.
    """
    value = os.environ.get(variable, "")
    if len(value) < SHORTEST:
        raise ConfigurationError(
            f"environment variable {variable} must hold a secret of at least {SHORTEST} characters",
            remedy="Set it to long random text, and keep it away from the file that is written",
        )
    return value.encode()


def pseudonyms(ids: Iterable[str], secret: bytes) -> pa.StringArray:
    """Return HMAC-SHA-256 (RFC 2104) of each record id under the secret, as 64 hex digits.

    The same id under the same secret gives the same pseudonym in every file; under another, another.
    """
    keyed = hmac.new(secret, b"record:", hashlib.sha256)

    def one(name: str) -> str:
        digest = keyed.copy()
        digest.update(name.encode())
        return digest.hexdigest()

    return pa.array(map(one, ids), pa.string())
