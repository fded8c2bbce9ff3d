"""Coverage of a register: who is covered, recorded by name or by number, asked and confirmed by button."""

import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db import coverage, rounds
from db.errors import Refused
from db.models import Action, Delivery
from db.registers import find_members
from handlers.core.access import may_change
from handlers.core.readers import TypedCount
from handlers.core.requests import Request
from handlers.reminders import places_of_press
from handlers.rounds import record_count
from handlers.updates import change_action, resolve_action
from messages import coverage as render
from messages.blocks import Answer
from messages.rounds import series_line
from messages.updates import ChangeStamp

_NOT = re.compile(r"not\s+", re.IGNORECASE)


def show(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Who of its register an action has covered. Raises `Refused` for one that counts no register."""
    with request.reading() as session:
        action = resolve_action(session, request, arguments["ref"])
        found = coverage.load_coverage(session, action, request.today, request.services.zone)
        if found is not None:
            line = f"/action coverage {action.qualified_ref}"
            return render.coverage(action, found, line, may_ask=not request.is_partner)
        counted, _ = coverage.covering_measure(session, action)
        if counted is None:
            raise Refused(
                f"No measure of {action.ref} says how many of a register it should reach. "
                f"`/action status {action.ref}` shows its measures."
            )
        lines = [line for one in rounds.load_series(session, action) if (line := series_line(action, one))]
        return render.no_register(action, counted.of, lines)


def covered(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Record who is covered, by name, or so many of so many where names are not held."""
    count: TypedCount | None = arguments.get("count")
    note = arguments.get("note") or ""
    if count is not None:
        return record_count(
            request, arguments["ref"], count, arguments.get("on"), arguments.get("note") or ""
        )
    names = arguments.get("names") or ""
    if not names:
        raise Refused(f"Say who is covered: `/action covered {arguments['ref']} NAME, NAME on DATE`.")
    day = arguments["on"][0] if arguments.get("on") else request.today
    if day > request.today:
        raise Refused("That day has not come yet.", field="on")
    taken_back = _NOT.match(names)

    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        register = _register(session, action)
        typed = names[taken_back.end() :] if taken_back else names
        members = find_members(session, register, typed, day)
        if taken_back:
            gone = coverage.withdraw_covered(session, request.author, action, register, members, note)
        else:
            new = coverage.record_covered(session, request.author, action, register, members, day, note)
            coverage.mark_begun(session, request.author, action)
        now = coverage.load_coverage(session, action, request.today, request.services.zone)
        if taken_back:
            return render.withdrawn(action, [one.name for one in gone], now, stamp)
        already = len(members) - len(new)
        return render.recorded(action, [one.name for one in new], already, now, day, stamp)

    return change_action(request, arguments["ref"], f"wanted: covered {names}; {note}".strip("; "), make)


def _register(session: Session, action: Action) -> str:
    """The register that an action counts. Raises `Refused` where none is held, or where the bot counts."""
    counted, register = coverage.covering_measure(session, action)
    if coverage.is_counted_by_reminders(session, action):
        raise Refused(
            f"{action.ref} covers a school when its reminder is delivered, which I count myself. "
            f"`/reminder status {action.ref}` shows each."
        )
    if register is None or counted is None:
        what = f"a register of {counted.of}" if counted else "a register that its measure counts"
        raise Refused(
            f"I don't hold {what}, so I know nobody of it by name. By number: `/action covered {action.ref} "
            "14 of 20`."
        )
    return register


def ask(request: Request, ref: str) -> Answer:
    """Ask each member who is not covered. Raises `Refused` for who may not change the action."""
    with request.writing() as session:
        action = resolve_action(session, request, ref)
        if not may_change(request, action):
            raise Refused(f"Only the lead of {action.ref}, a deputy or a coordinator can ask.")
        register = _register(session, action)
        return render.asked(
            action, *coverage.ask_members(session, request.author, action, register, request.today)
        )


def confirm(request: Request, delivery_id: str) -> Answer:
    """A member confirms that the action has reached them. Raises `Refused` for who was not asked."""
    places = places_of_press(request) | {request.person.user} | request.person.ids
    with request.writing() as session:
        delivery = session.get(Delivery, delivery_id)
        asked = coverage.question_of(session, delivery) if delivery is not None else None
        if delivery is None or asked is None:
            raise Refused("I can't find that question any more.")
        if places.isdisjoint({delivery.recipient, delivery.channel}):
            raise Refused("That question was put to somebody else.")
        if asked.covered is None:
            coverage.record_covered(
                session, request.author, asked.action, asked.register, [asked.member], request.today
            )
            return render.confirmed(asked.action, asked.member.name, request.today, request.person.user)
        held = asked.covered
        return render.confirmed(asked.action, asked.member.name, held.covered_on, held.recorded_by)
