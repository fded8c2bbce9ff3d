"""Requests of a board: asked of a role, chased and answered like an action."""

from collections.abc import Mapping
from typing import Any

from db import board_requests, meetings
from db.plan_edits import DueBy
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.dates import given_day
from handlers.core.requests import Request
from handlers.plan_edits import named_roles
from handlers.updates import change_stamp
from messages import board_requests as render
from messages.blocks import Answer

_YEARS_AHEAD = 2


def ask(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Ask a role for something on behalf of the plan's board. Raises `Refused`."""
    coordinators_only(request, "put a board's request")
    due = DueBy(*given_day(request, arguments["due"], years=_YEARS_AHEAD)) if arguments.get("due") else None
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        roles, new = named_roles(session, request, arguments["who"])
        last = meetings.last_meeting(session, plan, request.tomorrow)
        asked_at = f"{last.name} of {last.day:%d %b %Y}" if last else ""
        action = board_requests.add_request(
            session, request.author, plan, roles, due, arguments["text"], asked_at
        )
        return render.asked(plan, action, new, request.today, change_stamp(session, request))


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Every request about a plan: what waits for an answer first."""
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        found = board_requests.requests_of(session, plan)
        return render.listed(plan, found, request.today, f"/plan requests {plan.code}")
