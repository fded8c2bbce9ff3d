"""Edits that leads ask for: asking for one, and a coordinator's decision."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db import edit_requests
from db.errors import Refused
from db.models import Action, EditRequest
from handlers.core.access import coordinators_only
from handlers.core.forms import form_fields, form_metadata, form_text
from handlers.core.replies import Reply
from handlers.core.requests import Request
from handlers.core.typed_text import row_number
from messages import edit_requests as render
from messages.blocks import Answer
from messages.updates import ChangeStamp


def ask(
    session: Session, request: Request, action: Action, texts: Mapping[str, str], stamp: ChangeStamp
) -> Answer:
    """Ask the coordinators for new words of an action. Raises `Refused`."""
    asked = edit_requests.request_edit(session, request.author, action, texts)
    coordinators = sorted(request.services.coordinators)
    edit_requests.enqueue_request(session, asked, coordinators, request.author)
    return render.requested(asked, action, coordinators, stamp)


def _load(session: Session, number: str) -> EditRequest:
    row = row_number(number)
    asked = None if row is None else session.get(EditRequest, row)
    if asked is None:
        raise Refused("I can't find that request any more.")
    return asked


def approve(request: Request, number: str) -> Answer:
    return _decide(request, number, approve=True)


def refusal_form(request: Request, number: str, line: str | None) -> Reply:
    """The form that asks why; what was decided, where somebody has decided since."""
    coordinators_only(request, "decide on an edit")
    with request.reading() as session:
        asked = _load(session, number)
        if not asked.pending:
            return render.decided(asked, asked.action)
        return render.refusal_form(asked, asked.action, line)


def submit_refusal(request: Request, view: Mapping[str, Any]) -> Answer:
    """Refuse an edit for the reason that the form gives. Raises `Refused` without one."""
    reason = form_text(form_fields(view), "note")
    if not reason:
        raise Refused("Say why, so that the lead knows what to do.", field="note")
    return _decide(request, str(form_metadata(view).get("request")), approve=False, reason=reason)


def _decide(request: Request, number: str, *, approve: bool, reason: str = "") -> Answer:
    coordinators_only(request, "decide on an edit")
    with request.writing() as session:
        asked = _load(session, number)
        if asked.pending:
            edit_requests.decide(session, request.author, asked, approve=approve, reason=reason)
            edit_requests.enqueue_decision(session, asked, request.author)
        return render.decided(asked, asked.action)
