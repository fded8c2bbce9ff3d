"""What the bot says of roles and who holds them."""

from collections.abc import Sequence
from datetime import date

from db.models import Action, Role
from messages.limits import Answer, button, buttons, escape, mention, section, text_sections
from messages.times import day_text


def given(role: Role, starts: date, led: Sequence[Action], today: date, act: str) -> Answer:
    """Who holds a role from a day on, what moves to them, and which actions others share."""
    noun = "action" if len(led) == 1 else "actions"
    new = role.held(max(starts, today))
    assert new is not None
    when = "now" if starts <= today else f"from {day_text(starts)}"
    said = f"*{len(led)} {noun}* {when} nudge{'s' if len(led) == 1 else ''} {mention(new.slack_user)}"
    said += f" as {escape(role.name)}{f', deputy {mention(new.deputy)}' if new.deputy else ', no deputy'}."
    joint = [
        f"{action.ref} also lists {escape(other.role.name)} ({_holder(other.role, today)})"
        for action in led
        for other in action.leads
        if other.role_id != role.id
    ]
    if joint:
        said += f" {'; '.join(joint)}."
    return Answer([section(said)], buttons([button("Undo", "undo", act)]))


def _holder(role: Role, today: date) -> str:
    held = role.held(today)
    return mention(held.slack_user) if held else "no person set"


def listed(roles: Sequence[tuple[Role, int]], today: date, line: str) -> Answer:
    """Every role, those that lead most first; vacant and collective ones say so."""
    if not roles:
        return Answer([section("No role is known yet: an import of a plan brings its leads.")])
    told = []
    for role, number in roles:
        held = role.held(today)
        who = mention(held.slack_user) if held else "*no person set*"
        deputy = f", deputy {mention(held.deputy)}" if held and held.deputy else ""
        since = f" since {day_text(held.starts)}" if held and held.starts else ""
        group = " · names a group, not one person" if role.collective else ""
        agency = f" · {escape(role.agency.name)}" if role.agency else ""
        noun = "action" if number == 1 else "actions"
        told.append(f"• {escape(role.name)}: {who}{deputy}{since} · {number} {noun}{agency}{group}")
    return Answer(text_sections(["*Roles*", *told]), buttons([button("Share in channel", "share", line)]))
