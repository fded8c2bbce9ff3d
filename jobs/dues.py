"""Messages about new dates: to the coordinators who decide, and to whoever asked."""

from sqlmodel import Session

from db import dues
from db.models import Delivery
from messages import dues as tell
from messages.limits import Answer


def ask_to_decide(session: Session, delivery: Delivery) -> Answer | None:
    """The request, unless it was decided or withdrawn before the message went out."""
    asked = dues.load(session, int(delivery.occurrence))
    if asked is None or not asked.pending:
        return None
    return tell.to_decide(asked, asked.action)


def tell_decision(session: Session, delivery: Delivery) -> Answer | None:
    asked = dues.load(session, int(delivery.occurrence))
    return None if asked is None or asked.pending else tell.decided(asked, asked.action)
