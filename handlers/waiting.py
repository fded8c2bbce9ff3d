"""What waits for a coordinator."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db import sign_offs
from db.models import Action, Plan
from db.waiting import find_waiting
from handlers.actions import resolve_plan
from handlers.core.requests import Request
from messages import waiting as render
from messages.blocks import Answer


def waiting(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Everything that waits in a plan, or in all plans, each with its button for those who may press it."""
    with request.reading() as session:
        code = arguments.get("code")
        plan = resolve_plan(session, request, code) if code else None
        return waiting_in(session, request, plan, f"/plan waiting{f' {plan.code}' if plan else ''}")


def waiting_in(session: Session, request: Request, plan: Plan | None, line: str) -> Answer:
    """The same for a plan or for all; `line` redraws what the answer stands in."""
    found = find_waiting(session, plan, request.today)
    may_sign = {one.id or 0 for one in found.sign_offs if _may_sign(session, request, one)}
    audience = render.Audience(request.is_coordinator, frozenset(may_sign), request.today)
    return render.waiting(found, plan.title if plan else None, audience, request.services.zone, line)


def _may_sign(session: Session, request: Request, action: Action) -> bool:
    people = sign_offs.who_may_sign(session, action, request.services.coordinators, request.today)
    return request.person.user in people and not request.person.ids & action.lead_user_ids(request.today)
