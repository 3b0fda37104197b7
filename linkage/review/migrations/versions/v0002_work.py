"""Work on the queue: offices, leases, users, outbox, readings, sightings, records' values; stronger guards and walls.

Cases of the first version keep all they hold. Their office is their scope and their turn the day they were opened.
A record of a case within one regency is of that regency; of others the region is unknown until the next run. What was
approved goes into the outbox, for nothing had been published.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from linkage.review.migrations.v0002_guards import guards, replaced
from linkage.review.migrations.v0002_walls import build_walls

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in replaced(on_sqlite=on_sqlite):
        op.execute(statement)
    _change_cases(on_sqlite=on_sqlite)
    _change_records(on_sqlite=on_sqlite)
    _change_decisions()
    _create_tables()
    _fill()
    for statement in guards(on_sqlite=on_sqlite):
        op.execute(statement)
    if not on_sqlite:
        build_walls(op.get_bind())


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True))


def _region() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _add_filled(table: str, column: sa.Column[Any], initial: str, value: str, *, on_sqlite: bool) -> None:
    """Add a column that is never null. ``initial``: what SQLite, which cannot do it later, writes into old rows first;
    ``value``: what old rows get."""
    name = column.name
    if on_sqlite:
        column.server_default = sa.DefaultClause(initial)
        column.nullable = False
    op.add_column(table, column)
    if not on_sqlite or value != f"'{initial}'":
        target = sa.table(table, sa.column(name))
        op.execute(target.update().values({name: sa.literal_column(value)}))
    if not on_sqlite:
        op.alter_column(table, name, nullable=False)


def _change_cases(*, on_sqlite: bool) -> None:
    table = "review_case"
    _add_filled(table, sa.Column("office", _region()), "", "scope", on_sqlite=on_sqlite)
    _add_filled(table, sa.Column("model", sa.String), "", "''", on_sqlite=on_sqlite)
    epoch = "1970-01-01 00:00:00.000000"
    _add_filled(table, _time("turn_at"), epoch, "opened_at", on_sqlite=on_sqlite)
    _add_filled(table, sa.Column("waiting", sa.Boolean), "0", "false", on_sqlite=on_sqlite)
    _add(table, *(_time(name) for name in ("assigned_until", "lease_until", "due_at", "published_at")))
    _add(table, *(sa.Column(name, sa.String) for name in ("lease_owner", "lease_token", "desk")))
    op.execute("ALTER TABLE review_case ADD COLUMN reverts BIGINT REFERENCES review_case (id)")
    op.drop_index("ix_review_case_state", table)
    op.create_index("ix_review_case_state", table, ["state", "turn_at", "id"])
    op.create_index("ix_review_case_desk", table, ["desk", "office", "turn_at", "id"])
    op.create_index("ix_review_case_turn", table, ["desk", "turn_at", "id"])
    _partial("ix_review_case_waiting", table, ["office", "turn_at", "id"], "waiting")
    _partial("ix_review_case_open", table, ["turn_at", "id"], "closed_at IS NULL")
    _partial("ix_review_case_assignee", table, ["assignee"], "closed_at IS NULL")


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _change_records(*, on_sqlite: bool) -> None:
    regency = """
        COALESCE((SELECT scope FROM review_case WHERE review_case.id = case_record."case" AND length(scope) = 4), '')
    """
    _add_filled("case_record", sa.Column("region", _region()), "", regency, on_sqlite=on_sqlite)
    _add_filled("case_record", sa.Column("brief", sa.JSON), "[]", "'[]'", on_sqlite=on_sqlite)
    _add("case_record", sa.Column("nik_digest", sa.LargeBinary))
    op.create_index("ix_case_record_nik", "case_record", ["nik_digest"])
    op.create_table(
        "case_region",
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
        sa.Column("region", _region(), primary_key=True),
    )
    op.create_index("ix_case_region_region", "case_region", ["region", "case"])
    op.create_table(
        "record_value",
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("region", _region(), nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
    )


def _change_decisions() -> None:
    _add("decision", sa.Column("persons", sa.JSON), sa.Column("asked", sa.LargeBinary), _time("due_at"))
    _add("decision", *(sa.Column(name, _region()) for name in ("region", "office")), sa.Column("idem", sa.String))
    op.create_index("ix_decision_actor", "decision", ["actor", "at"])
    op.create_index("ix_judgement_left", "judgement", ["left_id"])
    op.create_index("uq_decision_idem", "decision", ["actor", "idem"], unique=True)


def _create_tables() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("publication", sa.BigInteger),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["case", "seq"], ["decision.case", "decision.seq"], name="fk_outbox_decision"),
        sa.UniqueConstraint("case", "seq", name="uq_outbox_decision"),
    )
    op.create_table(
        "queue_user",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("region", _region(), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("hours", sa.Double),
        sa.CheckConstraint("name = lower(name)", name="ck_queue_user_name"),
    )
    op.create_table(
        "sighting",
        sa.Column("audit_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("case", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_index("ix_sighting_record", "sighting", ["record_id", "audit_seq"])
    op.create_table(
        "reading",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("office", _region(), nullable=False),
        sa.Column("expected", sa.JSON, nullable=False),
        sa.Column("first_reader", sa.String),
        sa.Column("reader", sa.String),
        sa.Column("lease_token", sa.String),
        _time("lease_until"),
        sa.Column("answer", sa.JSON),
        sa.Column("agrees", sa.Boolean),
        _time("at"),
        sa.Column("audit_seq", sa.BigInteger),
    )
    _partial("ix_reading_open", "reading", ["office", "id"], "at IS NULL")
    op.create_index("ix_reading_reader", "reading", ["reader", "at"])


def _fill() -> None:
    op.execute("""
        UPDATE review_case SET desk = CASE WHEN state = 'DIUSULKAN' THEN 'penyetuju' ELSE 'petugas' END
        WHERE state IN ('BARU', 'DITUGASKAN', 'DALAM_VERIFIKASI', 'DIKEMBALIKAN', 'DIUSULKAN')
    """)
    op.execute("""
        INSERT INTO case_region ("case", region) SELECT id, scope FROM review_case WHERE scope <> ''
    """)
    op.execute("""
        INSERT INTO outbox (id, "case", seq, cancelled)
        SELECT audit_seq, "case", seq, false FROM decision WHERE action = 'approve'
    """)
