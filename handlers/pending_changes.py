"""What somebody wrote in a thread, read as an update and recorded once they confirm it."""

from dataclasses import asdict, dataclass, replace

from sqlmodel import Session

from db import pending_changes
from db.errors import Refused
from db.models import Progress
from handlers.core.readers import read_status_word
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed, split_evidence
from handlers.updates import UpdateFields, record_note, record_update, split_note
from messages.blocks import Answer


@dataclass(frozen=True)
class ReplyFields:
    """What a reply in a thread would record: a status with its note and evidence, or a note alone."""

    progress: Progress | None
    note: str
    evidence: str | None = None
    for_good: bool = False


def read_reply(text: str) -> ReplyFields:
    """Read a cleaned reply as `/action update` reads the words after its reference. Raises `Refused`."""
    progress, rest = read_status_word(text)
    if progress is None:
        return ReplyFields(None, as_typed(text).strip())
    note, evidence = split_evidence(as_typed(rest).strip(" \t\n:,-–—") or None)
    for_good, note = split_note(progress, note, after_colon=rest.lstrip()[:1] == ":")
    return ReplyFields(progress, note, evidence, for_good)


def save_reply(session: Session, request: Request, fields: ReplyFields) -> str:
    """Keep a reply until its author confirms it; returns the pending row's id."""
    return pending_changes.save_pending(session, request.author, pending_changes.REPLY, asdict(fields))


def record_reply(request: Request, pending_id: str, ref: str) -> Answer:
    """Record a reply that its author confirms, on the action they chose."""
    with request.reading() as session:
        found = pending_changes.find_pending(session, request.author, pending_changes.REPLY, pending_id)
    if found is None:
        raise Refused("That reply is no longer waiting. Please write it again.")
    fields = ReplyFields(**found)
    # One reply is recorded once, whichever of its buttons is pressed and however often.
    request = replace(request, key=f"pending:{pending_id}")
    if fields.progress is None:
        return record_note(request, ref, fields.note)
    return record_update(
        request,
        ref,
        UpdateFields(Progress(fields.progress), None, fields.note, fields.evidence, fields.for_good),
    )
