"""when a message was first due, and what the clock's last pass could not do"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("heartbeat", sa.Column("fault", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.execute("UPDATE delivery SET due_at = coalesce(begun_at, next_try)")


def downgrade() -> None:
    # Not in a batch: SQLite would drop a table that others refer to.
    op.drop_column("delivery", "due_at")
    op.drop_column("heartbeat", "fault")
