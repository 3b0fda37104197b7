"""Records in the making: numbers and texts in columns, before they are written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

TEXT_COLUMNS: Final = (
    "nik",
    "no_kk",
    "nama",
    "tempat_lahir",
    "nama_ibu",
    "nama_ayah",
    "alamat",
    "nik_ibu",
    "nik_ayah",
    "no_akta_lhr",
)
NUMBER_COLUMNS: Final = (
    "person",
    "household",
    "twin",
    "family",
    "culture",
    "history",
    "region",
    "village",
    "rt",
    "rw",
    "birth",
    "sex",
    "faith",
    "relation",
    "marital",
    "card",
    "flag",
    "channel",
    "entered",
    "changed",
    "kind",
    "errors",
)


@dataclass(frozen=True)
class Draft:
    """Records by column.

    ``texts``: one pa.StringArray for each of ``TEXT_COLUMNS``, null for missing. ``numbers``: one array for each of
    ``NUMBER_COLUMNS``. ``person`` and ``household`` count through the whole register; ``twin`` and ``family`` are the
    number of the elder twin and of the eldest full sibling, -1 for none; ``culture`` and ``history`` (uint8 mask of
    ``HISTORY_KINDS``) are the person's; ``region`` and ``village`` are numbers of the gazetteer; ``birth``, ``entered``
    and ``changed`` days since 1970-01-01; ``sex`` 0 male, 1 female; ``kind`` 0 for a first record, else 1 + number in
    ``REPEAT_KINDS``; ``errors`` uint64 mask of ``ERROR_KINDS``; the others are codes.
    """

    texts: Mapping[str, pa.StringArray]
    numbers: Mapping[str, npt.NDArray[Any]]

    @property
    def count(self) -> int:
        """Number of records."""
        return int(next(iter(self.numbers.values())).size)

    def take(self, rows: npt.NDArray[np.integer]) -> Draft:
        """Return these rows, in this order."""
        index = pa.array(rows)
        return Draft(
            {name: texts.take(index) for name, texts in self.texts.items()},
            {name: values[rows] for name, values in self.numbers.items()},
        )

    def replace(self, **columns: Any) -> Draft:
        """Return the draft with these columns instead, or beside the others."""
        texts = {**self.texts, **{name: values for name, values in columns.items() if isinstance(values, pa.Array)}}
        numbers = {**self.numbers, **{name: values for name, values in columns.items() if name not in texts}}
        return Draft(texts, numbers)

    def select(self, numbers: Sequence[str]) -> Draft:
        """Return the draft with all texts and these numbers only."""
        return Draft(self.texts, {name: self.numbers[name] for name in numbers})

    def to_table(self) -> pa.Table:
        """Return the same columns as an Arrow table."""
        return pa.table({**self.texts, **{name: pa.array(values) for name, values in self.numbers.items()}})


def draft_of(table: pa.Table) -> Draft:
    """Return the draft that :meth:`Draft.to_table` made a table of."""
    columns = {name: table.column(name).combine_chunks() for name in table.schema.names}
    texts = {name: values for name, values in columns.items() if pa.types.is_string(values.type)}
    return Draft(texts, {name: values.to_numpy() for name, values in columns.items() if name not in texts})


def concat_drafts(drafts: Sequence[Draft]) -> Draft:
    """Return the records of all drafts, one after the other; the columns are those of the first."""
    return Draft(
        {name: pa.concat_arrays([draft.texts[name] for draft in drafts]) for name in drafts[0].texts},
        {name: np.concatenate([draft.numbers[name] for draft in drafts]) for name in drafts[0].numbers},
    )
