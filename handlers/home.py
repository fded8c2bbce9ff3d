"""The Home tab, and what somebody writes to the bot."""

from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks import Block

from db.errors import DisclosureFound, PersonalDataFound, Refused
from handlers import nudges
from handlers.actions import own_actions
from handlers.core.access import identify
from handlers.core.deadline import Deadline
from handlers.core.errors import error_reply
from handlers.core.people import AccessDenied
from handlers.core.replies import render_answer
from handlers.core.requests import AlreadyHandled, Services
from messages.actions import RenderContext
from messages.blocks import escape, section
from messages.plans import home


def home_blocks(services: Services, body: Mapping[str, Any], deadline: Deadline) -> Sequence[Block]:
    """What the Home tab shows to the person who opened it."""
    try:
        request = identify(services, body, deadline)
    except AccessDenied as denied:
        return [section(escape(str(denied)))]
    with request.reading() as session:
        roles, actions = own_actions(session, request)
        return home(request.person.user, actions, roles, RenderContext(request.today, services.zone))


def answer_message(services: Services, body: Mapping[str, Any], deadline: Deadline) -> dict[str, Any] | None:
    """The answer to a direct message; None where Slack has sent the message before."""
    event = body["event"]
    request = identify(services, {**body, "channel": {"id": event["channel"]}}, deadline)
    try:
        answer = nudges.reply(request, event.get("thread_ts"), str(event.get("text") or ""))
        return render_answer(request, answer)
    except AlreadyHandled:
        return None
    except (DisclosureFound, PersonalDataFound, Refused) as refused:
        content = error_reply(refused, services.safeguarding_contact).body()
    try:
        # Nothing was recorded, but an event that Slack sends twice is answered once.
        with request.writing():
            pass
    except AlreadyHandled:
        return None
    return content
