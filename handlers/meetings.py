"""Meetings of a plan's boards, their decisions, and who has signed the plan."""

from collections.abc import Mapping
from typing import Any

from db import board_requests, meetings
from db.errors import Refused
from db.rules.dates import day_text
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from handlers.updates import change_stamp
from messages import meetings as render
from messages.blocks import Answer


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
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        found = meetings.find_meeting(session, plan, arguments["meeting"], request.today)
        if found.day > request.today:
            raise Refused(f"The {found.name} meets on {found.day:%d %b %Y}, so it has decided nothing yet.")
        meetings.add_decision(session, request.author, plan, found, arguments["text"])
        return render.decided(plan, found, arguments["text"], change_stamp(session, request))


def recommend(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Record what a meeting to come is asked to agree. Raises `Refused` for one that was."""
    coordinators_only(request, "say what a meeting is asked")
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        found = meetings.find_meeting(session, plan, arguments["meeting"], request.today, coming=True)
        if found.day < request.today:
            raise Refused(f"The {found.name} of {day_text(found.day)} is over, so it can't be asked.")
        meetings.add_recommendation(session, request.author, plan, found, arguments["text"])
        return render.recommended(plan, found, arguments["text"], change_stamp(session, request))


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
