"""what a doubt of an import is about, and people's answers to doubts"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ABOUT = sa.Enum(
    "due",
    "status",
    "leads",
    "other",
    name="doubtabout",
    native_enum=False,
    length=32,
    create_constraint=True,
)


def upgrade() -> None:
    with op.batch_alter_table("doubt") as doubt:
        doubt.add_column(sa.Column("about", _ABOUT, nullable=False, server_default="other"))
        doubt.add_column(sa.Column("cell", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "settleddoubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("about", _ABOUT, nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("settled_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_settleddoubt_plan_id"), "settleddoubt", ["plan_id"])


def downgrade() -> None:
    op.drop_table("settleddoubt")
    with op.batch_alter_table("doubt") as doubt:
        # Else the check on the words would be copied to a table that has no such column.
        doubt.drop_constraint("doubtabout", type_="check")
        doubt.drop_column("cell")
        doubt.drop_column("about")
