"""The buttons of a nudge, how often somebody is nudged, and the lists of actions without a reply."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import deliveries, escalations, nudges, text_checks, updates
from db.actions import end_of_day, last_updates
from db.deliveries import DeliveryKind
from db.errors import Refused
from db.models import Entry, Nudge, Progress
from db.overdue import UNANSWERED_LIMIT
from db.rules.dates import day_text
from handlers.actions import of_agency, resolve_plan
from handlers.core.access import may_change
from handlers.core.forms import form_date, form_fields, form_metadata, form_text
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed, row_number
from handlers.extension_requests import request_date
from handlers.pending_changes import read_reply, save_reply
from handlers.updates import ask_for_sign_off
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


def _nudge(session: Session, request: Request, value: str) -> Nudge:
    number = row_number(value)
    nudge = None if number is None else nudges.nudge_by_id(session, number)
    if nudge is None or (request.only_actions is not None and nudge.action_id not in request.only_actions):
        raise Refused(_UNKNOWN)
    return nudge


def _answer(request: Request, value: str, change: Callable[[Session, Nudge], None]) -> Answer:
    """Make a change that a nudge's button asks for, if the person may, and redraw the message."""
    with request.writing() as session:
        nudge = _nudge(session, request, value)
        if not may_change(request, nudge.action):
            raise Refused(f"Somebody else leads {nudge.action.ref} now, so nothing was recorded.")
        change(session, nudge)
        session.flush()
        return _draw(session, request, nudge.delivery_id or "")


def _draw(session: Session, request: Request, delivery: str) -> Answer:
    sent = nudges.nudges_of_delivery(session, delivery)
    if not sent:
        raise Refused(_UNKNOWN)
    until = end_of_day(request.today, request.services.zone)
    acts = last_updates(session, [one.action for one in sent], until)
    sent_at = sent[0].delivery.sent_at if sent[0].delivery else None
    answers = {
        action: act
        for action, act in acts.items()
        if (sent_at is None or act[0].at >= sent_at) and not _is_refusal(act)
    }
    return render.nudge(sent, answers, request.today, request.services.zone, UNANSWERED_LIMIT)


def _is_refusal(act: Sequence[Entry]) -> bool:
    """Whether an act refuses a new date: after it the lead has still to say how the action stands."""
    return all(entry.field == "due_decision" and entry.after == "refused" for entry in act)


def redrawn(request: Request, delivery: str) -> Answer:
    """The message as it is now: what was answered, and what still waits."""
    with request.reading() as session:
        return _draw(session, request, delivery)


def done(request: Request, value: str) -> Answer:
    """Record as complete the one action whose button was pressed."""

    def change(session: Session, nudge: Nudge) -> None:
        updates.set_progress(session, request.author, nudge.action, Progress.COMPLETE, request.today)
        ask_for_sign_off(session, request, nudge.action)

    return _answer(request, value, change)


def reason_form(request: Request, value: str, which: str) -> ModalView:
    """The form that asks why an action is blocked or not theirs; `which` is a key of `render.REASONS`."""
    with request.reading() as session:
        nudge = _nudge(session, request, value)
        if not may_change(request, nudge.action):
            raise Refused(f"Somebody else leads {nudge.action.ref} now, so nothing was recorded.")
        return render.reason_form(nudge.action, nudge, which)


def submit_reason(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record that an action is blocked or not theirs, and tell the coordinators why. Raises `Refused`."""
    metadata, reason = form_metadata(view), form_text(form_fields(view), "note")
    if not reason:
        raise Refused("Say why, so that somebody can help.", field="note")
    coordinators = sorted(request.services.coordinators)

    def change(session: Session, nudge: Nudge) -> None:
        if metadata.get("which") == render.NOT_MINE:
            updates.record_not_mine(session, request.author, nudge, reason)
            for person in coordinators:
                occurrence = f"{nudge.id}:{request.author.act}"
                deliveries.enqueue(session, DeliveryKind.NOT_MINE, occurrence, person, request.now)
        else:
            updates.set_progress(
                session, request.author, nudge.action, Progress.BLOCKED, request.today, reason
            )
            nudges.enqueue_blocked(session, request.author, nudge.action, coordinators)

    return _answer(request, str(metadata.get("nudge")), change)


def take_back(request: Request, value: str) -> Answer:
    """Undo what was answered to a nudge, and ask again: by its author, within 15 minutes."""
    number, _, act = value.partition("\n")

    def change(session: Session, nudge: Nudge) -> None:
        updates.undo(session, request.author, act)

    return _answer(request, number, change)


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


def date_form(request: Request, value: str) -> ModalView:
    with request.reading() as session:
        nudge = _nudge(session, request, value)
        return render.new_date(nudge.action, nudge)


def submit_date(request: Request, view: Mapping[str, Any]) -> Answer:
    """Ask for the date that was picked, as `/action due` does."""
    fields = form_fields(view)
    day = form_date(fields, "date")
    with request.reading() as session:
        nudge = _nudge(session, request, str(form_metadata(view).get("nudge")))
        ref = nudge.action.qualified_ref
    request_date(request, ref, day, day_text(day), form_text(fields, "note") or "")
    return redrawn(request, nudge.delivery_id or "")
