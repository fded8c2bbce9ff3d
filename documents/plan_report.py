"""What an import of a plan changes, in words and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from db.models import DueKind
from db.rules.dates import day_text, read_written
from db.rules.due_days import Due
from db.rules.titles import short_title
from documents.plan_diff import PlanDiff

# Of a value that changes so many characters are shown.
_SHOWN = 57


def count_changes(diff: PlanDiff) -> str:
    """How many actions are added, changed, removed and unchanged: `2 added, 1 changed, 0 removed, …`."""
    return ", ".join(f"{number} {name}" for name, number in _counts(diff).items())


def _counts(diff: PlanDiff) -> dict[str, int]:
    return {
        "added": len(diff.added),
        "changed": len(diff.changes),
        "removed": len(diff.removed),
        "unchanged": len(diff.pairs) - len(diff.changes),
    }


def report_json(diff: PlanDiff, *, written: bool) -> dict[str, Any]:
    """The import as the JSON of the command line: counts, and the refs that they count."""
    return {
        "plan": diff.plan.code,
        **_counts(diff),
        "pointer_rows": len(diff.draft.pointer_rows),
        "doubts": diff.doubts(),
        "columns": [asdict(one) for one in diff.draft.columns_read],
        "written": written,
        "refs": {
            "added": [action.ref for action in diff.added],
            "changed": {ref: sorted(changed) for ref, changed in diff.changes.items()},
            "removed": [action.ref for action in diff.removed],
            "sections": diff.sections_changed,
        },
    }


def change_lines(diff: PlanDiff) -> Iterator[str]:
    """Each action that goes, each that changes with all that does, each that is added: what is lost first."""
    for removed in diff.removed:
        yield f"- {removed.ref}  {removed.title}  (no longer in the file; its history stays)"
    titles = {action.ref: action.title for _, action in diff.pairs}
    for ref, changed in diff.changes.items():
        told = {name: pair for name, pair in changed.items() if _FOLLOWS.get(name) not in changed}
        values = "; ".join(
            f"{name.replace('_', ' ')}: {_short(before)} → {_short(after)}"
            for name, (before, after) in sorted(told.items(), key=lambda one: _place(one[0]))
        )
        yield f"~ {ref}  {titles[ref]}  {values}"
    for action in diff.added:
        leads = ", ".join(action.leads) or "no lead"
        yield f"+ {action.ref}  {action.title or short_title(action.text)}  ({leads}; {_due(action.due)})"


# What changes because something else does.
_FOLLOWS = {
    "due_as_written": "due",
    "due_kind": "due",
    "original_due_as_written": "original_due",
    "title": "text",
    "measures": "measure_text",
    "status_unsettled": "progress",
}
# What counts most for a reader comes first.
_FIRST = ("progress", "due", "leads", "text")


def _place(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _due(due: Due) -> str:
    """The date as the file has it, and the day that is stored where the words alone do not say it."""
    if not due.as_written:
        return day_text(due.day) if due.day else "no date"
    plain = read_written(due.as_written, due.as_written)
    is_said = plain.span is not None and plain.span[1] == due.day and not plain.doubt
    if is_said or (due.day is None and due.kind is not DueKind.UNCLEAR):
        return due.as_written
    return f"{due.as_written}: {day_text(due.day) if due.day else 'no date'}"


def _short(value: object) -> str:
    """A value in words, quoted: a day as a day, several names with commas."""
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    text = " ".join(str("" if value is None else value).split())
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN + 1 else f'"{text}"'
