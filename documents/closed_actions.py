"""What says that actions are closed and is no status of their own: a sheet, a title, a word in the text."""

import re
from datetime import date

from db.models import CLOSED, DoubtAbout, Progress
from db.rules.dates import day_text
from documents.draft import Draft, DraftAction

_RECORDED = re.compile(r"\brecorded as [a-z ]+$")
_CLOSED_SHEET = re.compile(r"\b(?:closed|complete[d]?|done|finished|archived?)\b", re.IGNORECASE)
# "Completed actions", "Closed since the last meeting", but not "Closed adoption records".
_CLOSED_TITLE = re.compile(
    r"(?:(?:all|other|recently|previously|now|actions?) )*"
    r"(?:closed|complete[d]?|done|finished|archived?|removed|superseded|withdrawn|cancelled"
    r"|no longer (?:needed|required))"
    r"(?:(?: and| &|/| or| [–-]) ?(?:closed|complete[d]?|archived?|superseded|withdrawn))?"
    r"(?: (?:(?:plan )?(?:actions?|items?|tasks?|recommendations?|milestones?)|to date|so far"
    r"|(?:since|in|this|last|at|by|during|before) .{1,30}))*(?:\s*\([^()]{1,60}\))?",
    re.IGNORECASE,
)
_DROPPED_TITLE = re.compile(r"(?:\w+ )?(?:superseded|withdrawn|removed|cancelled|no longer)\b", re.IGNORECASE)
_CLOSING_WORD = (
    r"complete[d]?|done|closed|superseded|withdrawn|cancelled|deleted|merged|on hold|paused|not started"
    r"|no longer (?:required|needed|applicable)"
)
# "done Sept 26", "Superseded by 3", "Merged with action 4".
_MORE = (
    r"(?:\s+(?:by|with|into|on|in|at|since|from)\b[^()\[\]:–—]{1,30}?"
    r"|[^()\[\]:–—\w][^()\[\]:–—]{0,12}\d[^()\[\]:–—]{0,12}?)?"
)
_CAPITALS = (
    r"(?-i:COMPLETED?|DONE|CLOSED|SUPERSEDED|WITHDRAWN|CANCELLED|DELETED|MERGED|ON HOLD|PAUSED"
    r"|NO LONGER (?:REQUIRED|NEEDED|APPLICABLE))"
)
_PARTICIPLE = (
    r"completed|done|closed|superseded|withdrawn|cancelled|deleted|merged|on hold"
    r"|no longer (?:required|needed)"
)
# Where such a word stands: at either end, in brackets, in capitals or apart from the rest.
_IN_TEXT = re.compile(
    # "Write the policy (COMPLETED)", "[Done] Train staff".
    rf"[(\[]\s*((?:{_CLOSING_WORD}){_MORE})\s*[)\]]\W*$|^[(\[]\s*((?:{_CLOSING_WORD}){_MORE})\s*[)\]]"
    # "COMPLETE - Write the guide", "DELETED share data", "Write a guide – COMPLETED 12/9/26".
    rf"|^({_CAPITALS}{_MORE})\s*[–—:-]|^({_CAPITALS})\s+(?-i:[a-z])|[–—-]\s*({_CAPITALS}{_MORE})\W*$"
    # "Closed: move the files", "Superseded by 3: share data"; "Complete: " may ask for it.
    rf"|^((?:{_PARTICIPLE}){_MORE})(?::|\s[–—-])\s|[.;]\s+((?:{_PARTICIPLE}){_MORE})\W*$"
    r"|^([✓✔☑✅])|([✓✔☑✅])\W*$",
    re.IGNORECASE,
)


def closing_word(action: DraftAction) -> str | None:
    """The word in an action's own text that says it is closed, or on hold; None where it has none."""
    found = _IN_TEXT.search(action.text)
    return next(filter(None, found.groups())).strip() if found else None


def say_what_is_recorded(action: DraftAction, progress: Progress) -> None:
    """Have the doubts say what is recorded now: what an earlier column was recorded as holds no longer."""
    action.doubts = [
        one._replace(text=_RECORDED.sub(f"recorded as {progress}", one.text))
        if one.about is DoubtAbout.STATUS
        else one
        for one in action.doubts
    ]


def settle_closed(action: DraftAction, sheet: str, section: str) -> None:
    """An action on a sheet of closed ones, or below a title that says so, is closed too.

    Only where nothing else says how far it is; what differs is a doubt.
    """
    if _CLOSED_SHEET.search(sheet):
        where, closed, cell = f'on the sheet "{sheet}"', Progress.COMPLETE, sheet
    elif _CLOSED_TITLE.fullmatch(section):
        is_dropped = _DROPPED_TITLE.match(section) is not None
        closed = Progress.SUPERSEDED if is_dropped else Progress.COMPLETE
        where, cell = f'below the title "{section[:60]}"', section
    else:
        return
    if action.progress is None:
        say_what_is_recorded(action, closed)
        action.progress, action.unsettled = closed, False
        action.doubt(f"it is {where} and has no status: recorded as {closed}", DoubtAbout.STATUS, cell)
    elif action.progress not in CLOSED:
        action.doubt(f"it is {where}, but its status is {action.progress}", DoubtAbout.STATUS, cell)


def doubt_days_to_come(draft: Draft, today: date) -> None:
    """Take away the days of completion that have not come: each is planned, or a slip.

    "Complete March 2027" is a promise until then, and so is a day alone; beside a status it may be a slip.
    """
    for action in draft.actions:
        day = action.completed_on
        if day is not None and day > today:
            action.completed_on = None
            if action.day_in_status:
                action.progress = Progress.IN_PROGRESS
            to_come = f"its day of completion, {day_text(day)}, has not come"
            action.doubt(f"{to_come}: recorded as {action.progress}", DoubtAbout.STATUS, day_text(day))
