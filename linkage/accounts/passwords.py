"""Passwords: which may be chosen, and how they are stored.

Long enough and not guessed first is all that is asked of one (NIST SP 800-63B, ASVS 6.2): no rules about kinds of
characters, nothing is cut off. Full and half width, composed and decomposed characters count as the same (NFKC), for
which of them is typed is the keyboard's choice.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from threading import BoundedSemaphore
from typing import Final
from unicodedata import normalize

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from linkage.accounts.settings import AccountSettings
from linkage.errors import CredentialRefusedError

SHORTEST: Final = 12
LONGEST: Final = 128
_AT_ONCE: Final = 4
_TYPED: Final = 4 * LONGEST
_CONTEXT: Final = ("tunggal", "dukcapil", "kependudukan", "disdukcapil", "siak", "linkage", "ktp", "kk", "nik", "ganda")
_PART: Final = 4
_LEFT: Final = 6
_NUMBER: Final = 16
"""Digits alone, up to as many: a birth date, a telephone number, a NIK."""


class Hasher:
    """Hashes passwords by argon2id with the stated parameters, and checks them in the same time whoever is asked for.

    A few at once, no more: each takes its 64 MiB, and who floods the page with attempts must not take them all.
    """

    def __init__(self, settings: AccountSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_parallelism,
            type=Type.ID,
        )
        self._few = BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """Return the hash of a password, with its salt and parameters."""
        with self._few:
            return self._hasher.hash(normalised(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Return whether this is the password behind ``stored``; None, where there is none, takes as long."""
        fits = len(password) <= _TYPED
        try:
            with self._few:
                self._hasher.verify(stored or self._nobody, normalised(password) if fits else "")
        except (VerificationError, InvalidHashError):
            return False
        return fits and stored is not None

    def outdated(self, stored: str) -> bool:
        """Return whether a hash was made with other parameters."""
        return self._hasher.check_needs_rehash(stored)


def normalised(password: str) -> str:
    """Return a password as it is hashed and counted."""
    # Half a character, which only a program sends, has no bytes to hash.
    return normalize("NFKC", password.encode(errors="replace").decode())


def check_password(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, or among the first that somebody would try.

    Raises:
        CredentialRefusedError: with the code ``SHORT``, ``LONG``, ``COMMON`` or ``NAMED``.
    """
    if len(password) > _TYPED or len(normalised(password)) > LONGEST:
        raise CredentialRefusedError(
            "LONG",
            f"a password has at most {LONGEST} characters",
            where="password",
            remedy="Take a shorter one",
            key="password.long",
            filled={"most": LONGEST},
        )
    chosen = normalised(password)
    if len(chosen) < SHORTEST:
        raise CredentialRefusedError(
            "SHORT",
            f"a password has at least {SHORTEST} characters",
            where="password",
            remedy="Take some words that do not belong together",
            key="password.short",
            filled={"least": SHORTEST},
        )
    plain = chosen.casefold()
    if _is_common(plain):
        raise CredentialRefusedError(
            "COMMON",
            "this password is among the first that are tried",
            where="password",
            remedy="Take some words that do not belong together",
            key="password.common",
        )
    if _is_about(plain, _words_about(name)):
        raise CredentialRefusedError(
            "NAMED",
            "this password is made of your name or the office's work",
            where="password",
            remedy="Take other words",
            key="password.named",
        )


@cache
def breached() -> frozenset[str]:
    """Return the passwords, and the words passwords are made of, that guessers try first; in lower case."""
    lines = files("linkage.accounts").joinpath("breached.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))


def _is_common(plain: str) -> bool:
    """Return whether a password is a listed one, one or two listed words with digits and signs about them, a short
    piece again and again, a run of neighbours, or a number of somebody's papers."""
    listed = breached()
    letters = "".join(filter(str.isalpha, plain))
    if plain in listed or (plain.isdecimal() and len(plain) <= _NUMBER):
        return True
    if not letters:
        # Digits and signs alone may be a fine password, unless it is of few of them.
        return len(set(plain)) <= _LEFT
    if letters in listed and len(plain) - len(letters) < SHORTEST:
        return True
    cuts = range(3, len(letters) - 2)
    two = any(letters[:cut] in listed and letters[cut:] in listed for cut in cuts)
    return (two and len(plain) - len(letters) < _LEFT) or _repeats(plain) or _runs(plain)


def _repeats(plain: str) -> bool:
    """Return whether it is one piece of up to six characters again and again; the last may be cut short."""
    return any(plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, _LEFT + 1))


def _runs(plain: str) -> bool:
    """Return whether each character is the neighbour of the one before: abcdef, 987654."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def _words_about(name: str) -> list[str]:
    parts = re.split(r"[._@-]+", name)
    words = {*_CONTEXT, name, *(part for part in parts if len(part) >= _PART)}
    return sorted(words, key=lambda word: (-len(word), word))


def _is_about(plain: str, words: list[str]) -> bool:
    """Return whether a password holds some of these words and hardly a letter beside them; digits at its end, a year
    or the office's number, count for little."""
    rest = plain
    for word in words:
        rest = rest.replace(word, "")
    return rest != plain and len(re.sub(r"[\W_]", "", re.sub(r"[\d\W_]+\Z", "", rest))) < _LEFT
