"""Who is asking, what they may see, and what they may change. Every listener calls `identify` first.

A partner is a guest or somebody of another workspace whom a coordinator has allowed by name and who holds
or deputises for a role: they see and change that role's actions and nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from db import partners
from db.engine import reading
from db.errors import DisclosureFound, Refused
from db.models import Action
from db.references import Found, Missing
from db.rules.calendars import local_day
from db.rules.harm import describes_harm
from db.rules.personal_data import LONGEST
from db.rules.worries import speaks_of_worry
from handlers.core.deadline import Deadline
from handlers.core.people import AccessDenied, Person, denial
from handlers.core.requests import Request, Services


def may_change(request: Request, action: Action) -> bool:
    """Whether the asker holds or deputises for a role that leads the action today, or coordinates."""
    return request.is_coordinator or bool(request.person.ids & action.lead_user_ids(request.today))


def coordinators_only(request: Request, what: str) -> None:
    """Raise `Refused` for anybody but a coordinator: `what` completes "Only a coordinator can …"."""
    if not request.is_coordinator:
        raise Refused(f"Only a coordinator can {what}.")


def identify(services: Services, body: Mapping[str, Any], deadline: Deadline | None = None) -> Request:
    """The request behind a command, button, form or event. Raises `AccessDenied`."""
    user = body.get("user") or {}
    event = body.get("event") or {}
    person_id = body.get("user_id") or user.get("id") or event.get("user") or ""
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    person = services.people.person(person_id, user.get("team_id"))
    now = services.clock()
    only = _own_actions(services, person, local_day(now, services.zone)) if person.outside else None
    return Request(
        services, person, channel, now, key=_key(body), deadline=deadline or Deadline(), only_actions=only
    )


def identify_writer(
    services: Services, body: Mapping[str, Any], text: str, deadline: Deadline | None = None
) -> Request:
    """The request behind something that somebody wrote. Raises `AccessDenied`.

    Raises `DisclosureFound` instead for somebody who may not use the bot and writes of a child at risk:
    everybody has to be told at once who to call.
    """
    try:
        return identify(services, body, deadline)
    except AccessDenied:
        if describes_harm(text[:LONGEST]) or speaks_of_worry(text[:LONGEST]):
            raise DisclosureFound from None
        raise


def _own_actions(services: Services, person: Person, today: date) -> frozenset[int]:
    """The actions that a partner may see and change. Raises `AccessDenied` for anybody else from outside."""
    with reading(services.engine) as session:
        found = partners.actions_of_partner(session, person.user, person.ids, today)
    if found is None:
        raise AccessDenied(denial(person.outside or ""))
    return found


def for_partners(request: Request, *, is_open: bool) -> None:
    """Raise `Refused` for a partner where something is not `is_open` to them."""
    if request.is_partner and not is_open:
        raise Refused(ONLY_OWN_ACTIONS)


ONLY_OWN_ACTIONS = "You can ask about the actions that you lead, and update them. `/action mine` lists them."


def visible(request: Request, found: Found | Missing) -> Found | Missing:
    """Of what a reference means, what the asker may see. Raises `Refused` for what is not a partner's."""
    if request.only_actions is None:
        return found
    # The same answer for what is there and what is not, so that nobody can find out by trying.
    not_theirs = Refused(f"I can't find that among your actions. {ONLY_OWN_ACTIONS}")
    if isinstance(found, Missing):
        raise not_theirs
    own = tuple(one for one in found.action_ids if one in request.only_actions)
    if not own:
        raise not_theirs
    return replace(found, action_ids=own, also=())


def _key(body: Mapping[str, Any]) -> str | None:
    """What the first and a repeated delivery of the same command, press, form or event share."""
    if body.get("event_id"):
        return f"event:{body['event_id']}"
    view = body.get("view")
    if body.get("type") == "view_submission" and view:
        return f"view:{view.get('id')}:{view.get('hash')}"
    trigger = body.get("trigger_id")
    return f"trigger:{trigger}" if trigger else None
