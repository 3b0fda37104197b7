"""What the queue keeps of a record in a case: its office, what stewards may compare, a digest of its NIK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import EncodedRecords
from linkage.nightly.residents import HEAD
from linkage.review.cases import RecordIn
from linkage.review.nik_digest import nik_digest
from linkage.spec import LinkageSpec
from linkage.stages.facts import record_facts

_ONE_FORM: Final = frozenset({"date", "sex", "religion", "family_role", "marital_status", "card_status"})
_NOT_COMPARED: Final = frozenset({*HEAD, "change", "night"})


def records_in_cases(
    wanted: pa.StringArray, residents: pa.Table, records: EncodedRecords, spec: LinkageSpec, key: bytes
) -> Mapping[str, RecordIn]:
    """Return the records of these ids, by id, as the queue takes them.

    Names, addresses and numbers stand as they were sent (``residents``: the rows of the store, any order). Dates and
    codes are shown in one form, so that L and 1, or 31-12-1990 and 1990-12-31, do not look different. Missing values
    are left out. The region is that of the office, under its newest code, "" when unknown.
    """
    wanted = wanted.unique()
    chosen = np.asarray(pc.index_in(wanted, value_set=records.ids).to_numpy(zero_copy_only=False), np.int64)
    sent = residents.take(pc.index_in(wanted, value_set=residents.column("record_id").combine_chunks()))
    columns = {name: _texts(sent.column(name)) for name in sent.column_names if name not in _NOT_COMPARED} | {
        field.name: _one_form(records, field.name, chosen) for field in spec.fields if field.kind in _ONE_FORM
    }
    regions = record_facts(records, spec.older_regions).region[chosen]
    niks = columns.get("nik", [None] * len(wanted))
    values = zip(*columns.values(), strict=True) if columns else iter([()] * len(wanted))
    return {
        record: RecordIn(
            record,
            f"{region:04d}" if region else "",
            tuple((name, value) for name, value in zip(columns, row, strict=True) if value),
            nik_digest(key, nik) if nik else None,
        )
        for record, region, nik, row in zip(wanted.to_pylist(), regions.tolist(), niks, values, strict=True)
    }


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    texts: list[str | None] = column.cast(pa.string()).to_pylist()
    return texts


def _one_form(
    records: EncodedRecords, name: str, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> list[str | None]:
    column = records.columns[name]
    codes = column.codes[chosen]
    values: list[str | None] = column.content.values.take(pa.array(codes, mask=codes < 0)).to_pylist()
    return values
