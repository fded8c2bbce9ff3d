"""The controls of an action's card: *Done*, the choices of its menu, and the forms that they open."""

from collections.abc import Mapping
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import deliveries, nudges, updates
from db.deliveries import DeliveryKind
from db.errors import Refused
from db.models import Action, Progress
from db.rules.dates import day_text
from handlers.core.access import may_change
from handlers.core.forms import form_date, form_fields, form_link, form_metadata, form_text
from handlers.core.requests import Request
from handlers.extension_requests import request_date
from handlers.updates import (
    UpdateFields,
    change_stamp,
    record_evidence,
    record_snooze,
    record_update,
    resolve_action,
)
from messages import action_cards as render
from messages import updates as render_updates
from messages.action_cards import NEW_DATE, NOT_MINE
from messages.blocks import Answer
from messages.nudges import read_nudge_line


def done(request: Request, ref: str) -> Answer:
    """Record as complete the one action whose button was pressed."""
    _own(request, ref)
    return record_update(request, ref, UpdateFields(Progress.COMPLETE, None, "", None))


def _own(request: Request, ref: str) -> Action:
    """The action of a card, which the person has to lead. Raises `Refused`."""
    with request.reading() as session:
        action = resolve_action(session, request, ref)
        if not may_change(request, action):
            raise Refused(f"Somebody else leads {action.ref} now, so nothing was recorded.")
        return action


def reason_form(request: Request, ref: str, line: str, which: str) -> ModalView:
    """The form that asks why an action is blocked or not theirs: `which` is `BLOCKED` or `NOT_MINE`."""
    return render.reason_form(_own(request, ref), which, line)


def date_form(request: Request, ref: str, line: str, which: str) -> ModalView:
    """The form for a new date, or for a day until which nobody is nudged: `NEW_DATE` or `SNOOZE`."""
    return render.date_form(_own(request, ref), which, line)


def evidence_form(request: Request, ref: str, line: str | None) -> ModalView:
    return render.evidence_form(_own(request, ref), line or "")


def submit_reason(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record that an action is blocked or not theirs, and tell the coordinators why. Raises `Refused`."""
    metadata, reason = form_metadata(view), form_text(form_fields(view), "note")
    ref = str(metadata.get("ref"))
    if not reason:
        raise Refused("Say why, so that somebody can help.", field="note")
    _own(request, ref)
    if metadata.get("which") == NOT_MINE:
        return _record_not_mine(request, ref, reason)
    return record_update(request, ref, UpdateFields(Progress.BLOCKED, None, reason, None))


def _record_not_mine(request: Request, ref: str, reason: str) -> Answer:
    with request.writing() as session:
        action = resolve_action(session, request, ref)
        nudge = nudges.latest_nudge(session, action, request.person.user, request.today)
        updates.record_not_mine(session, request.author, nudge, reason)
        for person in sorted(request.services.coordinators):
            occurrence = f"{nudge.id}:{request.author.act}"
            deliveries.enqueue(session, DeliveryKind.NOT_MINE, occurrence, person, request.now)
        return render_updates.not_mine_recorded(action, change_stamp(session, request))


def submit_date(request: Request, view: Mapping[str, Any]) -> Answer:
    """Ask for the date that was picked, as `/action due` does, or snooze until then."""
    fields, metadata = form_fields(view), form_metadata(view)
    day, ref = form_date(fields, "date"), str(metadata.get("ref"))
    _own(request, ref)
    if metadata.get("which") == NEW_DATE:
        return request_date(request, ref, day, day_text(day), form_text(fields, "note") or "")
    return record_snooze(request, ref, day, day_text(day))


def submit_evidence(request: Request, view: Mapping[str, Any]) -> Answer:
    fields = form_fields(view)
    url = form_link(fields, "evidence")
    if url is None:
        raise Refused("Give the link first.", field="evidence")
    return record_evidence(request, str(form_metadata(view).get("ref")), url, form_text(fields, "note") or "")


def unchanged(request: Request, line: str, which: str) -> Answer:
    """Record that nothing has changed of those of a nudge's actions that were confirmed and still wait.

    `which` are the ids of the actions that the question named: the message may be older than the answers.
    """
    delivery, _ = read_nudge_line(line)
    with request.writing() as session:
        confirmed = set(which.split(","))
        left = [one for one in _still_asked(session, request, delivery) if str(one.id) in confirmed]
        if not left:
            raise Refused("Nothing in that message waits for an answer any more.")
        for action in left:
            updates.add_note(session, request.author, action, "nothing has changed")
        return render_updates.unchanged_recorded(left, change_stamp(session, request))


def _still_asked(session: Session, request: Request, delivery: str) -> list[Action]:
    sent = nudges.nudges_of_delivery(session, delivery)
    answered = nudges.answers_to(session, sent, request.today, request.services.zone)
    return [
        one.action
        for one in sent
        if one.days_ahead is None
        and one.action_id not in answered
        and not one.disowned
        and may_change(request, one.action)
    ]
