"""Soft flags (N15) of a column of names: the rule runs once for all names that are the same to it."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from itertools import chain, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.token_rows import distinct_rows, take_rows
from linkage.standardise.names.tokens import doubles, soft_flags

Mask = npt.NDArray[np.bool_]

_NOT_SOFT: Final = ("family", "not_markers", "keep_j")
"""The tables that the rule does not look at."""


def soft_rows(offsets: Int64, ids: Int32, tokens: pa.StringArray) -> UInt8:
    """Return uint8 (n_tokens_of_all_names,), 1 where :func:`.tokens.soft_flags` says that a token may be missing.

    Name v has the tokens ``ids[offsets[v]:offsets[v + 1]]``, indexes into ``tokens``, distinct. The rule looks for
    listed tokens, and for a first token that doubles its syllable and the one behind it; any other is as good as an
    empty one, and a listed one as good as another in the same lists.
    """
    names, kept_offsets, kept = _kept(offsets, ids, _alike(tokens), _doubled(tokens))
    codes, row_of = distinct_rows(kept_offsets, kept, len(tokens) + 1)
    row_offsets, rows = take_rows(kept_offsets, kept, row_of)
    texts = pa.concat_arrays([pa.array([""], pa.string()), tokens]).take(pa.array(rows)).to_pylist()
    bounds = row_offsets.tolist()
    flags = [soft_flags(texts[begin:end]) for begin, end in pairwise(bounds)]
    soft = np.fromiter(chain.from_iterable(flags), np.uint8, len(texts))
    return _spread(offsets, ids.shape[0], names, codes, row_offsets, soft)


def _alike(tokens: pa.StringArray) -> Int32:
    """Return for each token the first of the column that the rule cannot tell from it, -1 for one of no list."""
    listed, sorts = _listed()
    place = pc.fill_null(pc.index_in(tokens, value_set=listed), -1).to_numpy()
    rows = np.flatnonzero(place >= 0)
    _, first, sort = np.unique(sorts[place[rows]], return_index=True, return_inverse=True)
    alike = np.full(len(tokens), -1, np.int32)
    alike[rows] = rows[first][sort]
    return alike


@cache
def _listed() -> tuple[pa.StringArray, Int64]:
    """Return every token in the tables that the rule looks at, and its sort: one number for those in the same lists.

    A token that a table names together with another has a sort of its own.
    """
    tables = name_tables()
    read = {field.name: getattr(tables, field.name) for field in fields(tables) if field.name not in _NOT_SOFT}
    lists = [table for table in read.values() if _is_list(table)]
    paired = set().union(*(_texts(table) for table in read.values() if not _is_list(table)))
    listed = sorted(paired.union(*lists))
    keys = [
        (token if token in paired else "", doubles(token), *(token in table for table in lists)) for token in listed
    ]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return pa.array(listed, pa.string()), np.array([numbers[key] for key in keys], np.int64)


def _is_list(table: object) -> bool:
    return isinstance(table, frozenset) and all(isinstance(item, str) for item in table)


def _texts(table: object) -> set[str]:
    if isinstance(table, str):
        return {table}
    if isinstance(table, dict):
        return _texts(tuple(table)) | _texts(tuple(table.values()))
    return set().union(*map(_texts, table)) if isinstance(table, (frozenset, tuple)) else set()


def _doubled(tokens: pa.StringArray) -> Mask:
    """Return which tokens begin with two characters twice: they may be a nickname of the name behind them."""
    same = pc.equal(pc.utf8_slice_codeunits(tokens, 0, 2), pc.utf8_slice_codeunits(tokens, 2, 4))
    return np.array(same.to_numpy(zero_copy_only=False), np.bool_)


@kernel
def _kept(offsets: Int64, ids: Int32, alike: Int32, doubled: Mask) -> tuple[Int64, Int64, Int32]:
    """Return the names that the rule may concern, and their tokens: 1 more than before, or 0 for one it passes over.

    In place of a token stands the one it is ``alike``; a nickname and the token behind it stay.
    """
    n_names = offsets.shape[0] - 1
    names = np.empty(n_names, np.int64)
    kept_offsets = np.zeros(n_names + 1, np.int64)
    kept = np.empty(ids.shape[0], np.int32)
    count = 0
    for name in range(n_names):
        begin, end = offsets[name], offsets[name + 1]
        nickname = end > begin and doubled[ids[begin]]
        concerned = nickname
        for place in range(begin, end):
            concerned |= alike[ids[place]] >= 0
        if not concerned:
            continue
        first = kept_offsets[count]
        for place in range(begin, end):
            own = nickname and place < begin + 2
            kept[first + place - begin] = 1 + (ids[place] if own else alike[ids[place]])
        names[count] = name
        count += 1
        kept_offsets[count] = first + end - begin
    return names[:count].copy(), kept_offsets[: count + 1].copy(), kept[: kept_offsets[count]].copy()


@kernel
def _spread(offsets: Int64, n_ids: int, names: Int64, codes: Int32, row_offsets: Int64, flags: UInt8) -> UInt8:
    """Return the flags of all tokens: those of row ``codes`` for ``names``, 0 for other names."""
    soft = np.zeros(n_ids, np.uint8)
    for place in range(names.shape[0]):
        begin, row = offsets[names[place]], row_offsets[codes[place]]
        for step in range(offsets[names[place] + 1] - begin):
            soft[begin + step] = flags[row + step]
    return soft
