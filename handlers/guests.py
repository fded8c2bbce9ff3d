"""Letting a named guest read, and stopping it."""

from collections.abc import Mapping
from typing import Any

from db import guests
from db.errors import Refused
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from messages.blocks import Answer, mention, text_answer


def allow(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Let a guest of this workspace read. Raises `Refused`, and `AccessDenied` for people of another."""
    coordinators_only(request, "say which guests may read")
    person = arguments["person"]
    if not request.services.people.person(person).guest:
        raise Refused("That person is a member of the workspace, so they can read already.")
    with request.writing() as session:
        new = guests.allow(session, request.author, person)
    return text_answer(
        f"{mention(person)} can {'now' if new else 'already'} read. Guests can't change anything."
    )


def disallow(request: Request, arguments: Mapping[str, Any]) -> Answer:
    coordinators_only(request, "say which guests may read")
    person = arguments["person"]
    with request.writing() as session:
        could = guests.disallow(session, request.author, person)
    if could:
        return text_answer(f"{mention(person)} can no longer read here.")
    return text_answer(f"{mention(person)} was not on the list of guests who can read.")
