"""Answers to a nudge, and the lists of what asking has not moved."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import audit_log, deliveries, escalations, nudges, updates
from db.actions import end_of_day
from db.actions import last_updates as latest
from db.errors import Refused
from db.models import Nudge, Progress
from db.overdue import UNANSWERED_LIMIT
from handlers import extension_requests
from handlers.actions import resolve_plan
from handlers.core.access import may_change
from handlers.core.grammar import as_typed as written_text
from handlers.core.grammar import is_status, row_number, straighten
from handlers.core.requests import Request
from handlers.updates import form_metadata, form_text
from messages import nudges as render
from messages.limits import BUTTON_VALUE, Answer, text_answer
from messages.times import day_text

NOT_MINE = "not_mine"
_DAYS = 30


def exceptions(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        listed = escalations.plan_escalations(session, plan, request.today, request.services.zone)
        return render.exceptions(plan.title, listed, request.today, f"/plan exceptions {plan.code}")


def silent(request: Request, arguments: Mapping[str, Any]) -> Answer:
    days = (arguments.get("days") or str(_DAYS)).strip()
    if not re.fullmatch(r"\d{1,4}", days, re.ASCII):
        raise Refused(f"“{days[:20]}” is no number of days: `/plan silent 30`.")
    with request.reading() as session:
        plan = resolve_plan(session, request, None)
        found = escalations.silent_leads(session, plan.id, request.today, request.services.zone, int(days))
        listed = [(one.role, one.person, one.actions, one.last_update_on) for one in found]
        return render.silent(plan.title, listed, int(days), request.today, f"/plan silent {days}")


def prefer(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """How often the asker hears of what is late; what is on the exceptions list is another matter."""
    every = arguments["every"]
    with request.writing() as session:
        nudges.save_preference(session, request.author, every)
    if every == "off":
        return text_answer(
            "No nudges for you from now on. What stays without a word still goes on the exceptions list."
        )
    return text_answer(f"You are nudged {every} from now on, about what is late and has no word.")


def _nudge(session: Session, value: str) -> Nudge:
    number = row_number(value)
    nudge = None if number is None else nudges.nudge_by_id(session, number)
    if nudge is None:
        raise Refused("That reminder is not known here any more.")
    return nudge


def _answered(request: Request, value: str, act: Callable[[Session, Nudge], None]) -> Answer:
    """Do it as somebody who may, and draw the message anew."""
    with request.writing() as session:
        nudge = _nudge(session, value)
        if not may_change(request, nudge.action):
            raise Refused(f"{nudge.action.ref} is led by somebody else by now: nothing was recorded.")
        act(session, nudge)
        session.flush()
        return _drawn(session, request, nudge.delivery_id or "")


def _drawn(session: Session, request: Request, delivery: str) -> Answer:
    asked = nudges.nudges_of_delivery(session, delivery)
    if not asked:
        raise Refused("That reminder is not known here any more.")
    acts = latest(session, [one.action for one in asked], end_of_day(request.today, request.services.zone))
    sent = asked[0].delivery.sent_at if asked[0].delivery else None
    since = {key: act for key, act in acts.items() if sent is None or act[0].at >= sent}
    return render.nudge(asked, since, request.today, request.services.zone, UNANSWERED_LIMIT)


def redrawn(request: Request, delivery: str) -> Answer:
    """The message as it is now: what was answered, and what still waits."""
    with request.reading() as session:
        return _drawn(session, request, delivery)


def progress(request: Request, value: str, status: Progress) -> Answer:
    """Record a status for the one action that was answered."""

    def act(session: Session, nudge: Nudge) -> None:
        updates.set_progress(session, request.author, nudge.action, status, request.today)

    return _answered(request, value, act)


def not_mine(request: Request, value: str) -> Answer:
    """The coordinators are told, and whoever said so is not asked again."""

    def disown(session: Session, nudge: Nudge) -> None:
        nudges.disown(session, request.author, nudge)
        for person in sorted(request.services.coordinators):
            deliveries.enqueue(session, NOT_MINE, str(nudge.id), person, request.now)

    return _answered(request, value, disown)


_READ_HERE = (
    "Nothing was recorded: what is read here are commands, and replies in the thread of a reminder about "
    "late actions. `/action update REF STATUS: note` records in one line; `/action help` shows more."
)


def reply(request: Request, thread: str | None, said: str) -> Answer:
    """What somebody wrote under a reminder, offered to be recorded on the action that they mean.

    Nothing is recorded before they confirm it. Raises `PersonalDataFound` and `Refused`.
    """
    with request.reading() as session:
        asked = nudges.nudges_in_thread(session, request.channel or "", thread) if thread else []
        audit_log.refuse_personal_data(session, [said])
        if not asked:
            raise Refused(_READ_HERE)
        about = [(updates.qualified(one.action), one.action.ref, one.action.title) for one in asked]
    first, _, rest = straighten(said).partition(" ")
    named = [one for one in about if one[1] == first.rstrip(":,.")]
    words = (rest if named else straighten(said)).strip(" :,")
    if not words:
        raise Refused("Say what to record: for example “complete: templates issued 9 Dec”.")
    status = is_status(words)
    verb = "update {} {}" if status else "note {}: {}"
    offers = [(ref, title, f"/action {verb.format(place, words)}") for place, ref, title in named or about]
    if any(len(line) > BUTTON_VALUE for *_, line in offers):
        raise Refused("That is too long to take from here: press *Update* above, which has room for it.")
    return render.confirm(offers, written_text(words), status=status)


def date_form(request: Request, value: str) -> ModalView:
    with request.reading() as session:
        nudge = _nudge(session, value)
        return render.new_date(nudge.action, nudge)


def submit_date(request: Request, view: Mapping[str, Any]) -> Answer:
    """Ask for the new date that a form names, as `/action due` does."""
    fields = (view.get("state") or {}).get("values") or {}
    picked = ((fields.get("date") or {}).get("date") or {}).get("selected_date") or ""
    reason = form_text(fields, "note") or ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", picked, re.ASCII):
        raise Refused("Choose a date.")
    day = date.fromisoformat(picked)
    with request.reading() as session:
        nudge = _nudge(session, str(form_metadata(view).get("nudge")))
        ref = updates.qualified(nudge.action)
    extension_requests.due(request, {"ref": ref, "due": (day, day_text(day)), "reason": reason})
    return redrawn(request, nudge.delivery_id or "")
