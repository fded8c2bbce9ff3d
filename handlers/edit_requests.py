"""Edits that leads ask for: asking for one, and how it is decided."""

from collections.abc import Mapping

from sqlmodel import Session

from db import edit_requests
from db.models import Action, EditRequest
from handlers.core.approvals import Approvals
from handlers.core.requests import Request
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


def _load(session: Session, row: int) -> EditRequest | None:
    return session.get(EditRequest, row)


APPROVALS = Approvals(
    may_only="decide on an edit",
    load=_load,
    decide=edit_requests.decide,
    enqueue_decision=edit_requests.enqueue_decision,
    decided=render.decided,
    form=render.refusal_form,
)
