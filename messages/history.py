"""What the record says, in words: one entry, one act, an action's whole history."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import Element

from db.models import Entry
from messages.limits import Answer, buttons, context_block, escape, link, mention, text_sections, words
from messages.times import day_text, moment_text

# Columns that only follow from another one, recorded so that everything can be put back.
_FOLLOWING = frozenset(
    {"completed_on", "due_kind", "due_as_written", "signed_off_on", "title", "outstanding_due", "outcome_due"}
)
# Enough for any board paper; the rest is one question away.
_HISTORY = 60


def history(
    title: str, entries: Sequence[Entry], zone: ZoneInfo, foot: Sequence[Element] = (), *, refs: bool = False
) -> Answer:
    """Everything recorded about an action, or with `refs` about several, the newest first."""
    undone = {entry.undoes for entry in entries if entry.undoes}
    acts = [list(act) for _, act in groupby(entries, key=lambda entry: (entry.act, entry.ref))]
    lines_told = []
    for act in reversed(acts):
        text = act_text(act, zone, undone=act[0].act in undone, longest=300 if refs else 2500)
        if text:
            lines_told.append(f"*{act[0].ref.partition(':')[2]}* {text}" if refs else text)
    shown = lines_told[:_HISTORY]
    blocks = text_sections([f"*{words(title)}*: history, the newest first.", *shown])
    if len(lines_told) > len(shown):
        blocks.append(
            context_block(f"… and {len(lines_told) - len(shown)} older entries: ask for one action.")
        )
    return Answer(blocks, buttons(foot))


def act_text(act: Sequence[Entry], zone: ZoneInfo, *, undone: bool = False, longest: int = 300) -> str:
    """One act of the record as a line: who, when, all that it changed, and what was said with it.

    Empty for an act that changed nothing a person would ask about.
    """
    said = [what for entry in act if (what := change_text(entry))]
    if not said:
        return ""
    first = act[0]
    notes = "".join(f" — {words(entry.note, longest)}" for entry in act if entry.note)
    marks = f"{' (undo)' if first.undoes else ''}{' (undone)' if undone else ''}"
    return f"{moment_text(first.at, zone)} {author_text(first.who)}: {', '.join(said)}{notes}{marks}"


def author_text(who: str) -> str:
    """Who made a change: a person, or the import of a file."""
    file = who.removeprefix("import:")
    return mention(who) if file == who else f"import of {escape(file)}"


def change_text(entry: Entry) -> str:
    """What an entry changed, in words; empty for columns that only follow from another one."""
    if entry.field in _FOLLOWING:
        return ""
    if entry.field == "evidence":
        return f"evidence {link(entry.after, 'linked')}" if entry.after else "evidence withdrawn"
    if entry.field in ("note", "comment"):
        return f"{entry.field} withdrawn" if entry.undoes else entry.field
    if entry.field == "added":
        return "added to the plan"
    if entry.field == "signed_off_by":
        return "signed off" if entry.after else "sign-off withdrawn"
    if entry.field == "due_decision":
        return (
            "decision on a new date taken back" if entry.undoes else f"new date {escape(entry.after or '')}"
        )
    before, after = _value(entry.before), _value(entry.after)
    if entry.field == "due_request":
        return "request for a new date withdrawn" if entry.undoes else f"asked for {after}"
    name = {"removed_on": "taken out of the plan", "snoozed_until": "nudges snoozed until"}.get(
        entry.field, entry.field.replace("_", " ")
    )
    return f"{name}: {before} → *{after}*"


def _value(value: str | None) -> str:
    """A recorded value for reading: dates as dates, the rest as it is."""
    if not value:
        return "nothing"
    if value.startswith("["):
        return _several(json.loads(value))
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return words(value, 120)


def _several(many: list[Any]) -> str:
    """A list that was recorded: names and sentences as they are, a role's holders by the last one."""
    if many and isinstance(many[-1], list):
        user, deputy, starts, _ = many[-1]
        since = f" from {day_text(date.fromisoformat(starts))}" if starts else ""
        return f"{mention(user)}{f', deputy {mention(deputy)}' if deputy else ''}{since}"
    return words(", ".join(map(str, many)), 200) or "nothing"
