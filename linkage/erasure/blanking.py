"""What an erasure leaves of the rows of the standing store and of the reference: who they are of, and no value.

Every function returns the rows it changes and nothing else, so that doing it again finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import CHANGE
from linkage.nightly.change_log import NIGHT
from linkage.nightly.erased_rows import ERASED_BY
from linkage.nightly.residents import HEAD
from linkage.reference.tables import LOG, PERSONS_HEAD
from linkage.reference.tombstones import unnamed

_LOG_OF_REFERENCE: Final = frozenset(LOG.names)
KEPT_OF_A_PERSON: Final = frozenset(PERSONS_HEAD.names)
"""Columns of a person that are no values."""
OF_AN_USULAN: Final = ("given_id", "nik", "nik_stays", "value_now", "value_new")
"""Columns of what an office is asked to do that tell of the resident."""
_CLOSED: Final = "closed"


@dataclass(frozen=True, repr=False)
class Erased:
    """What is to go.

    ``record_ids``: of the standing store. ``fields``: the columns to be corrected, none when all goes. ``stays``: of a
    correction, the values that stand today, by (record, column); they are not the false ones. ``niks``: those that the
    records bear or bore and that go, digits. ``values``: all values that go, by column, as sent and in one form.
    ``key``: the project's secret.
    """

    record_ids: frozenset[str]
    fields: frozenset[str]
    stays: Mapping[tuple[str, str], frozenset[str]]
    niks: frozenset[str]
    values: Mapping[str, frozenset[str]]
    key: bytes

    def goes(self, record: str, field: str, value: str | None) -> bool:
        """Tell whether a record's value of a column is to go."""
        if record not in self.record_ids or value in (None, ""):
            return False
        return not self.fields or (field in self.fields and value not in self.stays.get((record, field), ()))


def residents(log: pa.Table, erased: Erased) -> tuple[pa.Table, pa.Table]:
    """Return the rows of the standing residents' log that change, and what is left of them, in the same order.

    A record that is erased whole stays as a closed one without values: its id is not given to anybody else.
    """
    names = [name for name in log.column_names if name not in (*HEAD, CHANGE, NIGHT)]

    def blank(row: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {name: None for name in names if erased.goes(row["record_id"], name, row[name])}
        if not erased.fields and row["record_id"] in erased.record_ids and row[CHANGE] != _CLOSED:
            told |= {"given_id": "", "line": 0, "closed_by": ERASED_BY}
        return {**row, **told}

    return _changed(log, blank)


def persons(log: pa.Table, erased: Erased) -> pa.Table:
    """Return what is left of persons' rows whose values came from the records."""

    def blank(row: dict[str, Any]) -> dict[str, Any]:
        gone = {name for _, name in _going(row, erased)}
        told: dict[str, Any] = dict.fromkeys(gone)
        told["sources"] = [source for source in row["sources"] or [] if source.partition("=")[0] not in gone]
        if not erased.fields and row["taken_from"] in erased.record_ids:
            told["as_of"] = None
        return {**row, **told}

    return _changed(log, blank)[1]


def going_from_persons(log: pa.Table, erased: Erased) -> frozenset[tuple[str, str, str]]:
    """Return (record, column, value) of what :func:`persons` blanks."""
    return frozenset((record, name, str(row[name])) for row in log.to_pylist() for record, name in _going(row, erased))


def going_from_usulan(log: pa.Table, erased: Erased) -> frozenset[tuple[str, str, str]]:
    """Return (record, column, value) of what rows of usulan tell of the records themselves, and that is to go."""
    told = {(row["record_id"], *pair) for row in log.to_pylist() for pair in _told(row)}
    return frozenset((record, name, value) for record, name, value in told if erased.goes(record, name, value))


def aliases(log: pa.Table, erased: Erased) -> pa.Table:
    """Return what is left of rows of NIKs that the records bear: a keyed digest in the place of each."""

    def blank(row: dict[str, Any]) -> dict[str, Any]:
        gone = {name: unnamed(row[name], erased.key) for name in ("nik", "nik_now") if row[name] in erased.niks}
        return {**row, **gone}

    return _changed(log, blank)[1]


def usulan(log: pa.Table, erased: Erased, effects: Collection[int]) -> pa.Table:
    """Return what is left of what offices were asked to do about the records, or because of them.

    ``effects``: the decisions about one of the records.
    """

    def blank(row: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        whole = not erased.fields and row["record_id"] in erased.record_ids
        if whole:
            told = dict.fromkeys(OF_AN_USULAN)
        elif row["effect"] in effects:
            told = {name: None for name in ("nik", "nik_stays") if row[name] in erased.niks}
            values = erased.values.get(row["field"], frozenset())
            told |= {name: None for name in ("value_now", "value_new") if row[name] in values}
        return {**row, **told}

    return _changed(log, blank)[1]


def _going(row: dict[str, Any], erased: Erased) -> list[tuple[str, str]]:
    """Return (record, column) of the values of a person that are to go: each came from a record."""
    sources = dict(source.partition("=")[::2] for source in row["sources"] or [])
    fields = [name for name in row if name not in KEPT_OF_A_PERSON | _LOG_OF_REFERENCE]
    records = {name: sources.get(name, row["taken_from"]).partition(";")[0] for name in fields}
    return [(record, name) for name, record in records.items() if erased.goes(record, name, row[name])]


def _told(row: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("nik", row["nik"] or ""), (row["field"], row["value_now"] or "")


def _changed(table: pa.Table, blank: Callable[[dict[str, Any]], dict[str, Any]]) -> tuple[pa.Table, pa.Table]:
    rows: Sequence[dict[str, Any]] = table.to_pylist()
    left = [blank(row) for row in rows]
    moved = [place for place, (row, other) in enumerate(zip(rows, left, strict=True)) if row != other]
    return table.take(pa.array(moved, pa.int64())), pa.Table.from_pylist(
        [left[place] for place in moved], schema=table.schema
    )


def of_records(log: pa.Table, record_ids: Collection[str]) -> pa.Table:
    """Return the rows of a log that are of these records."""
    return log.filter(pc.is_in(log.column("record_id"), value_set=pa.array(sorted(record_ids), pa.string())))
