"""texts that can be erased: the chain covers a salted digest of each"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_GENESIS = "0" * 64
_BATCH = 1000
# The columns that each form of the hash covers, in its order. A migration keeps its own copy of both.
_OLD_HASHED = [
    "who",
    "channel",
    "act",
    "subject",
    "subject_id",
    "ref",
    "field",
    "before",
    "after",
    "note",
    "undoes",
]
_HASHED = ["who", "channel", "act", "subject", "subject_id", "field", "undoes"]
_FIELDS_WITHOUT_TEXT = frozenset(
    [
        "progress",
        "outcome",
        "due",
        "due_kind",
        "completed_on",
        "signed_off_by",
        "signed_off_on",
        "snoozed_until",
        "removed_on",
        "due_request",
        "due_decision",
        "asked",
        "decision",
        "audience",
        "plan",
    ]
)

_entry = sa.table(
    "entry",
    sa.column("seq", sa.Integer),
    sa.column("at", sqlmodel.sql.sqltypes.UTCDateTime()),
    *(sa.column(name, sa.String) for name in ("who", "channel", "act", "subject", "ref", "field")),
    sa.column("subject_id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("before", "after", "note", "undoes", "previous", "hash")),
    sa.column("text_has_values", sa.Boolean),
    sa.column("salt", sa.String),
    sa.column("erased_digest", sa.String),
)
_head = sa.table(
    "auditloghead", sa.column("id", sa.Integer), sa.column("seq", sa.Integer), sa.column("hash", sa.String)
)


def upgrade() -> None:
    with op.batch_alter_table("entry") as entry:
        entry.add_column(
            sa.Column("text_has_values", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        entry.add_column(sa.Column("salt", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
        entry.add_column(
            sa.Column("erased_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True)
        )
    op.create_table(
        "postedanswer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("thread_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_postedanswer_at", "postedanswer", ["at"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _chain_again(_seal, _old_hash, _new_hash)


def downgrade() -> None:
    # An erased text stays erased: the older form covers what stands in its place.
    _chain_again(lambda row: {}, _new_hash, _old_hash)
    op.drop_table("erasure")
    op.drop_index("ix_postedanswer_at", table_name="postedanswer")
    op.drop_table("postedanswer")
    with op.batch_alter_table("entry") as entry:
        entry.drop_column("erased_digest")
        entry.drop_column("salt")
        entry.drop_column("text_has_values")


def _chain_again(complete: Any, form_before: Any, form_after: Any) -> None:
    """Write each entry's hash in another form. From a broken entry on, nothing is changed: it stays broken."""
    connection = op.get_bind()
    before = after = _GENESIS
    first = 0
    while True:
        query = sa.select(_entry).where(_entry.c.seq > first).order_by(_entry.c.seq).limit(_BATCH)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            break
        changed = []
        for row in rows:
            if row["previous"] != before or row["hash"] != form_before(row):
                _write(connection, changed)
                return
            before = row["hash"]
            row |= {**complete(row), "previous": after}
            after = row["hash"] = form_after(row)
            changed.append(row)
        _write(connection, changed)
        first = rows[-1]["seq"]
    connection.execute(_head.update().where(_head.c.hash == before).values(hash=after))


def _write(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    names = ("text_has_values", "salt", "previous", "hash")
    if rows:
        connection.execute(
            _entry.update()
            .where(_entry.c.seq == sa.bindparam("number"))
            .values({name: sa.bindparam(f"new_{name}") for name in names}),
            [{"number": row["seq"], **{f"new_{name}": row[name] for name in names}} for row in rows],
        )


def _seal(row: Mapping[str, Any]) -> dict[str, Any]:
    has_values = row["before"] is not None or row["after"] is not None
    text_has_values = has_values and row["field"] not in _FIELDS_WITHOUT_TEXT
    return {
        "text_has_values": text_has_values,
        "salt": secrets.token_hex(16) if row["note"] or _split_ref(row)[1] or text_has_values else None,
    }


def _split_ref(row: Mapping[str, Any]) -> tuple[str, str]:
    """A reference, and the breakdown in that of a KPI's figure, which is text."""
    ref, _, breakdown = row["ref"].partition(" ")
    return (ref, breakdown) if row["subject"] == "kpi" else (row["ref"], "")


def _hash(row: Mapping[str, Any], *content: Any) -> str:
    moment = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps([row["previous"], row["seq"], moment, *content], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _old_hash(row: Mapping[str, Any]) -> str:
    return _hash(row, *(row[name] for name in _OLD_HASHED))


def _new_hash(row: Mapping[str, Any]) -> str:
    values = [row["before"], row["after"]]
    ref, breakdown = _split_ref(row)
    texts = [row["note"], breakdown, *(values if row["text_has_values"] else ())]
    digest = ""
    if row["salt"] is not None or any(texts):
        text = json.dumps([row["salt"], *texts], ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
    return _hash(
        row,
        *(row[name] for name in _HASHED),
        ref,
        bool(row["text_has_values"]),
        None if row["text_has_values"] else values,
        row["erased_digest"] or digest,
    )
