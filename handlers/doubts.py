"""Doubts of imports that are stored: a coordinator answers them with a press or a form."""

from collections.abc import Mapping
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import doubts
from db.errors import Refused
from db.models import Doubt, DoubtAbout, Progress
from db.rules.doubts import due_value, leads_value, typed_leads
from db.rules.import_reports import file_place, open_doubt
from handlers.core.access import coordinators_only
from handlers.core.forms import form_choice, form_date, form_fields, form_metadata, form_text
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed, row_number
from messages import doubts as render
from messages.blocks import Answer

_UNKNOWN = "That doubt is settled already, or the plan was imported again."
_WHAT = "settle a doubt of an import"


def _doubt(session: Session, value: str) -> Doubt:
    number = row_number(value)
    found = None if number is None else doubts.doubt_by_id(session, number)
    if found is None:
        raise Refused(_UNKNOWN)
    return found


def settle(request: Request, value: str) -> Answer:
    """Settle a doubt with one of the answers offered: `NUMBER:ANSWER`."""
    number, _, answer = value.partition(":")
    return _settle(request, number, answer, is_offered=True)


def _settle(request: Request, number: str, answer: str, *, is_offered: bool) -> Answer:
    """Settle a doubt. `is_offered`: the answer has to be one of those offered; a button proves nothing."""
    coordinators_only(request, _WHAT)
    with request.writing() as session:
        found = _doubt(session, number)
        if is_offered and answer not in [value for _, value in open_doubt(found, request.today).choices]:
            raise Refused(_UNKNOWN)
        action, about, place = found.action, found.about, file_place(found)
        doubts.settle(session, request.author, found, answer)
        return render.settled(action or place, about, answer)


def form(request: Request, value: str, line: str | None) -> ModalView:
    coordinators_only(request, _WHAT)
    with request.reading() as session:
        found = open_doubt(_doubt(session, value), request.today)
        return render.doubt_form(found, doubt=value, line=line)


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Settle a doubt with what was filled in. Raises `Refused`."""
    coordinators_only(request, _WHAT)
    number = str(form_metadata(view).get("doubt"))
    with request.reading() as session:
        about = _doubt(session, number).about
    # It may ask Slack for names, which no transaction waits for.
    answer = answer_in_form(request, view, about)
    return _settle(request, number, answer, is_offered=False)


def answer_in_form(request: Request, view: Mapping[str, Any], about: DoubtAbout) -> str:
    """The answer in a form, as it is stored. Raises `Refused` for a field that is empty."""
    fields = form_fields(view)
    match about:
        case DoubtAbout.DUE:
            return due_value(form_date(fields, "date"))
        case DoubtAbout.STATUS:
            chosen = form_choice(fields, "progress") or ""
            if chosen not in list(Progress):
                raise Refused("Choose a status.", field="progress")
            return chosen
        case _:
            leads = typed_leads(as_typed(request.cleaned(form_text(fields, "note") or "")))
            if not leads:
                raise Refused("Write the role that leads it.", field="note")
            return leads_value(leads)
