"""Who holds which role."""

from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

from db import roles
from db.errors import Refused
from handlers.core.access import coordinators_only
from handlers.core.people import AccessDenied
from handlers.core.requests import Request
from messages import roles as render
from messages.limits import Answer


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        return render.listed(roles.all_roles(session), request.today, request.line)


def set_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Give a role to somebody from a day on, today if none is said. Raises `Refused`."""
    coordinators_only(request, "A coordinator says who holds a role.")
    starts = arguments["starts"][0] if arguments.get("starts") else request.today
    person, deputy = arguments["person"], arguments.get("deputy")
    for one in filter(None, (person, deputy)):
        _check_person(request, one)
    with request.writing() as session:
        role = roles.role_by_name(session, arguments["role"])
        if role is None:
            raise Refused(_unknown(arguments["role"], roles.role_names(session)))
        later = [one for one in role.holdings if one.starts is not None and one.starts > starts]
        if later:
            raise Refused(
                f"{role.name} is held by somebody from {min(one.starts for one in later if one.starts)} on: "
                "say a day from then."
            )
        current = role.held(starts)
        if deputy is None and current is not None and current.slack_user == person:
            deputy = current.deputy
        roles.assign_role(session, request.author, role, person, None if deputy == person else deputy, starts)
        led = [action for action, _ in roles.actions_led_by(session, role)]
        return render.given(role, starts, led, request.today, request.author.act)


def _check_person(request: Request, person: str) -> None:
    """Somebody who may not use the bot cannot hold a role. Raises `Refused`."""
    try:
        guest = request.services.people.person(person).guest
    except AccessDenied as outsider:
        raise Refused(f"{person} cannot hold a role: only members of this workspace can.") from outsider
    if guest:
        raise Refused(f"{person} cannot hold a role: guests may only read.")


def _unknown(wanted: str, known: list[str]) -> str:
    near = [name for name, _, _ in process.extract(wanted, known, limit=3, score_cutoff=50)]
    guess = f" Did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else ""
    return f"No plan has a role “{wanted[:80]}”.{guess}"
