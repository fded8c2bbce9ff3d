"""what a plan's file says beside the action, and how a person said its columns are to be read"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WORDS = ("finding", "notes", "supporters")


def upgrade() -> None:
    for name in _WORDS:
        op.add_column("action", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("plan", sa.Column("import_options", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    # Not in a batch: SQLite would drop a table that others refer to.
    op.drop_column("plan", "import_options")
    for name in reversed(_WORDS):
        op.drop_column("action", name)
