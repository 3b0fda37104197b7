"""What is shown beside a case's values: why a pair matches, in sentences, and the family of a record.

Cases found before have neither, until a run finds them again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_pair", sa.Column("explained", sa.JSON))
    # Beside the record's values, so that the policy which keeps these to the office keeps the family too.
    op.add_column("record_value", sa.Column("family", sa.JSON))
    if op.get_bind().dialect.name == "postgresql":
        # What is kept for a time alone is emptied in its place; whole rows of values are deleted.
        op.execute("GRANT UPDATE (explained) ON case_pair TO linkage_app")
