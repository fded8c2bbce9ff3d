"""who sends a reminder, its links, and the number of a school's contact"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("school", sa.Column("telephone", _TEXT(length=40), nullable=True))
    op.add_column("reminder", sa.Column("sender", _TEXT(length=120), nullable=False, server_default=""))
    op.add_column("reminder", sa.Column("document_url", _TEXT(length=500), nullable=True))
    op.add_column("reminder", sa.Column("document_date", sa.Date(), nullable=True))
    op.add_column("reminder", sa.Column("referral_url", _TEXT(length=500), nullable=True))


def downgrade() -> None:
    # Not in a batch: SQLite would drop a table that others refer to.
    for name in ("referral_url", "document_date", "document_url", "sender"):
        op.drop_column("reminder", name)
    op.drop_column("school", "telephone")
