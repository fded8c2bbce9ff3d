"""New dates: asking, and a coordinator's decision."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db import extension_requests
from db.errors import Refused
from db.models import Action
from handlers.core.access import coordinators_only
from handlers.core.grammar import row_number
from handlers.core.requests import Ask
from handlers.updates import change
from messages import extension_requests as tell
from messages.limits import Answer


def due(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Ask for a new date. A coordinator's own request is decided by being made."""
    day, written = said["due"]
    reason = said.get("reason") or ""
    if day < ask.today:
        raise Refused("A new date has to be still to come.")

    def make(session: Session, action: Action) -> Answer:
        earlier = extension_requests.changes_before(action)
        asked = extension_requests.ask(session, ask.said, action, day, written, reason)
        if ask.is_coordinator:
            extension_requests.decide(session, ask.said, asked, grant=True)
            return tell.decided(asked, action)
        coordinators = sorted(ask.bot.coordinators)
        extension_requests.tell(session, asked, coordinators, ask.said)
        return tell.requested(asked, action, earlier, coordinators, ask.said.act)

    return change(ask, said["ref"], f"wanted: due {written}; {reason}".strip("; "), make)


def decide(ask: Ask, request: str, *, grant: bool) -> Answer:
    """Grant or refuse a request. Raises `Refused` for anybody but a coordinator."""
    coordinators_only(ask, "Only a coordinator decides on a new date.")
    with ask.writing() as session:
        number = row_number(request)
        asked = None if number is None else extension_requests.load(session, number)
        if asked is None:
            raise Refused("That request is not known here.")
        if not asked.pending:
            return tell.decided(asked, asked.action)
        extension_requests.decide(session, ask.said, asked, grant=grant)
        extension_requests.owe_decision(session, asked, ask.said)
        return tell.decided(asked, asked.action)
