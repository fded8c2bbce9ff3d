"""Messages to those who may sign an action off."""

from sqlmodel import Session

from db import actions, sign_offs
from db.models import Delivery
from jobs.tick_context import TickContext
from messages import sign_offs as render
from messages.blocks import Answer


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """What waits; None if it was signed off or reopened before the message went out."""
    number = int(delivery.occurrence.partition(":")[0])
    found = actions.load_actions(session, [number])
    if not found or not sign_offs.awaits_sign_off(found[0]):
        return None
    return render.to_sign_off(found[0], sign_offs.completed_by(session, found[0]))
