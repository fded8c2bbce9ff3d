"""Allowing a guest or a partner of another workspace by name, and stopping it."""

from collections.abc import Mapping
from typing import Any

from db import partners
from db.errors import Refused
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from messages.blocks import Answer, mention, text_answer

_WHAT = "say which guests and partners may use the bot"


def allow(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Allow somebody from outside. Raises `Refused`, and `AccessDenied` for bots and deactivated accounts."""
    coordinators_only(request, _WHAT)
    person = arguments["person"]
    if request.services.people.person(person).outside is None:
        raise Refused("That person is a member of the workspace, so they can use the bot already.")
    with request.writing() as session:
        new = partners.allow(session, request.author, person)
        found = partners.actions_of_partner(session, person, [person], request.today)
    state = f"{mention(person)} is {'now' if new else 'already'} allowed."
    if found is None:
        return text_answer(
            f"{state} They hold no role yet, so they see nothing: "
            f'`/plan role set "ROLE" @user` gives them one.'
        )
    return text_answer(f"{state} They see and update the actions of their role, and nothing else.")


def disallow(request: Request, arguments: Mapping[str, Any]) -> Answer:
    coordinators_only(request, _WHAT)
    person = arguments["person"]
    with request.writing() as session:
        could = partners.disallow(session, request.author, person)
    if could:
        return text_answer(f"{mention(person)} is no longer allowed here, and gets no messages.")
    return text_answer(f"{mention(person)} was not on the list of guests and partners.")
