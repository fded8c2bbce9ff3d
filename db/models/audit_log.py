"""The record of changes and the messages owed."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Entry(SQLModel, table=True):
    """One change, never edited or deleted: who, when, what from, what to, where it was said.

    An update *is* an entry: there is no second copy that could disagree with the record. Entries
    of one act (a status and its evidence, an import) share `act`. `hash` covers every other column
    and the hash before it, so removing, changing or reordering an entry breaks the chain there.
    """

    __table_args__ = (
        Index("ix_entry_subject", "subject", "subject_id", "seq"),
        # Few entries undo another, and every answer asks which were undone.
        Index(
            "ix_entry_undoes",
            "undoes",
            postgresql_where=text("undoes IS NOT NULL"),
            sqlite_where=text("undoes IS NOT NULL"),
        ),
    )

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(index=True)
    who: str = Field(max_length=64, index=True)
    channel: str | None = Field(default=None, max_length=64)
    act: str = Field(max_length=32, index=True)
    subject: str = Field(max_length=16)
    subject_id: int | None = None
    ref: str
    field: str = Field(max_length=40)
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    undoes: str | None = Field(default=None, max_length=32)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditLogHead(SQLModel, table=True):
    """The end of the record's chain, one row that is always there: whoever appends locks it first.

    `turn` counts the writers who had it; while it stands still, nothing that an answer says has changed.
    """

    id: int = Field(primary_key=True)
    seq: int
    hash: str = Field(max_length=64)
    change_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class HandledRequest(SQLModel, table=True):
    """A change that Slack sent, by the key it is sent again with; kept for an hour.

    It is written in the change's own transaction: a repeat finds it, or there was no change.
    """

    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class Heartbeat(SQLModel, table=True):
    """When the clock last made a pass, one row: whoever watches sees that it stands still."""

    id: int = Field(primary_key=True)
    at: datetime


class Delivery(SQLModel, table=True):
    """One message the bot owes one person or channel, and what became of it.

    `occurrence` with kind and recipient is unique: noticing the same thing twice owes it once.
    """

    __table_args__ = (UniqueConstraint("kind", "occurrence", "recipient"),)

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=32)
    occurrence: str = Field(max_length=80)
    recipient: str
    next_try: datetime | None = Field(default=None, index=True)
    attempts: int = 0
    claimed_at: datetime | None = None
    # When it was first taken in hand: an earlier message of it cannot be in its channel.
    begun_at: datetime | None = None
    sent_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=64)
    permalink: str | None = None
    ts: str | None = Field(default=None, max_length=32)
    failed_at: datetime | None = None
    reason: str | None = Field(default=None, max_length=80)


class PendingChange(SQLModel, table=True):
    """A change that waits until its author confirms it: nothing of it is recorded yet.

    `content` holds the values as JSON. One that nobody confirms is deleted after a day.
    """

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=16)
    person: str = Field(max_length=64)
    at: datetime = Field(index=True)
    content: str = Field(sa_type=Text)
