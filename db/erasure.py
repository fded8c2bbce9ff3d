"""Taking a text out for good: from its entry, from every row that copied it, and from posted messages.

Who erased it, when and why stays, as an entry of its own. Posted messages are searched by the outbox.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, literal, or_, select, update
from sqlmodel import Session, SQLModel, col

from db import audit_log, deliveries, pending_changes, school_questions
from db.audit_chain import ERASURE_FIELD, ERASURE_SUBJECT, erased_values, split_ref
from db.audit_log import Author, Change, is_by_import
from db.deliveries import DeliveryKind
from db.errors import Refused
from db.models import (
    ERASED,
    Delivery,
    EditRequest,
    Entry,
    Erasure,
    Kpi,
    Observation,
    PendingChange,
    PostedAnswer,
)
from db.rules.fingerprints import Fingerprint
from db.text_checks import typed_columns

# A shorter text, such as "done", stands in many rows that did not copy it.
_COPIED = 12
# In one act about one thing a shorter one is a copy too: an exception is a note without its first word.
_SAID_AGAIN = 4
# What these tables hold is handled apart, or holds no text of a person's.
_APART = frozenset({"entry", "erasure", "pendingchange", "delivery", "postedanswer"})


@dataclass(frozen=True)
class ErasureReport:
    """What was erased: the entries by number, how many other rows, and how many messages are searched.

    `out_of_reach` has the channels in which answers were shared that the bot cannot search.
    """

    entries: Sequence[int]
    rows: int
    messages: int
    out_of_reach: Sequence[str]


def erase(session: Session, author: Author, number: int, reason: str) -> ErasureReport:
    """Erase the text of one entry and every copy. For a transaction that holds the write lock.

    Raises `Refused` for an entry that is not there or has no text, and what `db.text_checks` raises for
    a reason that must not be stored.
    """
    entry = session.get(Entry, number)
    if entry is None:
        raise Refused(f"There is no entry {number}. `partnership-bot audit export FILE` lists them.")
    if entry.erased_digest is not None:
        raise Refused(f"The text of entry {number} is erased already.")
    if entry.subject == ERASURE_SUBJECT:
        raise Refused(f"Entry {number} says who erased a text, when and why. It stays.")
    if entry.salt is None:
        raise Refused(f"Entry {number} has no text to erase: it records {entry.field} of {entry.ref}.")
    if (entry.subject, entry.field) == ("action", "added"):
        raise Refused(
            f"Entry {number} says that a file added {entry.ref}. Its words are the plan's. Put the file "
            "right and import it again. Then erase the entries that still have the old words."
        )
    if not reason.strip():
        raise Refused("Give a reason: it stays in the record in place of the text.")
    return erase_entries(session, author, [entry], reason)


def erase_entries(session: Session, author: Author, wanted: Sequence[Entry], reason: str) -> ErasureReport:
    """Erase the texts of these entries and every copy. For a transaction that holds the write lock."""
    entries = {entry.seq: entry for one in wanted for entry in [one, *_copies(session, one)]}
    texts = sorted({text for entry in entries.values() for text in _own_texts(entry)}, key=len, reverse=True)
    earliest = min(entry.at for entry in entries.values())
    has_values = any(entry.text_has_values for entry in entries.values())
    rows = _erase_kpis(session, list(entries.values()))
    rows += _erase_edits(session, list(entries.values()))
    rows += _erase_rows(session, list(entries.values()), texts)
    changes = []
    for entry in sorted(entries.values(), key=lambda one: one.seq):
        values = erased_values({name: getattr(entry, name) for name in Entry.model_fields})
        session.connection().execute(update(Entry).where(col(Entry.seq) == entry.seq).values(**values))
        changes.append(Change(ERASURE_SUBJECT, entry.seq, _split_ref(entry)[0], ERASURE_FIELD, note=reason))
    session.expire_all()
    audit_log.append(session, author, changes)
    # A reply is quoted in a question before it is confirmed and becomes an entry.
    since = earliest - pending_changes.KEEP_FOR
    messages = _search_messages(session, author.at, since, texts, all_kinds=has_values)
    return ErasureReport(sorted(entries), rows, messages, _out_of_reach(session, since))


def _texts(entry: Entry) -> list[str]:
    values = (entry.before, entry.after) if entry.text_has_values else ()
    found = [entry.note, _split_ref(entry)[1], *values]
    return [text for text in found if text and text != ERASED]


def _own_texts(entry: Entry) -> list[str]:
    """The texts that may have been copied elsewhere. Many figures rightly share a number and a source."""
    texts = _texts(entry)
    if entry.subject != "kpi":
        return texts
    return [text for text in (entry.note, _split_ref(entry)[1]) if text in texts]


def _copies(session: Session, entry: Entry) -> list[Entry]:
    """The other entries that have a text of this one in them, or whose text stands in one of these."""
    texts = _own_texts(entry)
    columns: list[Any] = [col(Entry.note), col(Entry.before), col(Entry.after)]
    is_copy = [
        either
        for text in texts
        if len(text) >= _COPIED
        for column in columns
        for either in (
            column.contains(text, autoescape=True),
            (func.length(column) >= _COPIED) & literal(text).contains(column),
        )
    ]
    query = select(Entry).where(
        col(Entry.seq) != entry.seq,
        col(Entry.salt).is_not(None),
        or_(col(Entry.act) == entry.act, *is_copy),
    )
    return [
        other
        for other in session.scalars(query)
        if any(_is_copy(one, text, entry, other) for one in _own_texts(other) for text in texts)
    ]


def _is_copy(one: str, text: str, entry: Entry, other: Entry) -> bool:
    """Whether a text of another entry is a text of this one, or has it in itself, or stands in it.

    A title that stands in a note is the plan's: only what a person wrote is a copy because it stands there.
    """
    same_thing = (other.act, other.subject, other.subject_id) == (entry.act, entry.subject, entry.subject_id)
    if min(len(one), len(text)) < (_SAID_AGAIN if same_thing else _COPIED):
        return one == text
    return text in one or (one in text and (same_thing or not is_by_import(other.who)))


def _erase_rows(session: Session, entries: Sequence[Entry], texts: Sequence[str]) -> int:
    """Erase these texts in every other table. Returns in how many rows."""
    rows = _erase_pending(session, texts)
    for table in SQLModel.metadata.sorted_tables:
        if table.name in _APART:
            continue
        for column in _text_columns(table):
            for text in texts:
                if len(text) >= _COPIED:
                    statement = update(table).where(column.contains(text, autoescape=True))
                    statement = statement.values({column: func.replace(column, text, ERASED)})
                else:
                    # A short text is a copy only in a row that the entry is about.
                    statement = update(table).where(column == text, _is_about(table, entries))
                    statement = statement.values({column: ERASED})
                rows += session.connection().execute(statement).rowcount
    return rows


def _text_columns(table: Any) -> list[Any]:
    return [table.c[one.name] for one in typed_columns(table)]


def _is_about(table: Any, entries: Sequence[Entry]) -> Any:
    """Whether a row is the subject of one of these entries, or belongs to it."""
    conditions = [
        table.c[name] == entry.subject_id
        for entry in entries
        for name in (
            "id" if table.name == entry.subject.replace("_", "") else "",
            f"{entry.subject}_id",
        )
        if name in table.c
    ]
    return or_(false(), *conditions)


def _split_ref(entry: Entry) -> tuple[str, str]:
    return split_ref({"subject": entry.subject, "ref": entry.ref})


def _erase_kpis(session: Session, entries: Sequence[Entry]) -> int:
    """Erase what entries about KPIs tell in one line with other things: sources, definitions, breakdowns."""
    rows = 0
    for entry in entries:
        if entry.subject != "kpi":
            continue
        told = " ".join(_texts(entry))
        kpi = session.get(Kpi, entry.subject_id)
        # An entry that adds a KPI has its definition and note in one.
        if kpi is not None and entry.field in ("added", "definition", "note", "source"):
            rows += _erase_told(kpi, ("definition", "note", "source"), told)
        query = select(Observation).where(
            col(Observation.kpi_id) == entry.subject_id, col(Observation.recorded_at) == entry.at
        )
        for figure in session.scalars(query):
            if figure.breakdown and figure.breakdown == _split_ref(entry)[1]:
                # With the entry's number: two figures of one period must differ.
                figure.breakdown = f"{ERASED} {entry.seq}"
                rows += 1
            rows += _erase_told(figure, ("source", "note"), told)
    session.flush()
    return rows


def _erase_edits(session: Session, entries: Sequence[Entry]) -> int:
    """Erase the new words of the edits that these entries asked for: they are a part of a row's JSON."""
    rows = 0
    for entry in entries:
        if (entry.subject, entry.field) != ("action", "edit_request"):
            continue
        query = select(EditRequest).where(
            col(EditRequest.action_id) == entry.subject_id, col(EditRequest.asked_at) == entry.at
        )
        for asked in session.scalars(query):
            gone = {name: (before, ERASED) for name, (before, _) in asked.changes.items()}
            asked.texts = json.dumps(gone, ensure_ascii=False, sort_keys=True)
            rows += 1
    session.flush()
    return rows


def _erase_told(row: Any, names: Sequence[str], told: str) -> int:
    """Erase those of a row's columns whose text stands in what an entry tells. Returns how many."""
    found = [name for name in names if getattr(row, name) and getattr(row, name) in told]
    for name in found:
        setattr(row, name, ERASED)
    return len(found)


def _erase_pending(session: Session, texts: Sequence[str]) -> int:
    """Delete the changes that wait for a confirmation and have one of these texts in them."""
    found = [
        pending
        for pending in session.scalars(select(PendingChange))
        if any(json.dumps(text, ensure_ascii=False)[1:-1] in pending.content for text in texts)
    ]
    for pending in found:
        session.delete(pending)
    session.flush()
    return len(found)


def _search_messages(
    session: Session, now: datetime, since: datetime, texts: Sequence[str], *, all_kinds: bool
) -> int:
    """Have the outbox search every message since then that may quote these texts. Returns how many."""
    key = secrets.token_hex(32)
    prints = [found for text in texts if (found := Fingerprint.of(text, key))]
    places = _posted_since(session, since, all_kinds=all_kinds) if prints else []
    if not places:
        return 0
    content = [[one.length, sorted(one.hashes)] for one in prints]
    erasure = Erasure(at=now, key=key, fingerprint=json.dumps(content))
    session.add(erasure)
    session.flush()
    for kind_id, channel in places:
        deliveries.enqueue(session, DeliveryKind.ERASURE, f"{erasure.id}:{kind_id}", channel, now)
    return len(places)


# The kinds that never quote what a person wrote. A new kind is searched until somebody says that here.
_NEVER_QUOTING = (
    DeliveryKind.REMINDER,
    DeliveryKind.REMINDER_CHASE,
    DeliveryKind.KPI,
    DeliveryKind.COVERAGE,
    DeliveryKind.MEETING,
)


def _posted_since(session: Session, since: datetime, *, all_kinds: bool) -> list[tuple[str, str]]:
    """The messages posted since then, each as what an erasure's occurrence names it by, with its channel."""
    sent = select(col(Delivery.id), col(Delivery.channel)).where(
        col(Delivery.sent_at) >= since,
        col(Delivery.ts).is_not(None),
        col(Delivery.kind) != DeliveryKind.ERASURE,
    )
    if not all_kinds:
        sent = sent.where(col(Delivery.kind).not_in(_NEVER_QUOTING))
    answers = select(col(PostedAnswer.id), col(PostedAnswer.channel)).where(
        col(PostedAnswer.at) >= since, col(PostedAnswer.ts).is_not(None)
    )
    found = [(f"d{one}", channel or "") for one, channel in session.connection().execute(sent)]
    return found + [(f"a{one}", channel) for one, channel in session.connection().execute(answers)]


def _out_of_reach(session: Session, since: datetime) -> list[str]:
    query = select(col(PostedAnswer.channel)).where(
        col(PostedAnswer.at) >= since, col(PostedAnswer.ts).is_(None)
    )
    return sorted(set(session.scalars(query)))


@dataclass(frozen=True)
class PostedPlace:
    """Where a posted message is. `delivery` is set for one that the bot sent by itself."""

    channel: str
    ts: str
    thread_ts: str | None
    delivery: Delivery | None


def posted_place(session: Session, occurrence: str) -> tuple[PostedPlace, list[Fingerprint]] | None:
    """The message that an erasure's delivery is about, and what to search it for. None if that is over."""
    number, _, name = occurrence.partition(":")
    erasure = session.get(Erasure, int(number))
    if erasure is None or erasure.key is None:
        return None
    prints = [
        Fingerprint(erasure.key, length, frozenset(hashes))
        for length, hashes in json.loads(erasure.fingerprint or "[]")
    ]
    if name.startswith("d"):
        sent = session.get(Delivery, name[1:])
        if sent is None or sent.channel is None or sent.ts is None:
            return None
        return PostedPlace(sent.channel, sent.ts, _thread_of(session, sent), sent), prints
    answer = session.get(PostedAnswer, int(name[1:]))
    if answer is None or answer.ts is None:
        return None
    return PostedPlace(answer.channel, answer.ts, answer.thread_ts, None), prints


def _thread_of(session: Session, sent: Delivery) -> str | None:
    """The thread that a message stands in: only answers to schools stand in one."""
    if sent.kind != DeliveryKind.SCHOOL_ANSWER:
        return None
    question = school_questions.question_of_answer(session, sent)
    if question is None or school_questions.is_private(sent, question):
        return None
    return question.thread_ts


def finished(session: Session) -> list[Erasure]:
    """The erasures whose messages have all been searched and that still have a fingerprint."""
    searching = list(session.scalars(select(Erasure).where(col(Erasure.key).is_not(None))))
    if not searching:
        return []
    waiting = select(col(Delivery.occurrence)).where(
        col(Delivery.kind) == DeliveryKind.ERASURE,
        col(Delivery.sent_at).is_(None),
        col(Delivery.failed_at).is_(None),
    )
    unfinished = {int(one.partition(":")[0]) for one in session.scalars(waiting)}
    return [erasure for erasure in searching if erasure.id not in unfinished]


def note_posted(session: Session, channel: str, thread_ts: str | None, at: datetime) -> int:
    """Keep that an answer is being posted in a channel. Returns the row's number for `note_ts`."""
    answer = PostedAnswer(channel=channel, thread_ts=thread_ts, at=at)
    session.add(answer)
    session.flush()
    return answer.id or 0


def note_ts(session: Session, number: int, ts: str) -> None:
    """Keep where the answer was posted, so that it can be taken down."""
    session.connection().execute(update(PostedAnswer).where(col(PostedAnswer.id) == number).values(ts=ts))
