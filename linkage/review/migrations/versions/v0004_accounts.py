"""Accounts: how a user of the queue proves who they are, invitations, sessions of the page, attempts to sign in.

The lists of users and of cases stay as they are. A session ends with its user's work: in the same transaction in which
the user is switched off or moves to another region, whoever does that, a trigger deletes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GRANTS: Final = (
    ("SELECT, INSERT, UPDATE", ("account",)),
    ("SELECT, INSERT, UPDATE, DELETE", ("web_session", "held_case", "sign_in_attempt")),
    ("SELECT, INSERT, DELETE", ("account_code",)),
)
"""What the role of the application may do to the tables of this version. No policies: which account is meant is a
matter of keys that only its owner knows."""

_ON_SQLITE: Final = """
    CREATE TRIGGER queue_user_sessions AFTER UPDATE OF active, region ON queue_user
    FOR EACH ROW WHEN NOT NEW.active OR NEW.region <> OLD.region
    BEGIN
        DELETE FROM web_session WHERE name = NEW.name;
    END
"""
_FUNCTION: Final = """
    CREATE FUNCTION end_queue_user_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        DELETE FROM web_session WHERE name = NEW.name;
        RETURN NEW;
    END $$
"""
_ON_POSTGRESQL: Final = """
    CREATE TRIGGER queue_user_sessions AFTER UPDATE OF active, region ON queue_user
    FOR EACH ROW WHEN (NOT NEW.active OR NEW.region <> OLD.region) EXECUTE FUNCTION end_queue_user_sessions()
"""


def upgrade() -> None:
    _create_accounts()
    _create_sessions()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_ON_SQLITE)
        return
    op.execute(_FUNCTION)
    op.execute(_ON_POSTGRESQL)
    for statement in _statements():
        op.execute(statement)


def _statements() -> Iterator[str]:
    for rights, tables in GRANTS:
        yield f"GRANT {rights} ON {', '.join(tables)} TO linkage_app"


def _create_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String, sa.ForeignKey("queue_user.name"), primary_key=True),
        sa.Column("password_hash", sa.String),
        sa.Column("totp_secret", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("subject", sa.String, unique=True),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("time_zone", sa.String, nullable=False),
        sa.Column("shortcuts_on", sa.Boolean, nullable=False),
        sa.Column("keys", sa.JSON, nullable=False),
    )
    op.create_table(
        "account_code",
        sa.Column("name", sa.String, sa.ForeignKey("account.name"), primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("totp_secret", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def _create_sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("name", sa.String, sa.ForeignKey("account.name"), nullable=False),
        sa.Column("region", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("trusted", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_web_session_name", "web_session", ["name"])
    op.create_table(
        "held_case",
        sa.Column("session", sa.String, sa.ForeignKey("web_session.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("case", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("token", sa.String, nullable=False),
    )
