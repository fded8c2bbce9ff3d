"""Who holds which role."""

from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

from db import roles
from db.errors import Refused
from handlers.core.access import coordinators_only
from handlers.core.people import Outsider
from handlers.core.requests import Ask
from messages import roles as tell
from messages.limits import Answer


def list_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        return tell.listed(roles.everybody(session), ask.today, ask.line)


def set_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Give a role to somebody from a day on, today if none is said. Raises `Refused`."""
    coordinators_only(ask, "A coordinator says who holds a role.")
    starts = said["starts"][0] if said.get("starts") else ask.today
    person, deputy = said["person"], said.get("deputy")
    for one in filter(None, (person, deputy)):
        _check_person(ask, one)
    with ask.writing() as session:
        role = roles.named(session, said["role"])
        if role is None:
            raise Refused(_unknown(said["role"], roles.names(session)))
        later = [one for one in role.holdings if one.starts is not None and one.starts > starts]
        if later:
            raise Refused(
                f"{role.name} is held by somebody from {min(one.starts for one in later if one.starts)} on: "
                "say a day from then."
            )
        current = role.held(starts)
        if deputy is None and current is not None and current.slack_user == person:
            deputy = current.deputy
        roles.give(session, ask.said, role, person, None if deputy == person else deputy, starts)
        led = [action for action, _ in roles.led(session, role)]
        return tell.given(role, starts, led, ask.today, ask.said.act)


def _check_person(ask: Ask, person: str) -> None:
    """Somebody who may not use the bot cannot hold a role. Raises `Refused`."""
    try:
        guest = ask.bot.people.person(person).guest
    except Outsider as outsider:
        raise Refused(f"{person} cannot hold a role: only members of this workspace can.") from outsider
    if guest:
        raise Refused(f"{person} cannot hold a role: guests may only read.")


def _unknown(wanted: str, known: list[str]) -> str:
    near = [name for name, _, _ in process.extract(wanted, known, limit=3, score_cutoff=50)]
    guess = f" Did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else ""
    return f"No plan has a role “{wanted[:80]}”.{guess}"
