"""Letting a named guest read, and no longer."""

from collections.abc import Mapping
from typing import Any

from db import guests
from db.errors import Refused
from handlers.core.access import coordinators_only
from handlers.core.requests import Ask
from messages.limits import Answer, mention, say


def allow(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Let a guest of this workspace read. Raises `Refused` and, for people of another, `Outsider`."""
    person = said["person"]
    _check(ask)
    if not ask.bot.people.person(person).guest:
        raise Refused("That is a member of the workspace, who may read already.")
    with ask.writing() as session:
        new = guests.allow(session, ask.said, person)
    return say(f"{mention(person)} may {'now read' if new else 'read already'}, and change nothing.")


def disallow(ask: Ask, said: Mapping[str, Any]) -> Answer:
    _check(ask)
    with ask.writing() as session:
        could = guests.disallow(session, ask.said, said["person"])
    return say(f"{mention(said['person'])} {'may read no more' if could else 'could not read as a guest'}.")


def _check(ask: Ask) -> None:
    coordinators_only(ask, "A coordinator says which guests may read.")
