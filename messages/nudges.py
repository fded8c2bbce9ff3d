"""The one message a day about overdue actions, and the lists of actions without a reply."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from slackblocks import Block, DatePicker, Element, InputBlock, ModalView, PlainText, PlainTextInput

from db.models import NO_LEAD, Action, Entry, Escalated, Nudge, Role
from db.rules.dates import day_text
from messages.blocks import (
    INPUT_TEXT,
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
from messages.history import act_text
from messages.measures import measure_text
from messages.note_form import note_form
from messages.sharing import share_row
from messages.times import days_text
from messages.wording import count_text, plural

NEW_DATE_FORM = "nudge_date"
REASON_FORM = "nudge_reason"
# Each action takes two blocks, and a message has fifty.
_SHOWN = 20


def nudge(
    nudges: Sequence[Nudge],
    answers: Mapping[int, Sequence[Entry]],
    today: date,
    zone: ZoneInfo,
    unanswered_limit: int,
) -> Answer:
    """Everything overdue or due soon for one person: each action with its buttons, or with the answer.

    `answers` are what was recorded since the message was sent, by action.
    """
    overdue = [one for one in nudges if one.days_ahead is None]
    blocks: list[Block] = []
    if overdue:
        several = f"*{len(overdue)} actions are past their date.* Please say how each stands."
        one_alone = "*One action is past its date.* Please say how it stands."
        blocks.append(section(plural(len(overdue), one_alone, several)))
    for one in overdue[:_SHOWN]:
        act = answers.get(one.action_id)
        blocks.append(section(_overdue_text(one, today) + (f"\n{act_text(act, zone)}" if act else "")))
        if one.disowned:
            blocks.append(context_block("You said this is not yours. The coordinators have been told."))
            blocks += buttons([_take_back(one, act[0].act)] if act else [])
        elif act:
            blocks += buttons([_take_back(one, act[0].act)] if act[0].who == one.person else [])
        else:
            blocks += buttons(_answer_buttons(one))
    if len(overdue) > _SHOWN:
        blocks.append(context_block(f"… and {len(overdue) - _SHOWN} more: `/action mine`"))
    if overdue:
        then = f"After {unanswered_limit} reminders without a reply an action goes on the exceptions list."
        blocks.append(context_block(f"Next reminder in 7 days. {then}"))
    soon = [_due_soon_text(one, today) for one in nudges if one.days_ahead is not None]
    return Answer([*blocks, *(text_sections(["*Coming up*", *soon]) if soon else [])])


def _due_soon_text(one: Nudge, today: date) -> str:
    action = one.action
    if action.due is None:
        return f"• *{action.ref}* {words(action.title, 120)} has no date now"
    left = (action.due - today).days
    when = f"in {days_text(left)}" if left else "today"
    return f"• *{action.ref}* {words(action.title, 120)} is due {day_text(action.due)}, {when}"


def _overdue_text(one: Nudge, today: date) -> str:
    action = one.action
    days = action.days_overdue(today)
    overdue = f", {days_text(days)} ago" if days else ""
    when = f"{'was' if days else 'is now'} due {day_text(action.due)}" if action.due else "has no date now"
    measures = "; ".join(measure_text(measure) for measure in action.measures[:2])
    measure = f"\nMeasure: {measures}" if measures else ""
    return f"*{action.ref}* {words(action.title, 200)} {when}{overdue}.{measure}{_why_asked(one, today)}"


def _take_back(one: Nudge, act: str) -> Element:
    return button("Undo", "nudge_take_back", f"{one.id}\n{act}")


def _why_asked(one: Nudge, today: date) -> str:
    """Why somebody else than the lead is asked, with the person in whose place they are asked."""
    if one.asked_because is None:
        return ""
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


def _answer_buttons(one: Nudge) -> list[Element]:
    value = str(one.id)
    return [
        button("Done", "nudge_done", value, style="primary"),
        button("Update", "update_form", f"nudge:{one.delivery_id}\n{one.action.qualified_ref}"),
        button("Blocked", "nudge_blocked", value),
        button("New date", "nudge_new_date", value),
        button("Not mine", "nudge_not_mine", value),
    ]


def new_date(action: Action, one: Nudge) -> ModalView:
    """The form that asks for a new date; its fields are `date` and `note`."""
    reason = PlainTextInput("note", multiline=True, max_length=INPUT_TEXT)
    when = DatePicker("date", placeholder=PlainText("Choose"))
    return ModalView(
        title=PlainText("Ask for a new date"),
        blocks=[
            section(f"*{action.ref}* {words(action.title)}"),
            InputBlock(PlainText("New date"), when, block_id="date"),
            InputBlock(PlainText("Why?"), reason, block_id="note"),
            context_block("A coordinator approves it. The original date is kept and shown."),
        ],
        submit=PlainText("Ask"),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({"nudge": one.id}),
        callback_id=NEW_DATE_FORM,
    )


_NOT_MINE_THEN = (
    "The coordinators are told, and you are not asked again. It stands in the action's history and on the "
    "list of exceptions, where everybody reads it."
)
BLOCKED, NOT_MINE = "blocked", "not mine"
# What each of the two forms asks, and what happens then.
REASONS = {
    BLOCKED: ("What are you waiting for?", "It is recorded as blocked. The coordinators are told."),
    NOT_MINE: ("Whose is it, or why is it not yours?", _NOT_MINE_THEN),
}


def reason_form(action: Action, one: Nudge, which: str) -> ModalView:
    """The form that asks why an action is blocked or not theirs; its field is `note`."""
    question, then = REASONS[which]
    return note_form(
        which.capitalize(),
        callback_id=REASON_FORM,
        about=f"*{action.ref}* {words(action.title)}",
        label=question,
        then=then,
        submit="Record",
        nudge=str(one.id),
        which=which,
    )


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
    return Answer(text_sections([head, *lines]), share_row(line))


def _exception_text(one: Escalated) -> str:
    """Why it is on the list: what somebody said of it, else the last update or that there is none."""
    if one.said_by is not None:
        reason = f": {words(one.reason, 200)}" if one.reason else ""
        return f"{mention(one.said_by)} {one.why}{reason}"
    return f"{escape(one.why)}, {_last_update(one.last_update_on)}"


def newly_listed(actions: Sequence[Action], unanswered_limit: int) -> Answer:
    """To the coordinators, when the exceptions list has grown."""
    lines = [
        f"• *{action.ref}* {words(action.title, 100)} ({words(action.section.plan.title, 60)}): "
        f"overdue, no reply after {unanswered_limit} reminders"
        for action in actions
    ]
    head = f"*{count_text(len(actions), 'new exception')}* (`/plan exceptions` shows all)"
    return Answer(text_sections([head, *lines]))


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
    return Answer(text_sections([head, *lines]), share_row(line))
