"""The one message a day about overdue actions, and the lists of actions without a reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import NO_ANSWER, NO_LEAD, Action, Entry, Escalated, Nudge, Role
from db.rules.dates import day_text
from messages.action_cards import answered_card, card, show_more_button, unchanged_button
from messages.blocks import (
    Answer,
    button,
    buttons,
    context_block,
    escape,
    mention,
    section,
    text_sections,
    words,
)
from messages.sharing import share_row
from messages.times import days_text
from messages.wording import count_text, plural

# What a nudge's line begins with, where other answers have a command.
NUDGE = "nudge:"
# A phone shows about three cards at once.
FIRST_SHOWN, MORE_SHOWN = 3, 5
# A card takes two blocks, that of an action that is not yours three, and a message has fifty.
_MOST_CARDS = 14
_SHOWN = 20


@dataclass(frozen=True)
class NudgeState:
    """What a nudge looks like now.

    `answers` are what was recorded since the message was sent, by action. Of the actions that still wait so
    many are `shown`, the longest overdue first.
    """

    answers: Mapping[int, Sequence[Entry]]
    today: date
    zone: ZoneInfo
    unanswered_limit: int
    shown: int = FIRST_SHOWN


def nudge(nudges: Sequence[Nudge], state: NudgeState) -> Answer:
    """Everything overdue or due soon for one person, each overdue action as a card or with its answer."""
    overdue = sorted((one for one in nudges if one.days_ahead is None), key=_urgency)
    waiting = [one for one in overdue if not (one.disowned or one.action_id in state.answers)]
    # A button that shows one more would take the place of that one.
    shown = waiting[: state.shown + (len(waiting) - state.shown == 1)][:_MOST_CARDS]
    answered = [one for one in overdue if one not in waiting][: _MOST_CARDS - len(shown)]
    line = nudge_line(nudges[0], state.shown) if nudges else ""
    blocks: list[Block] = [_head(overdue, waiting)] if overdue else []
    for one in overdue:
        if one in shown:
            why = _why_asked(one, state.today)
            blocks += card(one.action, state.today, line, first=one is shown[0], note=why)
        elif one in answered:
            blocks += _answered(one, state, line)
    rest = waiting[len(shown) :]
    if rest:
        blocks.append(context_block(f"Also waiting: {', '.join(one.action.ref for one in rest)}"))
    blocks += buttons(_for_the_rest(waiting, rest, line, state.shown))
    if overdue:
        limit = (
            f"After {state.unanswered_limit} reminders without a reply an action goes on the exceptions list."
        )
        blocks.append(context_block(f"Next reminder in 7 days. {limit}"))
    soon = [_due_soon_text(one, state.today) for one in nudges if one.days_ahead is not None]
    blocks += text_sections(["*Coming up*", *soon]) if soon else []
    return Answer(blocks, more="`/action mine`")


def nudge_line(one: Nudge, shown: int) -> str:
    """What a control of a nudge carries in place of a command, to redraw the message it stands in."""
    return f"{NUDGE}{one.delivery_id}:{shown}"


def read_nudge_line(line: str) -> tuple[str, int]:
    """The delivery of a nudge, and how many of its cards were shown."""
    delivery, _, shown = line.removeprefix(NUDGE).partition(":")
    return delivery, int(shown) if shown.isdigit() else FIRST_SHOWN


def _urgency(one: Nudge) -> tuple[date, int]:
    return (one.action.due or date.max, one.id or 0)


def _head(overdue: Sequence[Nudge], waiting: Sequence[Nudge]) -> Block:
    several = f"*{len(overdue)} actions are past their date.* Please say how each stands."
    one_alone = "*One action is past its date.* Please say how it stands."
    if not waiting:
        return section(f"*{count_text(len(overdue), 'action')} past their date*, all answered. Thank you.")
    if len(waiting) < len(overdue):
        return section(f"*{len(waiting)} of {len(overdue)} actions past their date* still wait for a word.")
    return section(plural(len(overdue), one_alone, several))


def _answered(one: Nudge, state: NudgeState, line: str) -> list[Block]:
    act = state.answers.get(one.action_id, ())
    may_undo = one.disowned or (bool(act) and act[0].who == one.person)
    blocks = answered_card(one.action, state.today, act, state.zone, line, may_undo=may_undo)
    if one.disowned:
        explained = context_block("You said this is not yours. The coordinators have been told.")
        blocks.insert(1, explained)
    return blocks


def _for_the_rest(waiting: Sequence[Nudge], rest: Sequence[Nudge], line: str, shown: int) -> list[Element]:
    """The buttons for the actions that are not shown, and for all that wait at once."""
    offered: list[Element] = []
    if rest and shown < _MOST_CARDS:
        more = min(len(rest), MORE_SHOWN, _MOST_CARDS - shown)
        offered.append(show_more_button(more, nudge_line(waiting[0], shown + more)))
    if len(waiting) > 1:
        offered.append(unchanged_button([one.action for one in waiting], line))
    return offered


def _due_soon_text(one: Nudge, today: date) -> str:
    action = one.action
    if action.due is None:
        return f"• *{action.ref}* {words(action.title, 120)} has no date now"
    left = (action.due - today).days
    when = f"in {days_text(left)}" if left else "today"
    return f"• *{action.ref}* {words(action.title, 120)} is due {day_text(action.due)}, {when}"


def _why_asked(one: Nudge, today: date) -> str:
    """Why somebody else than the lead is asked, with the person in whose place they are asked."""
    if one.asked_because is None:
        return ""
    if one.asked_because.startswith(NO_ANSWER):
        role = escape(one.asked_because.removeprefix(NO_ANSWER))
        return f"\nYou are asked too, as the deputy ({role}): there was no answer to the first reminders."
    if one.asked_because != NO_LEAD:
        holders = [
            _holder(lead.role, today) for lead in one.action.leads if lead.role.name == one.asked_because
        ]
        who = next(filter(None, holders), "the lead")
        because = escape(one.asked_because)
        return f"\nYou are asked because {who} can't be reached, and you are the deputy ({because})."
    roles = [lead.role for lead in one.action.leads]
    reasons = [
        f"{holder} ({escape(role.name)}) can't be reached or says it is not theirs"
        if (holder := _holder(role, today))
        else f"nobody holds {escape(role.name)}"
        for role in roles
    ]
    return f"\nYou are asked because {' and '.join(reasons) or 'the plan names no lead'}."


def _holder(role: Role, today: date) -> str:
    held = role.holding_on(today)
    return mention(held.slack_user) if held else ""


def confirm_reply(actions: Sequence[Action], pending: str, text: str, *, status: bool) -> Answer:
    """Ask whether to record what somebody wrote under a nudge, and on which action.

    `pending` is the row that holds what they wrote; a button carries it with the action's reference.
    """
    what = "an update" if status else "a note"
    quoted = f"“{words(text, 300)}”"
    shown = actions[:_SHOWN]
    value = [f"{pending}\n{action.qualified_ref}" for action in shown]
    if len(actions) == 1:
        only = actions[0]
        head = f"Record {quoted} as {what} on *{only.ref}* {words(only.title, 120)}? Nothing is recorded yet."
        record = button("Record", "record_reply_0", value[0], style="primary")
        return Answer([section(head)], buttons([record]))
    head = f"Which action is {quoted} about? Choose one to record it as {what}. Nothing is recorded yet."
    lines = [f"• *{action.ref}* {words(action.title, 100)}" for action in shown]
    choices: list[Element] = [
        button(action.ref, f"record_reply_{at}", one)
        for at, (action, one) in enumerate(zip(shown, value, strict=True))
    ]
    return Answer(text_sections([head, *lines]), buttons(choices))


def not_mine(action: Action, who: str, reason: str) -> Answer:
    """To the coordinators: somebody says that an action is not theirs."""
    roles = escape(" / ".join(lead.role.name for lead in action.leads))
    because = f": {words(reason, 600)}" if reason else ""
    title = words(action.title, 120)
    text = f"{mention(who)} says that *{action.ref}* {title} ({roles}) is not theirs{because}."
    return Answer([section(f"{text} Use `/plan role set` to change who holds a role.")])


def blocked(action: Action, who: str, reason: str) -> Answer:
    """To the coordinators: somebody is stuck."""
    because = f": {words(reason, 600)}" if reason else ", without a reason"
    text = f"{mention(who)} is stuck with *{action.ref}* {words(action.title, 120)}{because}."
    history = button("History", "history", f"\n{action.qualified_ref}")
    return Answer([section(text)], buttons([history]))


def theirs_after_all(action: Action, who: str) -> Answer:
    """To the coordinators, who were told that an action is not somebody's: it is."""
    text = f"{mention(who)} took that back: *{action.ref}* {words(action.title, 120)} is theirs after all."
    return Answer([section(text)])


def not_stuck_after_all(action: Action, who: str) -> Answer:
    """To the coordinators, who were told that somebody is stuck: they took it back. How it stands now."""
    text = (
        f"{mention(who)} took that back: they are not stuck with *{action.ref}* {words(action.title, 120)}."
    )
    return Answer([section(f"{text} It is {action.progress} now.")])


def _last_update(day: date | None) -> str:
    return f"last update {day_text(day)}" if day else "no update yet"


def exceptions(title: str, listed: Sequence[Escalated], today: date, line: str) -> Answer:
    """Overdue actions without a reply to reminders, with the reason and the last update, without blame."""
    if not listed:
        return Answer([section(f"*{escape(title)}*: no exceptions. Leads are reminded of what is overdue.")])
    lines = [
        f"• *{one.action.ref}* {words(one.action.title, 100)}, "
        f"{days_text(one.action.days_overdue(today))} overdue: {_exception_text(one)}"
        for one in listed
    ]
    head = f"*{escape(title)}*: {count_text(len(listed), 'exception')} at {day_text(today)}"
    return Answer([section(head)], share_row(line), rows=lines)


def _exception_text(one: Escalated) -> str:
    """Why it is on the list, and with whom it is by the plan's ladder."""
    climbed = f" since {day_text(one.climbed_on)}" if one.climbed_on else ""
    return f"{_why_listed(one)}{f', with the {escape(one.group)}{climbed}' if one.group else ''}"


def _why_listed(one: Escalated) -> str:
    """What somebody said of it, else the last update or that there is none."""
    if one.said_by is not None:
        reason = f": {words(one.reason, 200)}" if one.reason else ""
        return f"{mention(one.said_by)} {one.why}{reason}"
    return f"{escape(one.why)}, {_last_update(one.last_update_on)}"


def climbed(title: str, listed: Sequence[Escalated], today: date) -> Answer:
    """To the group at the top of a plan's ladder: everything that nobody has answered, in one message."""
    lines = [f"• {_climbed_text(one, today)}" for one in listed]
    number = count_text(len(listed), "overdue action")
    have = plural(len(listed), "has", "have")
    head = f"*{escape(listed[0].group)}*: {number} of {escape(title)} {have} had no answer from the lead."
    what = context_block("An update takes an action off this list. There is at most one message a week.")
    return Answer([section(head), what], rows=lines, more="`/plan exceptions`")


def _climbed_text(one: Escalated, today: date) -> str:
    leads = escape(" / ".join(lead.role.name for lead in one.action.leads))
    late = days_text(one.action.days_overdue(today))
    lead = f" ({leads})" if leads else ""
    return f"*{one.action.ref}* {words(one.action.title, 100)}{lead}, {late} overdue: {_why_listed(one)}"


def newly_listed(actions: Sequence[Action], unanswered_limit: int) -> Answer:
    """To the coordinators, when the exceptions list has grown."""
    lines = [
        f"• *{action.ref}* {words(action.title, 100)} ({words(action.section.plan.title, 60)}): "
        f"overdue, no reply after {unanswered_limit} reminders"
        for action in actions
    ]
    head = f"*{count_text(len(actions), 'new exception')}* (`/plan exceptions` shows all)"
    return Answer([section(head)], rows=lines, more="`/plan exceptions`")


def silent(
    title: str, listed: Sequence[tuple[str, str | None, int, date | None]], days: int, today: date, line: str
) -> Answer:
    """Who leads open actions and has recorded nothing for so many days, with the day of the last update."""
    period = f"in the {days_text(days)} to {day_text(today)}"
    if not listed:
        return Answer([section(f"*{escape(title)}*: every lead has recorded something {period}.")])
    lines = [
        f"• {escape(role)} ({mention(person) if person else 'no person set'}): "
        f"{count_text(number, 'open action')}, {_last_update(day)}"
        for role, person, number, day in listed
    ]
    head = f"*{escape(title)}*: {count_text(len(listed), 'lead')} with no update {period}"
    return Answer([section(head)], share_row(line), rows=lines)
