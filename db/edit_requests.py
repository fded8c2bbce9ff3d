"""Edits that a lead asks for: the action keeps its wording until a coordinator approves."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, select

from db import audit_log, plan_edits
from db.audit_log import Author, Change
from db.deliveries import DeliveryKind, enqueue
from db.errors import Refused
from db.models import ERASED, Action, EditRequest, Entry, Plan, Section


def request_edit(session: Session, author: Author, action: Action, texts: Mapping[str, str]) -> EditRequest:
    """Ask for new words of an action's parts, by the names of `WORDINGS`. Raises `Refused`.

    A request of the same person that still waits is replaced, in the parts that this one does not name too.
    """
    changes = {name: [plan_edits.wording(action, name), text] for name, text in texts.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        raise Refused(f"{action.ref} says that already.")
    if "rhythm" in changes:
        plan_edits.checked_rhythm(changes["rhythm"][1])
    for earlier in pending_of(session, action):
        if earlier.asked_by == author.who:
            changes = {**json.loads(earlier.texts), **changes}
            earlier.decision, earlier.decided_by, earlier.decided_at = "replaced", author.who, author.at
    request = EditRequest(
        action_id=action.id or 0,
        texts=json.dumps(changes, ensure_ascii=False, sort_keys=True),
        asked_by=author.who,
        asked_at=author.at,
    )
    session.add(request)
    session.flush()
    asked = {name: after for name, (_, after) in changes.items()}
    ref = action.qualified_ref
    audit_log.append(
        session,
        author,
        [
            # The words stand in the action's own entry alone, from which they can be erased.
            Change("edit_request", request.id, ref, "asked"),
            Change("action", action.id, ref, "edit_request", None, asked),
        ],
    )
    session.refresh(request)
    return request


def pending_of(session: Session, action: Action) -> list[EditRequest]:
    query = select(EditRequest).where(EditRequest.action_id == action.id, col(EditRequest.decision).is_(None))
    return list(session.exec(query.order_by(col(EditRequest.id))))


def pending_edits(session: Session, plan: Plan | None) -> list[EditRequest]:
    """The edits that wait in a plan, or in all plans, the oldest first."""
    place = joinedload(EditRequest.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    query = (
        select(EditRequest)
        .join(Action)
        .where(col(EditRequest.decision).is_(None), col(Action.removed_on).is_(None))
    )
    if plan is not None:
        query = query.where(Action.plan_id == plan.id)
    return list(session.exec(query.order_by(col(EditRequest.asked_at)).options(place)))


def decide(
    session: Session, author: Author, request: EditRequest, *, approve: bool, reason: str = ""
) -> None:
    """Approve an edit, which rewords the action, or refuse it.

    Raises `Refused` where it is decided already, or where somebody changed these words since.
    """
    query = select(EditRequest).where(col(EditRequest.id) == request.id)
    locked = session.exec(query.with_for_update()).one()
    if not locked.pending:
        raise Refused(f"That edit was already {locked.decision}.")
    action = locked.action
    if approve and any(after == ERASED for _, after in locked.changes.values()):
        raise Refused("The words of that edit were erased since. Refuse it, or let the lead ask again.")
    if approve:
        for name, (before, _) in locked.changes.items():
            if plan_edits.wording(action, name) != before:
                raise Refused(
                    f"Somebody changed the {name} of {action.ref} since that was asked. Refuse it, or let "
                    "the lead ask again."
                )
    locked.decision = "approved" if approve else "refused"
    locked.decided_by, locked.decided_at, locked.decision_reason = author.who, author.at, reason
    ref = action.qualified_ref
    audit_log.append(
        session,
        author,
        [
            Change("edit_request", locked.id, ref, "decision", None, locked.decision, reason),
            Change("action", action.id, ref, "edit_decision", None, locked.decision, reason),
        ],
    )
    if approve:
        new = {name: after for name, (_, after) in locked.changes.items()}
        plan_edits.reword(session, author, action, new)
    session.flush()


def enqueue_request(session: Session, request: EditRequest, people: Sequence[str], author: Author) -> None:
    """Tell each of these people of the request, once for each act of the author."""
    for person in people:
        if person != author.who:
            enqueue(session, DeliveryKind.EDIT_REQUEST, f"{request.id}:{author.act}", person, author.at)


def enqueue_decision(session: Session, request: EditRequest, author: Author) -> None:
    """Tell the person who asked that it was decided, or that a decision was taken back."""
    if request.asked_by != author.who:
        occurrence = f"{request.id}:{author.act}"
        enqueue(session, DeliveryKind.EDIT_DECISION, occurrence, request.asked_by, author.at)


def take_back(session: Session, entry: Entry) -> None:
    """Withdraw a request, or the decision on one, which then waits again. Raises `Refused`."""
    request = session.get(EditRequest, entry.subject_id)
    if request is None or (entry.field == "asked" and not request.pending):
        raise Refused(f"{entry.ref}: that edit was {request.decision if request else 'removed'} since.")
    if entry.field == "asked":
        request.decision = "withdrawn"
    else:
        request.decision = request.decided_by = request.decided_at = None
        request.decision_reason = ""


def reopened(session: Session, entries: Sequence[Entry]) -> list[EditRequest]:
    """The requests that wait again, because what decided them was undone by these entries."""
    decided = [entry for entry in entries if (entry.subject, entry.field) == ("edit_request", "decision")]
    found = [session.get(EditRequest, entry.subject_id) for entry in decided]
    return [one for one in found if one is not None and one.pending]
