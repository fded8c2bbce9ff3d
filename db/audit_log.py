"""The audit log: every change as one entry, never edited, chained by hash.

An entry names a subject, a `field` and its value `before` and `after`. `encode` turns values into text,
so that an entry is the same on both databases and `decode` can put the value back.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, or_, update
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db import audit_chain
from db.bulk_insert import insert_rows
from db.models import Action, AuditLogHead, DueKind, Entry, Outcome, Progress

# The author of an import is this prefix and the file's name.
IMPORT_PREFIX = "import:"
UNDO_WITHIN = timedelta(minutes=15)
_JUST_BEFORE = timedelta(minutes=1)

# What people do with a file is put right by another import or answer. It hides nothing that can be undone.
_NOT_UNDONE = ("import", "doubt")
# A round of an action is complete, or has a result: both are progress, and may give it a new date.
ROUNDS = ("round", "result")
# Who an action has reached, and who it has not after all.
COVERAGE = ("covered", "uncovered")
# Why a KPI moves, in the words of somebody who knows. It changes no figure.
EXPLANATION = "explanation"
# Somebody said that an action is not theirs.
NOT_MINE = "not_mine"
# The fields of an action by which a person gives an update on it.
UPDATE_FIELDS = (
    "progress",
    *ROUNDS,
    *COVERAGE,
    "outcome",
    "note",
    "evidence",
    "comment",
    NOT_MINE,
    "due_request",
    "due_decision",
    "due",
    "signed_off_by",
)

_CHANGE_NUMBER = sqlalchemy_select(col(AuditLogHead.change_number), col(AuditLogHead.hash)).where(
    col(AuditLogHead.id) == 1
)
_TAKE_WRITE_LOCK = (
    update(AuditLogHead)
    .where(col(AuditLogHead.id) == 1)
    .values(change_number=col(AuditLogHead.change_number) + 1)
    .returning(col(AuditLogHead.seq), col(AuditLogHead.hash))
)

# `json.dumps` would make an encoder for each value.
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_DECODE = {
    "progress": Progress,
    "outcome": Outcome,
    "due_kind": DueKind,
    "due": date.fromisoformat,
    "completed_on": date.fromisoformat,
    "signed_off_on": date.fromisoformat,
    "snoozed_until": date.fromisoformat,
    "removed_on": date.fromisoformat,
    "last_round_on": date.fromisoformat,
    "status_unsettled": json.loads,
}


# An action's id and the name of a field.
FieldKey = tuple[int | None, str]


@dataclass(frozen=True)
class Author:
    """Who changes something, when (aware) and in which channel.

    One command, form or import is one `act`: all its entries have the same author.
    """

    who: str
    at: datetime
    channel: str | None = None
    act: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Change:
    """One value that changes from `before` to `after`. `note` is the text that the person gave with it."""

    subject: str
    subject_id: int | None
    ref: str
    field: str
    before: Any = None
    after: Any = None
    note: str = ""


def encode(value: Any) -> str | None:
    """A value as the audit log stores it: None, text, an ISO 8601 date, or JSON for anything else."""
    if value is None or isinstance(value, str):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, date):
        return value.isoformat()
    return _as_json(value)


def decode(name: str, value: str | None) -> Any:
    """The value of an action's column `name` that `encode` turned into text."""
    if value is None or name not in _DECODE:
        return value
    return _DECODE[name](value)


@dataclass(frozen=True)
class ChangeNumber:
    """How far writing has come. Nothing was written between two readings that are equal."""

    number: int
    hash: str


def current_change_number(connection: Connection) -> ChangeNumber:
    """The change number of the last transaction that took the write lock and committed."""
    return ChangeNumber(*connection.execute(_CHANGE_NUMBER).one())


def take_write_lock(session: Session) -> tuple[int, str]:
    """Take the write lock until commit, so that later reads see what the writer before left.

    Returns the number and the hash of the last entry.
    """
    seq, last_hash = session.connection().execute(_TAKE_WRITE_LOCK).one()
    return seq, last_hash


def append(session: Session, author: Author, changes: Iterable[Change], undoes: str | None = None) -> None:
    """Add changes to the end of the chain, in order. Takes the write lock until commit.

    Raises what `db.text_checks` raises for a text that must not be stored.
    """
    seq, previous = take_write_lock(session)
    rows = []
    for change in changes:
        seq += 1
        row: dict[str, Any] = {
            "seq": seq,
            "previous": previous,
            "undoes": undoes,
            "at": author.at,
            "who": author.who,
            "channel": author.channel,
            "act": author.act,
            "subject": change.subject,
            "subject_id": change.subject_id,
            "ref": change.ref,
            "field": change.field,
            "note": change.note,
            "before": encode(change.before),
            "after": encode(change.after),
        }
        audit_chain.seal(row)
        previous = row["hash"]
        rows.append(row)
    if rows:
        session.connection().execute(
            update(AuditLogHead).where(col(AuditLogHead.id) == 1).values(seq=seq, hash=previous)
        )
        insert_rows(session.connection(), Entry, rows)


def set_fields(
    session: Session, author: Author, action: Action, ref: str, values: dict[str, Any], note: str = ""
) -> bool:
    """Set columns of an action and record each that really changes. The first entry carries the note.

    `ref` is the action's qualified reference (`jtai2016:2.3.5`). Returns whether anything changed.
    """
    changes = []
    for name, value in values.items():
        before = getattr(action, name)
        if before != value:
            changes.append(Change("action", action.id, ref, name, before, value))
            setattr(action, name, value)
    if note and changes:
        changes[0] = replace(changes[0], note=note)
    append(session, author, changes)
    return bool(changes)


def entries_of_actions(session: Session, ids: Sequence[int], *, since: datetime | None = None) -> list[Entry]:
    """The entries about these actions, of all time or after a moment, oldest first."""
    query = (
        select(Entry)
        .where(Entry.subject == "action", col(Entry.subject_id).in_(ids))
        .order_by(col(Entry.seq))
    )
    if since is not None:
        query = query.where(Entry.at > since)
    return list(session.exec(query))


def current_conditions(until: datetime | BindParameter[datetime] | None = None) -> tuple[Any, ...]:
    """Query conditions for entries that are current: neither an undo nor undone.

    With `until`, as they were at that moment: an undo that came later does not count.
    """
    undone = select(Entry.undoes).where(col(Entry.undoes).is_not(None))
    if until is None:
        return col(Entry.undoes).is_(None), col(Entry.act).not_in(undone)
    undone = undone.where(Entry.at <= until)
    return col(Entry.undoes).is_(None), col(Entry.at) <= until, col(Entry.act).not_in(undone)


def current_update_conditions(
    fields: Iterable[str] = UPDATE_FIELDS, until: datetime | BindParameter[datetime] | None = None
) -> tuple[Any, ...]:
    """Query conditions for a person's current updates on actions: not an import, not undone."""
    return (
        col(Entry.subject) == "action",
        col(Entry.field).in_(list(fields)),
        ~col(Entry.who).startswith(IMPORT_PREFIX),
        *current_conditions(until),
    )


def current_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Those of the loaded entries that are current: the rule of `current_conditions` in Python.

    `entries` must include the undos, as those of `entries_of_actions` do.
    """
    entries = list(entries)
    undone = {entry.undoes for entry in entries if entry.undoes}
    return [entry for entry in entries if not entry.undoes and entry.act not in undone]


def is_by_import(who: str) -> bool:
    """Whether an entry's author is an import and not a person."""
    return who.startswith(IMPORT_PREFIX)


def set_by_people(session: Session, ids: Sequence[int]) -> set[FieldKey]:
    """The fields of actions that a person set last, not an import.

    A round that is complete is progress. So is a note with a progress, which says that it is still so. What
    was undone does not count.
    """
    query = (
        select(Entry.subject_id, Entry.field, Entry.who)
        .where(
            Entry.subject == "action",
            or_(
                col(Entry.field).in_(("progress", *ROUNDS, "outcome", "due")),
                and_(col(Entry.field) == "note", col(Entry.after).is_not(None)),
            ),
            col(Entry.subject_id).in_(ids),
            *current_conditions(),
        )
        .order_by(col(Entry.seq))
    )
    last = {
        (action_id, "progress" if name in (*ROUNDS, "note") else name): who
        for action_id, name, who in session.exec(query)
    }
    return {key for key, who in last.items() if not is_by_import(who)}


def latest_updates(session: Session, ids: Sequence[int], until: datetime) -> dict[int, list[Entry]]:
    """The entries of the last current act of a person about each action, up to a moment, by action."""
    acts: dict[int, list[Entry]] = {}
    # Two statements: in one, PostgreSQL reads the whole table.
    last_acts = list(session.exec(_last_acts(), params={"ids": list(ids), "until": until}))
    if last_acts:
        query = select(Entry).where(col(Entry.act).in_(last_acts), Entry.subject == "action")
        for entry in session.exec(query.order_by(col(Entry.seq))):
            acts.setdefault(entry.subject_id or 0, []).append(entry)
    return acts


@cache
def _last_acts() -> SelectOfScalar[str]:
    newest = (
        select(func.max(Entry.seq))
        .where(
            col(Entry.subject_id).in_(bindparam("ids", expanding=True)),
            *current_update_conditions(until=bindparam("until")),
        )
        .group_by(col(Entry.subject_id))
    )
    return select(Entry.act).where(col(Entry.seq).in_(newest))


def others_changes_just_before(session: Session, action_id: int | None, author: Author) -> list[Entry]:
    """Another person's last update on an action within a minute of the author's, to warn the author.

    For a transaction that holds the write lock. Entries up to a minute after `author.at` count too:
    the author may have waited for the lock while the other person's change was written.
    """
    last = latest_updates(session, [action_id or 0], author.at + _JUST_BEFORE).get(action_id or 0, [])
    return [entry for entry in last if entry.who != author.who and entry.at > author.at - _JUST_BEFORE]


def restore_values(actions: Sequence[Action], entries: Sequence[Entry]) -> None:
    """Set the actions' recorded columns back to before the given entries, newest change first.

    For rows of a session that never writes. An action does not disappear before the import that added
    it: the plan is older than its first import.
    """
    by_id = {action.id: action for action in actions}
    for entry in reversed(entries):
        action = by_id.get(entry.subject_id)
        if action is not None and entry.field in Action.model_fields:
            setattr(action, entry.field, decode(entry.field, entry.before))


def copies_before(actions: Sequence[Action], entries: Sequence[Entry]) -> list[Action]:
    """These actions as they were before the given entries: those that changed as copies of their columns.

    A copy has no leads and no section, and belongs to no session.
    """
    changed = {entry.subject_id for entry in entries if entry.subject == "action"}
    copies = [Action(**action.model_dump()) if action.id in changed else action for action in actions]
    restore_values([copy for copy in copies if copy.id in changed], entries)
    return copies


def last_undoable_act(session: Session, who: str, now: datetime, act: str | None = None) -> list[Entry]:
    """The entries of the person's last act, or of the act of theirs that is named, oldest first.

    Empty unless the act is at most `UNDO_WITHIN` old and still current.
    """
    query = select(Entry).where(Entry.who == who, Entry.at >= now - UNDO_WITHIN, *current_conditions())
    query = query.where(col(Entry.subject).not_in(_NOT_UNDONE))
    if act is not None:
        query = query.where(Entry.act == act)
    newest = session.exec(query.order_by(col(Entry.seq).desc()).limit(1)).first()
    if newest is None:
        return []
    return list(session.exec(select(Entry).where(Entry.act == newest.act).order_by(col(Entry.seq))))


def entries_since(session: Session, plan_code: str, since: datetime) -> list[Entry]:
    """Entries about a plan's actions after a moment, oldest first."""
    query = select(Entry).where(
        col(Entry.ref).startswith(f"{plan_code}:", autoescape=True),
        Entry.at > since,
    )
    return list(session.exec(query.order_by(col(Entry.seq))))
