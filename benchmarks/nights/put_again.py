"""Whether a pair of records that people called different is put forward again though nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import sqlalchemy as sa

from benchmarks.nights.house import House
from benchmarks.nights.life import Diary
from linkage.nightly.store import Store
from linkage.review.cases import Action, Standing, family_of
from linkage.review.sql import SqlQueue
from linkage.review.tables import case_pair, decision, judgement, review_case
from linkage.run.one_off import read_spec_file

Pair = tuple[str, str]
_LIVE = (Standing.PROPOSED.value, Standing.REOPENED.value)


def put_again(queue: SqlQueue, house: House, diary: Diary) -> tuple[int, list[str]]:
    """Return how many pairs that stand called different were looked at, and those put forward without news.

    What people themselves took up again is not put forward.
    The day of a decision is known by the rows that the audit chain had when it began. The values are compared here as
    they were sent, on that day and now, without the fingerprints by which the queue goes.
    """
    with queue.sessions.look(None) as look:
        called = _called_different(look.connection)
        taken_up = _taken_up_again(look.connection)
        live = {
            pair: case
            for pair, case in _live(look.connection)
            if pair in called and taken_up.get(case, 0) < called[pair]
        }
    if not live:
        return len(called), []
    then = {pair: _night_of(called[pair], diary.heads) for pair in live}
    tonight = max(diary.runs)
    values = _Values(house, diary, {record for pair, _ in live for record in pair})
    broken = [
        f"case {case}: a pair called different on night {then[pair, family]} is put forward again"
        for (pair, family), case in live.items()
        if all(values.at(record, then[pair, family]) == values.at(record, tonight) for record in pair)
    ]
    return len(called), broken


def _called_different(connection: sa.Connection) -> dict[tuple[Pair, str], int]:
    """Return the pairs whose newest judgement says different, with its row of the audit chain, by family of kinds."""
    columns = judgement.c
    query = sa.select(columns.left_id, columns.right_id, columns.family, columns.standing, columns.audit_seq).order_by(
        columns.audit_seq
    )
    newest = {((row.left_id, row.right_id), row.family): row for row in connection.execute(query)}
    return {key: row.audit_seq for key, row in newest.items() if row.standing == Standing.DIFFERENT.value}


def _taken_up_again(connection: sa.Connection) -> dict[int, int]:
    """Return the cases that people took up again after they had been decided, with the row of the audit chain."""
    columns = decision.c
    query = (
        sa.select(columns.case, sa.func.max(columns.audit_seq).label("seq"))
        .where(columns.action == Action.REOPEN.value)
        .group_by(columns.case)
    )
    return {row.case: row.seq for row in connection.execute(query)}


def _live(connection: sa.Connection) -> list[tuple[tuple[Pair, str], int]]:
    query = (
        sa.select(case_pair.c.left_id, case_pair.c.right_id, review_case.c.kind, review_case.c.id)
        .join(review_case, review_case.c.id == case_pair.c.case)
        .where(review_case.c.closed_at.is_(None), case_pair.c.standing.in_(_LIVE), review_case.c.reverts.is_(None))
    )
    return [(((row.left_id, row.right_id), family_of(row.kind).value), row.id) for row in connection.execute(query)]


def _night_of(seq: int, heads: Mapping[int, int]) -> int:
    return max(night for night, head in heads.items() if head < seq)


class _Values:
    """The compared values of some records, as sent, on any night; but not the status of a card, which is no news."""

    def __init__(self, house: House, diary: Diary, records: set[str]) -> None:
        self._store = Store(house.project.workspace)
        self._runs = diary.runs
        self._records = pa.array(sorted(records), pa.string())
        spec = read_spec_file(house.project.spec, None)
        compared = {item.field for item in spec.comparisons if item.field and item.kernel != "enrolment"}
        self._fields = sorted(compared & set(self._store.schema("residents").names))
        self._by_night: dict[int, dict[str, tuple[object, ...]]] = {}

    def at(self, record: str, night: int) -> tuple[object, ...]:
        if night not in self._by_night:
            version = self._runs[night]["options"]["residents_version"]
            rows = self._store.read_records("residents", version, self._records)
            contents = zip(*(rows[name].to_pylist() for name in self._fields), strict=True)
            self._by_night[night] = dict(zip(rows["record_id"].to_pylist(), contents, strict=True))
        return self._by_night[night].get(record, ())
