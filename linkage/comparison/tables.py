"""Encoded columns laid out for the kernel: one row of codes per record, one table per kind of content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.comparison.contents import Content, content_of, reads_damaged
from linkage.comparison.stacking import joined, stack_names, stack_runs, stack_values
from linkage.encode import EncodedRecords
from linkage.errors import InvariantError
from linkage.side_by_side import side_by_side
from linkage.similarity.gates import text_gates
from linkage.similarity.packed import Words
from linkage.spec import LinkageSpec
from linkage.standardise.column import StandardColumn
from linkage.standardise.names.gates import name_gates
from linkage.standardise.nik.evidence import newest_regencies
from linkage.standardise.nik.numbers import valid_codes

VALUE_BITS: Final = (1 << 30) - 1
"""Of a code, what numbers the value."""

FLAG: Final = 1 << 30
"""Set in the code of a value that does not simply agree with itself: a damaged NIK, a default or partial date, an
address without a house, a region that is no village."""


class Tables(NamedTuple):
    """What the kernel reads of the records. N records, K columns in the program's order.

    ``codes`` int32 (N, K), negative for missing, else the number of a value and perhaps :data:`FLAG`: a record is one
    or two cache lines. A value of column k stands in a content table at ``base + number``; the bases, int64 (K,), are
    -1 where the column has no such content. Texts: ``chars``, ``char_offsets``, and ``text_gates`` uint64, a word that
    tells most texts apart. Numeric contents: ``integers`` int64. Sets: ``items`` uint64, ``item_offsets``. ``rows``
    int32: the parts of places and addresses, a row after the other. Names: tokens of a value, their softness and
    phonetic keys, as in :class:`linkage.standardise.column.NameForms`, and ``name_gates`` uint64 (n_values, 2).
    ``newest`` int32: by regency code the one in force, empty where nothing reads it. ``frequency`` float64: adjustment
    of the match weight, in bits, when two records agree on just this value.

    Memory: 4 bytes for each record and column; all else counts distinct values.
    """

    codes: npt.NDArray[np.int32]
    text_base: npt.NDArray[np.int64]
    chars: npt.NDArray[Any]
    char_offsets: npt.NDArray[np.int64]
    text_gates: npt.NDArray[np.uint64]
    integer_base: npt.NDArray[np.int64]
    integers: npt.NDArray[np.int64]
    item_base: npt.NDArray[np.int64]
    items: npt.NDArray[np.uint64]
    item_offsets: npt.NDArray[np.int64]
    row_base: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    name_base: npt.NDArray[np.int64]
    name_gates: npt.NDArray[np.uint64]
    token_offsets: npt.NDArray[np.int64]
    token_ids: npt.NDArray[np.int32]
    token_soft: npt.NDArray[np.uint8]
    key_offsets: npt.NDArray[np.int64]
    phonetic_keys: npt.NDArray[np.int32]
    newest: npt.NDArray[np.int32]
    frequency_base: npt.NDArray[np.int64]
    frequency: npt.NDArray[np.float64]


def build_tables(records: EncodedRecords, spec: LinkageSpec, fields: Sequence[str], threads: int = 1) -> Tables:
    """Lay out the columns ``fields`` of the records; term frequencies are all zero until :func:`with_frequencies`.

    ``threads``: columns laid out side by side; the result is the same for any number.
    """
    columns = [records.columns[name] for name in fields]
    kernels = [{item.kernel for item in spec.comparisons if item.field == name} for name in fields]
    codes = np.empty((records.n_records, len(columns)), np.int32)

    def lay_out(position: int) -> tuple[Content, Words | None, Words | None]:
        column, own = columns[position], kernels[position]
        content = content_of(column, own, spec.older_regions)
        codes[:, position] = _flagged_codes(column, content, own)
        if content.texts is None:
            return content, None, None
        names = None if content.names is None else name_gates(content.names, content.texts)
        return content, text_gates(content.texts), names

    laid_out = list(side_by_side([partial(lay_out, position) for position in range(len(columns))], threads))
    contents = [content for content, _, _ in laid_out]
    # Characters are numbered within a column and only ever compared within it.
    texts = [None if item.texts is None else (item.texts.offsets, item.texts.chars) for item in contents]
    text_base, char_offsets, chars = stack_runs(texts, np.uint16)
    integer_base, integers = stack_values([item.integers for item in contents], np.int64)
    sets = [None if item.sets is None else (item.sets.offsets, item.sets.keys) for item in contents]
    item_base, item_offsets, items = stack_runs(sets, np.uint64)
    row_base, rows = stack_values([item.rows for item in contents], np.int32)
    name_base, token_offsets, token_ids, token_soft, key_offsets, keys = stack_names([item.names for item in contents])
    likeness = any("nik_likeness" in names for names in kernels)
    return Tables(
        codes=codes,
        text_base=text_base,
        chars=chars,
        char_offsets=char_offsets,
        text_gates=joined([gates for _, gates, _ in laid_out if gates is not None], np.uint64),
        integer_base=integer_base,
        integers=integers,
        item_base=item_base,
        items=items,
        item_offsets=item_offsets,
        row_base=row_base,
        rows=rows,
        name_base=name_base,
        name_gates=np.concatenate(
            [np.zeros((0, 2), np.uint64), *(names for *_, names in laid_out if names is not None)]
        ),
        token_offsets=token_offsets,
        token_ids=token_ids,
        token_soft=token_soft,
        key_offsets=key_offsets,
        phonetic_keys=keys,
        newest=newest_regencies(spec.older_regions).copy() if likeness else np.zeros(0, np.int32),
        frequency_base=np.full(len(columns), -1, np.int64),
        frequency=np.zeros(1),
    )


def with_frequencies(
    tables: Tables, fields: Sequence[str], adjustments: Mapping[str, npt.NDArray[np.float64]]
) -> Tables:
    """Return the tables with weight adjustments, in bits, per distinct value of the named fields."""
    base, frequency = stack_values([adjustments.get(name) for name in fields], np.float64)
    return tables._replace(frequency_base=base, frequency=frequency)


def _flagged_codes(column: StandardColumn, content: Content, kernels: Set[str]) -> npt.NDArray[np.int32]:
    if len(column.content.values) > VALUE_BITS:
        raise InvariantError("a column holds more than 2**30 different values", where=f"field {column.name}")
    codes = column.codes if reads_damaged(kernels) else valid_codes(column)
    if content.flagged is None:
        return codes
    return np.where((codes >= 0) & np.append(content.flagged, False)[codes], codes | np.int32(FLAG), codes)
