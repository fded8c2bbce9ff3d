"""Who is asking, and what they may change. Every listener calls `identify` first."""

from collections.abc import Mapping
from typing import Any

from db import guests
from db.engine import reading
from db.errors import Refused
from db.models import Action
from handlers.core.deadline import Deadline
from handlers.core.people import AccessDenied, Person, denial
from handlers.core.requests import Request, Services


def may_change(request: Request, action: Action) -> bool:
    """Whether the asker holds or deputises for a role that leads the action today, or coordinates."""
    if request.person.guest:
        return False
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
    if person.guest:
        _check_guest(services, person)
    return Request(
        services, person, channel, services.clock(), key=_key(body), deadline=deadline or Deadline()
    )


def _check_guest(services: Services, person: Person) -> None:
    """A guest gets in only when a coordinator has allowed them by name. Raises `AccessDenied`."""
    with reading(services.engine) as session:
        if not guests.may_read(session, person.user):
            raise AccessDenied(denial("guests"))


def _key(body: Mapping[str, Any]) -> str | None:
    """What the first and a repeated delivery of the same command, press, form or event share."""
    if body.get("event_id"):
        return f"event:{body['event_id']}"
    view = body.get("view")
    if body.get("type") == "view_submission" and view:
        return f"view:{view.get('id')}:{view.get('hash')}"
    trigger = body.get("trigger_id")
    return f"trigger:{trigger}" if trigger else None
