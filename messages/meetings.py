"""What the bot says of a plan's meetings, their decisions, and who has signed the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.models import CLOSED, Action, Meeting, Plan, SignUp
from db.rules.dates import day_text
from messages.blocks import (
    Answer,
    button,
    buttons,
    context_block,
    escape,
    section,
    text_sections,
    words,
)
from messages.sharing import share_row
from messages.times import days_text
from messages.updates import ChangeStamp, changed_by, confirmation
from messages.wording import count_text

# So many roles are named.
_NAMED = 8


def added(plan: Plan, meeting: Meeting, today: date, stamp: ChangeStamp) -> Answer:
    left = (meeting.day - today).days
    when = f", in {days_text(left)}" if left > 0 else ""
    text = f"Added to {escape(plan.title)}: *{escape(meeting.name)}*, {day_text(meeting.day)}{when}, "
    return confirmation(
        stamp, f"{text}{changed_by(stamp)}. What stands at the end of that day is its record."
    )


def listed(
    plan: Plan, meetings: Sequence[Meeting], requests: Sequence[Action], today: date, line: str
) -> Answer:
    """The meetings to come, then those that were with what they decided, the last one first."""
    title = escape(plan.title)
    if not meetings:
        text = f"*{title}* has no meetings yet. `/plan meeting add DATE NAME` adds one (coordinators)."
        return Answer([section(text)], share_row(line))
    coming = [one for one in meetings if one.day >= today]
    past = [one for one in reversed(meetings) if one.day < today]
    rows = [f"*To come* ({len(coming)})"] if coming else []
    for one in coming:
        rows.append(f"• {day_text(one.day)}: {escape(one.name)}")
        rows += [f"    is asked: {words(asked.text, 300)}" for asked in one.recommendations]
    rows += [f"*Held* ({len(past)})"] if past else []
    for one in past:
        rows.append(f"• {day_text(one.day)}: {escape(one.name)}. `/plan summary {plan.code} at {one.day}`")
        rows += [f"    decided: {words(decision.text, 300)}" for decision in one.decisions]
    waiting = sum(one.progress not in CLOSED for one in requests)
    head = f"*{title}*: {count_text(len(meetings), 'meeting')}, {count_text(waiting, 'open request')}."
    return Answer([section(head)], share_row(line), rows=rows, line=line)


def decided(plan: Plan, meeting: Meeting, text: str, stamp: ChangeStamp) -> Answer:
    where = f"{escape(meeting.name)} of {day_text(meeting.day)} ({escape(plan.title)})"
    return confirmation(
        stamp, f"Recorded as decided by the {where}, {changed_by(stamp)}: “{words(text, 600)}”"
    )


def recommended(plan: Plan, meeting: Meeting, text: str, stamp: ChangeStamp) -> Answer:
    where = f"{escape(meeting.name)} of {day_text(meeting.day)} ({escape(plan.title)})"
    recorded = f"Recorded: the {where} is asked “{words(text, 600)}”, {changed_by(stamp)}."
    return confirmation(stamp, f"{recorded} It stands in the meeting's paper: `/plan report`.")


def signed(plan: Plan, found: Sequence[SignUp], line: str) -> Answer:
    """Who has signed with the day, and who has not."""
    title = escape(plan.title)
    if not found:
        text = f"Nobody is known to have signed *{title}*. `/plan sign-up BODY on DATE` says who has."
        return Answer([section(text)], share_row(line))
    have = [one for one in found if one.day]
    missing = [one for one in found if not one.day]
    rows = [f"• {escape(one.body)}: {day_text(one.day)}" for one in have if one.day]
    rows += [f"*Not yet* ({len(missing)})"] if missing else []
    rows += [f"• {escape(one.body)}" for one in missing]
    head = section(f"*{title}*: {len(have)} of {len(found)} have signed.")
    why = context_block("`/plan sign-up BODY` names one that has still to; `… on DATE` says that it has.")
    return Answer([head, why] if missing else [head], share_row(line), rows=rows)


def sign_up_recorded(plan: Plan, body: str, day: date | None, stamp: ChangeStamp, *, changed: bool) -> Answer:
    what = (
        f"signed {escape(plan.title)} on {day_text(day)}"
        if day
        else f"has still to sign {escape(plan.title)}"
    )
    if not changed:
        return Answer([section(f"*{escape(body)}* {what}: that is recorded already.")])
    return confirmation(stamp, f"Recorded: *{escape(body)}* {what}, {changed_by(stamp)}.")


@dataclass(frozen=True)
class Missing:
    """What a paper still lacks: so many overdue actions, roles without an update, what waits in words."""

    overdue: int
    silent: Sequence[str]
    silent_days: int
    waiting: str


def paper_due(plan: Plan, meeting: Meeting, last: Meeting | None, missing: Missing, today: date) -> Answer:
    """To a coordinator: a meeting's paper is due, with what it still lacks and the button that makes it."""
    left = (meeting.day - today).days
    when = "is today" if not left else f"is in {days_text(left)}, on {day_text(meeting.day)}"
    lines = [f"The *{escape(meeting.name)}* about {escape(plan.title)} {when}. Its paper:"]
    lines.append(f"• {count_text(missing.overdue, 'action is', 'actions are')} overdue")
    if missing.silent:
        names = escape(", ".join(missing.silent[:_NAMED]))
        more = f" and {len(missing.silent) - _NAMED} more" if len(missing.silent) > _NAMED else ""
        lines.append(f"• no update for {days_text(missing.silent_days)} from {names}{more}")
    if missing.waiting:
        lines.append(f"• waits for you: {missing.waiting}. `/plan waiting {plan.code}`")
    if last is not None:
        lines.append(f"• changed since the {escape(last.name)}: `/plan changes since last meeting`")
    # As it stands on the day on which somebody presses it.
    send = button("Send me the Word file", "paper_send", f"{plan.code}\n\n{meeting.id}", style="primary")
    return Answer(text_sections(lines), buttons([send]))
