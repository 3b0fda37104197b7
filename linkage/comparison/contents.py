"""What the kernels of its comparisons read of one column beyond the codes; nothing that no kernel asks for is made."""

from __future__ import annotations

from collections.abc import Set
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.enrolment import FINISHED, REPEATED, UNFINISHED
from linkage.errors import InvariantError
from linkage.similarity.packed import PackedTexts, pack_texts
from linkage.spec import OlderRegions
from linkage.standardise.addresses.parts import address_parts
from linkage.standardise.addresses.relation import SAME_HOUSE, address_relations, part_codes
from linkage.standardise.codes import CARD_DUPLICATE, CARD_ENROLLED
from linkage.standardise.column import KeySets, NameForms, StandardColumn
from linkage.standardise.dates.reading import DATE_DISCOUNTED
from linkage.standardise.places.levels import place_levels
from linkage.standardise.regions.codes import is_village, region_codes

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_TEXT: Final = frozenset(
    {"jaro_winkler", "levenshtein", "damerau_levenshtein", "name", "token_set", "token_sort", "initials"}
)
_INTEGER: Final = frozenset({"date", "date_gap", "nik", "nik_likeness", "number_distance"})
_SET: Final = frozenset({"token_overlap", "phonetic"})
_NIK: Final = frozenset({"nik", "nik_likeness"})


class Content(NamedTuple):
    """The content of a column by its values (n_values,), None where no kernel reads it.

    ``integers`` int64: dates and NIKs, negative where default or damaged; numbers in thousandths; codes of regions;
    states of enrolment.
    ``rows`` int32 (n_values, width): of a place its town and area, of an address the codes of its parts. ``flagged``
    bool: values that do not simply agree with themselves.
    """

    texts: PackedTexts | None = None
    integers: Int64 | None = None
    sets: KeySets | None = None
    rows: Int32 | None = None
    names: NameForms | None = None
    flagged: Bool | None = None


def content_of(column: StandardColumn, kernels: Set[str], older: OlderRegions = ()) -> Content:
    """Return what the kernels of a column's comparisons read. ``older``: regency codes of former times.

    Raises:
        InvariantError: the kind of the column has no such content.
    """
    integers = rows = flagged = None
    if "region" in kernels:
        integers = region_codes(column.content.values, older)
        flagged = ~is_village(integers)
    elif "enrolment" in kernels:
        integers = _enrolments(column)
        flagged = np.ones(integers.size, np.bool_)
    elif kernels & _INTEGER:
        integers = _integers(column)
        flagged = _vague_or_damaged(integers, kernels)
    if "address" in kernels:
        rows = part_codes(address_parts(column.content.values))
        every = np.arange(rows.shape[0])
        flagged = address_relations(rows, every, every) != SAME_HOUSE
    elif "place" in kernels:
        levels = place_levels(column.content.values, older)
        rows = np.stack([levels.towns, levels.areas], axis=1)
    return Content(
        texts=pack_texts(column.content.values) if kernels & _TEXT else None,
        integers=integers,
        sets=_tokens(column) if kernels & _SET else None,
        rows=rows,
        names=column.content.names if "name" in kernels else None,
        flagged=flagged,
    )


def reads_damaged(kernels: Set[str]) -> bool:
    """Tell whether all kernels of a column can make something of a damaged NIK; else it is missing."""
    return bool(kernels) and kernels <= _NIK


def _vague_or_damaged(integers: Int64, kernels: Set[str]) -> Bool | None:
    if kernels & {"date", "date_gap"}:
        vague: Bool = integers % 100 == 0
        return vague | (integers < 0) if "date" in kernels else vague
    return integers < 0 if reads_damaged(kernels) else None


def _integers(column: StandardColumn) -> Int64:
    if column.content.integers is None:
        raise InvariantError("the kind of this field has no numeric content", where=f"field {column.name}")
    if column.kind == "date" and column.content.flags is not None:
        return np.where(column.content.flags & DATE_DISCOUNTED, -column.content.integers, column.content.integers)
    return column.content.integers


def _enrolments(column: StandardColumn) -> Int64:
    flags = column.content.flags
    if flags is None:  # a column without a value
        flags = np.zeros(len(column.content.values), np.uint8)
    states = np.where(flags & CARD_ENROLLED, FINISHED, UNFINISHED)
    return np.where(flags & CARD_DUPLICATE, REPEATED, states).astype(np.int64)


def _tokens(column: StandardColumn) -> KeySets:
    sets: KeySets | None = column.content.key_sets.get("tokens")
    if sets is None:
        raise InvariantError("the kind of this field has no tokens", where=f"field {column.name}")
    return sets
