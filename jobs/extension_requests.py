"""Messages about new dates: to the coordinators who decide, and to whoever asked."""

from sqlmodel import Session

from db import extension_requests
from db.models import Delivery, DueRequest
from jobs.tick_context import TickContext
from messages import extension_requests as render
from messages.limits import Answer


def _asked(session: Session, delivery: Delivery) -> DueRequest | None:
    """The request that a delivery is about: its occurrence is the request and the act."""
    return extension_requests.load_request(session, int(delivery.occurrence.partition(":")[0]))


def ask_to_decide(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The request, unless it was decided or withdrawn before the message went out."""
    asked = _asked(session, delivery)
    if asked is None or not asked.pending:
        return None
    return render.to_decide(asked, asked.action)


def tell_decision(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """What was decided, or that the decision was taken back and the request waits again."""
    asked = _asked(session, delivery)
    if asked is None:
        return None
    return render.waits_again(asked, asked.action) if asked.pending else render.decided(asked, asked.action)
