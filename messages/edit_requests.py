"""What the bot says of edits that leads ask for: a diff, to be decided, decided."""

import difflib
import re

from slackblocks import Element, ModalView

from db.models import Action, EditRequest
from messages.blocks import Answer, button, buttons, escape, mention, section, shorten, text_sections, words
from messages.note_form import note_form
from messages.plan_edits import LABELS
from messages.updates import ChangeStamp, confirmation

EDIT_REFUSAL_FORM = "edit_refusal"
_LONGEST = 1200


def diff_text(before: str, after: str) -> str:
    """The new words in bold and the old ones struck out, word by word; what stays as it is."""
    if not before:
        return f"*{_plain(after)}*"
    old, new = before.split(), after.split()
    parts: list[str] = []
    for what, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = _plain(" ".join(old[i1:i2])), _plain(" ".join(new[j1:j2]))
        if what == "equal":
            parts.append(gone)
            continue
        parts += [f"~{gone}~"] if gone else []
        parts += [f"*{come}*"] if come else []
    return shorten(" ".join(parts), _LONGEST)


def _plain(text: str) -> str:
    """Words without the marks that would end a strike-out or a bold part."""
    return escape(re.sub(r"[*~_`]", "", text))


def changes_lines(asked: EditRequest) -> list[str]:
    """Each part of the wording with its diff."""
    return [
        f"*{LABELS[name]}*: {diff_text(before, after)}" for name, (before, after) in asked.changes.items()
    ]


def requested(asked: EditRequest, action: Action, coordinators: list[str], stamp: ChangeStamp) -> Answer:
    """An edit was asked for; the action keeps its words until it is approved."""
    to = ", ".join(mention(person) for person in coordinators)
    sent = f"Sent to {to}" if to else "No coordinator is set, so nobody can approve it yet"
    head = f"Asked for: new words for *{action.ref}*. {sent}. Until then it stays as it is."
    return confirmation(stamp, "\n".join([head, *changes_lines(asked)]))


def to_decide(asked: EditRequest, action: Action) -> Answer:
    """The message to a coordinator, with the two decisions."""
    plan = words(action.section.plan.title, 80)
    what = f"the wording of *{action.ref}* {words(action.title, 120)} ({plan})"
    head = f"{mention(asked.asked_by)} asks to change {what}."
    return Answer(text_sections([head, *changes_lines(asked)]), buttons(decisions("", asked)))


def decisions(line: str, asked: EditRequest) -> list[Element]:
    """The two buttons; `line` is the command of the list that they stand in."""
    value = f"{line}\n{asked.id}" if line else f"{asked.id}"
    return [button("Approve", "edit_grant", value), button("Refuse", "edit_refuse", value)]


def refusal_form(asked: EditRequest, action: Action, line: str | None) -> ModalView:
    """The form that asks why an edit is refused; its field is `note`."""
    return note_form(
        "Refuse an edit",
        callback_id=EDIT_REFUSAL_FORM,
        about="\n".join([f"*{action.ref}* {words(action.title)}", *changes_lines(asked)])[:2900],
        label="Why?",
        then="The person who asked gets the reason.",
        submit="Refuse",
        request=str(asked.id),
        line=line,
    )


def decided(asked: EditRequest, action: Action) -> Answer:
    """What became of a request."""
    by = f" by {mention(asked.decided_by)}" if asked.decided_by else ""
    parts = ", ".join(LABELS[name].lower() for name in asked.changes)
    text = f"*{action.ref}* {words(action.title, 120)}: the edit ({parts}) was *{asked.decision}*{by}."
    if asked.decision_reason:
        text += f" Reason: {words(asked.decision_reason, 600)}"
    return Answer([section(text)])


def reopened(asked: EditRequest, action: Action) -> Answer:
    """A decision was taken back."""
    text = f"*{action.ref}*: the decision on your edit was taken back. It waits for a decision again."
    return Answer([section(text)])
