"""a plan can be archived"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("archived_on", sa.Date(), nullable=True))


def downgrade() -> None:
    # Not in a batch: SQLite would drop a table that others refer to.
    op.drop_column("plan", "archived_on")
