"""Who may change what, and who is asking at all. Every listener passes here first."""

from collections.abc import Mapping
from typing import Any

from db import guests
from db.engine import reading
from db.errors import Refused
from db.models import Action
from handlers.core.deadline import Deadline
from handlers.core.people import Outsider, Person, sentence
from handlers.core.requests import Ask, Bot


def may_change(ask: Ask, action: Action) -> bool:
    """A holder or deputy of a role that leads the action today, or a coordinator."""
    if ask.person.guest:
        return False
    return ask.is_coordinator or bool(ask.person.ids & action.leads_people(ask.today))


def coordinators_only(ask: Ask, sentence: str) -> None:
    """Raises `Refused` with the sentence for anybody else."""
    if not ask.is_coordinator:
        raise Refused(sentence)


def asked_by(bot: Bot, body: Mapping[str, Any], deadline: Deadline | None = None) -> Ask:
    """Who a command, button, form or event comes from. Raises `people.Outsider`."""
    user = body.get("user") or {}
    event = body.get("event") or {}
    person_id = body.get("user_id") or user.get("id") or event.get("user") or ""
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    person = bot.people.person(person_id, user.get("team_id"))
    if person.guest:
        _check_guest(bot, person)
    return Ask(bot, person, channel, bot.clock(), key=_key(body), deadline=deadline or Deadline())


def _check_guest(bot: Bot, person: Person) -> None:
    """A guest is let in by name alone. Raises `Outsider`."""
    with reading(bot.engine) as session:
        if not guests.may_read(session, person.user):
            raise Outsider(sentence("guests"))


def _key(body: Mapping[str, Any]) -> str | None:
    """What a repeat of the same command, press, form or event has in common with the first."""
    if body.get("event_id"):
        return f"event:{body['event_id']}"
    view = body.get("view")
    if body.get("type") == "view_submission" and view:
        return f"view:{view.get('id')}:{view.get('hash')}"
    trigger = body.get("trigger_id")
    return f"trigger:{trigger}" if trigger else None
