"""Meetings of a plan's boards, their decisions, and who has signed the plan."""

import re
from collections.abc import Mapping
from typing import Any

from db import board_requests, meetings
from db.errors import Refused
from db.rules.typed_dates import DateNotRead, read_nearest_day
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from handlers.updates import change_stamp
from messages import meetings as render
from messages.blocks import Answer

_LAST = re.compile(r"(?:the )?(?:last|latest) (?:meeting|board)", re.IGNORECASE)


def add(request: Request, arguments: Mapping[str, Any]) -> Answer:
    coordinators_only(request, "add a meeting")
    day, name = arguments["day"][0], " ".join(arguments["name"].split()).strip(" \"'")
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        meeting = meetings.add_meeting(session, request.author, plan, day, name)
        return render.added(plan, meeting, request.today, change_stamp(session, request))


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """A plan's meetings with their decisions: what is to come first, then what was."""
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        held = meetings.meetings_of(session, plan)
        asked = board_requests.requests_of(session, plan)
        return render.listed(plan, held, asked, request.today, f"/plan meetings {plan.code}")


def decide(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Record what a meeting decided. Raises `Refused` for a meeting that is not held."""
    coordinators_only(request, "record a decision")
    typed = " ".join(arguments["meeting"].split()).strip(" \"'")
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        if _LAST.fullmatch(typed):
            found = meetings.last_meeting(session, plan, request.tomorrow)
            if found is None:
                raise Refused("No meeting has been yet. `/plan meeting add DATE NAME` adds one.")
        else:
            try:
                day = read_nearest_day(typed, request.today)
            except DateNotRead as unread:
                raise Refused(f"{unread}.") from unread
            found = meetings.find_meeting(session, plan, typed, day, request.today)
        if found.day > request.today:
            raise Refused(f"The {found.name} meets on {found.day:%d %b %Y}, so it has decided nothing yet.")
        meetings.add_decision(session, request.author, plan, found, arguments["text"])
        return render.decided(plan, found, arguments["text"], change_stamp(session, request))


def sign_up(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Who has signed the plan and who has not; with a body, record that it has, or has still to."""
    body = " ".join((arguments.get("body") or "").split()).strip(" \"'")
    if not body:
        with request.reading() as session:
            plan = resolve_plan(session, request, None)
            return render.signed(plan, meetings.sign_ups(session, plan), "/plan sign-up")
    coordinators_only(request, "record who has signed the plan")
    day = arguments["day"][0] if arguments.get("day") else None
    if day is not None and day > request.today:
        raise Refused("That day has not come yet.")
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        changed = meetings.record_sign_up(session, request.author, plan, body, day)
        return render.sign_up_recorded(plan, body, day, change_stamp(session, request), changed=changed)
