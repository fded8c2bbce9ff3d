"""New dates: asking, and a coordinator's decision."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db import extension_requests
from db.errors import Refused
from db.models import Action
from handlers.core.access import coordinators_only
from handlers.core.grammar import row_number
from handlers.core.requests import Request
from handlers.updates import change_action
from messages import extension_requests as render
from messages.limits import Answer


def due(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Ask for a new date. A coordinator's own request is decided by being made."""
    day, written = arguments["due"]
    reason = arguments.get("reason") or ""
    if day < request.today:
        raise Refused("A new date has to be still to come.")

    def make(session: Session, action: Action) -> Answer:
        earlier = extension_requests.approved_count(action)
        asked = extension_requests.request_extension(session, request.author, action, day, written, reason)
        if request.is_coordinator:
            extension_requests.decide(session, request.author, asked, approve=True)
            return render.decided(asked, action)
        coordinators = sorted(request.services.coordinators)
        extension_requests.enqueue_request(session, asked, coordinators, request.author)
        return render.requested(asked, action, earlier, coordinators, request.author.act)

    return change_action(request, arguments["ref"], f"wanted: due {written}; {reason}".strip("; "), make)


def decide(requester: Request, request: str, *, approve: bool) -> Answer:
    """Approve or refuse a request. Raises `Refused` for anybody but a coordinator."""
    coordinators_only(requester, "Only a coordinator decides on a new date.")
    with requester.writing() as session:
        number = row_number(request)
        asked = None if number is None else extension_requests.load_request(session, number)
        if asked is None:
            raise Refused("That request is not known here.")
        if not asked.pending:
            return render.decided(asked, asked.action)
        extension_requests.decide(session, requester.author, asked, approve=approve)
        extension_requests.enqueue_decision(session, asked, requester.author)
        return render.decided(asked, asked.action)
