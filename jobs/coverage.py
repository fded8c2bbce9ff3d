"""The question to a member of a register whether an action has reached them."""

from sqlmodel import Session

from db.coverage import question_of
from db.models import Delivery
from jobs.tick_context import TickContext
from messages import coverage as render
from messages.blocks import Answer


def build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    """The question; None where they are covered by now, or the action is gone."""
    asked = question_of(session, delivery)
    if asked is None or asked.covered is not None:
        return None
    return render.question(asked.action, asked.member.name, delivery.id)
