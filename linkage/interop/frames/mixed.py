"""Columns that hold Python objects of several types."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa

NO_TEXT: Final = pa.struct([])
"""Type of a column whose objects have no text. Intake refuses it when a field is read from it, and only then."""

_NUMBERS: Final = {int: 1, float: 2}
_KINDS: Final = (pa.string(), pa.int64(), pa.float64())


def mixed_array(values: Iterable[Any]) -> pa.Array:
    """Return an array (n,) of texts, numbers, dates and flags; None stays null.

    Numbers stand beside texts in a dense union, so that intake sees which NIK was a number; dates, flags and what 64
    bits do not hold are texts, a time only its date, as in every typed column that intake reads. When one value is
    nothing of these, the result is an array (n,) of nulls of type :data:`NO_TEXT`.
    """
    parts: tuple[list[str | None], list[int], list[float]] = ([], [], [])
    kinds: list[int] = []
    offsets: list[int] = []
    foreign = False
    for value in values:
        plain = value.item() if isinstance(value, np.generic) else value
        kind = _NUMBERS.get(type(plain), 0)
        if kind == 1 and not -(2**63) <= plain < 2**63:
            kind = 0
        if kind == 0 and plain is not None:
            plain = _text(plain)
            foreign |= plain is None
        kinds.append(kind)
        offsets.append(len(parts[kind]))
        parts[kind].append(plain)
    if foreign:
        return pa.nulls(len(kinds), NO_TEXT)
    texts, whole, fractions = (pa.array(part, kind) for part, kind in zip(parts, _KINDS, strict=True))
    if len(texts) == len(kinds):
        return texts
    return pa.UnionArray.from_dense(
        pa.array(kinds, pa.int8()),
        pa.array(offsets, pa.int32()),
        [texts, whole, fractions],
        ["text", "whole", "number"],
    )


def _text(value: Any) -> str | None:
    match value:
        case str():
            # A lone surrogate is no character and cannot be stored.
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case bytes():
            return value.decode("utf-8", "replace")
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return re.sub(r"\.0+$", "", f"{value:f}")
        case datetime.datetime():
            return value.date().isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
    return None
