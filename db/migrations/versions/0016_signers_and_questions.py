"""who else may sign off, schools' questions with their answers, and reasons"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "signer",
        sa.Column("slack_user", _TEXT(length=64), nullable=False),
        sa.Column("named_by", _TEXT(length=64), nullable=False),
        sa.PrimaryKeyConstraint("slack_user"),
    )
    op.create_table(
        "schoolquestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", _TEXT(length=64), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("channel", _TEXT(length=64), nullable=True),
        sa.Column("thread_ts", _TEXT(length=32), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", _TEXT(length=64), nullable=True),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("chased_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_schoolquestion_asked_at"), "schoolquestion", ["asked_at"])
    op.create_index(op.f("ix_schoolquestion_school_id"), "schoolquestion", ["school_id"])
    with op.batch_alter_table("duerequest") as request:
        request.add_column(sa.Column("decision_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("nudge") as nudge:
        nudge.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("nudge") as nudge:
        nudge.drop_column("reason")
    with op.batch_alter_table("duerequest") as request:
        request.drop_column("decision_reason")
    op.drop_table("schoolquestion")
    op.drop_table("signer")
