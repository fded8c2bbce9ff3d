"""Who holds which role."""

from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

from db import partners, roles
from db.errors import Refused
from db.rules.dates import day_text
from handlers.core.access import coordinators_only
from handlers.core.dates import given_day
from handlers.core.people import AccessDenied
from handlers.core.requests import Request
from messages import roles as render
from messages.blocks import Answer


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        found = roles.all_roles(session)
        wanted = (arguments.get("role_words") or "").lower().split()
        if wanted:
            found = [pair for pair in found if all(word in pair[0].name.lower() for word in wanted)]
            if not found:
                raise Refused(_unknown(arguments["role_words"], roles.role_names(session)))
        vacant = arguments.get("which") == "vacant"
        if vacant:
            found = [pair for pair in found if pair[0].holding_on(request.today) is None]
        return render.listed(found, request.today, request.line, vacant=vacant)


def set_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Give a role to somebody from a day on, today if none is given. Raises `Refused`."""
    coordinators_only(request, "set who holds a role")
    starts = given_day(request, arguments["starts"], years=2)[0] if arguments.get("starts") else request.today
    person, deputy = arguments["person"], arguments.get("deputy")
    _check_member(request, person, "That person")
    if deputy:
        _check_member(request, deputy, "That deputy")
    with request.writing() as session:
        role = roles.role_by_name(session, arguments["role"])
        if role is None:
            raise Refused(_unknown(arguments["role"], roles.role_names(session)))
        begun = role.next_handover(starts)
        if begun is not None and begun <= request.today:
            raise Refused(
                f"{role.name} is held by somebody else from {day_text(begun)}. Choose a later date."
            )
        current = role.holding_on(starts)
        if deputy is None and current is not None and current.slack_user == person:
            deputy = current.deputy
        deputy = None if deputy == person else deputy
        roles.assign_role(session, request.author, role, person, deputy, starts)
        led = [action for action, _ in roles.actions_led_by(session, role)]
        return render.assigned(role, starts, led, request.today, request.author.act)


def _check_member(request: Request, person: str, who: str) -> None:
    """Only somebody who may use the bot can hold a role: `who` begins the sentence. Raises `Refused`."""
    try:
        outside = request.services.people.person(person).outside
    except AccessDenied as denied:
        raise Refused(f"{who} can't hold a role: Slack says that nobody can write to them.") from denied
    if outside is None:
        return
    with request.reading() as session:
        allowed = partners.is_allowed(session, person)
    if not allowed:
        raise Refused(
            f"{who} is not a member of this workspace. Allow them by name first: `/plan allow @user`."
        )


def _unknown(wanted: str, known: list[str]) -> str:
    near = [name for name, _, _ in process.extract(wanted, known, limit=3, score_cutoff=50)]
    guess = f" Did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else ""
    return f"No plan has a role called “{wanted[:80]}”.{guess}"
