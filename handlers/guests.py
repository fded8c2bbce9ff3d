"""Letting a named guest read, and no longer."""

from collections.abc import Mapping
from typing import Any

from db import guests
from db.errors import Refused
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from messages.limits import Answer, mention, text_answer


def allow(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Let a guest of this workspace read. Raises `Refused` and, for people of another, `Outsider`."""
    person = arguments["person"]
    _check(request)
    if not request.services.people.person(person).guest:
        raise Refused("That is a member of the workspace, who may read already.")
    with request.writing() as session:
        new = guests.allow(session, request.author, person)
    return text_answer(f"{mention(person)} may {'now read' if new else 'read already'}, and change nothing.")


def disallow(request: Request, arguments: Mapping[str, Any]) -> Answer:
    _check(request)
    with request.writing() as session:
        could = guests.disallow(session, request.author, arguments["person"])
    return text_answer(
        f"{mention(arguments['person'])} {'may read no more' if could else 'could not read as a guest'}."
    )


def _check(request: Request) -> None:
    coordinators_only(request, "A coordinator says which guests may read.")
