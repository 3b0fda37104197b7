"""The queue's tables for SQLAlchemy Core; created and changed only by the migrations beside this file.

Cases change with each run; ``decision``, ``judgement``, ``sighting`` and ``audit`` are append-only, and triggers of the
migrations hold that and the four eyes against plain SQL too. ``case_record.brief`` is what every office that has a
record in the case may see of a record; ``record_value`` is the rest and the record's family, which on PostgreSQL a
policy keeps to the office that decides and to the record's own. ``review_case.desk`` names the role a case can be
handed to (``petugas``, ``penyetuju``; null while it waits or is closed), so that the next one is the first row of an
index. ``decision.asked`` is the digest of the command behind ``idem``. ``decision.surviving_record`` is of the first
version and only read.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An instant. Takes and gives datetimes with a time zone; SQLite, which has none, stores UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an instant into UTC; refuse one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


REGION = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""A region code. By bytes on every database: what lies within a region is a range of codes, and some languages sort ":"
before digits."""

metadata = sa.MetaData()

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

review_case = sa.Table(
    "review_case",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("office", REGION, nullable=False),
    sa.Column("priority", sa.Double, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("assignee", sa.String),
    sa.Column("assigned_until", UtcTime),
    sa.Column("lease_owner", sa.String),
    sa.Column("lease_token", sa.String),
    sa.Column("lease_until", UtcTime),
    sa.Column("due_at", UtcTime),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("model", sa.String, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("closed_at", UtcTime),
    sa.Column("turn_at", UtcTime, nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False),
    sa.Column("desk", sa.String),
    sa.Column("reverts", sa.BigInteger, sa.ForeignKey("review_case.id")),
    sa.Column("published_at", UtcTime),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("snapshot", sa.LargeBinary, nullable=False),
)
sa.Index(
    "uq_review_case_open",
    review_case.c.case_id,
    unique=True,
    sqlite_where=review_case.c.closed_at.is_(None),
    postgresql_where=review_case.c.closed_at.is_(None),
)
sa.Index("ix_review_case_desk", review_case.c.desk, review_case.c.office, review_case.c.turn_at, review_case.c.id)
sa.Index("ix_review_case_turn", review_case.c.desk, review_case.c.turn_at, review_case.c.id)
sa.Index(
    "ix_review_case_waiting",
    review_case.c.office,
    review_case.c.turn_at,
    review_case.c.id,
    sqlite_where=review_case.c.waiting,
    postgresql_where=review_case.c.waiting,
)
sa.Index(
    "ix_review_case_open",
    review_case.c.turn_at,
    review_case.c.id,
    sqlite_where=review_case.c.closed_at.is_(None),
    postgresql_where=review_case.c.closed_at.is_(None),
)
sa.Index("ix_review_case_state", review_case.c.state, review_case.c.turn_at, review_case.c.id)
sa.Index(
    "ix_review_case_assignee",
    review_case.c.assignee,
    sqlite_where=review_case.c.closed_at.is_(None),
    postgresql_where=review_case.c.closed_at.is_(None),
)

sa.Index(
    "ix_review_case_backlog",
    review_case.c.office,
    review_case.c.state,
    review_case.c.kind,
    review_case.c.waiting,
    review_case.c.opened_at,
    sqlite_where=review_case.c.closed_at.is_(None),
    postgresql_where=review_case.c.closed_at.is_(None),
)
RAISED = sa.and_(review_case.c.office != review_case.c.scope, review_case.c.closed_at.is_(None))
"""The open cases that a higher tier decides than the one they were found for."""
sa.Index(
    "ix_review_case_raised",
    review_case.c.office,
    review_case.c.turn_at,
    review_case.c.id,
    sqlite_where=RAISED,
    postgresql_where=RAISED,
)
sa.Index(
    "ix_review_case_lease",
    review_case.c.lease_until,
    review_case.c.office,
    sqlite_where=review_case.c.lease_until.is_not(None),
    postgresql_where=review_case.c.lease_until.is_not(None),
)
sa.Index(
    "ix_review_case_closed",
    review_case.c.closed_at,
    review_case.c.office,
    review_case.c.state,
    sqlite_where=review_case.c.closed_at.is_not(None),
    postgresql_where=review_case.c.closed_at.is_not(None),
)
sa.Index("ix_review_case_opened", review_case.c.opened_at, review_case.c.office)

case_record = sa.Table(
    "case_record",
    metadata,
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
    sa.Column("record_id", sa.String, primary_key=True),
    sa.Column("region", REGION, nullable=False),
    sa.Column("brief", sa.JSON, nullable=False),
    sa.Column("nik_digest", sa.LargeBinary),
)
sa.Index("ix_case_record_record", case_record.c.record_id)
sa.Index("ix_case_record_nik", case_record.c.nik_digest)

case_region = sa.Table(
    "case_region",
    metadata,
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
    sa.Column("region", REGION, primary_key=True),
)
sa.Index("ix_case_region_region", case_region.c.region, case_region.c.case)

record_value = sa.Table(
    "record_value",
    metadata,
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
    sa.Column("record_id", sa.String, primary_key=True),
    sa.Column("region", REGION, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("family", sa.JSON(none_as_null=True)),
)

case_pair = sa.Table(
    "case_pair",
    metadata,
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
    sa.Column("left_id", sa.String, primary_key=True),
    sa.Column("right_id", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("match_probability", sa.Double, nullable=False),
    sa.Column("match_weight_log2", sa.Double, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("standing", sa.String, nullable=False),
    sa.Column("explained", sa.JSON(none_as_null=True)),
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("from_state", sa.String, nullable=False),
    sa.Column("to_state", sa.String, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("verdict", sa.String),
    sa.Column("surviving_record", sa.String),
    sa.Column("persons", sa.JSON),
    sa.Column("assignee", sa.String),
    sa.Column("region", REGION),
    sa.Column("office", REGION),
    sa.Column("due_at", UtcTime),
    sa.Column("proposal_seq", sa.Integer),
    sa.Column("proposer", sa.String),
    sa.Column("successor", sa.BigInteger, sa.ForeignKey("review_case.id")),
    sa.Column("run_id", sa.String),
    sa.Column("idem", sa.String),
    sa.Column("asked", sa.LargeBinary),
    sa.Column("audit_seq", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("case", "seq", "actor", name="uq_decision_actor"),
    sa.ForeignKeyConstraint(
        ["case", "proposal_seq", "proposer"],
        ["decision.case", "decision.seq", "decision.actor"],
        name="fk_decision_proposal",
    ),
    sa.CheckConstraint("actor = lower(actor)", name="ck_decision_actor"),
    sa.CheckConstraint(
        "action NOT IN ('approve', 'return', 'reject')"
        " OR (proposal_seq IS NOT NULL AND proposer IS NOT NULL AND proposer <> actor)",
        name="ck_decision_four_eyes",
    ),
)
sa.Index("ix_decision_audit", decision.c.audit_seq)
sa.Index("ix_decision_actor", decision.c.actor, decision.c.at)
sa.Index("uq_decision_idem", decision.c.actor, decision.c.idem, unique=True)

judgement = sa.Table(
    "judgement",
    metadata,
    sa.Column("audit_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("left_id", sa.String, primary_key=True),
    sa.Column("right_id", sa.String, primary_key=True),
    sa.Column("family", sa.String, nullable=False),
    sa.Column("standing", sa.String, nullable=False),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("case", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("publication", sa.BigInteger),
    sa.Column("cancelled", sa.Boolean, nullable=False),
    sa.ForeignKeyConstraint(["case", "seq"], ["decision.case", "decision.seq"], name="fk_outbox_decision"),
    sa.UniqueConstraint("case", "seq", name="uq_outbox_decision"),
)

queue_user = sa.Table(
    "queue_user",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("region", REGION, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("hours", sa.Double),
    sa.CheckConstraint("name = lower(name)", name="ck_queue_user_name"),
)

sighting = sa.Table(
    "sighting",
    metadata,
    sa.Column("audit_seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.String, primary_key=True),
    sa.Column("case", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)
sa.Index("ix_sighting_record", sighting.c.record_id, sighting.c.audit_seq)

reading = sa.Table(
    "reading",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("office", REGION, nullable=False),
    sa.Column("expected", sa.JSON, nullable=False),
    sa.Column("first_reader", sa.String),
    sa.Column("reader", sa.String),
    sa.Column("lease_token", sa.String),
    sa.Column("lease_until", UtcTime),
    sa.Column("answer", sa.JSON),
    sa.Column("agrees", sa.Boolean),
    sa.Column("at", UtcTime),
    sa.Column("audit_seq", sa.BigInteger),
)
sa.Index(
    "ix_reading_open",
    reading.c.office,
    reading.c.id,
    sqlite_where=reading.c.at.is_(None),
    postgresql_where=reading.c.at.is_(None),
)
sa.Index("ix_reading_reader", reading.c.reader, reading.c.at)

sa.Index("ix_judgement_left", judgement.c.left_id)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.String, nullable=False),
    sa.Column("prev", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
)

ACTS = sa.text("""
    (substr(body, 12, 4) IN ('acco', 'end_', 'eras', 'expo', 'free', 'invi', 'link', 'open', 'pass', 'resu', 'sear',
    'seed', 'stop', 'user') OR substr(body, 12, 8) = 'sign_in_')
""")
"""The rows of the audit chain that tell of more than work on cases. A body begins with its action: its keys are sorted.
In one text with the index, which a parameter would not find."""
sa.Index("ix_audit_acts", audit.c.seq, sqlite_where=ACTS, postgresql_where=ACTS)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.CheckConstraint("id = 1", name="ck_audit_head_one"),
)

publication_stop = sa.Table(
    "publication_stop",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("region", REGION, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("stopped_at", UtcTime, nullable=False),
    sa.Column("released_at", UtcTime),
    sa.Column("released_by", sa.String),
    sa.Column("reason", sa.String),
)
