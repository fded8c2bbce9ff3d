"""The one message a day about what is late, and the lists of what asking has not moved."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from slackblocks import Block, DatePicker, Element, InputBlock, ModalView, PlainText, PlainTextInput

from db.models import Action, Entry, Nudge
from messages.history import act_text
from messages.limits import (
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
from messages.measures import measure_text
from messages.times import day_text, days_text

NEW_DATE = "nudge_date"
# Each action takes two blocks, and a message fifty.
_SHOWN = 20


def nudge(
    nudges: Sequence[Nudge], answers: Mapping[int, Sequence[Entry]], today: date, zone: ZoneInfo, strikes: int
) -> Answer:
    """All that is late for one person: each action with its buttons, or with what was answered.

    `answers` are acts since the message went out, by action.
    """
    late = [one for one in nudges if one.days_ahead is None]
    blocks: list[Block] = []
    if late:
        many = "One action is past its" if len(late) == 1 else f"{len(late)} actions are past their"
        blocks.append(section(f"*{many} date.* A word on each helps."))
    for one in late[:_SHOWN]:
        act = answers.get(one.action_id)
        blocks.append(section(_late(one, today) + (f"\n{act_text(act, zone)}" if act else "")))
        if one.disowned:
            blocks.append(context_block("You said that this is not yours: the coordinators are told."))
        elif not act:
            blocks += buttons(_answers(one))
    if len(late) > _SHOWN:
        blocks.append(context_block(f"… and {len(late) - _SHOWN} more: `/action mine`"))
    if late:
        then = f"after {strikes} without a word an action goes on the exceptions list"
        blocks.append(context_block(f"Next reminder in 7 days; {then}."))
    coming = [_coming(one, today) for one in nudges if one.days_ahead is not None]
    return Answer([*blocks, *(text_sections(["*Coming up*", *coming]) if coming else [])])


def _coming(one: Nudge, today: date) -> str:
    action = one.action
    assert action.due is not None
    left = (action.due - today).days
    when = f"in {days_text(left)}" if left else "today"
    return f"• *{action.ref}* {words(action.title, 120)} is due {day_text(action.due)}, {when}"


def _late(one: Nudge, today: date) -> str:
    action = one.action
    assert action.due is not None
    late = days_text(action.days_overdue(today)) if action.days_overdue(today) else ""
    overdue = f", {late} ago" if late else ""
    measures = "; ".join(measure_text(measure) for measure in action.measures[:2])
    measure = f"\nMeasure: {measures}" if measures else ""
    stands = f"\nYou are asked because {escape(one.asked_because)}." if one.asked_because else ""
    return (
        f"*{action.ref}* {words(action.title, 200)} was due {day_text(action.due)}{overdue}.{measure}{stands}"
    )


def _answers(one: Nudge) -> list[Element]:
    value = str(one.id)
    ref = f"{one.action.section.plan.code}:{one.action.ref}"
    return [
        button("Done", "nudge_done", value, style="primary"),
        button("Update", "update_form", f"nudge:{one.delivery_id}\n{ref}"),
        button("Blocked", "nudge_blocked", value),
        button("New date", "nudge_new_date", value),
        button("Not mine", "nudge_not_mine", value),
    ]


def new_date(action: Action, one: Nudge) -> ModalView:
    """Asking for a new date, which is not snoozing: the fields' ids are `date` and `note`."""
    reason = PlainTextInput("note", multiline=True, max_length=INPUT_TEXT)
    when = DatePicker("date", placeholder=PlainText("Choose"))
    return ModalView(
        title=PlainText("Ask for a new date"),
        blocks=[
            section(f"*{action.ref}* {words(action.title)}"),
            InputBlock(PlainText("New date"), when, block_id="date"),
            InputBlock(PlainText("Why?"), reason, block_id="note"),
            context_block("A coordinator approves it. The original date is kept, and shown."),
        ],
        submit=PlainText("Ask"),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({"nudge": one.id}),
        callback_id=NEW_DATE,
    )


def confirm(offers: Sequence[tuple[str, str, str]], said: str, *, status: bool) -> Answer:
    """Whether to record what somebody wrote under a reminder; `offers` are ref, title and command line."""
    what = "an update" if status else "a note"
    quoted = f"“{words(said, 300)}”"
    if len(offers) == 1:
        ref, title, line = offers[0]
        head = f"Record {quoted} as {what} on *{ref}* {words(title, 120)}? Nothing is recorded until you do."
        return Answer([section(head)], buttons([button("Record", "ask_0", line, style="primary")]))
    head = f"Which action is {quoted} about? It is recorded as {what} when you choose, and not before."
    chosen = [button(ref, f"ask_{at}", line) for at, (ref, _, line) in enumerate(offers[:_SHOWN])]
    return Answer(
        text_sections([head, *(f"• *{ref}* {words(title, 100)}" for ref, title, _ in offers[:_SHOWN])]),
        buttons(chosen),
    )


def not_mine(action: Action, who: str) -> Answer:
    """To the coordinators: somebody says that an action is not theirs."""
    roles = escape(" / ".join(lead.role.name for lead in action.leads))
    said = f"{mention(who)} says that *{action.ref}* {words(action.title, 120)} ({roles}) is not theirs."
    return Answer([section(f"{said} `/plan role set` says who holds a role.")])


def _since(said_on: date | None) -> str:
    return f"last word {day_text(said_on)}" if said_on else "no word yet"


def exceptions(
    title: str, listed: Sequence[tuple[Action, str, date | None]], today: date, line: str
) -> Answer:
    """Late actions that asking has not moved, by plan, with the reason; no blame."""
    if not listed:
        return Answer([section(f"*{escape(title)}*: no exceptions. What is late is being asked about.")])
    many = [
        f"• *{action.ref}* {words(action.title, 100)}, {days_text(action.days_overdue(today))} overdue: "
        f"{escape(why)}, {_since(said_on)}"
        for action, why, said_on in listed
    ]
    noun = "exception" if len(listed) == 1 else "exceptions"
    head = f"*{escape(title)}*: {len(listed)} {noun} at {day_text(today)}"
    return Answer(text_sections([head, *many]), buttons([button("Share in channel", "share", line)]))


def grown(actions: Sequence[Action], strikes: int) -> Answer:
    """To the coordinators, when the list has grown."""
    many = [
        f"• *{action.section.plan.code}:{action.ref}* {words(action.title, 100)}: {strikes} nudges unanswered"
        for action in actions
    ]
    noun = "action is" if len(actions) == 1 else "actions are"
    return Answer(
        text_sections([f"*{len(actions)} {noun} new on the exceptions list* (`/plan exceptions`)", *many])
    )


def silent(
    title: str, listed: Sequence[tuple[str, str | None, int, date | None]], days: int, today: date, line: str
) -> Answer:
    """Who leads open actions and has said nothing for so many days, with the day of the last word."""
    if not listed:
        heard = f"every lead has said something in the last {days_text(days)}"
        return Answer([section(f"*{escape(title)}*: {heard}.")])
    many = [
        f"• {escape(role)} ({mention(person) if person else 'no person set'}): "
        f"{number} open action{'' if number == 1 else 's'}, {_since(said_on)}"
        for role, person, number, said_on in listed
    ]
    noun = "lead has" if len(listed) == 1 else "leads have"
    when = f"in the {days_text(days)} to {day_text(today)}"
    head = f"*{escape(title)}*: {len(listed)} {noun} said nothing {when}"
    return Answer(text_sections([head, *many]), buttons([button("Share in channel", "share", line)]))
