"""Messages about edits that leads ask for: to the coordinators who decide, and to the person who asked."""

from sqlmodel import Session

from db.models import Delivery, EditRequest
from jobs.tick_context import TickContext
from messages import edit_requests as render
from messages.blocks import Answer


def _request_of(session: Session, delivery: Delivery) -> EditRequest | None:
    """The request that a delivery is about: its occurrence is the request's id, a colon and the act."""
    return session.get(EditRequest, int(delivery.occurrence.partition(":")[0]))


def build_request(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The request; None if it was decided or withdrawn before the message went out."""
    request = _request_of(session, delivery)
    if request is None or not request.pending:
        return None
    return render.to_decide(request, request.action)


def build_decision(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The decision, or that it was taken back and the request waits again."""
    request = _request_of(session, delivery)
    if request is None:
        return None
    if request.pending:
        return render.reopened(request, request.action)
    return render.decided(request, request.action)
