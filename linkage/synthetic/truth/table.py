"""What is true of every record: who it is about, why it is there, what is wrong with it, what should come of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.schema import column
from linkage.synthetic.draft import Draft
from linkage.synthetic.fixed_text import characters_text, digits
from linkage.synthetic.kinds import ERROR_KINDS, HISTORY_KINDS, REPEAT_KINDS
from linkage.synthetic.names.culture import load_cultures
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Int64, stream
from linkage.synthetic.truth.expected_cases import CASE_BITS
from linkage.synthetic.truth.groups import Groups, look_up

_BITS: Final = (1 << 29) - 1

TRUTH = pa.schema(
    [
        column("record_id", pa.string(), "the record's id as linkage gives it: the given one, or <stem>:<line>"),
        column("source_file", pa.string(), "stem of the file; empty in memory"),
        column("line", pa.int64(), "line on which the record starts; rows count from 1 in Parquet and in memory"),
        column("night", pa.int64(), "number of the extract, from 1; a changed record stands in several"),
        column("person_id", pa.string(), "the person; equal on all records of one person"),
        column("household_id", pa.string(), "the household the person lives in"),
        column("duplicate_of_kind", pa.string(), "empty on a person's first record, else the kind of repeat"),
        column("errors", pa.list_(pa.string()), "kinds of error on this record, in a fixed order"),
        column("history", pa.list_(pa.string()), "what happened to the person and is no error"),
        column("twin_group", pa.string(), "twins share it", nullable=True),
        column("sibling_group", pa.string(), "children of the same parents in one household", nullable=True),
        column("namesake_group", pa.string(), "different persons of one full name and birth date", nullable=True),
        column("shared_nik_group", pa.string(), "records of different persons under one NIK", nullable=True),
        column("expected_cases", pa.list_(pa.string()), "kinds of case that the record belongs into"),
        column("culture", pa.string(), "naming culture"),
    ]
)
"""Columns of ``truth.parquet``."""


def make_truth(plan: RegisterPlan, draft: Draft, number: Int64, record_id: pa.StringArray, groups: Groups) -> pa.Table:
    """Return the truth of the records of a draft, in its order; ``line`` counts the rows from 1.

    ``number`` int64 (n,): each record's number in the register, as in ``groups``.
    """
    numbers = draft.numbers
    person = numbers["person"]
    names = ("persons", "households", "twins", "siblings", "namesakes", "shared NIKs")
    persons, houses, twins, siblings, namesake, sharing = (_Opaque(plan.seed, name) for name in names)
    namesakes = look_up(person, groups.namesake, groups.namesake_group, -1)
    shared = look_up(number, groups.shared, groups.shared_group, -1)
    cases = look_up(number, groups.in_case, groups.cases, 0)
    columns = {
        "record_id": record_id,
        "source_file": pa.array([""]).take(pa.array(np.zeros(draft.count, np.int64))),
        "line": pa.array(np.arange(1, draft.count + 1)),
        "night": pa.array(np.ones(draft.count, np.int64)),
        "person_id": _labels("P", persons(person)),
        "household_id": _labels("H", houses(numbers["household"])),
        "duplicate_of_kind": pa.array(["", *REPEAT_KINDS]).take(pa.array(numbers["kind"])),
        "errors": word_lists(numbers["errors"], ERROR_KINDS),
        "history": word_lists(numbers["history"], HISTORY_KINDS),
        "twin_group": _labels("T", twins(numbers["twin"]), numbers["twin"] >= 0),
        "sibling_group": _labels("F", siblings(numbers["family"]), numbers["family"] >= 0),
        "namesake_group": _labels("N", namesake(namesakes), namesakes >= 0),
        "shared_nik_group": _labels("S", sharing(shared), shared >= 0),
        "expected_cases": word_lists(cases, CASE_BITS),
        "culture": pa.array(load_cultures().names).take(pa.array(numbers["culture"])),
    }
    return pa.table(columns, schema=TRUTH)


def word_lists(masks: npt.NDArray[np.unsignedinteger], words: tuple[str, ...]) -> pa.ListArray:
    """Return for each mask the list of the words that its bits stand for."""
    distinct, which = np.unique(masks, return_inverse=True)
    lists = [[word for place, word in enumerate(words) if int(mask) >> place & 1] for mask in distinct]
    return pa.array(lists, pa.list_(pa.string())).take(pa.array(which))


class _Opaque:
    """A one-to-one map of the numbers below 2^29 onto themselves that scatters neighbours."""

    def __init__(self, seed: int, name: str) -> None:
        # Odd factors and shifted sums can be undone, so no two numbers meet.
        self._factors = stream(seed, name).integers(1 << 27, 1 << 28, 3) * 2 + 1

    def __call__(self, numbers: npt.NDArray[np.integer]) -> Int64:
        labels = numbers.astype(np.int64) & _BITS
        for factor in self._factors:
            labels = labels * factor & _BITS
            labels ^= labels >> 15
        return labels


def _labels(
    letter: str, numbers: npt.NDArray[np.integer], present: npt.NDArray[np.bool_] | None = None
) -> pa.StringArray:
    signs = np.full((numbers.size, 10), ord(letter), np.uint8)
    signs[:, 1:] = digits(np.maximum(numbers, 0), 9)
    texts = characters_text(signs)
    return texts if present is None else pc.if_else(pa.array(present), texts, pa.scalar(None, pa.string()))
