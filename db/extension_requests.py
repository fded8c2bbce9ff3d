"""Requests for a new due date: a lead asks, a coordinator decides. The original date is always kept."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change
from db.deliveries import DeliveryKind, enqueue
from db.errors import Refused
from db.models import Action, DueKind, DueRequest, Entry
from db.plans import action_load_options
from db.rules.dates import day_text


def request_extension(
    session: Session, author: Author, action: Action, day: date, as_written: str, reason: str
) -> tuple[DueRequest, DueRequest | None]:
    """Request a new due date. Returns the request, and the open one that it replaces. Raises `Refused`."""
    # A round may be over with no date known for the next: then somebody can give one.
    if action.due_kind in (DueKind.FROM, DueKind.ONGOING) and action.last_round_on is None:
        raise Refused(f"{action.ref} is ongoing, so it has no end to move.", field="date")
    if day == action.due and action.due_kind is DueKind.BY:
        raise Refused(f"{action.ref} is already due on that day.", field="date")
    earlier = action.pending_request()
    if earlier is not None and earlier.asked_due == day and earlier.asked_by == author.who:
        raise Refused(
            f"You have asked for {day_text(day)} already. It waits for a coordinator.", field="date"
        )
    if earlier is not None:
        # Who replaced it and when tells what to open again if that is undone.
        earlier.decision, earlier.decided_by, earlier.decided_at = "replaced", author.who, author.at
    request = DueRequest(
        action_id=action.id,
        current_due=action.due,
        current_as_written=action.due_as_written,
        asked_due=day,
        asked_as_written=as_written,
        reason=reason,
        asked_by=author.who,
        asked_at=author.at,
    )
    action.due_requests.append(request)
    session.flush()
    before = action.due or action.due_as_written
    audit_log.append(
        session,
        author,
        [
            Change("due_request", request.id, action.qualified_ref, "asked", before, day, reason),
            Change("action", action.id, action.qualified_ref, "due_request", before, day, reason),
        ],
    )
    if earlier is not None and earlier.asked_by != author.who:
        enqueue_decision(session, earlier, author)
    return request, earlier


def enqueue_request(session: Session, request: DueRequest, people: list[str], author: Author) -> None:
    """Send each of these people a message about the request, once for each act of the author."""
    for person in people:
        enqueue(session, DeliveryKind.DUE_REQUEST, f"{request.id}:{author.act}", person, author.at)


def enqueue_decision(session: Session, request: DueRequest, author: Author) -> None:
    """Send the person who made the request a message that it was decided, or that a decision was undone."""
    enqueue(session, DeliveryKind.DUE_DECISION, f"{request.id}:{author.act}", request.asked_by, author.at)


def reopened_requests(session: Session, entries: Sequence[Entry]) -> list[DueRequest]:
    """The requests that wait again, because what decided or replaced them was undone by these entries."""
    decided = [entry for entry in entries if (entry.subject, entry.field) == ("due_request", "decision")]
    asked = [entry for entry in entries if (entry.subject, entry.field) == ("due_request", "asked")]
    requests = [session.get(DueRequest, entry.subject_id) for entry in decided]
    for entry in asked:
        withdrawn = session.get(DueRequest, entry.subject_id)
        # The person who withdrew it need not be told what they had asked for before.
        earlier = withdrawn.action.pending_request() if withdrawn is not None else None
        requests += [earlier] if earlier is not None and earlier.asked_by != entry.who else []
    return [request for request in requests if request is not None and request.pending]


def reopen_replaced(withdrawn: DueRequest) -> None:
    """Let the request wait again that a withdrawn one had replaced; not one that was replaced before."""
    for other in withdrawn.action.due_requests:
        by_this = (other.decided_by, other.decided_at) == (withdrawn.asked_by, withdrawn.asked_at)
        if other.decision == "replaced" and by_this:
            other.decision = other.decided_by = other.decided_at = None


def approved_count(action: Action) -> int:
    """How many requests for a new date were approved."""
    return sum(1 for request in action.due_requests if request.decision == "approved")


def load_request(session: Session, request_id: int) -> DueRequest | None:
    """A request with its action and everything about the action."""
    request = session.get(DueRequest, request_id)
    if request is not None:
        # Loads the rows into the session, where `request.action` finds them.
        query = select(Action).where(Action.id == request.action_id)
        session.exec(query.options(*action_load_options())).one()
    return request


def decide(session: Session, author: Author, request: DueRequest, *, approve: bool, reason: str = "") -> None:
    """Approve or refuse a new date, for a reason. Raises `Refused` where the request is decided already."""
    locked = session.exec(select(DueRequest).where(col(DueRequest.id) == request.id).with_for_update()).one()
    if not locked.pending:
        raise Refused(f"That request was already {locked.decision}.")
    if approve and locked.current_due != locked.action.due:
        raise Refused(
            f"The date of {locked.action.ref} has changed since that was asked, so it can't be approved. "
            "Refuse it, or let the lead ask again."
        )
    locked.decision = "approved" if approve else "refused"
    locked.decided_by, locked.decided_at, locked.decision_reason = author.who, author.at, reason
    action = locked.action
    ref = action.qualified_ref
    changes = [
        Change("due_request", locked.id, ref, "decision", None, locked.decision, reason),
        Change("action", action.id, ref, "due_decision", locked.asked_due, locked.decision, reason),
    ]
    audit_log.append(session, author, changes)
    if approve:
        values = {
            "due": locked.asked_due,
            "due_kind": DueKind.BY,
            "due_as_written": locked.asked_as_written,
        }
        audit_log.set_fields(session, author, action, ref, values, locked.reason)
