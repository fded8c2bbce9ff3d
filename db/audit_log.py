"""The record: every change as one entry, never edited, chained by hash.

What a change did is `field`, `before` and `after` on a subject; values are kept as the text that
`encode` makes of them, so that an entry says the same on both databases and can be put back.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, insert, update
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from db.errors import PersonalDataFound
from db.models import Action, AuditLogHead, DueKind, Entry, Holding, Lead, Outcome, Plan, Progress
from db.rules.personal_data import find_personal_data

GENESIS = "0" * 64
_HASHED = (
    *("who", "channel", "act", "subject", "subject_id", "ref"),
    *("field", "before", "after", "note", "undoes"),
)
UNDO_WITHIN = timedelta(minutes=15)
_MOMENT = timedelta(minutes=1)

# What a person says about an action, as opposed to what an import or a coordinator's list does.
UPDATE_FIELDS = (
    "progress",
    "outcome",
    "note",
    "evidence",
    "comment",
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

_DECODE = {
    "progress": Progress,
    "outcome": Outcome,
    "due_kind": DueKind,
    "due": date.fromisoformat,
    "completed_on": date.fromisoformat,
    "signed_off_on": date.fromisoformat,
    "snoozed_until": date.fromisoformat,
    "removed_on": date.fromisoformat,
}


@dataclass(frozen=True)
class Author:
    """Who changes something, when, and where it was said: the same for all entries of one act."""

    who: str
    at: datetime
    channel: str | None = None
    act: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Change:
    """One value that goes from `before` to `after`; `note` is what the person wrote with it."""

    subject: str
    subject_id: int | None
    ref: str
    field: str
    before: Any = None
    after: Any = None
    note: str = ""


def encode(value: Any) -> str | None:
    """A value as the record keeps it: None, a word, or an ISO 8601 date."""
    if value is None or isinstance(value, str):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def decode(name: str, value: str | None) -> Any:
    """The value that `encode` wrote for a column of an action."""
    if value is None or name not in _DECODE:
        return value
    return _DECODE[name](value)


def digest(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over the hash before it and every other column, as JSON."""
    content = [
        entry["previous"],
        entry["seq"],
        entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        *(entry[name] for name in _HASHED),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class ChangeNumber:
    """How far writing has come: two that are equal have nothing written between them."""

    number: int
    hash: str


def current_change_number(connection: Connection) -> ChangeNumber:
    """The turn of the last writer who committed."""
    return ChangeNumber(*connection.execute(_CHANGE_NUMBER).one())


def take_write_lock(session: Session) -> tuple[int, str]:
    """Take a writer's turn: whoever reads after this reads what the writer before it left.

    Returns the number and the hash of the last entry.
    """
    seq, last = session.connection().execute(_TAKE_WRITE_LOCK).one()
    return seq, last


def append(session: Session, author: Author, changes: Iterable[Change], undoes: str | None = None) -> None:
    """Write changes to the end of the chain, in order. The chain's end is locked until commit.

    Every text that is stored comes past here, whatever its way in. Raises `PersonalDataFound`.
    """
    changes = list(changes)
    refuse_personal_data(session, (change.note for change in changes))
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
        row["hash"] = previous = digest(row)
        rows.append(row)
    if rows:
        session.connection().execute(
            update(AuditLogHead).where(col(AuditLogHead.id) == 1).values(seq=seq, hash=previous)
        )
        session.connection().execute(insert(Entry), rows)


def refuse_personal_data(session: Session, texts: Iterable[str]) -> None:
    """Raises `PersonalDataFound` for what must never be stored."""
    known = cache(lambda: registered_emails(session))
    kinds = [kind for text in texts if text for kind in find_personal_data(text, known)]
    if kinds:
        raise PersonalDataFound(list(dict.fromkeys(kinds)))


def registered_emails(session: Session) -> frozenset[str]:
    """The e-mail addresses of the register of people, in small letters."""
    rows = session.exec(select(Holding.slack_user, Holding.deputy))
    return frozenset(one.lower() for row in rows for one in row if one and "@" in one)


def set_fields(
    session: Session, author: Author, action: Action, ref: str, values: dict[str, Any], note: str = ""
) -> bool:
    """Set columns of an action and record each that really changes; the note goes with the first.

    Returns whether anything changed.

    `ref` is the qualified reference (`jtai2016:2.3.5`) that the entry is read by later.
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
    """What was recorded about these actions, oldest first."""
    query = (
        select(Entry)
        .where(Entry.subject == "action", col(Entry.subject_id).in_(ids))
        .order_by(col(Entry.seq))
    )
    if since is not None:
        query = query.where(Entry.at > since)
    return list(session.exec(query))


def latest_updates(session: Session, ids: Sequence[int], until: datetime) -> dict[int, list[Entry]]:
    """The last act of a person about each action up to a moment, leaving out what was undone."""
    undone = select(Entry.undoes).where(col(Entry.undoes).is_not(None), Entry.at <= until)
    newest = (
        select(func.max(Entry.seq))
        .where(
            Entry.subject == "action",
            col(Entry.subject_id).in_(ids),
            col(Entry.field).in_(UPDATE_FIELDS),
            col(Entry.undoes).is_(None),
            Entry.at <= until,
            col(Entry.act).not_in(undone),
            ~col(Entry.who).startswith("import:"),
        )
        .group_by(col(Entry.subject_id))
    )
    last = list(session.exec(select(Entry.act).where(col(Entry.seq).in_(newest))))
    acts: dict[int, list[Entry]] = {}
    if last:
        query = select(Entry).where(col(Entry.act).in_(last), Entry.subject == "action")
        for entry in session.exec(query.order_by(col(Entry.seq))):
            acts.setdefault(entry.subject_id or 0, []).append(entry)
    return acts


def others_changes_just_before(session: Session, action_id: int | None, author: Author) -> list[Entry]:
    """What somebody else did about an action within the last minute, for whoever changes it next.

    For a transaction that has the record to itself: whoever waited for the turn was asked before the
    other was done, so that a later moment than `said.at` counts too.
    """
    last = latest_updates(session, [action_id or 0], author.at + _MOMENT).get(action_id or 0, [])
    return [one for one in last if one.who != author.who and one.at > author.at - _MOMENT]


def wind_back(actions: Sequence[Action], entries: Sequence[Entry]) -> None:
    """Put actions back to before the given entries: their recorded columns, newest change first.

    Meant for rows of a session that never writes. An import's first sight of an action is not
    wound back: the plan is older than the bot's knowledge of it.
    """
    known = {action.id: action for action in actions}
    for entry in reversed(entries):
        action = known.get(entry.subject_id)
        if action is not None and entry.field in Action.model_fields:
            setattr(action, entry.field, decode(entry.field, entry.before))


def last_undoable_act(session: Session, who: str, now: datetime, act: str | None = None) -> list[Entry]:
    """The entries of the person's last act, or of a named one of theirs, if it can still be undone.

    Within the undo time and not undone yet; else none.
    """
    undone = select(Entry.undoes).where(col(Entry.undoes).is_not(None))
    query = select(Entry).where(
        Entry.who == who,
        Entry.at >= now - UNDO_WITHIN,
        col(Entry.undoes).is_(None),
        col(Entry.act).not_in(undone),
    )
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


def holder_changes_since(session: Session, plan_id: int | None, since: datetime) -> list[Entry]:
    """Changes of who holds a role that leads in a plan, after a moment."""
    leading = select(Lead.role_id).join(Action).where(Action.plan_id == plan_id)
    query = select(Entry).where(
        Entry.subject == "role",
        col(Entry.subject_id).in_(leading),
        Entry.at > since,
    )
    return list(session.exec(query.order_by(col(Entry.seq))))


# What a board calls a change: status, date and lead. Notes and wording have the action's history.
_BOARD_FIELDS = frozenset({"progress", "outcome", "due", "leads", "holder", "removed_on", "signed_off_by"})


def board_changes_since(session: Session, plan: Plan, since: datetime) -> list[Entry]:
    """What changed in a plan after a moment that a board asks about, oldest first."""
    entries = [*entries_since(session, plan.code, since), *holder_changes_since(session, plan.id, since)]
    told = [one for one in entries if one.field in _BOARD_FIELDS and not _is_first_holder(one)]
    return sorted(told, key=lambda entry: entry.seq)


def _is_first_holder(entry: Entry) -> bool:
    return entry.field == "holder" and entry.before is None and entry.who.startswith("import:")


def verify(session: Session) -> tuple[int, str | None]:
    """Walk the chain. Returns how many entries hold, and what is wrong with the first that does not.

    Finds an entry that was altered, removed, inserted or moved, the last one included: the end of
    the chain is kept apart from the entries.
    """
    columns = list(Entry.__table__.columns)  # type: ignore[attr-defined]
    query = sqlalchemy_select(*columns).order_by(col(Entry.seq)).execution_options(yield_per=1000)
    with session.connection().execute(query) as rows:
        count, previous, wrong = _walk(dict(row) for row in rows.mappings())
    head = (
        session.connection().execute(sqlalchemy_select(col(AuditLogHead.seq), col(AuditLogHead.hash))).one()
    )
    if wrong is None and tuple(head) != (count, previous):
        wrong = f"the record ends at entry {count}, but more was written to it"
    return count, wrong


def _walk(entries: Iterable[Mapping[str, Any]]) -> tuple[int, str, str | None]:
    """How many entries hold from the first on, the hash of the last that does, and what breaks there."""
    previous, count = GENESIS, 0
    for entry in entries:
        if entry["seq"] != count + 1:
            return count, previous, f"entry {count + 1} is missing: entry {entry['seq']} follows {count}"
        if entry["previous"] != previous or entry["hash"] != digest(entry):
            return count, previous, f"entry {count + 1} ({entry['ref']}, {entry['field']}) was altered"
        previous, count = entry["hash"], count + 1
    return count, previous, None
