"""Where the residents and the regions stood after the last night, in the columns and codes of this one."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from linkage.nightly.extract import todays_code
from linkage.nightly.residents import HEAD, empty_residents
from linkage.nightly.succession import RegionState
from linkage.spec import LinkageSpec


def standing_residents(stored: pa.Table | None, spec: LinkageSpec) -> pa.Table:
    """Return the standing residents by record id, with the columns of this spec, under the region codes of today.

    New columns start missing, none is dropped. A project may learn of older codes later than its records.
    """
    if stored is None:
        return empty_residents(spec)
    for item in spec.fields:
        if item.name not in HEAD and item.name not in stored.column_names:
            stored = stored.append_column(item.name, pa.nulls(stored.num_rows, pa.string()))
    ordered = stored.sort_by("record_id").combine_chunks()  # the store keeps them by province, in no certain order
    return _under_todays_codes(ordered, spec) if ordered.num_rows else ordered


def standing_regions(regions: Mapping[str, RegionState], spec: LinkageSpec) -> dict[str, RegionState]:
    """Return where the regions stand by the codes of today; of two codes for one region, the newer state."""
    today: dict[str, RegionState] = {}
    for code, state in sorted(regions.items(), key=lambda item: (item[1].last, item[0])):
        today[todays_code(code, spec) or code] = state
    return today


def _under_todays_codes(residents: pa.Table, spec: LinkageSpec) -> pa.Table:
    codes = residents.column("region").combine_chunks().dictionary_encode()
    known = codes.dictionary.to_pylist()
    today = [todays_code(code, spec) or code for code in known]
    if today == known:
        return residents
    for name, values in (("region", today), ("province", [code[:2] for code in today])):
        column = pa.array(values, pa.string()).take(codes.indices)
        residents = residents.set_column(residents.column_names.index(name), name, column)
    return residents
