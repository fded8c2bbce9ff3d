"""New dates: asked for by a lead, decided by a coordinator, the original kept for ever."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Change, Said
from db.deliveries import owe
from db.errors import Refused
from db.models import Action, DueKind, DueRequest, Entry
from db.plans import everything_of_an_action
from db.updates import qualified


def ask(session: Session, said: Said, action: Action, day: date, as_written: str, reason: str) -> DueRequest:
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
        asked_by=said.who,
        asked_at=said.at,
    )
    action.due_requests.append(asked)
    session.flush()
    before = action.due or action.due_as_written
    audit_log.append(
        session,
        said,
        [
            Change("due_request", asked.id, qualified(action), "asked", before, day, reason),
            Change("action", action.id, qualified(action), "due_request", before, day, reason),
        ],
    )
    return asked


def tell(session: Session, asked: DueRequest, people: list[str], said: Said) -> None:
    """Owe each of these people a message about the request, once for each act that calls for it."""
    for person in people:
        owe(session, "due_request", f"{asked.id}:{said.act}", person, said.at)


def owe_decision(session: Session, asked: DueRequest, said: Said) -> None:
    """Owe whoever asked a message about what was decided, or that a decision was taken back."""
    owe(session, "due_decision", f"{asked.id}:{said.act}", asked.asked_by, said.at)


def reopened(session: Session, entries: Sequence[Entry]) -> list[DueRequest]:
    """The requests whose decision was among the entries and which wait again."""
    ids = [e.subject_id for e in entries if (e.subject, e.field) == ("due_request", "decision")]
    found = [session.get(DueRequest, one) for one in ids]
    return [asked for asked in found if asked is not None and asked.pending]


def changes_before(action: Action) -> int:
    """How many times the date was moved already."""
    return sum(1 for asked in action.due_requests if asked.decision == "granted")


def load(session: Session, request_id: int) -> DueRequest | None:
    """A request with its action and everything about that."""
    asked = session.get(DueRequest, request_id)
    if asked is not None:
        query = select(Action).where(Action.id == asked.action_id)
        session.exec(query.options(*everything_of_an_action())).one()
    return asked


def decide(session: Session, said: Said, asked: DueRequest, *, grant: bool) -> None:
    """Grant or refuse a new date, once. Raises `Refused` when it is decided already."""
    locked = session.exec(select(DueRequest).where(col(DueRequest.id) == asked.id).with_for_update()).one()
    if not locked.pending:
        raise Refused(f"That request was {locked.decision} already.")
    locked.decision = "granted" if grant else "refused"
    locked.decided_by, locked.decided_at = said.who, said.at
    action = locked.action
    name = qualified(action)
    decided = [
        Change("due_request", locked.id, name, "decision", None, locked.decision),
        Change("action", action.id, name, "due_decision", locked.asked_due, locked.decision),
    ]
    audit_log.append(session, said, decided)
    if grant:
        values = {
            "due": locked.asked_due,
            "due_kind": DueKind.BY,
            "due_as_written": locked.asked_as_written,
        }
        audit_log.set_fields(session, said, action, name, values, locked.reason)
