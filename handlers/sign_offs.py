"""Signing actions off, and naming who else may."""

from collections.abc import Mapping
from typing import Any

from db import sign_offs
from db.errors import Refused
from db.models import Action
from handlers.core.access import coordinators_only
from handlers.core.people import AccessDenied
from handlers.core.requests import Request
from handlers.updates import change_stamp, resolve_action
from messages import sign_offs as render
from messages import updates as render_updates
from messages.blocks import Answer


def sign_off(request: Request, ref: str) -> Answer:
    """Somebody else than those who did it confirms that the evidence shows it. Raises `Refused`."""
    if request.is_partner:
        raise Refused("Only a coordinator, or somebody they have named, can sign off an action.")
    with request.writing() as session:
        action: Action = resolve_action(session, request, ref)
        services, ids = request.services, request.person.ids
        sign_offs.sign_off(session, request.author, action, services.coordinators, request.today, ids)
        return render_updates.signed_off(action, change_stamp(session, request))


def signer(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Name somebody who may sign off beside the coordinators, or with `off` stop it. Raises `Refused`."""
    coordinators_only(request, "say who may sign off")
    person, may_sign = arguments["person"], arguments.get("which") != "off"
    if may_sign:
        _check_member(request, person)
    with request.writing() as session:
        changed = sign_offs.set_signer(session, request.author, person, may_sign=may_sign)
    return render.signer_named(person, may_sign=may_sign, changed=changed)


def _check_member(request: Request, person: str) -> None:
    try:
        outside = request.services.people.person(person).outside
    except AccessDenied as denied:
        raise Refused("That person can't sign off: Slack says that nobody can write to them.") from denied
    if outside is not None:
        raise Refused("That person is not a member of this workspace, so they can't sign off.")
