"""What the queue keeps of a record in a case: its office, its values and family, a digest of its NIK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.evidence import RecordFacts
from linkage.encode import EncodedRecords
from linkage.nightly.residents import HEAD
from linkage.nightly.standard_values import as_sent, in_one_form
from linkage.review.cases import RecordIn
from linkage.review.nik_digest import nik_digest
from linkage.review.shown import Kin
from linkage.spec import LinkageSpec

_NOT_COMPARED: Final = frozenset({*HEAD, "change", "night"})


def records_in_cases(
    wanted: pa.StringArray,
    residents: pa.Table,
    records: EncodedRecords,
    people: RecordFacts,
    families: Mapping[str, tuple[Kin, ...]],
    spec: LinkageSpec,
    key: bytes,
) -> Mapping[str, RecordIn]:
    """Return the records of these ids, by id, as the queue takes them.

    Names, addresses and numbers stand as they were sent (``residents``: the rows of the store, any order), dates and
    codes in one form. Missing values are left out. The region is that of the office, under its newest code, "" when
    unknown. ``people``: facts of ``records``.
    """
    chosen = np.asarray(pc.index_in(wanted, value_set=records.ids).to_numpy(zero_copy_only=False), np.int64)
    sent = residents.take(pc.index_in(wanted, value_set=residents.column("record_id").combine_chunks()))
    columns = {name: as_sent(sent, name) for name in sent.column_names if name not in _NOT_COMPARED}
    columns |= in_one_form(records, spec, chosen)
    regions = people.region[chosen]
    niks = columns.get("nik", [None] * len(wanted))
    values = zip(*columns.values(), strict=True) if columns else iter([()] * len(wanted))
    return {
        record: RecordIn(
            record,
            f"{region:04d}" if region else "",
            tuple((name, value) for name, value in zip(columns, row, strict=True) if value),
            nik_digest(key, nik) if nik else None,
            families.get(record, ()),
        )
        for record, region, nik, row in zip(wanted.to_pylist(), regions.tolist(), niks, values, strict=True)
    }
