"""The review queue in SQL: SQLite for one office, PostgreSQL for the nation, the same statements on both.

A write transaction begins by locking the audit head. That one lock puts all changes in an order, so
the chain has no forks and a rule checked at the start of a transaction still holds at its end; stewards,
who decide a few cases a second between them, do not notice it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa

from linkage.errors import InvariantError, UsageError
from linkage.review import rows
from linkage.review.audit import AuditHead, AuditReport, AuditRow, Body, check_chain, content_digest, seal
from linkage.review.cases import (
    Action,
    Case,
    CaseIn,
    CaseSummary,
    Count,
    Decision,
    LoadResult,
    Scope,
    State,
)
from linkage.review.database import open_engine, reading, translated
from linkage.review.loader import loader_decisions, new_state
from linkage.review.loading import LoadPlan, OpenCase, checked, plan_load
from linkage.review.memory import Memory
from linkage.review.tables import (
    audit,
    audit_head,
    case_pair,
    case_record,
    counter,
    decision,
    judgement,
    review_case,
)
from linkage.review.transitions import FINAL, OPEN, Command, assignee_after, check_scope, judgements, take
from linkage.review.verbs import Verbs

_CHUNK = 5_000


def open_queue(url: str) -> SqlQueue:
    """Open the queue at ``url`` (``sqlite:///path`` or ``postgresql://…``), creating or upgrading its schema.

    Raises :class:`ServiceUnavailableError` when the database cannot be reached, :class:`ConfigurationError`
    when the URL or the schema's version is none this code can use, :class:`LockHeldError` when it is busy.
    """
    return SqlQueue(open_engine(url))


class SqlQueue(Verbs):
    """A :class:`linkage.review.repository.ReviewQueue` on an engine from ``open_engine``."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._reading = reading(engine)
        self._where = engine.url.render_as_string(hide_password=True)
        # SQLite's own waiting is unfair; among the threads of one process a plain lock is not.
        self._lock = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()

    def load(
        self,
        run_id: str,
        cases: Iterable[CaseIn],
        *,
        complete: bool = True,
        gone: Iterable[str] = (),
        now: datetime,
    ) -> LoadResult:
        """Bring the queue in line with what a run found, in one transaction."""
        arriving, left = checked(cases), frozenset(gone)
        with self._write(f"run {run_id}") as (connection, head):
            last_id = connection.execute(sa.select(counter.c.value).where(counter.c.name == "case")).scalar_one()
            plan = plan_load(
                arriving,
                open_cases=_open_cases(connection, None if complete else _concerned(connection, arriving, left)),
                memory=_memory(connection),
                decided=_decided(connection, [case.case_id for case in arriving if not case.pairs]),
                last_id=last_id,
                complete=complete,
                gone=left,
            )
            if not plan.empty:
                _write_plan(connection, plan, head, run_id=run_id, now=now)
        return plan.result

    def take(self, case: int, command: Command, *, scope: Scope, now: datetime) -> Decision:
        """Carry a command out on a case, in one transaction."""
        with self._write(f"case {case}") as (connection, head):
            found = _get(connection, case)
            taken = take(found, command, scope=scope, now=now)
            body: Body = {
                "action": taken.action,
                "actor": taken.actor,
                "at": taken.at.isoformat(),
                "case": taken.case,
                "content": content_digest([taken]),
                "from": taken.from_state,
                "to": taken.to_state,
            }
            seq = _append(connection, head, body)
            # The decision goes in first: the database lets a case become DISETUJUI only when one stands behind it.
            connection.execute(sa.insert(decision), [rows.decision_values(taken, audit_seq=seq)])
            settled = [rows.judgement_values(judged, audit_seq=seq) for judged in judgements(found, taken)]
            if settled:
                connection.execute(sa.insert(judgement), settled)
            changed = connection.execute(
                sa.update(review_case)
                .where(review_case.c.id == case, review_case.c.version == found.version)
                .values(
                    state=taken.to_state.value,
                    version=found.version + 1,
                    assignee=assignee_after(found, taken),
                    closed_at=now if taken.to_state in FINAL else None,
                )
            )
            if changed.rowcount != 1:
                raise InvariantError("the case changed under a lock that should have held it", where=f"case {case}")
        return taken

    def get(self, case: int, *, scope: Scope) -> Case:
        """Return a case with its records, pairs and history."""
        with self._read() as connection:
            found = _get(connection, case)
        check_scope(found.id, found.scope, scope)
        return found

    def list(
        self,
        *,
        scope: Scope,
        state: State | None = None,
        kind: str | None = None,
        within: str = "",
        limit: int = 50,
    ) -> tuple[CaseSummary, ...]:
        """Return cases by falling priority, then number."""
        states = OPEN if state is None else {state}
        query = (
            sa.select(review_case)
            .where(review_case.c.state.in_(sorted(states)), _begins(scope.code), _begins(within))
            .order_by(review_case.c.priority.desc(), review_case.c.id)
            .limit(limit)
        )
        if kind is not None:
            query = query.where(review_case.c.kind == kind)
        with self._read() as connection:
            return tuple(rows.summary_of(row) for row in connection.execute(query))

    def counts(self, *, scope: Scope) -> tuple[Count, ...]:
        """Return how many cases stand where."""
        columns = (review_case.c.kind, review_case.c.state, review_case.c.scope)
        query = sa.select(*columns, sa.func.count().label("cases")).where(_begins(scope.code)).group_by(*columns)
        with self._read() as connection:
            found = [Count(row.kind, State(row.state), row.scope, row.cases) for row in connection.execute(query)]
        return tuple(sorted(found, key=lambda count: (count.kind, count.state, count.scope)))

    def cannot_links(self) -> tuple[tuple[str, str, bytes], ...]:
        """Return the pairs called different, sorted."""
        with self._read() as connection:
            return tuple(_memory(connection).cannot_links())

    def judged_since(self, seq: int) -> tuple[tuple[tuple[str, str], ...], int]:
        """Return the pairs judged after an entry of the audit chain, sorted, and the newest entry that judged any."""
        later = sa.select(judgement.c.left_id, judgement.c.right_id).where(judgement.c.audit_seq > seq)
        with self._read() as connection:
            newest = connection.execute(sa.select(sa.func.max(judgement.c.audit_seq))).scalar_one()
            pairs = sorted({(row.left_id, row.right_id) for row in connection.execute(later)})
        return tuple(pairs), max(seq, newest or 0)

    def verify(self, *, anchor: AuditHead | None = None) -> AuditReport:
        """Check the audit chain and the decisions it seals."""
        query = sa.select(audit).order_by(audit.c.seq)
        with self._read() as connection:
            kept = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash)).one()
            stored = connection.execute(sa.select(decision).order_by(decision.c.audit_seq))
            contents = {
                seq: content_digest(rows.decision_of(row) for row in group)
                for seq, group in groupby(stored, key=lambda row: int(row.audit_seq))
            }
            chain = (AuditRow(row.seq, row.body, row.prev, row.hash) for row in connection.execute(query))
            return check_chain(chain, contents, AuditHead(kept.seq, kept.hash), anchor=anchor)

    @contextmanager
    def _write(self, where: str) -> Iterator[tuple[sa.Connection, AuditHead]]:
        with self._lock, translated(f"{self._where}, {where}"), self.engine.begin() as connection:
            head = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one()
            yield connection, AuditHead(head.seq, head.hash)

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with translated(self._where), self._reading.begin() as connection:
            yield connection


def _begins(code: str) -> sa.ColumnElement[bool]:
    # Never LIKE: a code is a user's text. substr counts from 1 on both databases.
    return sa.func.substr(review_case.c.scope, 1, len(code)) == code if code else sa.true()


def _get(connection: sa.Connection, case: int) -> Case:
    row = connection.execute(sa.select(review_case).where(review_case.c.id == case)).one_or_none()
    if row is None:
        raise UsageError("the queue has no case of this number", where=f"case {case}", remedy="See linkage queue list")
    records = sa.select(case_record.c.record_id).where(case_record.c.case == case)
    pairs = sa.select(case_pair).where(case_pair.c.case == case)
    history = sa.select(decision).where(decision.c.case == case).order_by(decision.c.seq)
    return rows.case_of(
        row,
        sorted(connection.execute(records).scalars()),
        sorted(connection.execute(pairs), key=lambda pair: (pair.left_id, pair.right_id)),
        connection.execute(history),
    )


def _concerned(connection: sa.Connection, cases: Sequence[CaseIn], gone: frozenset[str]) -> set[int]:
    """Return the numbers of the open cases that hold a record of the arriving ones, or are gone."""
    records = sorted({record for case in cases for record in case.record_ids})
    numbers: set[int] = set()
    for start in range(0, len(records), _CHUNK):
        held = sa.select(case_record.c.case).where(case_record.c.record_id.in_(records[start : start + _CHUNK]))
        numbers.update(connection.execute(held).scalars())
    names = sorted(gone)
    for start in range(0, len(names), _CHUNK):
        named = sa.select(review_case.c.id).where(review_case.c.case_id.in_(names[start : start + _CHUNK]))
        numbers.update(connection.execute(named).scalars())
    return numbers


def _open_cases(connection: sa.Connection, numbers: set[int] | None) -> list[OpenCase]:
    """Return the open cases of these numbers; all of them for None."""
    if numbers is None:
        return _open_among(connection, sa.true())
    listed = sorted(numbers)
    pieces = [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]
    return [case for piece in pieces for case in _open_among(connection, review_case.c.id.in_(piece))]


def _open_among(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> list[OpenCase]:
    still_open = sa.and_(review_case.c.closed_at.is_(None), chosen)
    records: dict[int, list[str]] = defaultdict(list)
    held = sa.select(case_record.c.case, case_record.c.record_id).join(review_case).where(still_open)
    for number, record in connection.execute(held):
        records[number].append(record)
    found = connection.execute(sa.select(review_case).where(still_open).order_by(review_case.c.id))
    return [rows.open_case_of(row, sorted(records[row.id])) for row in found]


def _memory(connection: sa.Connection) -> Memory:
    query = sa.select(judgement).order_by(judgement.c.audit_seq)
    return Memory(rows.judgement_of(row) for row in connection.execute(query))


def _decided(connection: sa.Connection, case_ids: Sequence[str]) -> set[str]:
    decided: set[str] = set()
    people = sorted(FINAL - {State.DITARIK})
    for start in range(0, len(case_ids), _CHUNK):
        chunk = case_ids[start : start + _CHUNK]
        query = sa.select(review_case.c.case_id).where(
            review_case.c.case_id.in_(chunk), review_case.c.state.in_(people)
        )
        decided.update(connection.execute(query).scalars())
    return decided


def _append(connection: sa.Connection, head: AuditHead, body: Body) -> int:
    row = seal(head, body)
    connection.execute(sa.insert(audit), [{"seq": row.seq, "body": row.body, "prev": row.prev, "hash": row.hash}])
    connection.execute(sa.update(audit_head).values(seq=row.seq, hash=row.hash))
    return row.seq


def _insert(connection: sa.Connection, table: sa.Table, values: Iterable[rows.Values]) -> None:
    """Insert rows as they are made: those of a first night would together take gigabytes."""
    coming = iter(values)
    while chunk := list(islice(coming, _CHUNK)):
        connection.execute(sa.insert(table), chunk)


def _write_plan(connection: sa.Connection, plan: LoadPlan, head: AuditHead, *, run_id: str, now: datetime) -> None:
    done = loader_decisions(plan, _histories(connection, plan), run_id=run_id, now=now)
    body: Body = {
        "action": "load",
        "added": plan.result.added,
        "at": now.isoformat(),
        "content": content_digest(done),
        "refreshed": plan.result.refreshed,
        "rescored": len(plan.rescored),
        "run": run_id,
        "superseded": plan.result.superseded,
        "withdrawn": plan.result.withdrawn,
    }
    seq = _append(connection, head, body)
    # Cases that leave free their case_id before one that arrives may claim it.
    _close(connection, [change for change in done if change.action is Action.WITHDRAW], now)
    arriving = (rows.new_case_values(number, new, run_id=run_id, now=now) for number, new in plan.added)
    _insert(connection, review_case, arriving)
    _insert(connection, case_record, (row for number, new in plan.added for row in rows.record_values(number, new)))
    _insert(connection, case_pair, (row for number, new in plan.added for row in rows.pair_values(number, new)))
    _insert(connection, decision, (rows.decision_values(change, audit_seq=seq) for change in done))
    _rewrite(connection, plan)
    if plan.added:
        connection.execute(sa.update(counter).where(counter.c.name == "case").values(value=plan.added[-1][0]))


def _histories(connection: sa.Connection, plan: LoadPlan) -> dict[int, int]:
    """Return the last decision's number for each case the plan changes or withdraws."""
    numbers = [case.id for case, _ in plan.refreshed] + [gone.case.id for gone in plan.withdrawn]
    lengths: dict[int, int] = {}
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        query = (
            sa.select(decision.c.case, sa.func.max(decision.c.seq))
            .where(decision.c.case.in_(chunk))
            .group_by(decision.c.case)
        )
        lengths.update((number, length) for number, length in connection.execute(query))
    return lengths


def _close(connection: sa.Connection, withdrawals: Sequence[Decision], now: datetime) -> None:
    if withdrawals:
        connection.execute(
            sa.update(review_case)
            .where(review_case.c.id == sa.bindparam("number"))
            .values(state=State.DITARIK.value, version=review_case.c.version + 1, closed_at=now),
            [{"number": change.case} for change in withdrawals],
        )


def _rewrite(connection: sa.Connection, plan: LoadPlan) -> None:
    """Give refreshed and rescored cases their new content; only the former get a new version."""
    news = [(case, arrival, 1) for case, arrival in plan.refreshed]
    news += [(case, arrival, 0) for case, arrival in plan.rescored]
    if not news:
        return
    numbers = [{"number": case.id} for case, _, _ in news]
    for table in (case_pair, case_record):
        connection.execute(sa.delete(table).where(table.c.case == sa.bindparam("number")), numbers)
    values: list[dict[str, Any]] = [
        {
            "number": case.id,
            "step": step,
            **rows.case_values(arrival),
            "state": new_state(case, refreshed=bool(step)).value,
        }
        for case, arrival, step in news
    ]
    columns: dict[str, Any] = {name: sa.bindparam(name) for name in values[0] if name not in ("number", "step")}
    connection.execute(
        sa.update(review_case)
        .where(review_case.c.id == sa.bindparam("number"))
        .values(version=review_case.c.version + sa.bindparam("step"), **columns),
        values,
    )
    _insert(connection, case_record, (row for case, new, _ in news for row in rows.record_values(case.id, new)))
    _insert(connection, case_pair, (row for case, new, _ in news for row in rows.pair_values(case.id, new)))
