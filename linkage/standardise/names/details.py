"""What stands beside the names of a column: titles, degrees, second names, hints and marks, as arrays.

Only names that a rule has to look at can have any of it; all others cost an array operation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.column import Int32, UInt8
from linkage.standardise.distinct import distinct_values
from linkage.standardise.names.columns import Mask, read_column
from linkage.standardise.names.context import context_codes, context_of_code
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.person_name import TRUNCATION_LENGTHS, StandardName, read_in_context

PLACEHOLDER: Final = 1
"""Flag: the value says that there is no name."""
DECEASED: Final = 2
"""Flag: marked ALM, ALMH, ALMARHUM."""
TRUNCATED: Final = 4
"""Flag: exactly as long as a register's column."""
DIGITS: Final = 8
"""Flag: the raw name held digits."""
ALIAS: Final = 16
"""Flag: the value held a second name."""
PATRONYM: Final = 32
"""Flag: the value named the father (BIN, BINTI, BAYI TN X)."""

_MOST_ORDER: Final = 255


@dataclass(frozen=True)
class TextsOfColumn:
    """``codes`` int32 (n_raw,), -1 for none, into ``values`` (n_values,), distinct and sorted by UTF-8 bytes."""

    codes: Int32
    values: pa.StringArray

    def to_pylist(self) -> list[str | None]:
        """Return the text of each raw value, for people and tests."""
        texts = self.values.to_pylist()
        return [None if code < 0 else texts[code] for code in self.codes.tolist()]


@dataclass(frozen=True)
class NameDetails:
    """What the raw names (n_raw,) of a column hold; the texts are those of :class:`.person_name.StandardName`.

    ``canonical``: the same values and codes as :func:`.columns.standardise_names` gives. Several ``titles``,
    ``degrees`` or ``aliases`` of one name are divided by a comma. ``flags`` uint8: ``PLACEHOLDER`` and the other bits
    of this module. ``birth_order`` uint8: 0 for unknown.
    """

    canonical: TextsOfColumn
    titles: TextsOfColumn
    degrees: TextsOfColumn
    aliases: TextsOfColumn
    father_hint: TextsOfColumn
    mother_hint: TextsOfColumn
    parent_hint: TextsOfColumn
    flags: UInt8
    birth_order: UInt8


def name_details(
    values: pa.StringArray,
    religion: UInt8 | None = None,
    *,
    sex: UInt8 | None = None,
    old: Mask | None = None,
    culture: UInt8 | None = None,
    families: NameFamilies | None = None,
) -> NameDetails:
    """Return what raw names (n_raw,) hold beside the name; a null holds nothing.

    What is known of the bearers, and ``families``, as in :func:`linkage.standardise.names.columns.standardise_names`.
    """
    codes = context_codes(len(values), religion=religion, sex=sex, old=old, culture=culture)
    column = read_column(values, codes, families)
    places = np.flatnonzero(column.touched)
    raw = values.take(pa.array(places)).to_pylist()
    bearers = [context_of_code(code, families) for code in codes[places].tolist()]
    names = [read_in_context(text, bearer) for text, bearer in zip(raw, bearers, strict=True)]
    flags = np.zeros(len(values), np.uint8)
    flags[_at_width(values)] = TRUNCATED
    flags[places] = np.fromiter(map(_flags, names), np.uint8, len(names))
    order = np.zeros(len(values), np.uint8)
    order[places] = np.fromiter((min(name.birth_order, _MOST_ORDER) for name in names), np.uint8, len(names))

    def texts(of: Callable[[StandardName], str]) -> TextsOfColumn:
        return _spread(len(values), places, [of(name) or None for name in names])

    canonical, mapping = distinct_values(column.canonical)
    return NameDetails(
        canonical=TextsOfColumn(mapping, canonical),
        titles=texts(lambda name: ",".join(name.titles)),
        degrees=texts(lambda name: ",".join(name.degrees)),
        aliases=texts(lambda name: ",".join(name.aliases)),
        father_hint=texts(lambda name: name.father_hint),
        mother_hint=texts(lambda name: name.mother_hint),
        parent_hint=texts(lambda name: name.parent_hint),
        flags=flags,
        birth_order=order,
    )


def _flags(name: StandardName) -> int:
    return (
        name.placeholder * PLACEHOLDER
        | name.deceased * DECEASED
        | name.truncated * TRUNCATED
        | name.digits * DIGITS
        | bool(name.aliases) * ALIAS
        | bool(name.father_hint) * PATRONYM
    )


def _at_width(values: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Return which values (n_raw,) are, with single blanks, as long as a register's column."""
    single = pc.utf8_trim_whitespace(pc.replace_substring_regex(values, r"\s+", " "))
    return np.isin(pc.fill_null(pc.utf8_length(single), 0).to_numpy(zero_copy_only=False), TRUNCATION_LENGTHS)


def _spread(count: int, places: npt.NDArray[np.int64], texts: Sequence[str | None]) -> TextsOfColumn:
    distinct, found = distinct_values(pa.array(texts, pa.string()))
    codes = np.full(count, -1, np.int32)
    codes[places] = found
    return TextsOfColumn(codes, distinct)
