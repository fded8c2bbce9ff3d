"""standard names, and changes that wait for a confirmation"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Old name, new name.
TABLES = (
    ("head", "auditloghead"),
    ("heard", "handledrequest"),
    ("beat", "heartbeat"),
    ("round", "dailyrun"),
    ("preference", "nudgepreference"),
    ("figureasked", "figurerequest"),
)
# Table (by its new name), old column, new column.
COLUMNS = (
    ("auditloghead", "turn", "change_number"),
    ("nudge", "instead", "asked_because"),
    ("nudge", "ahead", "days_ahead"),
)
# Table (by its new name), column, old index, new index.
INDEXES = (
    ("handledrequest", "at", "ix_heard_at", "ix_handledrequest_at"),
    ("figurerequest", "delivery_id", "ix_figureasked_delivery_id", "ix_figurerequest_delivery_id"),
)


def upgrade() -> None:
    for old, new in TABLES:
        op.rename_table(old, new)
    for table, old, new in COLUMNS:
        op.alter_column(table, old, new_column_name=new)
    for table, column, old, new in INDEXES:
        op.drop_index(old, table_name=table)
        op.create_index(new, table, [column], unique=False)
    _replace_decision("granted", "approved")
    op.create_table(
        "pendingchange",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_pendingchange_at", "pendingchange", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("pendingchange")
    _replace_decision("approved", "granted")
    for table, column, old, new in INDEXES:
        op.drop_index(new, table_name=table)
        op.create_index(old, table, [column], unique=False)
    for table, old, new in COLUMNS:
        op.alter_column(table, new, new_column_name=old)
    for old, new in TABLES:
        op.rename_table(new, old)


def _replace_decision(old: str, new: str) -> None:
    requests = sa.table("duerequest", sa.column("decision", sa.String))
    op.execute(requests.update().where(requests.c.decision == old).values(decision=new))
