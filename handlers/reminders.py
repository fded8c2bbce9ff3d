"""Termly reminders: what they say and who got them, and a school's answers to them."""

import json
from collections.abc import Mapping
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import reminder_ledgers, reminders
from db.audit_log import Change, append
from db.errors import Refused
from db.models import Receipt, Reminder
from db.references import Missing
from db.rules.calendars import Term
from db.updates import qualified
from handlers.actions import resolve_ref
from handlers.core.access import coordinators_only
from handlers.core.grammar import row_number
from handlers.core.requests import Request
from handlers.updates import NeedsChoice, form_metadata, form_text
from messages import reminders as render
from messages.limits import Answer, text_answer
from messages.references import not_found


def _meant(session: Session, request: Request, ref: str) -> Reminder:
    """The reminder of an action. Raises `NotOne` and, where none is set up, `Refused`."""
    found = resolve_ref(session, request, ref)
    if isinstance(found, Missing):
        raise NeedsChoice(not_found(found.why, found.offered, "/reminder status {}"))
    held = [one for one in reminders.all_reminders(session) if one.action_id in found.action_ids]
    if not held:
        raise Refused(f"No reminder is set up for {found.ref}. `/reminder list` shows those that are.")
    return held[0]


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        told = []
        for reminder in reminders.all_reminders(session):
            coming = reminder_ledgers.next_term(session, reminder, request.today)
            told.append(
                (
                    reminder,
                    coming.name if coming else None,
                    reminder_ledgers.count_schools_on_roll(session, request.today),
                )
            )
        return render.listed(told, reminder_ledgers.known_until(session), request.today, request.line)


def status(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """The ledger of a term: the one that is named, else the one that runs, ran last or comes next."""
    with request.reading() as session:
        reminder = _meant(session, request, arguments["ref"])
        term = reminder_ledgers.resolve_term(session, reminder, arguments.get("term"), request.today)
        line = f"/reminder status {qualified(reminder.action)} {term}"
        return render.status(
            reminder_ledgers.load_ledger(session, reminder, term), request.now, request.services.zone, line
        )


def preview(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What goes out next, to whom and when; a coordinator may send it at once."""
    with request.reading() as session:
        reminder = _meant(session, request, arguments["ref"])
        coming = reminder_ledgers.next_term(session, reminder, request.today)
        if coming is None:
            raise Refused("No term dates are held for the time to come: `partnership-bot terms import FILE`.")
        return _previewed(session, request, reminder, coming)


def _previewed(session: Session, request: Request, reminder: Reminder, term: Term) -> Answer:
    ledger = reminder_ledgers.load_ledger(session, reminder, term.name)
    may_send = request.is_coordinator and term.starts <= request.today <= term.ends
    sends = f"{reminder.id}\n{term.name}" if may_send else None
    return render.preview(ledger, f"/reminder preview {qualified(reminder.action)}", sends)


def send(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Sending to every school starts with seeing what is sent: the button under it sends."""
    coordinators_only(request, "A coordinator sends reminders before their day.")
    with request.reading() as session:
        reminder = _meant(session, request, arguments["ref"])
        term = reminder_ledgers.current_term(session, reminder, request.today)
        if term is None:
            raise Refused("No term runs today, and schools do not read their channels in the holidays.")
        return _previewed(session, request, reminder, term)


def send_now(request: Request, value: str) -> Answer:
    """Owe this term's reminder to every school that has none yet, at once."""
    coordinators_only(request, "A coordinator sends reminders before their day.")
    number, _, term = value.partition("\n")
    with request.writing() as session:
        reminder = next((one for one in reminders.all_reminders(session) if str(one.id) == number), None)
        if reminder is None:
            raise Refused("That reminder is not known here any more.")
        owed = reminder_ledgers.send_now(session, request.author, reminder, term, request.today)
    ref = qualified(reminder.action)
    return text_answer(f"{owed} reminders are on their way. `/reminder status {ref}` tells how they fare.")


def pause(request: Request, arguments: Mapping[str, Any]) -> Answer:
    return _pause(request, arguments["ref"], paused=True)


def resume(request: Request, arguments: Mapping[str, Any]) -> Answer:
    return _pause(request, arguments["ref"], paused=False)


def _pause(request: Request, ref: str, *, paused: bool) -> Answer:
    coordinators_only(request, "A coordinator pauses reminders and resumes them.")
    with request.writing() as session:
        reminder = _meant(session, request, ref)
        changed = reminders.set_paused(session, request.author, reminder, paused=paused)
        state = "paused: nothing more goes out" if paused else "going out again"
        return text_answer(
            f"The reminder of *{reminder.action.ref}* is {state}{'' if changed else ' already'}."
        )


def _receipt(session: Session, value: str) -> Receipt:
    number = row_number(value)
    receipt = None if number is None else reminders.receipt_by_id(session, number)
    if receipt is None:
        raise Refused("That reminder is not known here any more.")
    return receipt


def seen(request: Request, value: str) -> Answer:
    """A school has seen its reminder: the first who says so is named, in the message itself."""
    with request.writing() as session:
        receipt = _receipt(session, value)
        reminders.mark_seen(session, request.author, receipt)
        return render.seen(receipt, request.services.zone)


def contact(request: Request, value: str) -> Answer:
    with request.reading() as session:
        return render.contact(_receipt(session, value).school)


def ask_form(request: Request, value: str) -> ModalView:
    with request.reading() as session:
        receipt = _receipt(session, value)
        return render.ask(receipt.school, json.dumps({"receipt": value, "channel": request.channel}))


def submit_question(request: Request, view: Mapping[str, Any]) -> Answer:
    """Keep a school's question and owe it to the coordinators. Raises `PersonalDataFound`."""
    text = form_text((view.get("state") or {}).get("values") or {}, "note")
    if text is None:
        raise Refused("Write your question first.")
    with request.writing() as session:
        receipt = _receipt(session, str(form_metadata(view).get("receipt")))
        question = Change("school", receipt.school_id, receipt.school.name, "question", note=text)
        append(session, request.author, [question])
        reminders.enqueue_question(session, request.author, sorted(request.services.coordinators))
        return render.asked(receipt.school)
