"""What the audit log says, in words: one entry, one act, an action's whole history."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import Block

from db.models import DoubtAbout, Entry
from db.rules.dates import day_text
from db.rules.doubts import answer_text
from messages.blocks import Answer, escape, link, mention, section, words
from messages.measures import counts_text
from messages.times import moment_text

# They follow from another column, and are recorded only so that an undo can restore them.
_DERIVED = frozenset(
    {
        "completed_on",
        "last_round_on",
        "due_kind",
        "due_as_written",
        "signed_off_on",
        "outstanding_due",
        "outcome_due",
    }
)
# Names of columns that a reader would not know.
_NAMES = {
    "removed_on": "removed from the plan",
    "snoozed_until": "nudges snoozed until",
    "outcome_text": "what it is for",
    "measure_text": "measure",
    "recurrence": "rhythm",
}
# What was changed because another part of the wording was, which says it already.
_FOLLOWS = {"title": "text", "measures": "measure_text"}
# What is said in words of its own, and what of its undoing.
_SAID = {
    "not_mine": ("says this is not theirs", "says it is theirs after all"),
    "status_unsettled": ("status settled", "status open again"),
}
# How an earlier version recorded a decision.
_DECISIONS = {"granted": "approved"}


def history(
    title: str,
    entries: Sequence[Entry],
    zone: ZoneInfo,
    footer: Sequence[Block] = (),
    *,
    refs: bool = False,
    notes: str = "",
) -> Answer:
    """Everything recorded about an action, or with `refs` about several, newest first.

    `notes` are what the plan's file says of the action beside its own columns.
    """
    undone = {entry.undoes for entry in entries if entry.undoes}
    # Of an import's act the file has changed the action, and a person has answered its doubts.
    acts = [list(act) for _, act in groupby(entries, key=lambda entry: (entry.act, entry.ref, entry.who))]
    lines = []
    for act in reversed(acts):
        text = act_text(act, zone, undone=act[0].act in undone, longest=300 if refs else 2500)
        if text:
            lines.append(f"*{act[0].ref.partition(':')[2]}* {text}" if refs else text)
    if notes:
        lines += ["*In the plan's file*:", *(f"• {words(one)}" for one in notes.split("\n"))]
    head = section(f"*{words(title)}*: history, newest first.")
    return Answer([head], footer, "`/action history REF` of one action", rows=lines)


def act_text(act: Sequence[Entry], zone: ZoneInfo, *, undone: bool = False, longest: int = 300) -> str:
    """One act as a line: who, when, what it changed, the note. Empty for derived columns alone."""
    fields = {entry.field for entry in act}
    main = [entry for entry in act if _FOLLOWS.get(entry.field) not in fields]
    changes = [text for entry in main if (text := change_text(entry))]
    if not changes:
        return ""
    first = act[0]
    notes = "".join(f" — {words(entry.note, longest)} (entry {entry.seq})" for entry in act if entry.note)
    marks = f"{' (undo)' if first.undoes else ''}{' (undone)' if undone else ''}"
    return f"{moment_text(first.at, zone)} {author_text(first.who)}: {', '.join(changes)}{notes}{marks}"


def author_text(who: str) -> str:
    """Who made a change: a person, or the import of a file."""
    file = who.removeprefix("import:")
    return mention(who) if file == who else f"import of {escape(file)}"


def change_text(entry: Entry) -> str:
    """What an entry changed, in words; empty for a derived column."""
    if entry.field in _DERIVED:
        return ""
    in_words = _doubt_text if entry.subject == "doubt" else _IN_WORDS.get(entry.field)
    if in_words is not None:
        return in_words(entry)
    before, after = _value_text(entry.before), _value_text(entry.after)
    match entry.field:
        case "evidence":
            return f"evidence {link(entry.after, 'linked')}" if entry.after else "evidence withdrawn"
        case "not_mine" | "status_unsettled":
            done, undone = _SAID[entry.field]
            return undone if entry.undoes else done
        case "added":
            return "added to the plan"
        case "signed_off_by":
            return "signed off" if entry.after else "sign-off withdrawn"
        case "due_decision":
            decision = _DECISIONS.get(entry.after or "", entry.after or "")
            return "decision on a new date taken back" if entry.undoes else f"new date {escape(decision)}"
        case "due_request":
            return "request for a new date withdrawn" if entry.undoes else f"new date {after} requested"
        case _:
            name = _NAMES.get(entry.field, entry.field.replace("_", " "))
            return f"{name}: {before} → *{after}*"


def _doubt_text(entry: Entry) -> str:
    """`settled a doubt of the file: “Spring term 2017” means due 31 Jan 2017`."""
    about, written = DoubtAbout(entry.field), words(entry.before or "", 120)
    if about is DoubtAbout.OTHER:
        return f"settled a doubt of the file: {written or 'nothing'} ({answer_text(about, '')})"
    means = words(answer_text(about, entry.after or ""), 120)
    said = f"“{written}” means {means}" if written else f"nothing is given, and it means {means}"
    return f"settled a doubt of the file: {said}"


def _round_text(entry: Entry) -> str:
    """`result 16 of 20 cases (due 30 Nov 2016)`; a period only where it is more than the day."""
    if entry.undoes:
        return f"{entry.field} withdrawn"
    due = f" (due {_value_text(entry.before)})" if entry.before else ""
    if entry.field == "round":
        return f"round {escape(entry.after or '')}{due}"
    try:
        values = json.loads(entry.after or "")
    except ValueError:
        # The text was erased.
        return f"result {escape(entry.after or '')}"
    starts, ends = values["period"]
    period = f" for {_value_text(starts)} to {_value_text(ends)}" if starts != ends else ""
    return f"result {counts_text(values['n'], values['of'], values['measure'])}{period}{due}"


def _coverage_text(entry: Entry) -> str:
    """`covered: North, South (teams, on 1 Dec 2016)`."""
    what = "covered" if entry.field == "covered" else "not covered after all"
    if entry.undoes:
        return f"{what} withdrawn"
    try:
        values = json.loads(entry.after or "")
    except ValueError:
        return f"{what} {escape(entry.after or '')}"
    on = f", on {_value_text(values['on'])}" if values.get("on") else ""
    return f"{what}: {words(', '.join(values['names']), 300)} ({escape(values['register'])}{on})"


def _value_text(value: str | None) -> str:
    """A recorded value for reading: dates as dates, the rest as it is."""
    if not value:
        return "nothing"
    if value.startswith("["):
        return _list_text(json.loads(value))
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return words(value, 120)


def _list_text(values: list[Any]) -> str:
    """A recorded list: names and sentences as they are, a role's holders by the last one."""
    if values and isinstance(values[-1], list):
        user, deputy, starts, _ = values[-1]
        since = f" from {day_text(date.fromisoformat(starts))}" if starts else ""
        return f"{mention(user)}{f', deputy {mention(deputy)}' if deputy else ''}{since}"
    return words(", ".join(map(str, values)), 200) or "nothing"


def _note_text(entry: Entry) -> str:
    """A note; one with a progress says that it is still so."""
    if entry.after:
        return f"still {escape(entry.after)}"
    return f"{entry.field} withdrawn" if entry.undoes else entry.field


def _request_text(entry: Entry, what: str, done: str) -> str:
    return f"{what} {'taken back' if entry.undoes else escape(done)}"


# What has a sentence of its own.
_IN_WORDS: Mapping[str, Callable[[Entry], str]] = {
    "round": _round_text,
    "result": _round_text,
    "covered": _coverage_text,
    "uncovered": _coverage_text,
    "edit_request": lambda entry: _request_text(entry, "edit of the wording", "asked for"),
    "edit_decision": lambda entry: _request_text(entry, "edit of the wording", entry.after or "decided"),
    "note": _note_text,
    "comment": _note_text,
    "asked_coverage": lambda entry: words(entry.after or "", 120),
}
