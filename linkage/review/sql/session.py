"""A transaction of the queue: who asks, what time it is, and the lock that puts all changes in an order.

A write transaction begins by locking the audit head. That one lock puts all changes in an order, so
the chain has no forks and a rule checked at the start of a transaction still holds at its end; stewards,
who decide a few cases a second between them, do not notice it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa

from linkage.errors import NotPermittedError
from linkage.review import rows
from linkage.review.audit import AuditHead, Body, content_digest, judged_digest, seal, seen_digest
from linkage.review.cases import Decision, Judgement
from linkage.review.database import reading, translated
from linkage.review.people import SYSTEM, User, user_name
from linkage.review.settings import QueueSettings
from linkage.review.sightings import Sighting
from linkage.review.tables import UtcTime, audit, audit_head, decision, judgement, queue_user, sighting
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules

CHUNK = 5_000
"""Rows of one statement, and ids of one IN."""

EVERYTHING = "all"
"""The database's name for what the nation and the system may see; a region's is its code, and nobody's is empty."""

_LOCKED: Final = sa.select(audit_head.c.seq, audit_head.c.hash).with_for_update()
_HELD: Final = _LOCKED.subquery()
# The clock is read when the lock is held: what locks rows is not merged into the query around it.
# And what changes are made of looks up by keys, the same all day: with the walls' conditions in it, a statement takes
# longer to plan than to run, so one plan of each serves for all.
_LOCKED_AT: Final = sa.select(
    _HELD.c.seq,
    _HELD.c.hash,
    sa.func.clock_timestamp().label("at"),
    sa.func.set_config("plan_cache_mode", "force_generic_plan", True),
)

# Statements that never change are made once: to make one takes longer than to send it.
_AUDITED: Final = sa.insert(audit)
_MOVED: Final = sa.update(audit_head)
_EVERYTHING_SEEN: Final = sa.select(sa.func.set_config("linkage.scope", EVERYTHING, True))
_USER: Final = sa.select(queue_user).where(queue_user.c.name == sa.bindparam("user"))
_SCOPE: Final = sa.case(
    (sa.not_(queue_user.c.active), ""), (queue_user.c.region == "", EVERYTHING), else_=queue_user.c.region
)
_ENTERING: Final = _USER.add_columns(
    sa.func.set_config("linkage.scope", _SCOPE, True), sa.func.clock_timestamp().label("asked_at")
)
DATABASE_CLOCK: Final = sa.func.clock_timestamp(type_=UtcTime)
"""The clock of PostgreSQL as part of a query: the same object whenever it is meant."""
_CLOCK: Final = sa.select(DATABASE_CLOCK)


@dataclass(frozen=True)
class Look:
    """A transaction that reads one consistent state. ``user`` is None for the system.

    ``survivorship``: by which rules a case shows which values would stay.
    """

    connection: sa.Connection
    user: User | None
    now: datetime
    settings: QueueSettings
    secret: bytes
    survivorship: SurvivorshipRules = field(default=DEFAULT_SURVIVORSHIP, kw_only=True)


@dataclass(frozen=True)
class Change(Look):
    """A transaction that writes; ``head`` is the audit row that its own follows."""

    head: AuditHead

    @property
    def person(self) -> User:
        """Who asks; :class:`NotPermittedError` when it is the system, which takes no step of people."""
        if self.user is None:
            raise NotPermittedError("only a person takes this step", where="user", key="user.person")
        return self.user

    @property
    def actor(self) -> str:
        """Who signs."""
        return SYSTEM if self.user is None else self.user.name

    @property
    def seq(self) -> int:
        """The number of the audit row this transaction will append."""
        return self.head.seq + 1

    def append(
        self,
        body: Body,
        decisions: Sequence[Decision] = (),
        sightings: Sequence[Sighting] = (),
        judgements: Sequence[Judgement] = (),
        *,
        asked: bytes | None = None,
    ) -> None:
        """Seal and store the transaction's one audit row, and the decisions, sightings and judgements it stands for.

        ``asked``: digest of the command behind the first decision's ``idem``.
        """
        sealed = {**body, "content": content_digest(decisions), "judged": judged_digest(judgements)}
        if sightings:
            sealed["seen"] = seen_digest(sightings)
        row = seal(self.head, sealed)
        self.connection.execute(_AUDITED, {"seq": row.seq, "body": row.body, "prev": row.prev, "hash": row.hash})
        self.connection.execute(_MOVED, {"seq": row.seq, "hash": row.hash})
        insert(
            self.connection,
            decision,
            (
                rows.decision_values(taken, audit_seq=row.seq, asked=asked if taken.idem is not None else None)
                for taken in decisions
            ),
        )
        insert(self.connection, sighting, (rows.sighting_values(seen) for seen in sightings))
        insert(self.connection, judgement, (rows.judgement_values(one, audit_seq=row.seq) for one in judgements))


class Sessions:
    """Opens transactions on an engine from ``open_engine``."""

    def __init__(
        self,
        engine: sa.Engine,
        settings: QueueSettings,
        secret: bytes,
        survivorship: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
    ) -> None:
        self.engine = engine
        self._reading = reading(engine)
        self._settings = settings
        self._secret = secret
        self._survivorship = survivorship
        self._where = engine.url.render_as_string(hide_password=True)
        self._postgresql = engine.dialect.name == "postgresql"
        # SQLite's own waiting is unfair. On PostgreSQL the threads of a process would each wait with a connection of
        # their own; so they share one, which has the plans of all statements ready, and leave the others to who reads.
        self._lock = threading.Lock()

    @contextmanager
    def look(self, by: str | None, now: datetime | None = None) -> Iterator[Look]:
        """Begin a transaction that reads, for a user or the system."""
        with translated(self._where), self._reading.begin() as connection:
            user, asked_at = self._enter(connection, by)
            moment = now or asked_at or self._clock(connection)
            yield Look(connection, user, moment, self._settings, self._secret, survivorship=self._survivorship)

    @contextmanager
    def change(self, by: str | None, where: str, now: datetime | None = None) -> Iterator[Change]:
        """Begin a transaction that writes, for a user or the system; ``where`` names it in errors."""
        with self._lock, translated(f"{self._where}, {where}"), self.engine.begin() as connection:
            head = connection.execute(_LOCKED_AT if self._postgresql else _LOCKED).one()
            moment = now or (head.at if self._postgresql else datetime.now(UTC))
            user, _ = self._enter(connection, by)
            yield Change(
                connection,
                user,
                moment,
                self._settings,
                self._secret,
                AuditHead(head.seq, head.hash),
                survivorship=self._survivorship,
            )

    @contextmanager
    def apart(self, where: str) -> Iterator[sa.Connection]:
        """Begin a transaction that writes what stands beside the queue, such as who is signed in.

        No wall, no rule and no row of the audit chain has to do with it, so on PostgreSQL it waits for no change.
        """
        alone = nullcontext() if self._postgresql else self._lock
        with alone, translated(f"{self._where}, {where}"), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def beside(self, where: str, now: datetime | None = None) -> Iterator[tuple[sa.Connection, datetime]]:
        """Begin a transaction as :meth:`apart` does, and yield its clock."""
        with self.apart(where) as connection:
            yield connection, now or self._clock(connection)

    @contextmanager
    def glance(self, now: datetime | None = None) -> Iterator[tuple[sa.Connection, sa.ColumnElement[datetime]]]:
        """Begin a transaction that reads what stands beside the queue, by one query, and yield its clock as part of
        that query."""
        # One query sees one state however it is isolated, and on PostgreSQL to change the isolation takes some time.
        with translated(self._where), (self.engine if self._postgresql else self._reading).begin() as connection:
            if now is None and self._postgresql:
                yield connection, DATABASE_CLOCK
            else:
                yield connection, sa.literal(now or datetime.now(UTC), UtcTime)

    def _clock(self, connection: sa.Connection) -> datetime:
        # The database's clock, for several web servers may serve one queue; SQLite's is that of its one host.
        if self._postgresql:
            moment: datetime = connection.execute(_CLOCK).scalar_one()
            return moment
        return datetime.now(UTC)

    def _enter(self, connection: sa.Connection, by: str | None) -> tuple[User | None, datetime | None]:
        """Return the user as the database knows them now, with its clock if that came along, and tell the database's
        own walls."""
        if by is None:
            if self._postgresql:
                connection.execute(_EVERYTHING_SEEN)
            return None, None
        query = _ENTERING if self._postgresql else _USER
        row: Any = connection.execute(query, {"user": user_name(by)}).one_or_none()
        if row is None or not row.active:
            raise NotPermittedError(
                "no active user of this name",
                where="user",
                remedy="Ask who keeps the list: linkage queue user",
                key="user.stranger",
            )
        return rows.user_of(row), row.asked_at if self._postgresql else None


def insert(connection: sa.Connection, table: sa.Table, values: Iterable[rows.Values]) -> None:
    """Insert rows as they are made: those of a first night would together take gigabytes."""
    coming, adding = iter(values), _into(table)
    while chunk := list(islice(coming, CHUNK)):
        # A driver sends one row in one step, a list of one in several.
        connection.execute(adding, chunk if len(chunk) > 1 else chunk[0])


@cache
def _into(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


def chunks(values: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    """Yield the values in pieces that one statement can take."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
