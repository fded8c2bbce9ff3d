"""Plans from nothing: begun, given sections, archived."""

import re
from collections.abc import Mapping
from typing import Any

from db import plan_setup, plans
from db.errors import Refused
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from handlers.plan_edits import SECTION_REF
from handlers.updates import change_stamp
from messages import plan_setup as render
from messages.blocks import Answer

_CODE = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_NEW_SECTION = re.compile(
    rf"(?:(?P<code>[\w-]{{2,40}}):)?(?P<ref>{SECTION_REF.pattern})\s*:\s*(?P<title>.+)", re.DOTALL
)


def new_plan(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Begin a plan. Raises `Refused` for a code that is none, or is taken."""
    coordinators_only(request, "begin a plan")
    code = arguments["code"].lower()
    if not _CODE.fullmatch(code):
        raise Refused(
            f"“{arguments['code'][:40]}” can't be a plan's code. Use small letters and figures, such as "
            "neglect2017."
        )
    with request.writing() as session:
        held = plans.plan_by_code(session, code)
        if held is not None:
            raise Refused(f"There is a plan {code} already: {held.title}.")
        plan = plan_setup.add_plan(session, request.author, code, arguments["title"])
        return render.plan_begun(plan, change_stamp(session, request))


def archive(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Archive a plan, or take it back with `off`. Raises `Refused`."""
    coordinators_only(request, "archive a plan")
    code, _, off = arguments["code"].strip().partition(" ")
    if off and off.lower() != "off":
        raise Refused(
            f"“{off[:40]}” does not go with a plan's code. `/plan archive {code} off` takes it back."
        )
    with request.writing() as session:
        plan = resolve_plan(session, request, code)
        archived_on = None if off else request.today
        if (plan.archived_on is None) is bool(off):
            raise Refused(f"{plan.title} is {'not archived' if off else 'archived already'}.")
        plans.set_plan_fields(session, request.author, plan, {"archived_on": archived_on})
        return render.archived(plan, change_stamp(session, request))


def add_section(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Add a section to the channel's plan, or to the one whose code is given. Raises `Refused`."""
    coordinators_only(request, "add a section")
    named = _NEW_SECTION.fullmatch(arguments["section"])
    if named is None:
        raise Refused("Give the section's number, a colon and its title: `/plan section add 2.4: Workforce`.")
    with request.writing() as session:
        plan = resolve_plan(session, request, named["code"])
        section = plan_setup.add_section(session, request.author, plan, named["ref"], named["title"])
        return render.section_added(section, change_stamp(session, request))
