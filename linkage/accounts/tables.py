"""The tables of accounts for SQLAlchemy Core; made by the queue's migrations, and beside its tables in one database.

No secret stands here as it is: passwords are hashed by argon2id, secrets of second factors encrypted, codes and tokens
of sessions hashed, names and addresses of attempts keyed. ``web_session.region`` is the user's when the session began;
a trigger ends the sessions of a user who is no longer active or moves to another region.
"""

from __future__ import annotations

import sqlalchemy as sa

from linkage.review.tables import REGION, UtcTime, queue_user

metadata = sa.MetaData()

account = sa.Table(
    "account",
    metadata,
    sa.Column("name", sa.String, sa.ForeignKey(queue_user.c.name), primary_key=True),
    sa.Column("password_hash", sa.String),
    sa.Column("totp_secret", sa.LargeBinary),
    sa.Column("totp_step", sa.BigInteger),
    sa.Column("subject", sa.String, unique=True),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("time_zone", sa.String, nullable=False),
    sa.Column("shortcuts_on", sa.Boolean, nullable=False),
    sa.Column("keys", sa.JSON, nullable=False),
)

account_code = sa.Table(
    "account_code",
    metadata,
    sa.Column("name", sa.String, sa.ForeignKey("account.name"), primary_key=True),
    sa.Column("digest", sa.String, nullable=False, unique=True),
    sa.Column("totp_secret", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
)

web_session = sa.Table(
    "web_session",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("name", sa.String, sa.ForeignKey("account.name"), nullable=False),
    sa.Column("region", REGION, nullable=False),
    sa.Column("trusted", sa.Boolean, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
)
sa.Index("ix_web_session_name", web_session.c.name)

held_case = sa.Table(
    "held_case",
    metadata,
    sa.Column("session", sa.String, sa.ForeignKey("web_session.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("case", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token", sa.String, nullable=False),
)

sign_in_attempt = sa.Table(
    "sign_in_attempt",
    metadata,
    sa.Column("subject", sa.String, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
)
