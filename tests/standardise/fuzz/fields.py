"""How bytes become what is standardised: two bytes of context, then texts with a zero byte between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linkage.standardise.names.context import LAST_OLD_YEAR

RELIGIONS = (None, 1, 2, 3, 4, 5, 6, "KATHOLIK")
SEXES = (None, 1, 2, "P")
CULTURES = (None, "bali", "minang", None)
BIRTH_YEARS = (None, LAST_OLD_YEAR, 1990, None)
MOST_TEXTS = 8


@dataclass(frozen=True)
class Fields:
    """``first`` and ``second``: 0 to 255, what is known beside the texts. ``texts``: one to eight."""

    first: int
    second: int
    texts: tuple[str, ...]


def fields_of(data: bytes) -> Fields:
    """Return what the bytes say; bytes that are no UTF-8 become signs that say so, so no text has half a surrogate."""
    head = data[:2].ljust(2, b"\0")
    texts = [part.decode("utf-8", "replace") for part in data[2:].split(b"\0")]
    return Fields(head[0], head[1], tuple(texts[:MOST_TEXTS]))


def seed(*texts: str, first: int = 0, second: int = 0) -> bytes:
    """Return the bytes of texts with their context."""
    return bytes((first, second)) + "\0".join(texts).encode()


def bearer(first: int, second: int) -> dict[str, Any]:
    """Return what is known of a bearer, as the arguments of ``read_name``; nothing for (0, 0)."""
    return {
        "religion": RELIGIONS[first % 8],
        "sex": SEXES[first // 8 % 4],
        "culture": CULTURES[first // 32 % 4],
        "birth_year": BIRTH_YEARS[second % 4],
    }


def bearers(first: int, second: int) -> dict[str, Any]:
    """Return what is known of two bearers, as the arguments of ``compare_names``; nothing for (0, 0)."""
    return {
        "religion": RELIGIONS[first % 8],
        "birth_year": BIRTH_YEARS[second % 4],
        "sex_left": SEXES[first // 8 % 4],
        "sex_right": SEXES[first // 32 % 4],
    }
