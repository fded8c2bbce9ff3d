"""A plan's ladder: to whom its overdue actions climb for want of an answer, and when."""

import re
from collections.abc import Mapping
from typing import Any

from db import plans
from db.errors import Refused
from db.rules.ladders import LadderNotRead, read_ladder, typed_ladder
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from handlers.updates import change_stamp
from messages import ladders as render
from messages.blocks import Answer


def ladder(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Show a plan's ladder, set it, or take it away with `off`. Raises `Refused`."""
    typed = (arguments.get("typed") or "").strip()
    with request.reading() as session:
        known = {plan.code.lower() for plan in plans.all_plans(session)}
    first, _, rest = typed.partition(" ")
    code, typed = (first, rest.strip()) if first.lower() in known else (None, typed)
    if not typed:
        with request.reading() as session:
            plan = resolve_plan(session, request, code)
            return render.shown(plan, read_ladder(plan.ladder), f"/plan ladder {plan.code}")
    coordinators_only(request, "set a plan's ladder")
    wanted = None
    if not re.fullmatch("off", typed, re.IGNORECASE):
        try:
            wanted = typed_ladder(typed, request.channel)
        except LadderNotRead as unread:
            raise Refused(f"{unread}.") from unread
        if wanted.channel and not request.services.channels.is_internal_now(wanted.channel):
            raise Refused(
                "I can't post in that channel, or people from outside read it. Invite me there "
                "(`/invite @partnership`), or choose another one."
            )
    with request.writing() as session:
        plan = resolve_plan(session, request, code)
        plans.set_plan_fields(session, request.author, plan, {"ladder": wanted.as_text() if wanted else ""})
        return render.changed(plan, wanted, change_stamp(session, request))
