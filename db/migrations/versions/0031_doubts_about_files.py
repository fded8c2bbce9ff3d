"""doubts about a plan's file"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("doubt") as batch_op:
        batch_op.add_column(sa.Column("plan_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Text(), server_default="", nullable=False))
        batch_op.create_foreign_key("fk_doubt_plan", "plan", ["plan_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_doubt_plan_id"), ["plan_id"])


def downgrade() -> None:
    op.execute("DELETE FROM doubt WHERE action_id IS NULL")
    with op.batch_alter_table("doubt") as batch_op:
        batch_op.drop_index(batch_op.f("ix_doubt_plan_id"))
        batch_op.drop_constraint("fk_doubt_plan", type_="foreignkey")
        batch_op.drop_column("place")
        batch_op.drop_column("plan_id")
