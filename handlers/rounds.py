"""Rounds of actions that recur: the button that ends them."""

from db.models import Progress
from handlers.core.requests import Request
from handlers.updates import UpdateFields, record_update
from messages.blocks import Answer


def finish_for_good(request: Request, ref: str) -> Answer:
    """Close an action that recurs: its rounds are over."""
    return record_update(request, ref, UpdateFields(Progress.COMPLETE, None, "", None, for_good=True))
