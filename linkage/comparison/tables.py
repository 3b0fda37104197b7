"""Encoded columns laid out for the kernel: one row of codes per record, one table per kind of content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.encode import EncodedRecords
from linkage.errors import InvariantError
from linkage.similarity.gates import text_gates
from linkage.similarity.packed import PackedTexts, pack_texts
from linkage.spec import LinkageSpec
from linkage.standardise.column import KeySets, NameForms, StandardColumn
from linkage.standardise.dates.reading import DATE_DISCOUNTED
from linkage.standardise.names.gates import name_gates
from linkage.standardise.nik.numbers import valid_codes

VALUE_BITS: Final = (1 << 30) - 1
"""Of a code, what numbers the value."""

FLAG: Final = 1 << 30
"""Set in the code of a value that does not simply agree with itself: a damaged NIK, a default or partial date."""


class Tables(NamedTuple):
    """What the kernel reads of the records. N records, K columns in the program's order.

    ``codes`` int32 (N, K), negative for missing, else the number of a value and perhaps :data:`FLAG`: a record is one
    or two cache lines. A value of column k stands in a content table at ``base + number``; the bases, int64 (K,), are
    -1 where the column has no such content. Texts: ``chars``, ``char_offsets``, and ``text_gates`` uint64, a word that
    tells most texts apart. Numeric contents: ``integers`` int64. Sets: ``items`` uint64, ``item_offsets``. Names:
    tokens of a value, their softness and phonetic keys, as in :class:`NameForms`, and ``name_gates`` uint64
    (n_values, 2). ``frequency`` float64: adjustment of the match weight, in bits, when two records agree on just this
    value.

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
    name_base: npt.NDArray[np.int64]
    name_gates: npt.NDArray[np.uint64]
    token_offsets: npt.NDArray[np.int64]
    token_ids: npt.NDArray[np.int32]
    token_soft: npt.NDArray[np.uint8]
    key_offsets: npt.NDArray[np.int64]
    phonetic_keys: npt.NDArray[np.int32]
    frequency_base: npt.NDArray[np.int64]
    frequency: npt.NDArray[np.float64]


_TEXT_KERNELS = frozenset({"jaro_winkler", "levenshtein", "damerau_levenshtein", "name"})
_INTEGER_KERNELS = frozenset({"date", "nik", "number_distance"})


def build_tables(records: EncodedRecords, spec: LinkageSpec, fields: Sequence[str]) -> Tables:
    """Lay out the columns ``fields`` of the records; term frequencies are all zero until :func:`with_frequencies`."""
    columns = [records.columns[name] for name in fields]
    kernels = {name: {item.kernel for item in spec.comparisons if item.field == name} for name in fields}
    # Characters are numbered within a column and only ever compared within it.
    packed = [pack_texts(column.content.values) if kernels[column.name] & _TEXT_KERNELS else None for column in columns]
    text_base, char_offsets, chars = _stack_runs([_as_runs(part) for part in packed], np.uint16)
    integer_base, integers = _stack_values(
        [_integers(column) if kernels[column.name] & _INTEGER_KERNELS else None for column in columns], np.int64
    )
    item_base, item_offsets, items = _stack_runs(
        [_tokens(column) if "token_overlap" in kernels[column.name] else None for column in columns], np.uint64
    )
    names = [column.content.names if "name" in kernels[column.name] else None for column in columns]
    name_base, token_offsets, token_ids, token_soft, key_offsets, keys = _stack_names(names)
    codes = np.empty((records.n_records, len(columns)), np.int32)
    for position, column in enumerate(columns):
        codes[:, position] = _flagged_codes(column, kernels[column.name])
    return Tables(
        codes=codes,
        text_base=text_base,
        chars=chars,
        char_offsets=char_offsets,
        text_gates=_joined([text_gates(part) for part in packed if part is not None], np.uint64),
        integer_base=integer_base,
        integers=integers,
        item_base=item_base,
        items=items,
        item_offsets=item_offsets,
        name_base=name_base,
        name_gates=np.concatenate([np.zeros((0, 2), np.uint64), *_name_gates(names, packed)]),
        token_offsets=token_offsets,
        token_ids=token_ids,
        token_soft=token_soft,
        key_offsets=key_offsets,
        phonetic_keys=keys,
        frequency_base=np.full(len(columns), -1, np.int64),
        frequency=np.zeros(1),
    )


def with_frequencies(
    tables: Tables, fields: Sequence[str], adjustments: Mapping[str, npt.NDArray[np.float64]]
) -> Tables:
    """Return the tables with weight adjustments, in bits, per distinct value of the named fields."""
    base, frequency = _stack_values([adjustments.get(name) for name in fields], np.float64)
    return tables._replace(frequency_base=base, frequency=frequency)


def _flagged_codes(column: StandardColumn, kernels: Set[str]) -> npt.NDArray[np.int32]:
    if len(column.content.values) > VALUE_BITS:
        raise InvariantError("a column holds more than 2**30 different values", where=f"field {column.name}")
    if kernels == {"nik"}:
        codes, flagged = column.codes, _integers(column) < 0
    else:
        # Only the kernel "nik" knows what to make of a damaged NIK; for any other, equal codes are equal values.
        codes = valid_codes(column)
        if column.kind != "date" or "date" not in kernels:
            return codes
        numbers = _integers(column)
        flagged = (numbers < 0) | (numbers % 100 == 0)
    return np.where((codes >= 0) & np.append(flagged, False)[codes], codes | np.int32(FLAG), codes)


def _as_runs(packed: PackedTexts | None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint16]] | None:
    return None if packed is None else (packed.offsets, packed.chars)


def _name_gates(
    names: Sequence[NameForms | None], packed: Sequence[PackedTexts | None]
) -> list[npt.NDArray[np.uint64]]:
    both = zip(names, packed, strict=True)
    return [name_gates(forms, texts) for forms, texts in both if forms is not None and texts is not None]


def _integers(column: StandardColumn) -> npt.NDArray[np.int64]:
    if column.content.integers is None:
        raise InvariantError("the kind of this field has no numeric content", where=f"field {column.name}")
    if column.kind == "date" and column.content.flags is not None:
        return np.where(column.content.flags & DATE_DISCOUNTED, -column.content.integers, column.content.integers)
    return column.content.integers


def _tokens(column: StandardColumn) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    sets: KeySets | None = column.content.key_sets.get("tokens")
    if sets is None:
        raise InvariantError("the kind of this field has no tokens", where=f"field {column.name}")
    return sets.offsets, sets.keys


def _stack_runs(
    runs: Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[Any]] | None], dtype: type[np.generic]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Stack runs of several columns into one; the base of a column is the index of its first run."""
    base = np.full(len(runs), -1, np.int64)
    offsets: list[npt.NDArray[np.int64]] = []
    values: list[npt.NDArray[Any]] = []
    n_runs = n_values = 0
    for position, run in enumerate(runs):
        if run is None:
            continue
        base[position] = n_runs
        offsets.append(run[0][:-1] + n_values)
        values.append(run[1])
        n_runs += run[0].size - 1
        n_values += run[1].size
    offsets.append(np.array([n_values], np.int64))
    return base, _joined(offsets, np.int64), _joined(values, dtype)


def _stack_values(
    columns: Sequence[npt.NDArray[Any] | None], dtype: type[np.generic]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    base = np.full(len(columns), -1, np.int64)
    total = 0
    for position, values in enumerate(columns):
        if values is not None:
            base[position] = total
            total += values.size
    return base, _joined([values for values in columns if values is not None], dtype)


def _joined(arrays: Sequence[npt.NDArray[Any]], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype), *arrays])


def _stack_names(names: Sequence[NameForms | None]) -> tuple[npt.NDArray[Any], ...]:
    base, token_offsets, token_ids = _stack_runs(
        [None if forms is None else (forms.token_offsets, forms.token_ids) for forms in names], np.int32
    )
    present = [forms for forms in names if forms is not None]
    # Token ids count within a column; shift them to where the column's tokens lie in the stacked key table.
    shifts, n_tokens = [], 0
    for forms in present:
        shifts.append(np.full(forms.token_ids.size, n_tokens, np.int32))
        n_tokens += forms.key_offsets.size - 1
    token_ids = token_ids + np.concatenate([np.zeros(0, np.int32), *shifts])
    token_soft = np.concatenate([np.zeros(0, np.uint8), *(forms.token_soft for forms in present)])
    _, key_offsets, keys = _stack_runs([(forms.key_offsets, forms.keys) for forms in present], np.int32)
    return base, token_offsets, token_ids.astype(np.int32), token_soft, key_offsets, keys
