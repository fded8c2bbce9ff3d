"""A nudge as it is now, replies in its thread, how often people are nudged, and who gave no reply."""

import re
from collections.abc import Mapping
from typing import Any

from db import escalations, nudges, text_checks
from db.errors import Refused
from db.overdue import UNANSWERED_LIMIT
from handlers.actions import of_agency, resolve_plan
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed
from handlers.pending_changes import read_reply, save_reply
from messages import nudges as render
from messages.blocks import Answer, text_answer

_DAYS = 30
_UNKNOWN = "I can't find that reminder any more."


def exceptions(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        found = escalations.plan_escalations(session, plan, request.today, request.services.zone)
        title, line, agency = plan.title, f"/plan exceptions {plan.code}", arguments.get("agency")
        if agency:
            own = of_agency(session, [one.action for one in found], agency)
            found = [one for one in found if one.action in own]
            title, line = f"{title}, agency “{agency}”", f"{line} agency {agency}"
        return render.exceptions(title, found, request.today, line)


def silent(request: Request, arguments: Mapping[str, Any]) -> Answer:
    days = (arguments.get("days") or str(_DAYS)).strip()
    if not re.fullmatch(r"\d{1,4}", days, re.ASCII):
        raise Refused(f"“{days[:20]}” is not a number of days. Try `/plan silent 30`.")
    with request.reading() as session:
        plan = resolve_plan(session, request, None)
        found = escalations.silent_leads(session, plan.id, request.today, request.services.zone, int(days))
        leads = [(one.role, one.person, one.actions, one.last_update_on) for one in found]
        return render.silent(plan.title, leads, int(days), request.today, f"/plan silent {days}")


def set_frequency(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """How often the asker is nudged; what goes on the exceptions list does not depend on it."""
    every = arguments["every"]
    with request.writing() as session:
        nudges.save_preference(session, request.author, every)
    if every == "off":
        return text_answer(
            "You will get no more nudges. Overdue actions without an update still go on the exceptions list."
        )
    return text_answer(f"You will be nudged {every} about overdue actions that have no update.")


def redrawn(request: Request, line: str) -> Answer:
    """The message of a `nudge_line` as it is now. Raises `Refused` for one that did not go to the asker."""
    delivery, shown = render.read_nudge_line(line)
    with request.reading() as session:
        sent = nudges.nudges_of_delivery(session, delivery)
        if not sent or request.person.ids.isdisjoint({sent[0].person}):
            raise Refused(_UNKNOWN)
        answers = nudges.answers_to(session, sent, request.today, request.services.zone)
        state = render.NudgeState(answers, request.today, request.services.zone, UNANSWERED_LIMIT, shown)
        return render.nudge(sent, state)


def is_nudge_thread(request: Request, thread: str) -> bool:
    """Whether a thread of the asker's direct messages begins with a nudge."""
    with request.reading() as session:
        return bool(nudges.nudges_in_thread(session, request.channel or "", thread))


def reply(request: Request, thread: str, text: str) -> Answer:
    """Offer to record what somebody wrote under a nudge, on the action they mean.

    Nothing is recorded before they confirm it. Raises `PersonalDataFound` and `Refused`.
    """
    text = request.cleaned(text)
    with request.writing() as session:
        asked = nudges.nudges_in_thread(session, request.channel or "", thread)
        text_checks.refuse_unfit(session, [text])
        if not asked:
            raise Refused(_UNKNOWN)
        actions = [one.action for one in asked]
        first, _, rest = text.partition(" ")
        named = [action for action in actions if action.ref == first.rstrip(":,.")]
        words = (rest if named else text).strip(" :,")
        if not words:
            raise Refused("Say what to record, for example “complete: templates issued 9 Dec”.")
        fields = read_reply(words)
        pending = save_reply(session, request, fields)
        has_status = fields.progress is not None
        return render.confirm_reply(named or actions, pending, as_typed(words), status=has_status)
