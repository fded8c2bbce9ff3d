"""The audit log, the write lock, and the messages that have to be sent."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel


class Entry(SQLModel, table=True):
    """One change: who made it, when, in which channel, and the values before and after.

    An update *is* an entry, so no second copy can disagree with the audit log. Entries that belong together
    (a status and its evidence, an import) share `act`. An entry is never edited or deleted; only its text
    can be erased, for good and with a new entry that says so.

    `hash` covers the previous entry's hash in `previous` and every other column, so that removing, changing
    or reordering an entry breaks the chain at that entry. It covers the text by its digest with `salt`: the
    `note`, a breakdown in `ref`, and with `text_has_values` also `before` and `after`. Erasing a text removes
    the salt too, and keeps the digest in `erased_digest`: nobody can find out what the text was by trying.
    """

    __table_args__ = (
        Index("ix_entry_subject", "subject", "subject_id", "seq"),
        # Few entries undo another, and every answer has to find the ones that were undone.
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
    text_has_values: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    salt: str | None = Field(default=None, max_length=32)
    erased_digest: str | None = Field(default=None, max_length=64)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


# Stands in place of a text that was erased.
ERASED = "(erased)"


class AuditLogHead(SQLModel, table=True):
    """The last entry of the audit log's chain, in one row that always exists: the write lock.

    A writer locks this row before it appends. Each time the lock is taken, `change_number` goes up by one;
    while it is the same, nothing that an answer shows has changed.
    """

    id: int = Field(primary_key=True)
    seq: int
    hash: str = Field(max_length=64)
    change_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class HandledRequest(SQLModel, table=True):
    """A change that Slack has sent, under the key that Slack repeats on a retry; deleted after an hour.

    The row is written in the change's own transaction: either a retry finds it, or no change was made.
    """

    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class Heartbeat(SQLModel, table=True):
    """When the clock last ran, in one row, so that monitoring can see that the clock has stopped.

    `sender_error` is why Slack lets the bot send nothing at all; None while it does. `fault` is what the last
    pass could not do.
    """

    id: int = Field(primary_key=True)
    at: datetime
    sender_error: str | None = Field(default=None, max_length=80)
    fault: str | None = Field(default=None, sa_type=Text)


class AuditCheck(SQLModel, table=True):
    """The result of the last nightly check of the record, in one row. Without a fault nothing is wrong."""

    id: int = Field(primary_key=True)
    at: datetime
    entries: int
    fault: str | None = Field(default=None, max_length=300)


class Delivery(SQLModel, table=True):
    """One message that has to be sent to one person or channel, and its result.

    `kind`, `occurrence` and `recipient` are unique together: an event that is noticed twice is sent once.
    """

    __table_args__ = (UniqueConstraint("kind", "occurrence", "recipient"),)

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=32)
    occurrence: str = Field(max_length=80)
    recipient: str
    # When it was first to be sent; `next_try` moves on with each attempt.
    due_at: datetime | None = None
    next_try: datetime | None = Field(default=None, index=True)
    attempts: int = 0
    claimed_at: datetime | None = None
    # When it was first claimed: its channel cannot hold this message from before that moment.
    begun_at: datetime | None = None
    sent_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=64)
    permalink: str | None = None
    ts: str | None = Field(default=None, max_length=32)
    failed_at: datetime | None = None
    reason: str | None = Field(default=None, max_length=80)


class PendingChange(SQLModel, table=True):
    """A change that waits for its author to confirm it. Until then, none of it is recorded.

    `content` holds the values as JSON. A change that is not confirmed is deleted after a day.
    """

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=16)
    person: str = Field(max_length=64)
    at: datetime = Field(index=True)
    content: str = Field(sa_type=Text)


class PostedAnswer(SQLModel, table=True):
    """An answer that others can see or that stays in a direct message: where it is, to take it down later.

    Answers that only the asker sees are gone by themselves. `thread_ts` is the first message of its thread.
    """

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=64)
    # None where Slack did not say: the bot is not in the channel and cannot take the answer down.
    ts: str | None = Field(default=None, max_length=32)
    thread_ts: str | None = Field(default=None, max_length=32)
    at: datetime = Field(index=True)


class Erasure(SQLModel, table=True):
    """A text that was erased, while posted messages are still searched for it.

    `fingerprint` has hashes of its runs of words, made with `key`, as JSON. Both go when the last message has
    been searched.
    """

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    key: str | None = Field(default=None, max_length=64)
    fingerprint: str | None = Field(default=None, sa_type=Text)
