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
from handlers.actions import find
from handlers.core.access import coordinators_only
from handlers.core.grammar import row_number
from handlers.core.requests import Ask
from handlers.updates import NotOne, kept, written
from messages import reminders as tell
from messages.limits import Answer, say
from messages.references import missing


def _meant(session: Session, ask: Ask, ref: str) -> Reminder:
    """The reminder of an action. Raises `NotOne` and, where none is set up, `Refused`."""
    found = find(session, ask, ref)
    if isinstance(found, Missing):
        raise NotOne(missing(found.why, found.offered, "/reminder status {}"))
    held = [one for one in reminders.every(session) if one.action_id in found.action_ids]
    if not held:
        raise Refused(f"No reminder is set up for {found.ref}. `/reminder list` shows those that are.")
    return held[0]


def list_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        told = []
        for reminder in reminders.every(session):
            coming = reminder_ledgers.coming(session, reminder, ask.today)
            told.append(
                (reminder, coming.name if coming else None, reminder_ledgers.on_roll(session, ask.today))
            )
        return tell.listed(told, reminder_ledgers.known_until(session), ask.today, ask.line)


def status(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """The ledger of a term: the one that is named, else the one that runs, ran last or comes next."""
    with ask.reading() as session:
        reminder = _meant(session, ask, said["ref"])
        term = reminder_ledgers.term_meant(session, reminder, said.get("term"), ask.today)
        line = f"/reminder status {qualified(reminder.action)} {term}"
        return tell.status(reminder_ledgers.ledger(session, reminder, term), ask.now, ask.bot.zone, line)


def preview(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """What goes out next, to whom and when; a coordinator may send it at once."""
    with ask.reading() as session:
        reminder = _meant(session, ask, said["ref"])
        coming = reminder_ledgers.coming(session, reminder, ask.today)
        if coming is None:
            raise Refused("No term dates are held for the time to come: `partnership-bot terms import FILE`.")
        return _previewed(session, ask, reminder, coming)


def _previewed(session: Session, ask: Ask, reminder: Reminder, term: Term) -> Answer:
    ledger = reminder_ledgers.ledger(session, reminder, term.name)
    may_send = ask.is_coordinator and term.starts <= ask.today <= term.ends
    sends = f"{reminder.id}\n{term.name}" if may_send else None
    return tell.preview(ledger, f"/reminder preview {qualified(reminder.action)}", sends)


def send(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Sending to every school starts with seeing what is sent: the button under it sends."""
    coordinators_only(ask, "A coordinator sends reminders before their day.")
    with ask.reading() as session:
        reminder = _meant(session, ask, said["ref"])
        term = reminder_ledgers.running(session, reminder, ask.today)
        if term is None:
            raise Refused("No term runs today, and schools do not read their channels in the holidays.")
        return _previewed(session, ask, reminder, term)


def send_now(ask: Ask, value: str) -> Answer:
    """Owe this term's reminder to every school that has none yet, at once."""
    coordinators_only(ask, "A coordinator sends reminders before their day.")
    number, _, term = value.partition("\n")
    with ask.writing() as session:
        reminder = next((one for one in reminders.every(session) if str(one.id) == number), None)
        if reminder is None:
            raise Refused("That reminder is not known here any more.")
        owed = reminder_ledgers.send_now(session, ask.said, reminder, term, ask.today)
    ref = qualified(reminder.action)
    return say(f"{owed} reminders are on their way. `/reminder status {ref}` tells how they fare.")


def pause(ask: Ask, said: Mapping[str, Any]) -> Answer:
    return _pause(ask, said["ref"], paused=True)


def resume(ask: Ask, said: Mapping[str, Any]) -> Answer:
    return _pause(ask, said["ref"], paused=False)


def _pause(ask: Ask, ref: str, *, paused: bool) -> Answer:
    coordinators_only(ask, "A coordinator pauses reminders and resumes them.")
    with ask.writing() as session:
        reminder = _meant(session, ask, ref)
        changed = reminders.pause(session, ask.said, reminder, paused=paused)
        state = "paused: nothing more goes out" if paused else "going out again"
        return say(f"The reminder of *{reminder.action.ref}* is {state}{'' if changed else ' already'}.")


def _receipt(session: Session, value: str) -> Receipt:
    number = row_number(value)
    receipt = None if number is None else reminders.by_id(session, number)
    if receipt is None:
        raise Refused("That reminder is not known here any more.")
    return receipt


def seen(ask: Ask, value: str) -> Answer:
    """A school has seen its reminder: the first who says so is named, in the message itself."""
    with ask.writing() as session:
        receipt = _receipt(session, value)
        reminders.see(session, ask.said, receipt)
        return tell.seen(receipt, ask.bot.zone)


def contact(ask: Ask, value: str) -> Answer:
    with ask.reading() as session:
        return tell.contact(_receipt(session, value).school)


def ask_form(ask: Ask, value: str) -> ModalView:
    with ask.reading() as session:
        receipt = _receipt(session, value)
        return tell.ask(receipt.school, json.dumps({"receipt": value, "channel": ask.channel}))


def submit_question(ask: Ask, view: Mapping[str, Any]) -> Answer:
    """Keep a school's question and owe it to the coordinators. Raises `PersonalDataFound`."""
    text = written((view.get("state") or {}).get("values") or {}, "note")
    if text is None:
        raise Refused("Write your question first.")
    with ask.writing() as session:
        receipt = _receipt(session, str(kept(view).get("receipt")))
        question = Change("school", receipt.school_id, receipt.school.name, "question", note=text)
        append(session, ask.said, [question])
        reminders.owe_question(session, ask.said, sorted(ask.bot.coordinators))
        return tell.asked(receipt.school)
