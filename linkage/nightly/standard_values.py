"""The values of records as stewards are to compare them: as they were sent, but dates and codes in one form."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.encode import EncodedRecords
from linkage.spec import LinkageSpec

ONE_FORM: Final = frozenset({"date", "sex", "religion", "family_role", "marital_status", "card_status"})
"""Kinds of field that are shown in one form, so that L and 1, or 31-12-1990 and 1990-12-31, do not look different."""

Texts = list[str | None]


def as_sent(rows: pa.Table, name: str) -> Texts:
    """Return a column of the store's rows; missing values where it has none of that name."""
    if name not in rows.column_names:
        return [None] * rows.num_rows
    texts: Texts = rows.column(name).cast(pa.string()).to_pylist()
    return texts


def in_one_form(
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: npt.NDArray[np.integer],
    names: Collection[str] | None = None,
) -> dict[str, Texts]:
    """Return the dates and codes of some records, by field; of the fields ``names`` alone when they are given."""
    return {
        field.name: standard(records, field.name, chosen)
        for field in spec.fields
        if field.kind in ONE_FORM and (names is None or field.name in names)
    }


def standard(records: EncodedRecords, name: str, chosen: npt.NDArray[np.integer]) -> Texts:
    """Return the standard values of a field of some records."""
    values: Texts = standard_array(records, name, chosen).to_pylist()
    return values


def standard_array(records: EncodedRecords, name: str, chosen: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return the standard values of a field of some records, null where missing."""
    column = records.columns[name]
    codes = column.codes[chosen]
    return column.content.values.take(pa.array(codes, mask=codes < 0))
