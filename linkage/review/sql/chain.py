"""Checking the audit chain in the database: rows, decisions and sightings side by side, a few thousand at a time.

A checker is most needed where somebody has been at work with plain SQL, so nothing that is found there may stop it: a
table that is gone, or lacks a column, is read as an empty one, and a value that no program wrote equals nothing that
was ever sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from types import SimpleNamespace
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import InvariantError
from linkage.review import rows
from linkage.review.audit import (
    START,
    AuditHead,
    AuditReport,
    AuditRow,
    Digests,
    check_chain,
    decision_terms,
    digest_in_order,
    judgement_terms,
    sighting_terms,
)
from linkage.review.sql.privacy import sighting_of
from linkage.review.sql.session import Look
from linkage.review.tables import audit, audit_head, decision, judgement, sighting

FETCH: Final = 2_000
"""Rows that are in memory at once, of each table."""

Stored = tuple[int, str, str]
"""(row number, key of its digest in the row's body, digest)."""


def verify(look: Look, anchors: Iterable[AuditHead] = ()) -> AuditReport:
    """Check the audit chain and all it seals, in memory that does not grow with the chain.

    Reads only. ``anchors``: heads that were kept elsewhere. Raises :class:`ServiceUnavailableError` for a database
    that cannot be read at all.
    """
    # What stops at the first bad row leaves cursors open behind it.
    with ExitStack() as opened:
        opened.enter_context(_any_text(look.connection))
        tables = _Tables(look.connection, opened)
        return check_chain(
            (AuditRow(row["seq"], row["body"], row["prev"], row["hash"]) for row in tables.rows(audit, audit.c.seq)),
            _beside(_decisions(tables), _sightings(tables), _judgements(tables)),
            _kept_head(tables),
            anchors=anchors,
        )


def head(look: Look) -> AuditHead:
    """Return the head kept beside the chain, to be kept elsewhere as an anchor.

    Raises :class:`InvariantError` when there is none: an anchor of nothing would agree with anything.
    """
    with ExitStack() as opened:
        kept = _kept_head(_Tables(look.connection, opened))
    if kept is None:
        raise InvariantError(
            "the head of the audit chain is gone", where="audit_head", remedy="See linkage audit verify"
        )
    return kept


def holds(look: Look, kept: AuditHead) -> bool:
    """Return whether the chain has the row of a head that was kept elsewhere; of nothing but that row."""
    if kept == START:
        return True
    return look.connection.execute(sa.select(audit.c.hash).where(audit.c.seq == kept.seq)).scalar() == kept.hash


class _Tables:
    """Rows as the database holds them, whatever that is; cursors are closed with ``opened``."""

    def __init__(self, connection: sa.Connection, opened: ExitStack) -> None:
        self._connection = connection
        self._opened = opened
        self._collation = "C" if connection.dialect.name == "postgresql" else "BINARY"

    def by_bytes(self, column: sa.Column[str]) -> sa.ColumnElement[str]:
        """Return a column in the order of Python's strings, whatever language the database was made for."""
        return sa.collate(column, self._collation)

    def rows(self, table: sa.Table, *order: sa.ColumnElement[Any]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table, none if it is gone.

        The types are applied here and not by the statement, which would end with the first value of a wrong one.
        """
        inspector = sa.inspect(self._connection)
        names = {column.name for column in table.columns}
        if not inspector.has_table(table.name) or names - {held["name"] for held in inspector.get_columns(table.name)}:
            return
        dialect = self._connection.dialect
        readers = {
            column.name: column.type.dialect_impl(dialect).result_processor(dialect, None) for column in table.columns
        }
        columns = [sa.type_coerce(column, sa.types.NullType()).label(column.name) for column in table.columns]
        query = sa.select(*columns).order_by(*order)
        result = self._connection.execute(query, execution_options={"yield_per": FETCH})
        for row in self._opened.enter_context(result).mappings():
            yield {name: _read(readers[name], value) for name, value in row.items()}


def _kept_head(tables: _Tables) -> AuditHead | None:
    found = list(islice(tables.rows(audit_head, audit_head.c.id), 2))
    if len(found) != 1 or not isinstance(found[0]["seq"], int):
        return None
    return AuditHead(found[0]["seq"], found[0]["hash"])


def _decisions(tables: _Tables) -> Iterator[Stored]:
    found = tables.rows(decision, decision.c.audit_seq, decision.c.case, decision.c.seq)
    for number, group in groupby(found, key=lambda row: row["audit_seq"]):
        yield _number(number), "content", digest_in_order(_readable(_decision, row) for row in group)


def _sightings(tables: _Tables) -> Iterator[Stored]:
    found = tables.rows(sighting, sighting.c.audit_seq, tables.by_bytes(sighting.c.record_id))
    for number, group in groupby(found, key=lambda row: row["audit_seq"]):
        yield _number(number), "seen", digest_in_order(_readable(_sighting, row) for row in group)


def _judgements(tables: _Tables) -> Iterator[Stored]:
    pair = (tables.by_bytes(judgement.c.left_id), tables.by_bytes(judgement.c.right_id))
    found = tables.rows(judgement, judgement.c.audit_seq, *pair)
    for number, group in groupby(found, key=lambda row: row["audit_seq"]):
        yield _number(number), "judged", digest_in_order(_readable(_judgement, row) for row in group)


def _judgement(row: Mapping[str, Any]) -> Sequence[Any]:
    stored: Any = SimpleNamespace(**row)
    return judgement_terms(rows.judgement_of(stored))


def _decision(row: Mapping[str, Any]) -> Sequence[Any]:
    stored: Any = SimpleNamespace(**row)
    return decision_terms(rows.decision_of(stored))


def _sighting(row: Mapping[str, Any]) -> Sequence[Any]:
    stored: Any = SimpleNamespace(**row)
    return sighting_terms(sighting_of(stored))


def _readable(terms: Callable[[Mapping[str, Any]], Sequence[Any]], row: Mapping[str, Any]) -> Sequence[Any] | None:
    try:
        return terms(row)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _number(stored: Any) -> int:
    """Return a row number as it sorts: SQLite takes anything for one, and puts null first and text last."""
    if isinstance(stored, int | float):
        return int(stored)
    return 0 if stored is None else _BEHIND


_BEHIND: Final = 2**63
"""A number behind all that a database can count."""


def _beside(*sources: Iterator[Stored]) -> Iterator[tuple[int, Digests]]:
    """Yield what is stored under each row's number, in order of number, from sources that are each in that order."""
    waiting = [(source, first) for source in sources if (first := next(source, None)) is not None]
    while waiting:
        number = min(first[0] for _, first in waiting)
        yield number, {first[1]: first[2] for _, first in waiting if first[0] == number}
        waiting = [
            (source, following)
            for source, first in waiting
            if (following := next(source, None) if first[0] == number else first) is not None
        ]


def _read(reader: Callable[[Any], Any] | None, value: Any) -> Any:
    if reader is None or value is None:
        return value
    try:
        return reader(value)
    except (ValueError, TypeError):
        return _UNREADABLE


_UNREADABLE: Final = object()


@contextmanager
def _any_text(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite, which stores any bytes as text, return those that are no UTF-8 too."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = _replaced
    try:
        yield
    finally:
        driver.text_factory = before


def _replaced(text: bytes) -> str:
    return text.decode(errors="replace")
