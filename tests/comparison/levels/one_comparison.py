"""The levels of a column of values under one comparison, as the pair pass finds them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from linkage.comparison.pair_pass import levels_of_pairs
from linkage.encode import EncodedRecords, encode
from linkage.spec import KERNELS, LinkageSpec, parse_spec
from linkage.stages.candidates import plan_candidates

KINDS = {
    "place": "place",
    "region": "category",
    "address": "address",
    "phonetic": "person_name",
    "initials": "text",
    "token_sort": "text",
    "token_set": "text",
    "date_gap": "date",
    "nik_likeness": "nik",
    "enrolment": "card_status",
}
BOUNDS = {
    "token_sort": '[{ name = "equal" }, { name = "close", at_least = 0.9 }, { name = "near", at_least = 0.5 }]',
    "token_set": '[{ name = "equal" }, { name = "within", at_least = 1 }, { name = "near", at_least = 0.5 }]',
    "date_gap": '[{ name = "equal" }, { name = "week", at_most = 7 }, { name = "year", at_most = 366 }]',
}


def spec_of(kernel: str, levels: str = "", kind: str = "", more: str = "") -> LinkageSpec:
    """One field ``value``, one comparison of it; by default with a level for each relation."""
    return parse_spec(f"""
name = "one"
[[field]]
name = "value"
kind = "{kind or KINDS[kernel]}"
[[comparison]]
name = "value"
field = "value"
kernel = "{kernel}"
levels = {levels or BOUNDS.get(kernel) or list(KERNELS[kernel] or ())}
{more}
[[rule]]
name = "all"
keys = []
cap = 1000
""")


def records_of(values: Sequence[str | None], spec: LinkageSpec) -> EncodedRecords:
    table = {"record_id": [f"r{number:03}" for number in range(len(values))], "value": pa.array(values, pa.string())}
    return encode(pa.table(table), spec, latest_year=2026)


def level_names(values: Sequence[str | None], spec: LinkageSpec) -> dict[tuple[int, int], str]:
    """The level of every pair of values, by their positions."""
    work = plan_candidates(records_of(values, spec), spec).work
    left, right = (side.astype(np.int32) for side in np.triu_indices(len(values), 1))
    codes = levels_of_pairs(work, left, right)[:, 0].tolist()
    names = [spec.comparisons[0].level_names[code] for code in codes]
    return dict(zip(zip(left.tolist(), right.tolist(), strict=True), names, strict=True))
