"""Termly reminders: what they say, who got them, and a school's answers to them."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackClientError
from sqlmodel import Session

from db import plans, references, reminder_ledgers, reminders
from db.errors import Refused
from db.models import Receipt, Reminder
from db.references import Missing
from db.rules.calendars import Term
from handlers.core.access import coordinators_only, visible
from handlers.core.requests import Request
from handlers.core.typed_text import row_number
from handlers.updates import NeedsChoice
from messages import reminders as render
from messages.blocks import Answer, escape, text_answer
from messages.references import not_found

log = structlog.get_logger(__name__)

_UNKNOWN = "I can't find that reminder any more."


def _reminder(session: Session, request: Request, ref: str) -> Reminder:
    """The reminder of an action. Raises `NeedsChoice` and, where none is set up, `Refused`."""
    found = visible(request, references.resolve(session, ref, plans.default_plan(session, request.channel)))
    if isinstance(found, Missing):
        raise NeedsChoice(not_found(found.why, found.offered, "/reminder status {}"))
    held = [one for one in reminders.all_reminders(session) if one.action_id in found.action_ids]
    if not held:
        raise Refused(f"No reminder is set up for {found.ref}. `/reminder list` shows the ones that are.")
    return held[0]


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        schools = reminder_ledgers.count_schools_on_roll(session, request.today)
        rows = []
        for reminder in reminders.all_reminders(session):
            term = reminder_ledgers.next_term(session, reminder, request.today)
            rows.append((reminder, term.name if term else None, schools))
        known_until = reminder_ledgers.known_until(session, request.today)
        default = plans.default_plan_code(session, request.channel)
        return render.listed(rows, known_until, request.today, request.line, default)


def status(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """A term's ledger: of the term that is named, else the current, last or next one."""
    with request.reading() as session:
        reminder = _reminder(session, request, arguments["ref"])
        term = reminder_ledgers.resolve_term(session, reminder, arguments.get("term"), request.today).name
        line = f"/reminder status {reminder.action.qualified_ref} {term}"
        ledger = reminder_ledgers.load_ledger(session, reminder, term)
        return render.status(ledger, request.now, request.services.zone, line)


def preview(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What goes out next or in a term, to whom and when; a coordinator can send it at once."""
    with request.reading() as session:
        reminder = _reminder(session, request, arguments["ref"])
        if arguments.get("term"):
            term = reminder_ledgers.resolve_term(session, reminder, arguments["term"], request.today)
            return _preview(session, request, reminder, term)
        coming = reminder_ledgers.next_term(session, reminder, request.today)
        if coming is None:
            raise Refused(
                "I have no dates for coming terms. Import them: `partnership-bot terms import FILE`."
            )
        return _preview(session, request, reminder, coming)


def _preview(session: Session, request: Request, reminder: Reminder, term: Term) -> Answer:
    ledger = reminder_ledgers.load_ledger(session, reminder, term.name)
    may_send = request.is_coordinator and term.starts <= request.today <= term.ends
    send_value = f"{reminder.id}\n{term.name}" if may_send else None
    line = f"/reminder preview {reminder.action.qualified_ref} {term.name}"
    return render.preview(ledger, line, send_value)


def send(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Show what would be sent; the button under it sends it to every school."""
    coordinators_only(request, "send reminders before their day")
    with request.reading() as session:
        reminder = _reminder(session, request, arguments["ref"])
        term = reminder_ledgers.current_term(session, reminder, request.today)
        until = reminder_ledgers.known_until(session, request.today)
        if term is None and (until is None or until < request.today):
            raise Refused(
                "I have no term dates for today, so I can't tell whether schools are open. Import them: "
                "`partnership-bot terms import FILE`."
            )
        if term is None:
            raise Refused("It is not term time, and schools do not read their channels in the holidays.")
        return _preview(session, request, reminder, term)


def send_now(request: Request, value: str) -> Answer:
    """Send this term's reminder at once to every school that has not had it."""
    coordinators_only(request, "send reminders before their day")
    number, _, term = value.partition("\n")
    with request.writing() as session:
        reminder = next((one for one in reminders.all_reminders(session) if str(one.id) == number), None)
        if reminder is None:
            raise Refused(_UNKNOWN)
        sent = reminder_ledgers.send_now(session, request.author, reminder, term, request.today)
        session.flush()
        ledger = reminder_ledgers.load_ledger(session, reminder, term)
        line = f"/reminder status {reminder.action.qualified_ref} {term}"
        return render.sending(sent, ledger, plans.default_plan_code(session, request.channel), line)


def pause(request: Request, arguments: Mapping[str, Any]) -> Answer:
    return _set_paused(request, arguments["ref"], paused=True)


def resume(request: Request, arguments: Mapping[str, Any]) -> Answer:
    return _set_paused(request, arguments["ref"], paused=False)


def _set_paused(request: Request, ref: str, *, paused: bool) -> Answer:
    coordinators_only(request, "pause or resume reminders")
    with request.writing() as session:
        reminder = _reminder(session, request, ref)
        changed = reminders.set_paused(session, request.author, reminder, paused=paused)
        already = "" if changed else "already "
        state = "paused. Nothing more goes out" if paused else "active. It goes out each term"
        return text_answer(f"The reminder for *{reminder.action.ref}* is {already}{state}.")


def receipt_by_value(session: Session, value: str) -> Receipt:
    """The receipt that a button or form names. Raises `Refused`."""
    number = row_number(value)
    receipt = None if number is None else reminders.receipt_by_id(session, number)
    if receipt is None:
        raise Refused(_UNKNOWN)
    return receipt


def receipt_here(session: Session, places: frozenset[str], value: str) -> Receipt:
    """The receipt that a button names, if its reminder was sent to one of these `places_of_press`."""
    receipt = receipt_by_value(session, value)
    sent_to = {receipt.delivery.channel if receipt.delivery else None, receipt.school.channel}
    if places.isdisjoint(sent_to):
        raise Refused(_UNKNOWN)
    return receipt


def places_of_press(request: Request) -> frozenset[str]:
    """Where a button stands: in its channel; on the Home tab everywhere that the asker reads.

    For the Home tab it asks Slack: call it before a transaction.
    """
    return own_places(request) if request.channel is None else frozenset([request.channel])


def own_places(request: Request) -> frozenset[str]:
    """Where the asker reads what a school is sent: their channels, and their direct messages."""
    return request.own_channels | {request.person.user}


def seen(request: Request, value: str) -> Answer:
    """A school has seen its reminder: the message names the first person who says so."""
    places = places_of_press(request)
    with request.writing() as session:
        return render.seen(_mark_seen(session, request, places, value), request.services.zone)


def seen_at_home(request: Request, value: str) -> Answer:
    """The same, said on the Home tab by somebody who reads the school's channel."""
    places = places_of_press(request)
    with request.writing() as session:
        receipt = _mark_seen(session, request, places, value)
        answer, message = render.seen_recorded(receipt), render.seen(receipt, request.services.zone)
        sent = receipt.delivery
        place = (sent.channel, sent.ts) if sent is not None else (None, None)
    _redraw(request, place, message)
    return answer


def _redraw(request: Request, place: tuple[str | None, str | None], message: Answer) -> None:
    """Show in the school's channel too that its reminder was seen. That it was is recorded in any case."""
    channel, ts = place
    if channel is None or ts is None:
        return
    try:
        request.services.client.chat_update(channel=channel, ts=ts, **message.body())
    except (SlackClientError, OSError) as lost:
        log.warning("reminder not redrawn", error=type(lost).__name__)


def _mark_seen(session: Session, request: Request, places: frozenset[str], value: str) -> Receipt:
    if request.is_coordinator:
        raise Refused("*Seen* is for the school to press: the ledger counts it as the school's answer.")
    receipt = receipt_here(session, places, value)
    reminders.mark_seen(session, request.author, receipt)
    return receipt


def channel_contact(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Who to call about a child: the contact of the school whose channel this is, else the partnership's."""
    with request.reading() as session:
        school = reminders.school_of_channel(session, request.channel or "")
        if school is not None:
            return render.contact(school)
    number = request.services.safeguarding_contact
    return text_answer(
        f"If a child is in danger now, call 999. To talk about a worry, call {escape(number)}."
    )


def contact(request: Request, value: str) -> Answer:
    places = places_of_press(request)
    with request.reading() as session:
        return render.contact(receipt_here(session, places, value).school)
