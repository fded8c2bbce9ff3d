"""What the bot says of new dates: requested, to be decided, decided."""

from slackblocks import Element, ModalView

from db.models import Action, DueRequest
from db.rules.dates import day_text, month_text
from messages.blocks import (
    Answer,
    button,
    buttons,
    mention,
    section,
    words,
)
from messages.note_form import note_form


def _from_to(asked: DueRequest) -> str:
    before = (
        month_text(asked.current_due) if asked.current_due else words(asked.current_as_written or "no date")
    )
    return f"{before} → *{month_text(asked.asked_due)}* ({day_text(asked.asked_due)})"


REFUSAL_FORM = "due_refusal"


def requested(
    asked: DueRequest,
    action: Action,
    earlier: int,
    coordinators: list[str],
    act: str,
    replaced: DueRequest | None = None,
) -> Answer:
    """A request was made; nothing changes until it is approved. `earlier` counts dates moved before.

    `replaced` is the request that waited until now.
    """
    change = "first change" if not earlier else f"change number {earlier + 1}"
    to = ", ".join(mention(person) for person in coordinators)
    sent = f"Sent to {to} for approval" if to else "No coordinator is set, so nobody can approve it yet"
    original = f" ({day_text(action.original_due)})" if action.original_due else ""
    late = action.days_overdue(asked.asked_at.date())
    until = "Shown as overdue until it is approved" if late else "The old date holds until it is approved"
    text = (
        f"Requested: *{action.ref}* {_from_to(asked)}, {change}. {sent}. "
        f"Original date kept{original}. {until}."
    )
    if replaced is not None:
        whose = "your" if replaced.asked_by == asked.asked_by else f"{mention(replaced.asked_by)}'s"
        text += f" It replaces {whose} request for {day_text(replaced.asked_due)}."
    return Answer([section(text)], buttons([button("Undo", "undo", act)]))


def to_decide(asked: DueRequest, action: Action) -> Answer:
    """The message to a coordinator, with the two decisions."""
    text = (
        f"{mention(asked.asked_by)} asks for a new date: *{action.ref} {words(action.title)}* "
        f"({words(action.section.plan.title)}), {_from_to(asked)}."
    )
    reason = f"\nReason: {words(asked.reason, 600)}" if asked.reason else "\nNo reason given."
    offered: list[Element] = [
        button("Approve", "due_grant", f"{asked.id}", style="primary"),
        button("Refuse", "due_refuse", f"{asked.id}", style="danger"),
    ]
    return Answer([section(text + reason)], buttons(offered) if asked.pending else ())


def refusal_form(asked: DueRequest, action: Action, line: str | None) -> ModalView:
    """The form that asks why a new date is refused; its field is `note`."""
    return note_form(
        "Refuse a new date",
        callback_id=REFUSAL_FORM,
        about=f"*{action.ref}* {words(action.title)}: {_from_to(asked)}",
        label="Why?",
        then="The person who asked gets the reason.",
        submit="Refuse",
        request=str(asked.id),
        line=line,
    )


def decided(asked: DueRequest, action: Action) -> Answer:
    """What became of a request."""
    by = f" by {mention(asked.decided_by)}" if asked.decided_by else ""
    if asked.decision == "replaced":
        newer = action.due_requests[-1]
        return Answer(
            [
                section(
                    f"*{action.ref} {words(action.title)}*: your request for {day_text(asked.asked_due)} was "
                    f"*replaced* by {mention(newer.asked_by)}'s for {day_text(newer.asked_due)}."
                )
            ]
        )
    text = f"*{action.ref} {words(action.title)}*: {_from_to(asked)} was *{asked.decision}*{by}."
    if asked.decision_reason:
        text += f" Reason: {words(asked.decision_reason, 600)}"
    if asked.decision == "approved" and action.original_due:
        text += f" The original date, {day_text(action.original_due)}, is kept."
    return Answer([section(text)])


def reopened(asked: DueRequest, action: Action) -> Answer:
    """A decision was taken back."""
    text = (
        f"*{action.ref} {words(action.title)}*: the decision on {_from_to(asked)} was taken back. The "
        "request waits for a decision again, and the date is the one before."
    )
    return Answer([section(text)])
