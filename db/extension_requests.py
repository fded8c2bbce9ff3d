"""New dates: asked for by a lead, decided by a coordinator, the original kept for ever."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.deliveries import enqueue
from db.errors import Refused
from db.models import Action, DueKind, DueRequest, Entry
from db.plans import action_load_options


def request_extension(
    session: Session, author: Author, action: Action, day: date, as_written: str, reason: str
) -> DueRequest:
    """Ask for a new date. An earlier request that is still open is replaced. Raises `Refused`."""
    if action.due_kind in (DueKind.FROM, DueKind.ONGOING):
        raise Refused(f"{action.ref} runs on and has no end to move.")
    if day == action.due and action.due_kind is DueKind.BY:
        raise Refused(f"{action.ref} is due on that day already.")
    earlier = action.pending_request()
    if earlier is not None:
        earlier.decision = "replaced"
    asked = DueRequest(
        action_id=action.id,
        current_due=action.due,
        current_as_written=action.due_as_written,
        asked_due=day,
        asked_as_written=as_written,
        reason=reason,
        asked_by=author.who,
        asked_at=author.at,
    )
    action.due_requests.append(asked)
    session.flush()
    before = action.due or action.due_as_written
    audit_log.append(
        session,
        author,
        [
            Change("due_request", asked.id, action.qualified_ref, "asked", before, day, reason),
            Change("action", action.id, action.qualified_ref, "due_request", before, day, reason),
        ],
    )
    return asked


def enqueue_request(session: Session, asked: DueRequest, people: list[str], author: Author) -> None:
    """Owe each of these people a message about the request, once for each act that calls for it."""
    for person in people:
        enqueue(session, "due_request", f"{asked.id}:{author.act}", person, author.at)


def enqueue_decision(session: Session, asked: DueRequest, author: Author) -> None:
    """Owe whoever asked a message about what was decided, or that a decision was taken back."""
    enqueue(session, "due_decision", f"{asked.id}:{author.act}", asked.asked_by, author.at)


def reopened_requests(session: Session, entries: Sequence[Entry]) -> list[DueRequest]:
    """The requests whose decision was among the entries and which wait again."""
    ids = [e.subject_id for e in entries if (e.subject, e.field) == ("due_request", "decision")]
    found = [session.get(DueRequest, one) for one in ids]
    return [asked for asked in found if asked is not None and asked.pending]


def approved_count(action: Action) -> int:
    """How many times the date was moved already."""
    return sum(1 for asked in action.due_requests if asked.decision == "approved")


def load_request(session: Session, request_id: int) -> DueRequest | None:
    """A request with its action and everything about that."""
    asked = session.get(DueRequest, request_id)
    if asked is not None:
        query = select(Action).where(Action.id == asked.action_id)
        session.exec(query.options(*action_load_options())).one()
    return asked


def decide(session: Session, author: Author, asked: DueRequest, *, approve: bool) -> None:
    """Approve or refuse a new date, once. Raises `Refused` when it is decided already."""
    locked = session.exec(select(DueRequest).where(col(DueRequest.id) == asked.id).with_for_update()).one()
    if not locked.pending:
        raise Refused(f"That request was {locked.decision} already.")
    locked.decision = "approved" if approve else "refused"
    locked.decided_by, locked.decided_at = author.who, author.at
    action = locked.action
    name = action.qualified_ref
    decided = [
        Change("due_request", locked.id, name, "decision", None, locked.decision),
        Change("action", action.id, name, "due_decision", locked.asked_due, locked.decision),
    ]
    audit_log.append(session, author, decided)
    if approve:
        values = {
            "due": locked.asked_due,
            "due_kind": DueKind.BY,
            "due_as_written": locked.asked_as_written,
        }
        audit_log.set_fields(session, author, action, name, values, locked.reason)
