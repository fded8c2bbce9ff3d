"""What the bot says when something was recorded, or was kept as a comment instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import COMPLETED, Action, Entry, Outcome, Progress
from messages import history
from messages.limits import Answer, button, buttons, context_block, escape, mention, section, words
from messages.times import day_text, days_text, moment_text, month_text


@dataclass(frozen=True)
class ChangeStamp:
    """A change that was made: by whom, when in which zone, as which act of the record."""

    who: str
    at: datetime
    zone: ZoneInfo
    act: str


def recorded(
    action: Action, before: Progress, evidence: bool, stamp: ChangeStamp, coordinators: Sequence[str]
) -> Answer:
    """That progress was recorded: what from, what to, how late, and what is still to come."""
    changed = f"{before} → *{action.progress}*"
    if before is action.progress:
        changed = f"*{action.progress}*, as it was"
    said = f"Recorded: *{action.ref}* {changed}, by {mention(stamp.who)}, {moment_text(stamp.at, stamp.zone)}"
    said += f"{', evidence linked' if evidence else ''}."
    late = action.days_late()
    if action.progress in COMPLETED and late and action.due:
        said += f" That is {days_text(late)} after it was due ({day_text(action.due)})."
    return Answer([section(said), *_to_come(action, coordinators)], buttons([_undo(stamp)]))


def _whole_ref(action: Action) -> str:
    """A reference that means this action in every channel."""
    return f"{action.section.plan.code}:{action.ref}"


def _to_come(action: Action, coordinators: Sequence[str]) -> list[Block]:
    """Outcome and sign-off: a completed action is not an achieved outcome, nor a verified one."""
    told = []
    if action.outcome is Outcome.NOT_ASSESSED:
        told.append("Outcome not assessed.")
    if action.progress in COMPLETED:
        measures = "; ".join(f"“{words(measure.text, 120)}”" for measure in action.measures)
        by = " or ".join(mention(person) for person in coordinators) or "a coordinator"
        waits = f"Measure {measures} awaits" if measures else "It awaits"
        told.append(f"{waits} sign-off by {by}.")
        if not action.evidence:
            told.append(f"No evidence is linked yet: `/action evidence {_whole_ref(action)} https://…`")
    return [context_block(" ".join(told))] if told else []


def blocked(answer: Answer, action: Action, on: Action, stamp: ChangeStamp) -> Answer:
    """A blocked action whose measure waits for a later one: offer to part the two."""
    assert on.due is not None
    assert action.due is not None
    month = month_text(on.due)
    note = (
        f"Note: {action.ref} was due {month_text(action.due)}, but its measure relies on {on.ref} "
        f"({words(on.title, 80)}), due {month}. Suggestion: mark the action complete when its own work "
        f"is done, and leave the measure open until {month}."
    )
    value = f"{_whole_ref(action)}\n{on.ref}"
    offered: list[Element] = [
        button("Do that", "suggestion_take", value, style="primary"),
        button("Keep blocked", "suggestion_leave", value),
        _undo(stamp),
    ]
    return Answer([*answer.blocks, section(note)], buttons(offered))


def parted(action: Action, on_ref: str, stamp: ChangeStamp) -> Answer:
    return confirmation(
        stamp,
        f"Recorded: *{action.ref}* is *{action.progress}*; it is marked complete when its own work is "
        f"done, and its measure stays open until {escape(on_ref)} is.",
    )


def kept_blocked(ref: str) -> Answer:
    return Answer([section(f"*{escape(ref)}* stays *blocked*.")])


def commented(action: Action, today: date, stamp: ChangeStamp) -> Answer:
    """That a change by somebody else was kept as a comment, and who could make it."""
    holdings = [lead.role.held(today) for lead in action.leads]
    people = [mention(held.slack_user) for held in holdings if held is not None]
    roles = escape(" / ".join(lead.role.name for lead in action.leads))
    who = f"{' or '.join(people)} ({roles}), a deputy or" if people else f"the {roles} or" if roles else ""
    return confirmation(
        stamp,
        f"Recorded as a comment; only {f'{who} ' if who else ''}a coordinator can change *{action.ref}*. "
        f"It stays *{action.progress}*, outcome {action.outcome}.",
    )


def with_change_before(another: Sequence[Entry], answer: Answer, zone: ZoneInfo) -> Answer:
    """An answer that tells first what somebody else did a moment before, which it may have changed."""
    line = history.act_text(another, zone) if another else ""
    return (
        replace(answer, blocks=[section(f"A moment before you: {line}"), *answer.blocks]) if line else answer
    )


def confirmation(stamp: ChangeStamp, what: str) -> Answer:
    """A short confirmation with its undo."""
    return Answer([section(what)], buttons([_undo(stamp)]))


def noted(action: Action, stamp: ChangeStamp) -> Answer:
    return confirmation(stamp, f"Noted on *{action.ref}* {words(action.title, 80)}.")


def evidenced(action: Action, stamp: ChangeStamp) -> Answer:
    unchanged = "" if action.progress in COMPLETED else ", which this does not change"
    return confirmation(stamp, f"Evidence linked to *{action.ref}*. It is {action.progress}{unchanged}.")


def outcome_recorded(action: Action, before: Outcome, stamp: ChangeStamp) -> Answer:
    changed = f"outcome {before} → *{action.outcome}*"
    return confirmation(stamp, f"Recorded: *{action.ref}* {changed}. Its actions are {action.progress}.")


def snoozed(action: Action, until: date, stamp: ChangeStamp) -> Answer:
    due = f" It is still due {day_text(action.due)}." if action.due else ""
    return confirmation(
        stamp,
        f"No nudges about *{action.ref}* until {day_text(until)}.{due} "
        f"For a new date: `/action due {_whole_ref(action)} DATE: reason`.",
    )


def signed_off(action: Action, stamp: ChangeStamp) -> Answer:
    return confirmation(stamp, f"*{action.ref}* is signed off by {mention(stamp.who)}.")


def undone(entries: Sequence[Entry]) -> Answer:
    """What was taken back: the record keeps both the change and its undoing."""
    main = entries[0]
    ref = main.ref.partition(":")[2] or main.ref
    if main.field in ("note", "comment"):
        what = f"your {main.field} on *{escape(ref)}*"
    elif main.field == "asked":
        what = f"your request for a new date for *{escape(ref)}*"
    elif main.field == "decision":
        what = f"the decision on a new date for *{escape(ref)}*, which waits again"
    elif main.subject == "channel":
        what = f"this channel's plan, now {escape(main.before or 'the usual one')} again"
    elif main.subject == "role":
        what = f"who holds {escape(ref)}"
    elif main.subject == "kpi":
        # Without the figures: they may be small counts.
        what = f"the figure of *{escape(ref)}* for {escape(main.field.replace('/', ' to '))}"
    elif main.field == "signed_off_by":
        what = f"the sign-off of *{escape(ref)}*"
    else:
        name = main.field.replace("_", " ")
        after, before = (words(value or "nothing") for value in (main.after, main.before))
        what = f"*{escape(ref)}* {name}: {after} → *{before}*"
    return Answer([section(f"Undone: {what}. The record keeps both.")])


def _undo(stamp: ChangeStamp) -> Element:
    return button("Undo", "undo", stamp.act)
