"""Coded fields: sex, religion, family role, card status, activity. Numbers and labels to one value each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.standardise.column import StandardValues, UInt8
from linkage.standardise.distinct import distinct_values
from linkage.standardise.key_sets import one_key_each

CARD_RANK: Final = 0b0111
"""Flag bits of a card status: its rank plus 1 as evidence for survivorship (1 to 5); 0 for ``DUPLICATE_RECORD``."""
CARD_ENROLLED: Final = 0b1000
"""Flag bit: biometric enrolment is finished (``CARD_*`` or ``PRINT_READY_RECORD``)."""
CARD_DUPLICATE: Final = 0b1_0000
"""Flag bit: ``DUPLICATE_RECORD``, the centre says that this enrolment repeats another."""
INACTIVE: Final = 1
"""Flag bit of an activity: the record is history."""

_ENROLLED_RANK = 4
_BLANK = frozenset({"", "NULL", "NONE", "NA", "N A", "NAN", "XXX", "TIDAK ADA", "TIDAK DIKETAHUI", "TDK DIKETAHUI"})
_FRACTION = re.compile(r"(?<=\d)\.0+\s*$")  # a number that went through a spreadsheet or a float column
_NOT_WORD = re.compile(r"[^A-Z0-9]+")


def standardise_code(kind: str, values: pa.StringArray) -> StandardValues:
    """Return the canonical codes among distinct raw texts (no nulls), with key form "value".

    - ``sex``: "L" or "P", else missing.
    - ``religion``, ``family_role``: the SIAK number as text ("1" to "7", "1" to "11"), else missing.
    - ``card_status``: upper case with underscores; ``flags``: ``CARD_*``. Unknown statuses are kept, with rank 0.
    - ``activity``: "0" is active, other values are kept in upper case; ``flags``: :data:`INACTIVE`.

    Raises:
        InvariantError: another ``kind``.
    """
    match kind:
        case "sex" | "religion" | "family_role":
            spellings = _spellings(kind)
            return _standard(values, lambda text: spellings.get(text, ""))
        case "card_status":
            return _standard(values, _card_status, _card_flags)
        case "activity":
            return _standard(values, _activity, lambda value: 0 if value == "0" else INACTIVE)
    raise InvariantError(f"no code list for kind {kind}")


def religion_codes(values: pa.StringArray) -> UInt8:
    """Return uint8 (n_raw,): the SIAK number of each raw text's religion, 0 when unknown. Nulls count as unknown."""
    spellings = _spellings("religion")
    return np.array([int(spellings.get(_words(text or ""), 0)) for text in values.to_pylist()], np.uint8)


def _standard(
    values: pa.StringArray, canonical: Callable[[str], str], flag: Callable[[str], int] | None = None
) -> StandardValues:
    # Coded fields have a handful of distinct raw texts, so plain Python is the right tool.
    found = [canonical(_words(text)) for text in values.to_pylist()]
    texts, mapping = distinct_values(pa.array([value or None for value in found], pa.string()))
    flags = None if flag is None else np.array([flag(value) for value in texts.to_pylist()], np.uint8)
    return StandardValues(mapping=mapping, values=texts, flags=flags, key_sets={"value": one_key_each(texts)})


def _card_status(text: str) -> str:
    if text in _BLANK or text == "0":
        return ""
    status = text.replace(" ", "_")
    return _spellings("card_status").get(status, status)


def _card_flags(status: str) -> int:
    if status == "DUPLICATE_RECORD":
        return CARD_DUPLICATE
    rank = next((rank for pattern, rank in _card_ranks().items() if fnmatchcase(status, pattern)), 0)
    return rank + 1 + (CARD_ENROLLED if rank == _ENROLLED_RANK else 0)


def _activity(text: str) -> str:
    return "" if text in _BLANK else _spellings("activity").get(text, text)


def _words(text: str) -> str:
    words = _NOT_WORD.sub(" ", _FRACTION.sub("", text).upper()).strip()
    return (words.lstrip("0") or "0") if words.isdecimal() else words


@cache
def _spellings(kind: str) -> Mapping[str, str]:
    table: dict[str, list[str]] = _tables()[kind]
    spellings = {_words(spelling): value for value, items in table.items() for spelling in items}
    return spellings | {value: value for value in table}


@cache
def _card_ranks() -> Mapping[str, int]:
    ranks: dict[str, int] = _tables()["card_rank"]
    return ranks


@cache
def _tables() -> dict[str, Any]:
    text = (resources.files("linkage.standardise") / "data" / "codes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
