"""an action whose status in the file could not be read"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "action",
        sa.Column("status_unsettled", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    # Not in a batch: SQLite would drop a table that others refer to.
    op.drop_column("action", "status_unsettled")
