"""What supervisors and auditors look at: publications that were stopped, and indexes of the backlog and of acts.

A publication is stopped by the system and released once, with a reason, by somebody whose region covers it; nothing
else of its row ever changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GRANTS: Final = (
    ("SELECT, INSERT", ("publication_stop",)),
    ("UPDATE (released_at, released_by, reason)", ("publication_stop",)),
)
"""What the role of the application may do to the table of this version."""

_SCOPE: Final = "(SELECT current_setting('linkage.scope', true))"
_COVERS: Final = f"CASE {_SCOPE} WHEN 'all' THEN true WHEN '' THEN false ELSE starts_with(region, {_SCOPE}) END"

POLICIES: Final = (
    ("publication_stop", "SELECT", _COVERS),
    ("publication_stop", "INSERT", f"{_SCOPE} = 'all'"),
    ("publication_stop", "UPDATE", _COVERS),
)
"""(table, statement, which rows), as in version 0002: a region sees and releases what is its own and below."""

_ACTS: Final = """
    (substr(body, 12, 4) IN ('acco', 'end_', 'expo', 'free', 'invi', 'link', 'open', 'pass', 'resu', 'sear', 'seed',
    'stop', 'user') OR substr(body, 12, 8) = 'sign_in_')
"""

_BROKEN: Final = """
    OLD.released_at IS NOT NULL OR NEW.released_at IS NULL OR NEW.released_by IS NULL OR COALESCE(NEW.reason, '') = ''
    OR NEW.number <> OLD.number OR NEW.region <> OLD.region OR NEW.stopped_at <> OLD.stopped_at
    OR CAST(NEW.reasons AS TEXT) <> CAST(OLD.reasons AS TEXT)
"""
_ONCE: Final = "a stopped publication is released once, by a person, with a reason"
_KEPT: Final = "a stopped publication is never deleted"

_ON_SQLITE: Final = (
    f"""
    CREATE TRIGGER publication_stop_once BEFORE UPDATE ON publication_stop WHEN {_BROKEN}
    BEGIN SELECT RAISE(ABORT, '{_ONCE}'); END
    """,
    f"""
    CREATE TRIGGER publication_stop_no_delete BEFORE DELETE ON publication_stop
    BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END
    """,
)
_ON_POSTGRESQL: Final = (
    f"""
    CREATE FUNCTION hold_publication_stop_once() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        RAISE EXCEPTION '{_ONCE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER publication_stop_once BEFORE UPDATE ON publication_stop
    FOR EACH ROW WHEN ({_BROKEN}) EXECUTE FUNCTION hold_publication_stop_once()
    """,
    """
    CREATE TRIGGER publication_stop_no_delete BEFORE DELETE OR TRUNCATE ON publication_stop
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    _create_stops()
    _create_indexes()
    if op.get_bind().dialect.name == "sqlite":
        for statement in _ON_SQLITE:
            op.execute(statement)
        return
    for statement in _ON_POSTGRESQL:
        op.execute(statement)
    for statement in _walls():
        op.execute(statement)


def _walls() -> Iterator[str]:
    for rights, tables in GRANTS:
        yield f"GRANT {rights} ON {', '.join(tables)} TO linkage_app"
    for table, event, rows in POLICIES:
        clause = {"INSERT": f"WITH CHECK ({rows})", "UPDATE": f"USING ({rows}) WITH CHECK ({rows})"}
        yield f"CREATE POLICY {table}_{event.lower()} ON {table} FOR {event} {clause.get(event, f'USING ({rows})')}"
    yield "ALTER TABLE publication_stop ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"


def _create_stops() -> None:
    op.create_table(
        "publication_stop",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("region", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("released_by", sa.String),
        sa.Column("reason", sa.String),
    )


def _create_indexes() -> None:
    table = "review_case"
    _partial("ix_review_case_backlog", table, ["office", "state", "kind", "waiting", "opened_at"], "closed_at IS NULL")
    _partial("ix_review_case_raised", table, ["office", "turn_at", "id"], "office <> scope AND closed_at IS NULL")
    _partial("ix_review_case_lease", table, ["lease_until", "office"], "lease_until IS NOT NULL")
    _partial("ix_review_case_closed", table, ["closed_at", "office", "state"], "closed_at IS NOT NULL")
    op.create_index("ix_review_case_opened", table, ["opened_at", "office"])
    _partial("ix_audit_acts", "audit", ["seq"], _ACTS)


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
