"""What the bot says of roles and who holds them."""

from collections.abc import Sequence
from datetime import date

from db.models import Action, Role
from db.rules.dates import day_text
from messages.blocks import Answer, button, buttons, escape, mention, section
from messages.sharing import share_row
from messages.wording import count_text, plural


def assigned(role: Role, starts: date, led: Sequence[Action], today: date, act: str) -> Answer:
    """Who holds a role from a day on, how many actions go with it, and which are joint."""
    new = role.holding_on(max(starts, today))
    assert new is not None
    when = "now" if starts <= today else f"from {day_text(starts)}"
    nudge = plural(len(led), "nudges", "nudge")
    deputy = f", deputy {mention(new.deputy)}" if new.deputy else ", no deputy"
    text = (
        f"*{count_text(len(led), 'action')}* {when} {nudge} {mention(new.slack_user)} "
        f"as {escape(role.name)}{deputy}."
    )
    handover = role.next_handover(starts)
    following = role.holding_on(handover) if handover else None
    if handover and following:
        text += f" {mention(following.slack_user)} takes over on {day_text(handover)}, as planned."
    joint = [
        f"{action.ref} also lists {escape(other.role.name)} ({_holder(other.role, today)})"
        for action in led
        for other in action.leads
        if other.role_id != role.id
    ]
    if joint:
        text += f" {'; '.join(joint)}."
    return Answer([section(text)], buttons([button("Undo", "undo", act)]))


def _holder(role: Role, today: date) -> str:
    held = role.holding_on(today)
    return mention(held.slack_user) if held else "no person set"


def listed(roles: Sequence[tuple[Role, int]], today: date, line: str, *, vacant: bool = False) -> Answer:
    """Every role with the number of actions it leads; vacant and group roles say so.

    With `vacant` they are those that nobody holds.
    """
    if vacant and not roles:
        return Answer([section("Every role has somebody who holds it.")], share_row(line))
    if not roles:
        return Answer(
            [section("There are no roles yet. Importing a plan adds the roles that lead its actions.")]
        )
    lines = []
    for role, number in roles:
        held = role.holding_on(today)
        who = mention(held.slack_user) if held else "*no person set*"
        deputy = f", deputy {mention(held.deputy)}" if held and held.deputy else ""
        since = f" since {day_text(held.starts)}" if held and held.starts else ""
        group = " · names a group, not one person" if role.collective else ""
        agency = f" · {escape(role.agency.name)}" if role.agency else ""
        actions = count_text(number, "action")
        lines.append(f"• {escape(role.name)}: {who}{deputy}{since} · {actions}{agency}{group}")
    title = "*Roles that nobody holds*" if vacant else "*Roles*"
    return Answer([section(title)], share_row(line), rows=lines)
