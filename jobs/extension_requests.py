"""Messages about new dates: to the coordinators who decide, and to the person who asked."""

from sqlmodel import Session

from db import extension_requests
from db.models import Delivery, DueRequest
from jobs.tick_context import TickContext
from messages import extension_requests as render
from messages.blocks import Answer


def _load_request(session: Session, delivery: Delivery) -> DueRequest | None:
    """The request that a delivery is about: its occurrence is the request's id, a colon and the act."""
    return extension_requests.load_request(session, int(delivery.occurrence.partition(":")[0]))


def build_request(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The request; None if it was decided or withdrawn before the message went out."""
    request = _load_request(session, delivery)
    if request is None or not request.pending:
        return None
    return render.to_decide(request, request.action)


def build_decision(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The decision, or that it was undone and the request is pending again."""
    request = _load_request(session, delivery)
    if request is None:
        return None
    if request.pending:
        return render.reopened(request, request.action)
    return render.decided(request, request.action)
