"""Apply people's answers to the doubts of a file, so that nobody is asked twice."""

from collections.abc import Mapping
from typing import assert_never

from db.models import COMPLETED, DoubtAbout, Progress
from db.rules.doubts import DoubtKey, completion_day, doubt_key, due_kind_of, due_of, leads_of
from db.rules.due_days import Due
from documents.draft import Draft, DraftAction, DraftDoubt


def key_of(action: DraftAction, doubt: DraftDoubt) -> DoubtKey:
    """The key of a doubt about an action, which has its ref by then."""
    return doubt_key(action.ref or "", doubt.about, doubt.cell, doubt.text)


def file_key(text: str) -> DoubtKey:
    """The key of a doubt about the file, by its sentence."""
    return DoubtKey("", DoubtAbout.OTHER, text)


def settle_draft(draft: Draft, answers: Mapping[DoubtKey, str]) -> None:
    """Change a numbered draft to what people have answered, and take out the doubts that they settled."""
    if not answers:
        return
    draft.doubts = [one for one in draft.doubts if file_key(one.text) not in answers]
    for action in draft.actions:
        for doubt in action.doubts:
            value = answers.get(key_of(action, doubt))
            if value is not None:
                _settle(action, doubt, value)
    drop_settled(draft, answers)


def drop_settled(draft: Draft, answers: Mapping[DoubtKey, str]) -> None:
    """Take out the doubts about actions that are answered."""
    for action in draft.actions if answers else ():
        action.doubts = [one for one in action.doubts if key_of(action, one) not in answers]


def _settle(action: DraftAction, doubt: DraftDoubt, value: str) -> None:
    match doubt.about:
        case DoubtAbout.DUE:
            day = due_of(value)
            was_first = action.original_due is None or action.original_due.day == action.due.day
            action.due = Due(day, due_kind_of(day, action.due.kind), action.due.as_written)
            if was_first:
                action.original_due = None
        case DoubtAbout.STATUS:
            action.progress, action.unsettled = Progress(value), False
            if action.progress in COMPLETED:
                action.completed_on = action.completed_on or completion_day(doubt.cell)
        case DoubtAbout.LEADS:
            action.leads = leads_of(value)
        case DoubtAbout.OTHER:
            pass
        case _:
            assert_never(doubt.about)
