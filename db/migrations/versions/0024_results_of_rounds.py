"""rounds of actions, with their results"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    table = op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("operator", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
        sa.Column("pass_mark", sa.Float(), nullable=True),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_round_action_id"), "round", ["action_id"])
    held = [_round(entry) for entry in op.get_bind().execute(_COMPLETE_ROUNDS)]
    if held:
        op.bulk_insert(table, held)


# What people recorded so far: that a round is complete, with its day in another entry of the same act.
_COMPLETE_ROUNDS = sa.text(
    "SELECT one.subject_id, one.before, one.act, one.who, one.at, day.after AS day FROM entry AS one "
    "LEFT JOIN entry AS day ON day.act = one.act AND day.subject_id = one.subject_id "
    "AND day.subject = 'action' AND day.field = 'last_round_on' "
    "WHERE one.subject = 'action' AND one.field = 'round' AND one.undoes IS NULL AND one.act NOT IN "
    "(SELECT undoes FROM entry WHERE undoes IS NOT NULL) ORDER BY one.seq"
)


def _round(entry: Any) -> dict[str, Any]:
    at = entry.at if isinstance(entry.at, datetime) else datetime.fromisoformat(entry.at)
    day = _day(entry.day) or at.date()
    return {
        "action_id": entry.subject_id,
        "measure": "",
        "due": _day(entry.before),
        "period_start": day,
        "period_end": day,
        "act": entry.act,
        "recorded_by": entry.who,
        "recorded_at": at,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(json.loads(text) if text.startswith('"') else text) if text else None


def downgrade() -> None:
    op.drop_table("round")
