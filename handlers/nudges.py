"""Answers to a nudge, and the lists of what asking has not moved."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import audit_log, deliveries, nudges, updates
from db import escalations as find
from db.actions import end_of
from db.actions import updates as latest
from db.errors import Refused
from db.models import Nudge, Progress
from db.overdue import STRIKES
from handlers import extension_requests
from handlers.actions import plan_meant
from handlers.core.access import may_change
from handlers.core.grammar import is_status, plain, row_number
from handlers.core.grammar import written as written_text
from handlers.core.requests import Ask
from handlers.updates import kept, written
from messages import nudges as tell
from messages.limits import BUTTON_VALUE, Answer, say
from messages.times import day_text

NOT_MINE = "not_mine"
_DAYS = 30


def exceptions(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        plan = plan_meant(session, ask, said.get("code"))
        listed = find.exceptions(session, plan, ask.today, ask.bot.zone)
        return tell.exceptions(plan.title, listed, ask.today, f"/plan exceptions {plan.code}")


def silent(ask: Ask, said: Mapping[str, Any]) -> Answer:
    days = (said.get("days") or str(_DAYS)).strip()
    if not re.fullmatch(r"\d{1,4}", days, re.ASCII):
        raise Refused(f"“{days[:20]}” is no number of days: `/plan silent 30`.")
    with ask.reading() as session:
        plan = plan_meant(session, ask, None)
        found = find.silent(session, plan.id, ask.today, ask.bot.zone, int(days))
        listed = [(one.role, one.person, one.actions, one.said_on) for one in found]
        return tell.silent(plan.title, listed, int(days), ask.today, f"/plan silent {days}")


def prefer(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """How often the asker hears of what is late; what is on the exceptions list is another matter."""
    every = said["every"]
    with ask.writing() as session:
        nudges.prefer(session, ask.said, every)
    if every == "off":
        return say(
            "No nudges for you from now on. What stays without a word still goes on the exceptions list."
        )
    return say(f"You are nudged {every} from now on, about what is late and has no word.")


def _nudge(session: Session, value: str) -> Nudge:
    number = row_number(value)
    nudge = None if number is None else nudges.by_id(session, number)
    if nudge is None:
        raise Refused("That reminder is not known here any more.")
    return nudge


def _answered(ask: Ask, value: str, act: Callable[[Session, Nudge], None]) -> Answer:
    """Do it as somebody who may, and draw the message anew."""
    with ask.writing() as session:
        nudge = _nudge(session, value)
        if not may_change(ask, nudge.action):
            raise Refused(f"{nudge.action.ref} is led by somebody else by now: nothing was recorded.")
        act(session, nudge)
        session.flush()
        return _drawn(session, ask, nudge.delivery_id or "")


def _drawn(session: Session, ask: Ask, delivery: str) -> Answer:
    asked = nudges.of_delivery(session, delivery)
    if not asked:
        raise Refused("That reminder is not known here any more.")
    acts = latest(session, [one.action for one in asked], end_of(ask.today, ask.bot.zone))
    sent = asked[0].delivery.sent_at if asked[0].delivery else None
    since = {key: act for key, act in acts.items() if sent is None or act[0].at >= sent}
    return tell.nudge(asked, since, ask.today, ask.bot.zone, STRIKES)


def redrawn(ask: Ask, delivery: str) -> Answer:
    """The message as it is now: what was answered, and what still waits."""
    with ask.reading() as session:
        return _drawn(session, ask, delivery)


def progress(ask: Ask, value: str, status: Progress) -> Answer:
    """Record a status for the one action that was answered."""

    def act(session: Session, nudge: Nudge) -> None:
        updates.set_progress(session, ask.said, nudge.action, status, ask.today)

    return _answered(ask, value, act)


def not_mine(ask: Ask, value: str) -> Answer:
    """The coordinators are told, and whoever said so is not asked again."""

    def disown(session: Session, nudge: Nudge) -> None:
        nudges.disown(session, ask.said, nudge)
        for person in sorted(ask.bot.coordinators):
            deliveries.owe(session, NOT_MINE, str(nudge.id), person, ask.now)

    return _answered(ask, value, disown)


_READ_HERE = (
    "Nothing was recorded: what is read here are commands, and replies in the thread of a reminder about "
    "late actions. `/action update REF STATUS: note` records in one line; `/action help` shows more."
)


def reply(ask: Ask, thread: str | None, said: str) -> Answer:
    """What somebody wrote under a reminder, offered to be recorded on the action that they mean.

    Nothing is recorded before they confirm it. Raises `PersonalDataFound` and `Refused`.
    """
    with ask.reading() as session:
        asked = nudges.in_thread(session, ask.channel or "", thread) if thread else []
        audit_log.check_texts(session, [said])
        if not asked:
            raise Refused(_READ_HERE)
        about = [(updates.qualified(one.action), one.action.ref, one.action.title) for one in asked]
    first, _, rest = plain(said).partition(" ")
    named = [one for one in about if one[1] == first.rstrip(":,.")]
    words = (rest if named else plain(said)).strip(" :,")
    if not words:
        raise Refused("Say what to record: for example “complete: templates issued 9 Dec”.")
    status = is_status(words)
    verb = "update {} {}" if status else "note {}: {}"
    offers = [(ref, title, f"/action {verb.format(place, words)}") for place, ref, title in named or about]
    if any(len(line) > BUTTON_VALUE for *_, line in offers):
        raise Refused("That is too long to take from here: press *Update* above, which has room for it.")
    return tell.confirm(offers, written_text(words), status=status)


def date_form(ask: Ask, value: str) -> ModalView:
    with ask.reading() as session:
        nudge = _nudge(session, value)
        return tell.new_date(nudge.action, nudge)


def submit_date(ask: Ask, view: Mapping[str, Any]) -> Answer:
    """Ask for the new date that a form names, as `/action due` does."""
    fields = (view.get("state") or {}).get("values") or {}
    picked = ((fields.get("date") or {}).get("date") or {}).get("selected_date") or ""
    reason = written(fields, "note") or ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", picked, re.ASCII):
        raise Refused("Choose a date.")
    day = date.fromisoformat(picked)
    with ask.reading() as session:
        nudge = _nudge(session, str(kept(view).get("nudge")))
        ref = updates.qualified(nudge.action)
    extension_requests.due(ask, {"ref": ref, "due": (day, day_text(day)), "reason": reason})
    return redrawn(ask, nudge.delivery_id or "")
