"""Erasures are among the acts that keepers and auditors look at: the index of acts holds them too."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ACTS: Final = """
    (substr(body, 12, 4) IN ('acco', 'end_', 'eras', 'expo', 'free', 'invi', 'link', 'open', 'pass', 'resu', 'sear',
    'seed', 'stop', 'user') OR substr(body, 12, 8) = 'sign_in_')
"""


def upgrade() -> None:
    op.drop_index("ix_audit_acts", "audit")
    where = sa.text(_ACTS)
    op.create_index("ix_audit_acts", "audit", ["seq"], sqlite_where=where, postgresql_where=where)
