"""The list of closed NIKs for institutions that use them, and what a publication changes in it.

Only what the centre has confirmed is in it, and only where the NIK that stays is settled. Who keeps the last row of
each (closed NIK, person) of all feeds has the list; a gap in ``sequence`` tells that a feed was missed. After an older
backup was restored, what was told since no longer holds: a feed then says so first, and tells the whole list.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import CHANGE
from linkage.reference.build import CONFIRMED
from linkage.reference.tables import PUBLICATION
from linkage.schema import column

IN_FORCE: Final = "BERLAKU"
WITHDRAWN: Final = "DICABUT"
ANEW: Final = "SUSUN_ULANG"
"""Of a row without NIK and person: forget all that was told before it; the whole list follows."""

BEGUN_AFTER: Final = "alias_begun_after"
"""What the ledger counts of a publication whose feed begins anew: the last ``sequence`` that was told before it."""

ALIAS_FEED = pa.schema(
    [
        column("sequence", pa.int64(), "counts up over all feeds, without a gap"),
        column("nik_closed", pa.string(), "a NIK that is no longer in force; empty with SUSUN_ULANG"),
        column("nik_now", pa.string(), "the NIK of the same person that is", nullable=True),
        column(
            "person_id",
            pa.string(),
            "the person, opaque: the same NIK may have been borne by two; empty with SUSUN_ULANG",
        ),
        column(
            "status",
            pa.string(),
            "BERLAKU when it counts from now on, DICABUT when it no longer does; SUSUN_ULANG: forget all before",
        ),
        column("since", pa.string(), "day of the publication that said so first, Western Indonesian time, yyyy-mm-dd"),
    ]
)


def alias_events(
    log: pa.Table | None, days: Mapping[int, str], anew: Mapping[int, int] = MappingProxyType({})
) -> pa.Table:
    """Return all that was ever said of closed NIKs, in the order of publications, with a column ``publication``.

    Args:
        log: the committed rows of the aliases with the columns of the log; None for none.
        days: the day of each publication, yyyy-mm-dd.
        anew: the publications whose feed begins anew, and after which ``sequence`` each.
    """
    events = _said(log, days)
    for publication, after in sorted(anew.items()):
        events = _begun_anew(events, publication, after, days[publication])
    return events


def _said(log: pa.Table | None, days: Mapping[int, str]) -> pa.Table:
    """Return what each publication said, as if none had begun anew."""
    if log is None or not log.num_rows:
        return _events().append_column(PUBLICATION, pa.array([], pa.int64()))
    log = log.sort_by([("nik", "ascending"), ("person_id", "ascending"), (PUBLICATION, "ascending")]).combine_chunks()
    official = pc.and_(pc.equal(log.column("status"), CONFIRMED), pc.not_equal(log.column(CHANGE), "closed"))
    official = pc.and_(pc.and_(official, pc.is_valid(log.column("nik_now"))), _differs(log, "nik", "nik_now"))
    now = official.to_numpy(zero_copy_only=False)
    first = _first_of_each(log)
    before = np.concatenate([[False], now[:-1]]) & ~first
    moved = np.concatenate([[False], _moved(log.column("nik_now"))])
    said = np.flatnonzero((now & (~before | moved)) | (before & ~now))
    rows = log.take(pa.array(said)).append_column("in_force", pa.array(now[said]))
    rows = rows.sort_by([(PUBLICATION, "ascending"), ("nik", "ascending"), ("person_id", "ascending")])
    in_force, numbers = rows.column("in_force"), rows.column(PUBLICATION).to_pylist()
    events = pa.table(
        [
            pa.array(np.arange(1, rows.num_rows + 1)),
            rows.column("nik"),
            pc.if_else(in_force, rows.column("nik_now"), pa.scalar(None, pa.string())),
            rows.column("person_id"),
            pc.if_else(in_force, IN_FORCE, WITHDRAWN),
            pa.array([days[number] for number in numbers], pa.string()),
        ],
        schema=_events().schema,
    )
    return events.append_column(PUBLICATION, rows.column(PUBLICATION))


def _begun_anew(events: pa.Table, publication: int, after: int, day: str) -> pa.Table:
    """Return the events with the whole list in the place of what one publication said, numbered beyond ``after``."""
    numbers = events.column(PUBLICATION)
    before, later = events.filter(pc.less(numbers, publication)), events.filter(pc.greater(numbers, publication))
    whole = alias_list(events, publication)
    whole = whole.append_column(PUBLICATION, pa.array(np.full(whole.num_rows, publication, np.int64)))
    row = {"sequence": 0, "nik_closed": "", "nik_now": None, "person_id": "", "status": ANEW, "since": day}
    first = pa.Table.from_pylist([{**row, PUBLICATION: publication}], schema=events.schema)
    told = pa.concat_tables([first, whole, later])
    begin = max(after, pc.max(before.column("sequence")).as_py() or 0) + 1
    told = told.set_column(0, events.schema.field(0), pa.array(np.arange(begin, begin + told.num_rows)))
    return pa.concat_tables([before, told]).combine_chunks()


def alias_feed(events: pa.Table, publication: int) -> pa.Table:
    """Return what one publication says, as :data:`ALIAS_FEED`."""
    said = events.filter(pc.equal(events.column(PUBLICATION), publication))
    return said.drop_columns([PUBLICATION]).combine_chunks()


def alias_list(events: pa.Table, publication: int) -> pa.Table:
    """Return the NIKs that were closed at a publication and still are, as :data:`ALIAS_FEED`, by ``sequence``."""
    until = events.filter(pc.less_equal(events.column(PUBLICATION), publication)).drop_columns([PUBLICATION])
    begun = until.filter(pc.equal(until.column("status"), ANEW)).column("sequence")
    until = until.filter(pc.greater(until.column("sequence"), pc.max(begun).as_py() or 0))
    last = until.group_by(["nik_closed", "person_id"]).aggregate([("sequence", "max")]).column("sequence_max")
    chosen = pc.and_(
        pc.is_in(until.column("sequence"), value_set=last.combine_chunks()), pc.equal(until.column("status"), IN_FORCE)
    )
    return until.filter(chosen).combine_chunks()


def _events() -> pa.Table:
    return pa.schema([(item.name, item.type) for item in ALIAS_FEED]).empty_table()


def _differs(log: pa.Table, one: str, other: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.not_equal(log.column(one), log.column(other)), False)


def _first_of_each(log: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows are the first of their NIK and person, bool (n_rows,)."""
    first = np.ones(log.num_rows, np.bool_)
    first[1:] = _moved(log.column("nik")) | _moved(log.column("person_id"))
    return first


def _moved(texts: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which texts but the first differ from the one before, bool (n - 1,); missing ones are equal."""
    plain = pc.fill_null(texts, "").combine_chunks()
    return np.asarray(pc.not_equal(plain[1:], plain[:-1]).to_numpy(zero_copy_only=False), np.bool_)
