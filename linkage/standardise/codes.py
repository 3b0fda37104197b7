"""Coded fields: lists of the population register whose numbers and labels become one value each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.standardise.column import StandardValues, UInt8
from linkage.standardise.distinct import distinct_values
from linkage.standardise.generic_text import fold_words
from linkage.standardise.key_sets import one_key_each

LIST_KINDS: Final = (
    *("sex", "religion", "family_role", "marital_status", "occupation", "education", "blood_group", "citizenship"),
)
"""Kinds whose list is closed: what does not stand in it is missing."""
CODE_KINDS: Final = (*LIST_KINDS, "card_status", "activity")
"""Kinds of field that :func:`standardise_code` takes."""

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
_SIGNS = str.maketrans({"+": " POS ", "-": " NEG ", "\N{MINUS SIGN}": " NEG ", "\N{EN DASH}": " NEG "})
_NUMBERED = re.compile(r"(\d{1,4}) (\D.*)")
_LONGEST_NUMBER = 4


def standardise_code(kind: str, values: pa.StringArray) -> StandardValues:
    """Return the canonical codes among distinct raw texts (no nulls), with key form "value".

    - ``sex``: "L" or "P", else missing.
    - ``religion``, ``family_role``, ``marital_status``, ``occupation``, ``education``, ``blood_group``,
      ``citizenship``: the SIAK number as text, else missing. Of a number with a label (``3 - CERAI HIDUP``) the label
      counts. Whether a number alone can be believed is for :func:`settle_numbers`.
    - ``card_status``: upper case with underscores; ``flags``: ``CARD_*``. Unknown statuses are kept, with rank 0.
    - ``activity``: "0" is active, other values are kept in upper case; ``flags``: :data:`INACTIVE`.

    Source of the lists: SIAK, Permendagri 109/2019 form F-1.01 (occupations).

    Raises:
        InvariantError: another ``kind``.
    """
    match kind:
        case "card_status":
            return _standard(values, _card_status, _card_flags)
        case "activity":
            return _standard(values, _activity, lambda value: 0 if value == "0" else INACTIVE)
        case _ if kind in LIST_KINDS:
            return _standard(values, lambda text: _listed(kind, text), blood=kind == "blood_group")
    raise InvariantError(f"no code list for kind {kind}")


def settle_numbers(kind: str, values: pa.StringArray) -> pa.StringArray:
    """Return one file's distinct raw texts (no nulls), null where a number alone may mean two things.

    Copies of a list number it differently: 3 is *divorced* in the list of four marital statuses, *married, not
    registered* in one of six; occupation 89 is *others* in old copies. Such a number is believed when the highest one
    in the file tells which list it is; one that stands beside a label somewhere in the file has that label's meaning.
    Labels stay, and so do numbers of lists that have no such copies.
    """
    rule = _tables()["copies"].get(kind)
    if rule is None:
        return values
    numbers: dict[int, int] = {}
    beside: dict[int, set[str]] = {}
    for place, text in enumerate(map(_words, values.to_pylist())):
        if text.isdecimal():
            numbers[place] = int(text[:_LONGEST_NUMBER])  # longer ones are above every list all the same
        elif (match := _NUMBERED.fullmatch(text)) and (label := _listed(kind, text)):
            beside.setdefault(int(match[1]), set()).add(label)
    low, high = rule["settled_by"]
    settled = low <= max([*numbers.values(), *beside], default=0) <= high
    texts = values.to_pylist()
    for place, number in numbers.items():
        labels = beside.get(number)
        if labels:
            texts[place] = min(labels) if len(labels) == 1 else None
        elif number >= rule["from"] and not settled:
            texts[place] = None
    return pa.array(texts, pa.string())


def religion_codes(values: pa.StringArray) -> UInt8:
    """Return uint8 (n_raw,): the SIAK number of each raw text's religion, 0 when unknown. Nulls count as unknown."""
    return np.array([int(_listed("religion", _words(text or "")) or 0) for text in values.to_pylist()], np.uint8)


def is_known_code(kind: str, values: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Return bool (n_raw,): the raw text (no nulls) stands in the code list of its kind.

    Card statuses are open-ended: known are those with a rank, and ``DUPLICATE_RECORD``. An activity is always known.

    Raises:
        InvariantError: another kind than :func:`standardise_code` takes.
    """
    content = standardise_code(kind, values)
    if kind == "card_status":
        known = [text == "DUPLICATE_RECORD" or _rank(text) is not None for text in content.values.to_pylist()]
        return np.array([*known, True], np.bool_)[content.mapping]
    return np.asarray((content.mapping >= 0) | (kind == "activity"), np.bool_)


def _standard(
    values: pa.StringArray,
    canonical: Callable[[str], str],
    flag: Callable[[str], int] | None = None,
    *,
    blood: bool = False,
) -> StandardValues:
    # Coded fields have a handful of distinct raw texts, so plain Python is the right tool.
    raw = values.to_pylist()
    found = [canonical(_words(text.translate(_SIGNS) if blood else text)) for text in raw]
    texts, mapping = distinct_values(pa.array([value or None for value in found], pa.string()))
    flags = None if flag is None else np.array([flag(value) for value in texts.to_pylist()], np.uint8)
    return StandardValues(mapping=mapping, values=texts, flags=flags, key_sets={"value": one_key_each(texts)})


def _listed(kind: str, words: str) -> str:
    """Return the canonical value of a label, of a number, or of the label behind a number; empty for none."""
    spellings = _spellings(kind)
    match = _NUMBERED.fullmatch(words)
    return spellings.get(words, "") or (spellings.get(match[2], "") if match else "")


def _card_status(text: str) -> str:
    if text in _BLANK or text == "0":
        return ""
    return _spellings("card_status").get(text, text.replace(" ", "_"))


def _card_flags(status: str) -> int:
    if status == "DUPLICATE_RECORD":
        return CARD_DUPLICATE
    rank = _rank(status) or 0
    return rank + 1 + (CARD_ENROLLED if rank == _ENROLLED_RANK else 0)


def _rank(status: str) -> int | None:
    return next((rank for pattern, rank in _card_ranks().items() if fnmatchcase(status, pattern)), None)


def _activity(text: str) -> str:
    return "" if text in _BLANK else _spellings("activity").get(text, text)


def _words(text: str) -> str:
    words = fold_words(_FRACTION.sub("", text))
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
