"""Every column of a file as distinct values with their counts: what recognising a column needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InputDataError
from linkage.intake.columns.cleaning import clean_values
from linkage.intake.columns.column_names import is_protected
from linkage.intake.columns.dictionary import DictionaryBuilder, follow
from linkage.intake.columns.typed_text import as_text
from linkage.intake.limits import Limits
from linkage.intake.readers.formats import open_reader
from linkage.intake.reasons import HINTS
from linkage.intake.sources.source import Source
from linkage.proposal.columns.attributes import ColumnSample

ROWS_LOOKED_AT: Final = 500_000
"""Rows of a file that are looked at to recognise its columns; the pairs of blocking rules are counted over all."""


@dataclass(frozen=True)
class FileColumns:
    """The columns of a file, protected ones left out, and how many rows were looked at."""

    name: str
    header: tuple[str, ...]
    samples: tuple[ColumnSample, ...]
    rows: int


def read_columns(source: Source, limits: Limits) -> FileColumns:
    """Return the columns of a surveyed source.

    Raises:
        InputDataError: the file or every row of it cannot be read; the code is that of the first row then.
    """
    reader = open_reader(source, limits)
    wanted = [place for place, name in enumerate(reader.header) if name and not is_protected(name)]
    builders = {place: DictionaryBuilder(reader.header[place]) for place in wanted}
    types = dict.fromkeys(wanted, "")
    rows = 0
    refused: list[str] = []
    for batch in reader.batches(wanted):
        for place, array in zip(wanted, batch.columns, strict=True):
            kind = array.type
            mixed = pa.types.is_dictionary(kind) or pa.types.is_union(kind)
            if mixed or not (pa.types.is_nested(kind) or pa.types.is_binary(kind)):
                types[place] = "" if mixed else str(kind)
                # Kind "text" refuses no number: whether it may be one is asked of the recognised column.
                builders[place].append(as_text(array, kind="text", column=reader.header[place], where=source.name))
        rows += len(batch.lines)
        refused += [reject.code for reject in batch.rejects]
        if rows >= ROWS_LOOKED_AT:
            break
    if not rows:
        code = refused[0] if refused else "HEADER_ONLY"
        problem = "no row of it can be read" if refused else "the file has a header and no rows"
        raise InputDataError(code, problem, where=source.name, remedy=HINTS.get(code, "").capitalize())
    samples = tuple(_sample(reader.header[place], builder, types[place], rows) for place, builder in builders.items())
    return FileColumns(source.name, tuple(reader.header), samples, rows)


def _sample(name: str, builder: DictionaryBuilder, typed: str, rows: int) -> ColumnSample:
    codes, values = builder.finish()
    mapping, clean = clean_values(values, name="", kind="text")
    codes = follow(codes, mapping)
    counts: npt.NDArray[np.int64] = np.bincount(codes[codes >= 0], minlength=len(clean)).astype(np.int64)
    return ColumnSample(name=name, values=clean, counts=counts, rows=rows, typed=typed)
