"""What the bot says of a board's requests."""

from collections.abc import Sequence
from datetime import date

from db.models import CLOSED, Action, Plan
from messages.actions import action_line
from messages.blocks import Answer, context_block, escape, section, words
from messages.plan_edits import with_leads
from messages.sharing import share_row
from messages.updates import ChangeStamp, changed_by, confirmation
from messages.wording import count_text


def asked(plan: Plan, action: Action, new_roles: Sequence[str], today: date, stamp: ChangeStamp) -> Answer:
    """A request was put: who answers it, and how."""
    leads = escape(" and ".join(lead.role.name for lead in action.leads))
    text = f"Asked on behalf of the board of {escape(plan.title)}, {changed_by(stamp)}: *{action.ref}* "
    text += f"{words(action.title, 200)}. {leads} answers it"
    text += f", by {action.due:%d %b %Y}." if action.due else ". It has no date, so it is never late."
    how = (
        f"The answer: `/action update {action.qualified_ref} complete: …`. They are reminded as of an action."
    )
    return with_leads(confirmation(stamp, text), action, new_roles, today, [how])


def listed(plan: Plan, found: Sequence[Action], today: date, line: str) -> Answer:
    """The requests that wait for an answer, then those that have one."""
    title = escape(plan.title)
    if not found:
        text = f"No request about *{title}* is recorded. `/plan request WHO by DATE: text` puts one."
        return Answer([section(text)], share_row(line))
    open_ = [one for one in found if one.progress not in CLOSED]
    closed = [one for one in found if one.progress in CLOSED]
    rows = [action_line(one, today) for one in open_]
    rows += [f"*Answered* ({len(closed)})"] if closed else []
    rows += [action_line(one, today) for one in closed]
    head = section(f"*Requests about {title}*: {count_text(len(open_), 'waits', 'wait')} for an answer.")
    how = context_block(f"`/action history {found[0].qualified_ref}` shows what was answered.")
    return Answer([head, how], share_row(line), rows=rows, line=line)
