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
    ``NUMBER_COLUMNS``: rows and codes; ``birth``, ``entered``, ``changed`` days since 1970-01-01; ``sex`` 0 male, 1
    female; ``kind`` 0 for a first record, else 1 + number in ``DUPLICATE_KINDS``; ``errors`` uint64 bit mask.
    """

    texts: Mapping[str, pa.StringArray]
    numbers: Mapping[str, npt.NDArray[Any]]

    @property
    def count(self) -> int:
        """Number of records."""
        return int(self.numbers["person"].size)

    def take(self, rows: npt.NDArray[np.integer]) -> Draft:
        """Return these rows, in this order."""
        index = pa.array(rows)
        return Draft(
            {name: texts.take(index) for name, texts in self.texts.items()},
            {name: values[rows] for name, values in self.numbers.items()},
        )

    def replace(self, **columns: Any) -> Draft:
        """Return the draft with these columns instead."""
        texts = {name: columns.get(name, values) for name, values in self.texts.items()}
        numbers = {name: columns.get(name, values) for name, values in self.numbers.items()}
        return Draft(texts, numbers)


def concat_drafts(drafts: Sequence[Draft]) -> Draft:
    """Return the records of all drafts, one after the other."""
    return Draft(
        {name: pa.concat_arrays([draft.texts[name] for draft in drafts]) for name in TEXT_COLUMNS},
        {name: np.concatenate([draft.numbers[name] for draft in drafts]) for name in NUMBER_COLUMNS},
    )
