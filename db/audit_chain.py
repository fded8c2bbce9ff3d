"""The hash chain of the audit log: what an entry's hash covers, and whether the chain holds.

The hash covers the text of an entry by its salted digest, so that a text can be erased for good and the
chain still holds.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.models import ERASED, AuditLogHead, Entry

GENESIS = "0" * 64
# An entry about another one: its text was erased, for the reason in the note.
ERASURE_SUBJECT, ERASURE_FIELD = "entry", "erased"
# The order is part of the hash: changing it would break every chain that is stored.
_HASHED_COLUMNS = ("who", "channel", "act", "subject", "subject_id", "field", "undoes")
# Fields whose values are dates, Slack IDs or words of a fixed list. The values of all others are text.
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
        "round",
        "last_round_on",
        "removed_on",
        "due_request",
        "due_decision",
        "asked",
        "decision",
        "audience",
        "plan",
    ]
)


# `json.dumps` would make an encoder for each entry.
_as_json = json.JSONEncoder(ensure_ascii=False).encode


def seal(row: dict[str, Any]) -> None:
    """Complete the columns of a new entry: its salt and, last, its hash."""
    has_values = row["before"] is not None or row["after"] is not None
    row["text_has_values"] = has_values and row["field"] not in _FIELDS_WITHOUT_TEXT
    row["salt"] = secrets.token_hex(16) if any(_texts(row)) or row["text_has_values"] else None
    row["erased_digest"] = None
    row["hash"] = entry_hash(row)


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over the hash before it and everything in it, as JSON."""
    content = [
        entry["previous"],
        entry["seq"],
        entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        *(entry[name] for name in _HASHED_COLUMNS),
        split_ref(entry)[0],
        entry["text_has_values"],
        None if entry["text_has_values"] else [entry["before"], entry["after"]],
        entry["erased_digest"] or text_digest(entry),
    ]
    return hashlib.sha256(_as_json(content).encode()).hexdigest()


def _hash_or_none(entry: Mapping[str, Any]) -> str | None:
    """The hash of a stored entry; None where it holds what the bot never writes. SQLite takes anything."""
    try:
        return entry_hash(entry)
    except (AttributeError, TypeError, ValueError):
        return None


def text_digest(entry: Mapping[str, Any]) -> str:
    """The digest of an entry's text with its salt; empty for an entry without a text."""
    texts = _texts(entry)
    if entry["salt"] is None and not any(texts):
        return ""
    return hashlib.sha256(_as_json([entry["salt"], *texts]).encode()).hexdigest()


def split_ref(entry: Mapping[str, Any]) -> tuple[str, str]:
    """An entry's reference, and the text in it: a KPI's breakdown, which a person may have typed."""
    if entry["subject"] != "kpi":
        return entry["ref"], ""
    ref, _, breakdown = entry["ref"].partition(" ")
    return ref, breakdown


def _texts(entry: Mapping[str, Any]) -> list[str | None]:
    """The texts of an entry: its note, a breakdown in its reference, and its values where they are text."""
    values = (entry["before"], entry["after"]) if entry["text_has_values"] else ()
    return [entry["note"], split_ref(entry)[1], *values]


def erased_values(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns of an entry hold once its text is erased. The hash stays the same."""
    names = ("note", "before", "after") if entry["text_has_values"] else ("note",)
    texts = {name: ERASED if entry[name] else entry[name] for name in names}
    ref, breakdown = split_ref(entry)
    texts["ref"] = f"{ref} {ERASED}" if breakdown else ref
    return {**texts, "salt": None, "erased_digest": text_digest(entry)}


@dataclass(frozen=True)
class ChainReport:
    """How many entries are intact, how many of them have no text any more, and the first fault."""

    intact: int
    erased: int
    fault: str | None


def verify(session: Session) -> ChainReport:
    """Walk the chain.

    Finds an entry that was altered, removed, inserted or moved, and a text that is gone without an entry
    that says so. The end of the chain is stored apart from the entries, so that a missing last entry is
    found too.
    """
    columns = list(Entry.__table__.columns)  # type: ignore[attr-defined]
    recorded = set(
        session.connection()
        .execute(
            select(col(Entry.subject_id)).where(
                col(Entry.subject) == ERASURE_SUBJECT, col(Entry.field) == ERASURE_FIELD
            )
        )
        .scalars()
    )
    query = select(*columns).order_by(col(Entry.seq)).execution_options(yield_per=1000)
    with session.connection().execute(query) as rows:
        report, last = _walk((dict(row) for row in rows.mappings()), recorded)
    head = session.connection().execute(select(col(AuditLogHead.seq), col(AuditLogHead.hash))).one()
    if report.fault is None and tuple(head) != (report.intact, last):
        fault = f"the record ends at entry {report.intact}, but more entries were written"
        return ChainReport(report.intact, report.erased, fault)
    return report


def _walk(entries: Iterable[Mapping[str, Any]], recorded: set[int | None]) -> tuple[ChainReport, str]:
    """The report on the entries from the first on, and the hash of the last that is intact.

    `recorded` has the numbers of the entries whose text was erased by the bot.
    """
    previous, count, erased = GENESIS, 0, 0
    for entry in entries:
        fault = _fault_of(entry, count + 1, previous, recorded)
        if fault is not None:
            return ChainReport(count, erased, fault), previous
        previous, count = entry["hash"], count + 1
        erased += entry["erased_digest"] is not None
    return ChainReport(count, erased, None), previous


def _fault_of(entry: Mapping[str, Any], number: int, previous: str, recorded: set[int | None]) -> str | None:
    if entry["seq"] != number:
        return f"entry {number} is missing: entry {entry['seq']} follows {number - 1}"
    named = f"entry {number} ({entry['ref']}, {entry['field']})"
    if entry["previous"] != previous or entry["hash"] != _hash_or_none(entry):
        return f"{named} was altered"
    if entry["erased_digest"] is None:
        return None
    if number not in recorded:
        return f"the text of {named} is gone, and no entry says who erased it"
    texts = set(_texts(entry))
    return None if texts <= {"", None, ERASED} else f"{named} was altered: its erased text is back"
