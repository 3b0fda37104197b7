"""Whether a pair of records that people called different is put forward again though nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from benchmarks.thirty_nights.house import House
from linkage.nightly.change_log import NIGHT
from linkage.nightly.store import Store
from linkage.review.cases import Standing, family_of
from linkage.review.sql import SqlQueue
from linkage.review.tables import case_pair, judgement, review_case
from linkage.run.one_off import read_spec_file

Pair = tuple[str, str]
_LIVE = (Standing.PROPOSED.value, Standing.REOPENED.value)


def put_again(queue: SqlQueue, house: House, heads: Mapping[int, int]) -> tuple[int, list[str]]:
    """Return how many pairs that stand called different were looked at, and those put forward without news.

    ``heads``: rows of the audit chain when each day began, by which the day of a decision is known. The values are
    compared here as they were sent, on that day and now, without the fingerprints by which the queue goes.
    """
    with queue.sessions.look(None) as look:
        called = _called_different(look.connection)
        live = {pair: case for pair, case in _live(look.connection) if pair in called}
    if not live:
        return len(called), []
    then = {pair: _night_of(called[pair], heads) for pair in live}
    values = _Values(house, {record for pair, _ in live for record in pair})
    broken = [
        f"case {case}: a pair called different on night {then[pair, family]} is put forward again"
        for (pair, family), case in live.items()
        if all(values.at(record, then[pair, family]) == values.at(record, None) for record in pair)
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
    """The compared values of some records, as sent, on any night."""

    def __init__(self, house: House, records: set[str]) -> None:
        spec = read_spec_file(house.project.spec, None)
        kept = set(Store(house.project.workspace).schema("residents").names)
        fields = sorted({item.field for item in spec.comparisons if item.field} & kept)
        rows = house.resident_rows(["record_id", "given_id", *fields])
        rows = rows.filter(pc.is_in(rows["record_id"], value_set=pa.array(sorted(records), pa.string())))
        self._versions: dict[str, list[tuple[int, tuple[object, ...]]]] = {}
        for row in rows.to_pylist():
            if row["given_id"] is not None:
                content = tuple(row[name] for name in fields)
                self._versions.setdefault(row["record_id"], []).append((row[NIGHT], content))

    def at(self, record: str, night: int | None) -> tuple[object, ...]:
        known = [content for of, content in self._versions[record] if night is None or of <= night]
        return known[-1] if known else ()
