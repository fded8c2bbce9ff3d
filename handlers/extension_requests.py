"""New dates: asking for one, and how it is decided."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from db import extension_requests
from db.errors import Refused
from db.models import Action
from handlers.core.approvals import Approvals
from handlers.core.dates import given_day
from handlers.core.requests import Request
from handlers.updates import change_action
from messages import extension_requests as render
from messages.blocks import Answer
from messages.updates import ChangeStamp

# A plan runs for one to three years: a later date is a slip in the year.
_LATEST_YEARS = 5


def due(request: Request, arguments: Mapping[str, Any]) -> Answer:
    day, written = given_day(request, arguments["due"], years=_LATEST_YEARS)
    return request_date(request, arguments["ref"], day, written, arguments.get("reason") or "")


def request_date(request: Request, ref: str, day: date, written: str, reason: str) -> Answer:
    """Ask for a new date. A coordinator's own request is approved at once. Raises `Refused`."""
    if day < request.today:
        raise Refused("Choose a date in the future.", field="date")

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        earlier = extension_requests.approved_count(action)
        asked, replaced = extension_requests.request_extension(
            session, request.author, action, day, written, reason
        )
        if request.is_coordinator:
            extension_requests.decide(session, request.author, asked, approve=True)
            return render.decided(asked, action)
        coordinators = sorted(request.services.coordinators)
        extension_requests.enqueue_request(session, asked, coordinators, request.author)
        return render.requested(asked, action, earlier, coordinators, stamp.act, replaced)

    return change_action(request, ref, f"wanted: due {written}; {reason}".strip("; "), make)


APPROVALS = Approvals(
    may_only="decide on a new date",
    load=extension_requests.load_request,
    decide=extension_requests.decide,
    enqueue_decision=extension_requests.enqueue_decision,
    decided=render.decided,
    form=render.refusal_form,
)
