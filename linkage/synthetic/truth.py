"""What is true of every record: who it is about, why it is there, what is wrong with it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.schema import column
from linkage.synthetic.draft import Draft
from linkage.synthetic.fixed_text import characters_text, digits
from linkage.synthetic.plan import DUPLICATE_KINDS, ERROR_KINDS, RegisterPlan
from linkage.synthetic.population import Population
from linkage.synthetic.streams import Int64, stream

TRUTH = pa.schema(
    [
        column("record_id", pa.string(), "the record's id as linkage gives it: the given one, or <stem>:<line>"),
        column("source_file", pa.string(), "stem of the file; empty in memory"),
        column("line", pa.int64(), "line on which the record starts; rows count from 1 in Parquet and in memory"),
        column("person_id", pa.string(), "the person; equal on all records of one person"),
        column("household_id", pa.string(), "the household the person lives in"),
        column("duplicate_of_kind", pa.string(), "empty on a person's first record, else the kind of duplicate"),
        column("errors", pa.list_(pa.string()), "kinds of error on this record, in a fixed order"),
        column("twin_group", pa.string(), "twins share it", nullable=True),
        column("namesake_group", pa.string(), "different persons of one full name and birth date", nullable=True),
        column("shared_nik_group", pa.string(), "records of different persons under one NIK", nullable=True),
        column("culture", pa.string(), "naming culture"),
    ]
)
"""Columns of ``truth.parquet``."""


def make_truth(plan: RegisterPlan, population: Population, draft: Draft, records: pa.Table) -> pa.Table:
    """Return the truth of the records, in their order; ``line`` counts the rows from 1."""
    person = draft.numbers["person"]
    count = population.people.household.size
    rng = stream(plan.seed, "truth")
    opaque = rng.permutation(count)
    houses = rng.permutation(population.people.households)
    kinds = pa.array(["", *DUPLICATE_KINDS]).take(pa.array(draft.numbers["kind"]))
    twin = population.people.twin[person]
    columns = {
        "record_id": records["record_id"],
        "source_file": pa.array([""]).take(pa.array(np.zeros(draft.count, np.int64))),
        "line": pa.array(np.arange(1, draft.count + 1)),
        "person_id": _labels("P", opaque[person]),
        "household_id": _labels("H", houses[population.people.household[person]]),
        "duplicate_of_kind": kinds,
        "errors": _error_lists(draft.numbers["errors"]),
        "twin_group": _labels("T", opaque[np.maximum(twin, 0)], twin >= 0),
        "namesake_group": _namesake_groups(population, person),
        "shared_nik_group": _shared_niks(draft),
        "culture": pa.array(population.cultures.names).take(pa.array(population.culture[person])),
    }
    return pa.table(columns, schema=TRUTH)


def _namesake_groups(population: Population, person: Int64) -> pa.StringArray:
    names = pc.dictionary_encode(population.names).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    key = names * (1 << 17) + population.people.birth + (1 << 16)
    _, group, sizes = np.unique(key, return_inverse=True, return_counts=True)
    several = sizes[group] > 1
    return _labels("N", group[person], several[person])


def _shared_niks(draft: Draft) -> pa.StringArray:
    encoded = draft.texts["nik"].dictionary_encode()
    nik = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    person = draft.numbers["person"]
    present = nik >= 0
    held = np.unique(np.column_stack([nik[present], person[present]]), axis=0)[:, 0]
    holders = np.bincount(held, minlength=len(encoded.dictionary) + 1)
    shared = present & (holders[nik] > 1)
    return _labels("S", np.maximum(nik, 0), shared)


def _error_lists(masks: npt.NDArray[np.uint64]) -> pa.ListArray:
    distinct, which = np.unique(masks, return_inverse=True)
    lists = [[kind for bit, kind in enumerate(ERROR_KINDS) if int(mask) >> bit & 1] for mask in distinct]
    return pa.array(lists, pa.list_(pa.string())).take(pa.array(which))


def _labels(
    letter: str, numbers: npt.NDArray[np.integer], present: npt.NDArray[np.bool_] | None = None
) -> pa.StringArray:
    signs = np.full((numbers.size, 10), ord(letter), np.uint8)
    signs[:, 1:] = digits(numbers, 9)
    texts = characters_text(signs)
    return texts if present is None else pc.if_else(pa.array(present), texts, pa.scalar(None, pa.string()))
