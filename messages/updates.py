"""What the bot says when something was recorded, or was kept as a comment instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import COMPLETED, Action, DueKind, Entry, Outcome, Progress
from db.rules.dates import day_text, month_text
from messages import history
from messages.action_cards import evidence_button
from messages.actions import contradiction_lines
from messages.blocks import (
    Answer,
    ask_buttons,
    button,
    buttons,
    context_block,
    escape,
    mention,
    section,
    words,
)
from messages.sign_offs import nobody_may_sign
from messages.times import days_text, moment_text
from messages.wording import count_text, short_ref


@dataclass(frozen=True)
class ChangeStamp:
    """A change: by whom, when and in which zone, as which act of the audit log.

    `default_plan` is the code of the plan that a bare reference means where the answer is shown.
    """

    who: str
    at: datetime
    zone: ZoneInfo
    act: str
    default_plan: str | None = None


@dataclass(frozen=True)
class SignOffState:
    """Who may sign an action off. Where nobody may, `suggested` are people who could be named."""

    people: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()


def recorded(
    action: Action, before: Progress, stamp: ChangeStamp, signing: SignOffState, *, evidence: bool
) -> Answer:
    """Progress was recorded: from what to what, how late, and what is still to come."""
    changed = f"{before} → *{action.progress}*"
    if before is action.progress:
        changed = f"still *{action.progress}*"
    text = f"Recorded: *{action.ref}* {changed}, by {mention(stamp.who)}, {moment_text(stamp.at, stamp.zone)}"
    text += f"{', evidence linked' if evidence else ''}."
    late = action.days_late()
    if action.progress in COMPLETED and late and action.due:
        text += f" That is {days_text(late)} after it was due ({day_text(action.due)})."
    offered = [undo_button(stamp)]
    if action.progress in COMPLETED and not action.evidence:
        offered.insert(0, evidence_button(action, ""))
    return Answer([section(text), *_still_to_come(action, stamp, signing)], buttons(offered))


def round_recorded(
    action: Action, recorded_as: Progress, due: date | None, stamp: ChangeStamp, *, evidence: bool
) -> Answer:
    """A round of an action that recurs was recorded, the one that was `due` then: what comes next."""
    of = (
        f" ({action.recurrence}, due {day_text(due)})"
        if due != action.due and due
        else f" ({action.recurrence})"
    )
    text = (
        f"Recorded: *{action.ref}* round{escape(of)} *{recorded_as}*, by {mention(stamp.who)}, "
        f"{moment_text(stamp.at, stamp.zone)}{', evidence linked' if evidence else ''}."
    )
    if action.due_kind is DueKind.BY and action.due:
        text += f" It stays open: the next round is due *{day_text(action.due)}*."
    else:
        text += " It stays open for its next round."
    finish = button("Finished for good", "round_finish", action.qualified_ref)
    return Answer([section(text)], buttons([finish, undo_button(stamp)]))


def with_sign_off_withdrawn(answer: Answer, signer: str) -> Answer:
    """An answer to a change that takes back what somebody had signed off."""
    text = f"The sign-off by {mention(signer)} is withdrawn with it: it was of what was recorded then."
    return replace(answer, blocks=[*answer.blocks, context_block(text)])


def _still_to_come(action: Action, stamp: ChangeStamp, signing: SignOffState) -> list[Block]:
    """Outcome and sign-off: a completed action is not an achieved outcome, nor a verified one."""
    lines = []
    if action.outcome is Outcome.NOT_ASSESSED:
        lines.append("Outcome not assessed.")
    if action.progress in COMPLETED:
        measures = "; ".join(f"“{words(measure.text, 120)}”" for measure in action.measures)
        many = len(action.measures) > 1
        what = (
            f"Measure{'s' if many else ''} {measures} await{'' if many else 's'}" if measures else "It awaits"
        )
        by = f" by {' or '.join(mention(person) for person in signing.people)}" if signing.people else ""
        if action.evidence:
            lines.append(f"{what} sign-off{by}.")
        else:
            lines.append(f"{what} sign-off, which can be asked for{by} once evidence is linked.")
        if not signing.people:
            lines.append(nobody_may_sign(signing.suggested))
    return [context_block(" ".join(lines))] if lines else []


def blocked(answer: Answer, action: Action, on: Action, stamp: ChangeStamp) -> Answer:
    """A blocked action whose measure waits for a later one: suggest to treat the two apart."""
    assert on.due is not None
    assert action.due is not None
    month = month_text(on.due)
    note = (
        f"Note: {action.ref} was due {month_text(action.due)}, but its measure relies on {on.ref} "
        f"({words(on.title, 80)}), due {month}. Suggestion: mark the action complete when its own work "
        f"is done, and leave the measure open until {month}."
    )
    value = f"{action.qualified_ref}\n{on.ref}"
    offered: list[Element] = [
        button("Do that", "suggestion_take", value, style="primary"),
        button("Keep blocked", "suggestion_leave", value),
        undo_button(stamp),
    ]
    return Answer([*answer.blocks, section(note)], buttons(offered))


def suggestion_accepted(action: Action, on_ref: str, stamp: ChangeStamp) -> Answer:
    return confirmation(
        stamp,
        f"Recorded: *{action.ref}* is *{action.progress}*. Mark it complete when its own work is done; "
        f"its measure stays open until {escape(on_ref)} is complete.",
    )


def suggestion_declined(ref: str) -> Answer:
    return Answer([section(f"*{escape(ref)}* stays *blocked*.")])


def commented(action: Action, today: date, stamp: ChangeStamp) -> Answer:
    """A change by somebody who may not make it was kept as a comment: who could make it."""
    holdings = [lead.role.holding_on(today) for lead in action.leads]
    people = [mention(held.slack_user) for held in holdings if held is not None]
    roles = escape(" / ".join(lead.role.name for lead in action.leads))
    who = f"{' or '.join(people)} ({roles}), a deputy or" if people else f"the {roles} or" if roles else ""
    return confirmation(
        stamp,
        f"Recorded as a comment; only {f'{who} ' if who else ''}a coordinator can change *{action.ref}*. "
        f"It stays *{action.progress}*, outcome {action.outcome}.",
    )


def not_mine_recorded(action: Action, stamp: ChangeStamp) -> Answer:
    """Somebody says that an action is not theirs: the coordinators are told."""
    return confirmation(
        stamp, f"Recorded: *{action.ref}* is not yours, as you say. The coordinators have been told."
    )


def unchanged_recorded(actions: Sequence[Action], stamp: ChangeStamp) -> Answer:
    """Of several actions it was recorded that nothing has changed."""
    refs = escape(", ".join(action.ref for action in actions))
    return confirmation(stamp, f"Recorded that nothing has changed: *{refs}*.")


def with_change_before(by_others: Sequence[Entry], answer: Answer, zone: ZoneInfo) -> Answer:
    """An answer that first says what somebody else changed a moment before."""
    text = history.act_text(by_others, zone) if by_others else ""
    if not text:
        return answer
    return replace(answer, blocks=[section(f"A moment before you: {text}"), *answer.blocks])


def changed_by(stamp: ChangeStamp) -> str:
    """`by @sam, 15 Dec 2016 09:00`."""
    return f"by {mention(stamp.who)}, {moment_text(stamp.at, stamp.zone)}"


def confirmation(stamp: ChangeStamp, text: str) -> Answer:
    """A short confirmation with its undo."""
    return Answer([section(text)], buttons([undo_button(stamp)]))


def noted(action: Action, stamp: ChangeStamp) -> Answer:
    return confirmation(stamp, f"Noted on *{action.ref}* {words(action.title, 80)}.")


def evidenced(action: Action, stamp: ChangeStamp, *, again: bool, noted: bool) -> Answer:
    """A link was recorded, or was there `again`; with it a note, if one was `noted`."""
    if again:
        also = " Your words are noted." if noted else ""
        return confirmation(stamp, f"That evidence is linked to *{action.ref}* already.{also}")
    still = action.progress if action.progress in COMPLETED else f"still {action.progress}"
    return confirmation(stamp, f"Evidence linked to *{action.ref}*. It is {still}.")


def outcome_recorded(
    action: Action, before: Outcome, stamp: ChangeStamp, missed: Sequence[str] = ()
) -> Answer:
    """`missed` are linked KPIs that say otherwise than an outcome that is achieved."""
    changed = f"outcome {before} → *{action.outcome}*"
    if before is action.outcome:
        changed = f"outcome still *{action.outcome}*"
    text = f"Recorded: *{action.ref}* {changed}. Its actions are {action.progress}."
    return confirmation(stamp, "\n".join([text, *contradiction_lines(missed)]))


def snoozed(action: Action, until: date, stamp: ChangeStamp) -> Answer:
    due = f" It is still due {day_text(action.due)}." if action.due else ""
    ref = short_ref(action, stamp.default_plan)
    return confirmation(
        stamp,
        f"No nudges about *{action.ref}* until {day_text(until)}.{due} "
        f"To ask for a new date: `/action due {ref} DATE: reason`.",
    )


def signed_off(action: Action, stamp: ChangeStamp) -> Answer:
    return confirmation(stamp, f"*{action.ref}* is signed off by {mention(stamp.who)}.")


def undone(entries: Sequence[Entry]) -> Answer:
    """What was taken back: the audit log keeps both the change and its undoing."""
    main = entries[0]
    refs = list(dict.fromkeys(escape(one.ref.partition(":")[2] or one.ref) for one in entries))
    if len(refs) > 1 and all(one.subject == "action" for one in entries):
        # Recorded at once, it is undone at once.
        text = f"what you recorded at once on {count_text(len(refs), 'action')}: *{', '.join(refs)}*"
    else:
        text = _undone_text(main)
    return Answer([section(f"Undone: {text}. The record keeps both.")])


# What was taken back of an action, with a place for its reference.
_UNDONE = {
    "note": "your note on {}",
    "comment": "your comment on {}",
    "not_mine": "that {} is not yours",
    "round": "the round of {}",
    "result": "the result of {}",
    "covered": "what you said of the coverage of {}",
    "uncovered": "what you said of the coverage of {}",
    "signed_off_by": "the sign-off of {}",
}


def _undone_text(main: Entry) -> str:
    ref = escape(main.ref.partition(":")[2] or main.ref)
    if main.field in _UNDONE:
        return _UNDONE[main.field].format(f"*{ref}*")
    match main.subject, main.field:
        case "due_request", "asked":
            return f"your request for a new date for *{ref}*"
        case "due_request", "decision":
            return f"the decision on a new date for *{ref}*, which waits again"
        case "channel", _:
            return f"this channel's plan, now {escape(main.before or 'the usual one')} again"
        case "role", _:
            return f"who holds {ref}"
        case "kpi", "explanation":
            return f"your note on *{ref}*"
        case "kpi", _:
            # Without the figures, which may be small counts.
            return f"the figure of *{ref}* for {escape(main.field.replace('/', ' to '))}"
        case _:
            after, before = (words(value or "nothing") for value in (main.after, main.before))
            return f"*{ref}* {main.field.replace('_', ' ')}: {after} → *{before}*"


def undo_button(stamp: ChangeStamp) -> Element:
    return button("Undo", "undo", stamp.act)


def ask_status(ref: str, note: str) -> Answer:
    """Ask how far an action is, of which somebody said what happened. A button records it so."""
    chosen = ask_buttons(
        [
            ("In progress", f"/action update {ref} in progress: {note}"),
            ("Complete", f"/action update {ref} complete: {note}"),
            ("Blocked", f"/action update {ref} blocked: {note}"),
            ("Only a note", f"/action note {ref}: {note}"),
        ]
    )
    head = f"How far is {escape(ref)}? “{words(note, 300)}” is not recorded yet."
    if not chosen:
        how = f"`/action update {escape(ref)} STATUS: …`"
        return Answer([section(f"{head} Please write it again with the status: {how}")])
    return Answer([section(head)], buttons(chosen))
