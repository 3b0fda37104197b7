"""The two records of a pair as a labeller sees them: raw values, dates and codes in one form, levels by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from linkage.encode import encode
from linkage.labelling.reread import Int64, WrittenPairs, rows_of_pairs
from linkage.lookback.reread import accepted_records

_ONE_FORM: Final = frozenset({"date", "sex", "card_status"})
"""Kinds shown as standardised, so that L and 1 do not look different."""

_OWN_WORDS: Final = frozenset({"religion", "family_role", "marital_status"})
"""Kinds whose standard form is a number that nobody reads: shown as sent, in one form where both mean the same."""

_NUMBERS: Final = frozenset({"nik", "no_kk", "nik_ibu", "nik_ayah", "no_akta_lhr"})


@dataclass(frozen=True)
class Field:
    """One field of a pair: both values, empty for missing, and the level of its comparison, empty without one.

    ``masked``: a number that a terminal shows only in part.
    """

    name: str
    left: str
    right: str
    level: str
    masked: bool

    @property
    def missing(self) -> bool:
        """Whether one value or both are missing."""
        return not self.left or not self.right

    @property
    def equal(self) -> bool:
        """Whether both say the same but for case and spacing."""
        return " ".join(self.left.split()).casefold() == " ".join(self.right.split()).casefold()


@dataclass(frozen=True)
class ShownPair:
    """A pair to be judged. ``fields``: those that either record has, in the spec's order."""

    left_id: str
    right_id: str
    fields: tuple[Field, ...]


def shown_pairs(written: WrittenPairs, rows: Int64) -> tuple[ShownPair, ...]:
    """Return what to show of some pairs, in the order of ``rows`` int64 (n,). Reads the run's inputs again.

    Raises:
        InputMissingError, InvariantError: an input is gone or not what the run read.
    """
    accepted, left_count = accepted_records(written.manifest, written.spec)
    table = written.table.take(pa.array(rows))
    ids = accepted.column("record_id").combine_chunks()
    left, right = rows_of_pairs(table, ids, left_count)
    wanted, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    records = _values(accepted.take(pa.array(wanted)), written)
    pairs = zip(place[: len(rows)].tolist(), place[len(rows) :].tolist(), written.levels[rows].tolist(), strict=True)
    named = zip(table.column("left_id").to_pylist(), table.column("right_id").to_pylist(), strict=True)
    return tuple(
        ShownPair(left_id, right_id, _fields(records[one], records[other], levels, written))
        for (left_id, right_id), (one, other, levels) in zip(named, pairs, strict=True)
    )


def _values(accepted: pa.Table, written: WrittenPairs) -> list[dict[str, str]]:
    """Return the values of each record by field, missing ones left out."""
    spec = written.spec
    names = [name for name in spec.field_names if name in accepted.column_names and name != "record_id"]
    columns = {name: accepted.column(name).cast(pa.string()).to_pylist() for name in names}
    kinds = {field.name: field.kind for field in spec.fields if field.name in names}
    one_form = {name for name, kind in kinds.items() if kind in _ONE_FORM | _OWN_WORDS}
    if one_form and accepted.num_rows:
        latest = int(written.manifest.options["latest_year"])
        encoded = encode(accepted, spec, latest_year=latest, fields=one_form)
        for name in one_form:
            column, raw = encoded.columns[name], columns[name]
            known = column.content.values.to_pylist()
            if kinds[name] in _OWN_WORDS:
                first = dict(zip(column.codes.tolist()[::-1], raw[::-1], strict=True))
                known = [first.get(code) for code in range(len(known))]
            # What cannot be read as such a value stands as it was sent.
            columns[name] = [[*known, None][code] or text for code, text in zip(column.codes, raw, strict=True)]
    return [
        {name: str(columns[name][row]).strip() for name in names if columns[name][row] not in (None, "")}
        for row in range(accepted.num_rows)
    ]


def _fields(
    one: Mapping[str, str], other: Mapping[str, str], levels: Sequence[int], written: WrittenPairs
) -> tuple[Field, ...]:
    spec = written.spec
    level = {
        item.field: item.level_names[code]
        for item, code in zip(spec.comparisons, levels, strict=True)
        if item.field and not item.combine
    }
    return tuple(
        Field(
            field.name,
            one.get(field.name, ""),
            other.get(field.name, ""),
            level.get(field.name, ""),
            field.kind == "nik" or field.name in _NUMBERS,
        )
        for field in spec.fields
        if one.get(field.name) or other.get(field.name)
    )
