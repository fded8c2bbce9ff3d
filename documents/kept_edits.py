"""What people changed of a plan since its file was written: an import keeps it, with a doubt that says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from db.audit_log import FieldKey
from db.models import Action
from db.rules.dates import day_text
from documents.draft import Draft, DraftAction, FileDoubt

# Of a text that a doubt quotes so many characters are shown.
_LONGEST_SHOWN = 80
# What people edit, as a doubt names it.
_EDITED = {
    # Before the title, which goes with it.
    "text": "text",
    "title": "title",
    "outcome_text": "outcome",
    "measure_text": "measure",
    "recurrence": "rhythm",
    "leads": "lead",
    "section": "section",
}


def keep_edits(
    drafted: DraftAction,
    action: Action,
    edited: Mapping[FieldKey, datetime],
    changed: dict[str, tuple[Any, Any]],
) -> None:
    """Take out of an import's changes what a person edited, and raise a doubt with what the file has.

    `edited` is as `db.plan_edits.edited_by_people` gives it; `changed` has the stored value and the file's by
    field.
    """
    for name, label in _EDITED.items():
        if name not in changed or (action.id, name) not in edited:
            continue
        stored, in_file = changed.pop(name)
        if name == "measure_text":
            changed.pop("measures", None)
        if name == "text" and drafted.title is None:
            changed.pop("title", None)
        if name == "section":
            drafted.section = stored
        day = day_text(edited[action.id, name].date())
        drafted.doubt(
            f'its {label} was changed here on {day}: "{_shown(stored)}" stays, and not "{_shown(in_file)}"'
        )


def doubt_missing(draft: Draft, missing: Sequence[Action], edited: Mapping[FieldKey, datetime]) -> None:
    """Raise a doubt for each action that a person added and the file lacks. It is not removed."""
    for action in missing:
        if (action.id, "added") in edited:
            day = day_text(edited[action.id, "added"].date())
            text = f"{action.ref} “{action.title}” was added here on {day} and is not in the file: it stays"
            draft.doubts.append(FileDoubt(None, text))


def _shown(value: Any) -> str:
    text = " ".join((" and ".join(value) if isinstance(value, list) else str(value)).split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
