"""New dates: asking for one, and a coordinator's decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from db import extension_requests
from db.errors import Refused
from db.models import Action, DueRequest
from handlers.core.access import coordinators_only
from handlers.core.dates import given_day
from handlers.core.forms import form_fields, form_metadata, form_text
from handlers.core.replies import Reply
from handlers.core.requests import Request
from handlers.core.typed_text import row_number
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


def _load(session: Session, number: str) -> DueRequest:
    row = row_number(number)
    asked = None if row is None else extension_requests.load_request(session, row)
    if asked is None:
        raise Refused("I can't find that request any more.")
    return asked


def approve(request: Request, number: str) -> Answer:
    return decide(request, number, approve=True)


def refusal_form(request: Request, number: str, line: str | None) -> Reply:
    """The form that asks why; what was decided, where somebody has decided since.

    `line` is the command of the list that the button stands in.
    """
    coordinators_only(request, "decide on a new date")
    with request.reading() as session:
        asked = _load(session, number)
        if not asked.pending:
            return render.decided(asked, asked.action)
        return render.refusal_form(asked, asked.action, line)


def submit_refusal(request: Request, view: Mapping[str, Any]) -> Answer:
    """Refuse a new date for the reason that the form gives. Raises `Refused` without one."""
    reason = form_text(form_fields(view), "note")
    if not reason:
        raise Refused("Say why, so that the lead knows what to do.", field="note")
    return decide(request, str(form_metadata(view).get("request")), approve=False, reason=reason)


def decide(request: Request, number: str, *, approve: bool, reason: str = "") -> Answer:
    """Approve or refuse a request, by its row's number. Raises `Refused` for others than coordinators."""
    coordinators_only(request, "decide on a new date")
    with request.writing() as session:
        asked = _load(session, number)
        if not asked.pending:
            return render.decided(asked, asked.action)
        extension_requests.decide(session, request.author, asked, approve=approve, reason=reason)
        extension_requests.enqueue_decision(session, asked, request.author)
        return render.decided(asked, asked.action)
