"""Who holds which role."""

from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

from db import roles
from db.updates import Refused
from handlers.asking import Ask
from messages import roles as tell
from messages.limits import Answer


def list_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        return tell.listed(roles.everybody(session), ask.today, ask.line)


def set_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Give a role to somebody from a day on, today if none is said. Raises `Refused`."""
    if not ask.is_coordinator:
        raise Refused("A coordinator says who holds a role.")
    starts = said["starts"][0] if said.get("starts") else ask.today
    with ask.writing() as session:
        role = roles.named(session, said["role"])
        if role is None:
            raise Refused(_unknown(said["role"], roles.names(session)))
        roles.give(session, ask.said, role, said["person"], said.get("deputy"), starts)
        session.flush()
        led = [action for action, _ in roles.led(session, role)]
        return tell.given(role, said["person"], said.get("deputy"), starts, led, ask.today)


def _unknown(wanted: str, known: list[str]) -> str:
    near = [name for name, _, _ in process.extract(wanted, known, limit=3, score_cutoff=50)]
    guess = f" Did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else ""
    return f"No plan has a role “{wanted[:80]}”.{guess}"
