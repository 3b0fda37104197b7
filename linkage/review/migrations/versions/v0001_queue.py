"""The queue: cases, decisions, judgements, audit chain; append-only and four eyes held by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
    BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
    """,
    """
    CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
    BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END
    """,
    """
    CREATE TRIGGER judgement_no_update BEFORE UPDATE ON judgement
    BEGIN SELECT RAISE(ABORT, 'judgement is append-only'); END
    """,
    """
    CREATE TRIGGER judgement_no_delete BEFORE DELETE ON judgement
    BEGIN SELECT RAISE(ABORT, 'judgement is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """,
    """
    CREATE TRIGGER review_case_no_delete BEFORE DELETE ON review_case
    BEGIN SELECT RAISE(ABORT, 'a case is never deleted'); END
    """,
    """
    CREATE TRIGGER decision_four_eyes BEFORE INSERT ON decision
    WHEN NEW.action IN ('approve', 'return', 'reject')
    BEGIN
        SELECT RAISE(ABORT, 'four eyes: another person must answer a proposal')
        WHERE EXISTS (
            SELECT 1 FROM decision AS earlier
            WHERE earlier."case" = NEW."case" AND earlier.action = 'propose' AND earlier.actor = NEW.actor
        ) OR NOT EXISTS (
            SELECT 1 FROM decision AS earlier
            WHERE earlier."case" = NEW."case" AND earlier.action = 'propose'
            AND earlier.seq = NEW.proposal_seq AND earlier.actor = NEW.proposer
        );
    END
    """,
    """
    CREATE TRIGGER review_case_starts_new BEFORE INSERT ON review_case
    WHEN NEW.state <> 'BARU'
    BEGIN SELECT RAISE(ABORT, 'a case starts as BARU'); END
    """,
    """
    CREATE TRIGGER review_case_four_eyes BEFORE UPDATE ON review_case
    WHEN NEW.state = 'DISETUJUI' AND NOT EXISTS (
        SELECT 1 FROM decision
        WHERE decision."case" = NEW.id AND decision.action = 'approve' AND decision.to_state = 'DISETUJUI'
    )
    BEGIN SELECT RAISE(ABORT, 'four eyes: nobody approved this case'); END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER judgement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON judgement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER review_case_no_delete BEFORE DELETE OR TRUNCATE ON review_case
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE FUNCTION hold_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM decision AS earlier
            WHERE earlier."case" = NEW."case" AND earlier.action = 'propose' AND earlier.actor = NEW.actor
        ) OR NOT EXISTS (
            SELECT 1 FROM decision AS earlier
            WHERE earlier."case" = NEW."case" AND earlier.action = 'propose'
            AND earlier.seq = NEW.proposal_seq AND earlier.actor = NEW.proposer
        ) THEN
            RAISE EXCEPTION 'four eyes: another person must answer a proposal'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER decision_four_eyes BEFORE INSERT ON decision
    FOR EACH ROW WHEN (NEW.action IN ('approve', 'return', 'reject')) EXECUTE FUNCTION hold_four_eyes()
    """,
    """
    CREATE FUNCTION hold_case_start() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a case starts as BARU' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER review_case_starts_new BEFORE INSERT ON review_case
    FOR EACH ROW WHEN (NEW.state <> 'BARU') EXECUTE FUNCTION hold_case_start()
    """,
    """
    CREATE FUNCTION hold_case_approval() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM decision
            WHERE decision."case" = NEW.id AND decision.action = 'approve' AND decision.to_state = 'DISETUJUI'
        ) THEN
            RAISE EXCEPTION 'four eyes: nobody approved this case'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER review_case_four_eyes BEFORE UPDATE ON review_case
    FOR EACH ROW WHEN (NEW.state = 'DISETUJUI') EXECUTE FUNCTION hold_case_approval()
    """,
)

GUARDS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def upgrade() -> None:
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    _create_cases()
    _create_decisions()
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("prev", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    audit_head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one"),
    )
    op.bulk_insert(counter, [{"name": "case", "value": 0}])
    op.bulk_insert(audit_head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_cases() -> None:
    op.create_table(
        "review_case",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("priority", sa.Double, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("assignee", sa.String),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_review_case_open",
        "review_case",
        ["case_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_review_case_state", "review_case", ["state", "priority", "id"])
    op.create_table(
        "case_record",
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
        sa.Column("record_id", sa.String, primary_key=True),
    )
    op.create_index("ix_case_record_record", "case_record", ["record_id"])
    op.create_table(
        "case_pair",
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
        sa.Column("left_id", sa.String, primary_key=True),
        sa.Column("right_id", sa.String, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("match_probability", sa.Double, nullable=False),
        sa.Column("match_weight_log2", sa.Double, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("standing", sa.String, nullable=False),
    )


def _create_decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("from_state", sa.String, nullable=False),
        sa.Column("to_state", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("verdict", sa.String),
        sa.Column("surviving_record", sa.String),
        sa.Column("assignee", sa.String),
        sa.Column("proposal_seq", sa.Integer),
        sa.Column("proposer", sa.String),
        sa.Column("successor", sa.BigInteger, sa.ForeignKey("review_case.id")),
        sa.Column("run_id", sa.String),
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
    op.create_index("ix_decision_audit", "decision", ["audit_seq"])
    op.create_table(
        "judgement",
        sa.Column("audit_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("left_id", sa.String, primary_key=True),
        sa.Column("right_id", sa.String, primary_key=True),
        sa.Column("family", sa.String, nullable=False),
        sa.Column("standing", sa.String, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("case", sa.BigInteger, sa.ForeignKey("review_case.id"), nullable=False),
    )
