"""to whom a plan's overdue actions climb"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("ladder", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    # Not in a batch: SQLite would drop a table that others refer to.
    op.drop_column("plan", "ladder")
