"""What the bot says when something was recorded, or was kept as a comment instead."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import COMPLETED, Action, Entry, Outcome, Progress
from messages.limits import Answer, button, buttons, context, escape, mention, section, words
from messages.times import day_text, days_text, moment_text, month_text


def recorded(
    action: Action, before: Progress, who: str, now: datetime, zone: ZoneInfo, coordinators: Sequence[str]
) -> Answer:
    """That progress was recorded: what from, what to, how late, and what is still to come."""
    changed = (
        f"{before} → *{action.progress}*" if before != action.progress else f"*{action.progress}*, as it was"
    )
    said = f"Recorded: *{action.ref}* {changed}, by {mention(who)}, {moment_text(now, zone)}"
    said += f"{', evidence linked' if action.evidence else ''}."
    late = action.days_late()
    if action.progress in COMPLETED and late and action.due:
        said += f" That is {days_text(late)} after it was due ({day_text(action.due)})."
    return Answer([section(said), *_to_come(action, coordinators)], buttons([_undo()]))


def _to_come(action: Action, coordinators: Sequence[str]) -> list[Block]:
    """Outcome and sign-off: a completed action is not an achieved outcome, nor a verified one."""
    told = []
    if action.outcome is Outcome.NOT_ASSESSED:
        told.append("Outcome not assessed.")
    if action.progress in COMPLETED:
        measures = "; ".join(f"“{words(measure.text, 120)}”" for measure in action.measures)
        by = " or ".join(mention(person) for person in coordinators) or "a coordinator"
        waits = f"measure {measures} awaits" if measures else "it awaits"
        told.append(f"{waits[0].upper()}{waits[1:]} sign-off by {by}.")
        if not action.evidence:
            told.append(f"No evidence is linked yet: `/action evidence {action.ref} https://…`")
    return [context(" ".join(told))] if told else []


def blocked(answer: Answer, action: Action, on: Action) -> Answer:
    """A blocked action whose measure waits for a later one: offer to part the two."""
    assert on.due is not None
    assert action.due is not None
    month = month_text(on.due)
    note = (
        f"Note: {action.ref} was due {month_text(action.due)}, but its measure relies on {on.ref} "
        f"({words(on.title, 80)}), due {month}. Suggestion: mark the action complete when its own work "
        f"is done, and leave the measure open until {month}."
    )
    value = f"{action.section.plan.code}:{action.ref}\n{on.ref}"
    offered: list[Element] = [
        button("Do that", "suggestion_take", value, style="primary"),
        button("Keep blocked", "suggestion_leave", value),
        _undo(),
    ]
    return Answer([*answer.blocks, section(note)], buttons(offered))


def parted(action: Action, on_ref: str) -> Answer:
    return said(
        f"Recorded: *{action.ref}* is *{action.progress}*; it is marked complete when its own work is "
        f"done, and its measure stays open until {escape(on_ref)} is."
    )


def kept_blocked(ref: str) -> Answer:
    return Answer([section(f"*{escape(ref)}* stays *blocked*.")])


def commented(action: Action, today: date) -> Answer:
    """That a change by somebody else was kept as a comment, and who could make it."""
    holdings = [lead.role.held(today) for lead in action.leads]
    people = [mention(held.slack_user) for held in holdings if held is not None]
    roles = " / ".join(lead.role.name for lead in action.leads) or "its lead"
    who = f"{' or '.join(people)} ({escape(roles)})" if people else f"the {escape(roles)}"
    return said(
        f"Recorded as a comment; only {who}, a deputy or a coordinator can change *{action.ref}*. "
        f"It stays *{action.progress}*, outcome {action.outcome}."
    )


def said(what: str) -> Answer:
    """A short confirmation with its undo."""
    return Answer([section(what)], buttons([_undo()]))


def noted(action: Action) -> Answer:
    return said(f"Noted on *{action.ref}* {words(action.title, 80)}.")


def evidenced(action: Action) -> Answer:
    status = f"It is {action.progress}" + (
        "." if action.progress in COMPLETED else ", which this does not change."
    )
    return said(f"Evidence linked to *{action.ref}*. {status}")


def outcome_recorded(action: Action, before: Outcome) -> Answer:
    return said(
        f"Recorded: *{action.ref}* outcome {before} → *{action.outcome}*. Its actions are {action.progress}."
    )


def snoozed(action: Action, until: date) -> Answer:
    due = f" It is still due {day_text(action.due)}." if action.due else ""
    return said(
        f"No nudges about *{action.ref}* until {day_text(until)}.{due} "
        f"For a new date: `/action due {action.ref} DATE: reason`."
    )


def signed_off(action: Action, who: str) -> Answer:
    return said(f"*{action.ref}* is signed off by {mention(who)}.")


def undone(entries: Sequence[Entry]) -> Answer:
    """What was taken back: the record keeps both the change and its undoing."""
    main = entries[0]
    ref = main.ref.partition(":")[2] or main.ref
    if main.field in ("note", "comment"):
        what = f"your {main.field} on *{escape(ref)}*"
    elif main.field in ("asked", "due_request"):
        what = f"your request for a new date for *{escape(ref)}*"
    elif main.subject == "channel":
        what = f"this channel's plan, now {escape(main.before or 'the newest')} again"
    elif main.subject == "role":
        what = f"the holder of {escape(ref)}"
    else:
        name = main.field.replace("_", " ")
        what = (
            f"*{escape(ref)}* {name}: {words(main.after or 'nothing')} → *{words(main.before or 'nothing')}*"
        )
    return Answer([section(f"Undone: {what}. The record keeps both.")])


def _undo() -> Element:
    return button("Undo", "undo", "undo")
