"""a writer's turn"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("head", sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
    # The row is always there from now on: the first writer finds a turn to take, as every other does.
    op.execute(
        "INSERT INTO head (id, seq, hash) "
        f"SELECT 1, 0, '{'0' * 64}' WHERE NOT EXISTS (SELECT 1 FROM head WHERE id = 1)"
    )
    op.create_index(
        "ix_entry_undoes",
        "entry",
        ["undoes"],
        postgresql_where=sa.text("undoes IS NOT NULL"),
        sqlite_where=sa.text("undoes IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_entry_undoes", "entry")
    op.drop_column("head", "turn")
