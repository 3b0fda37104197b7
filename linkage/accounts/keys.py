"""Keys derived from the project's secret, one for each purpose, and what is made with them."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linkage.errors import ConfigurationError

SHORTEST: Final = 32
"""Bytes of a secret that is long enough to derive keys from."""

_NONCE: Final = 12


class Keys:
    """The keys of accounts. Whoever changes the secret makes second factors unreadable: users are invited again."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST:
            raise ConfigurationError(f"the secret must hold at least {SHORTEST} characters", where="[keys] env")
        self._factor = AESGCM(_derived(secret, b"second factor"))
        self._subjects = _derived(secret, b"attempts")
        self._forms = _derived(secret, b"forms")

    def encrypt(self, totp_secret: str, name: str) -> bytes:
        """Return a second factor's secret, encrypted (AES-256-GCM) for this user alone."""
        nonce = os.urandom(_NONCE)
        return nonce + self._factor.encrypt(nonce, totp_secret.encode(), name.encode())

    def decrypt(self, stored: bytes, name: str) -> str:
        """Return what :meth:`encrypt` was given.

        Raises:
            ConfigurationError: it was encrypted under another secret, or for another user.
        """
        try:
            return self._factor.decrypt(stored[:_NONCE], stored[_NONCE:], name.encode()).decode()
        except InvalidTag:
            raise ConfigurationError(
                "second factors were stored under another secret",
                where="[keys] env",
                remedy="Set the secret that was in use, or invite the users again",
            ) from None

    def subject(self, kind: str, value: str) -> str:
        """Return what attempts are counted under: a keyed digest, for a name that is typed may be a password."""
        return f"{kind}:{hmac.digest(self._subjects, f'{kind}:{value}'.encode(errors='replace'), 'sha256').hex()}"

    def csrf(self, token: str) -> str:
        """Return the secret that forms of a session carry; it tells nothing of the session's token."""
        return hmac.digest(self._forms, token.encode(errors="replace"), "sha256").hex()


def digest(token: str) -> str:
    """Return how a code or a session's token is stored. It needs no key and no work: nobody guesses one."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tunggal accounts, " + purpose).derive(secret)
